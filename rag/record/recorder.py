"""Keeps each answer as it is given; a fault of the records never costs anybody the answer."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from secrets import token_hex

from rag.conversations import Conversations
from rag.errors import PolicyQAError
from rag.record.kept import Circumstances, Feedback, KeptAnswer, Rating, Way, kept_answer
from rag.records import Records
from rag.schema import Answer, Document, Question, Viewer
from rag.settings import Settings

_DECISIVE = ("llm", "num_ctx", "num_predict", "embed_model", "rerank_model")
_PATIENCE_S = 2.0
_FRESH_S = 60.0
_OLLAMA = "ollama:"


class Recorder:
    """The way from one front end into the records; may be used by several threads."""

    def __init__(self, settings: Settings, way: Way) -> None:
        """Open nothing yet.

        Args:
            settings: Data folder, `keep_answers_days`, and what is kept of them with each answer.
            way: How questions come in.
        """
        self._settings, self._way = settings, way
        self._lock = threading.Lock()
        self._digests: dict[str, tuple[float, str | None]] = {}

    @property
    def is_keeping(self) -> bool:
        """Whether answers are stored; a setting turns it off."""
        return keep_days(self._settings) != 0

    def record(
        self,
        question: Question,
        answer: Answer,
        *,
        answer_id: str | None = None,
        person: str = "",
        viewer: Viewer | None = None,
        seconds: Mapping[str, float] | None = None,
        document: Callable[[str], Document] | None = None,
    ) -> KeptAnswer:
        """Return what there is to keep of an answer; stores nothing.

        Args:
            question: As it was asked.
            answer: As it was shown.
            answer_id: Under which it is kept; None for its own, or a new random id when it has none.
            person: A random id; empty when nobody is to be told apart.
            viewer: With whose eyes the collection was searched; None for those of everybody.
            seconds: What was measured outside: `first_token`, `whole`.
            document: Returns a document of the collection by id, or raises NotFound.
        """
        around = Circumstances(
            self._way, tuple(sorted((viewer or Viewer()).groups)), self._decisive(), seconds or {},
            self._digest(answer.model), document,
        )  # fmt: skip
        return kept_answer(answer_id or answer.answer_id or token_hex(8), person, question, answer, around)

    def keep(self, answer: KeptAnswer) -> PolicyQAError | None:
        """Store an answer, unless none is to be kept; returns why it could not be stored, None when all is well."""
        try:
            with closing(self._records(_PATIENCE_S)) as records:
                records.keep(answer)
        except PolicyQAError as error:
            return error
        return None

    def kept(self, answer_id: str) -> KeptAnswer:
        """Return an answer by its id; raises NotFound when it is not kept (any more), else as `Records`."""
        with closing(self._records(_PATIENCE_S)) as records:
            return records.answer(answer_id)

    def rating(self, answer: KeptAnswer, person: str) -> Rating | None:
        """Return what a person said of an answer, None when nothing; raises as `Records`."""
        with closing(self._records(_PATIENCE_S)) as records:
            return next((said.rating for said in records.said_of(answer) if said.person == person), None)

    def rate(self, feedback: Feedback) -> None:
        """Keep what a person said, and the answer that it is about; raises as `Records`."""
        with closing(self._records(_PATIENCE_S)) as records:
            records.rate(feedback)

    def take_back(self, answer_id: str, person: str) -> None:
        """Forget what a person said of an answer; raises as `Records`."""
        with closing(self._records(_PATIENCE_S)) as records:
            records.take_back(answer_id, person)

    def conversations(self) -> Conversations:
        """Open the conversations of the same data folder; whoever asked closes them. Raises as `Records`."""
        return Conversations(self._settings.data, keep_days(self._settings), _PATIENCE_S)

    def _records(self, patience_s: float) -> Records:
        return Records(self._settings.data, keep_days(self._settings), patience_s)

    def _decisive(self) -> dict[str, str | int]:
        return {name: getattr(self._settings, name) for name in _DECISIVE} | {"version": product_version()}

    def _digest(self, model: str) -> str | None:
        """Ask the model's server once a minute: a model may be pulled anew while the page is served."""
        if not model.startswith(_OLLAMA):
            return None
        with self._lock:
            asked, digest = self._digests.get(model, (-_FRESH_S, None))
            if time.monotonic() - asked >= _FRESH_S:
                digest = self._ask_digest(model.removeprefix(_OLLAMA))
                self._digests[model] = (time.monotonic(), digest)
        return digest

    def _ask_digest(self, model: str) -> str | None:
        from rag.llm import ollama_status  # noqa: PLC0415 - LlamaIndex takes a second to import

        try:
            return ollama_status(self._settings).digest(model)
        except PolicyQAError:
            return None


def keep_days(settings: Settings) -> int:
    """Return for how many days answers are kept; 0 keeps none, -1 all."""
    return settings.keep_answers_days


def product_version() -> str:
    """Return the version of the installed distribution; `checkout` when there is none."""
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "checkout"
