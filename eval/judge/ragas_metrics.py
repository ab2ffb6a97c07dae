"""Metrics of ragas as judges, over any LlamaIndex `LLM`; ragas is an extra and is imported only here, when a judge is made.

Its `metrics.collections` are used, which ask for typed objects through an interface of two methods. The wrappers for LlamaIndex
and LangChain models that most tutorials show are deprecated in 0.4.3 and refused by these metrics.
"""

import asyncio
import math
import os
import warnings
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.metadata import version
from typing import Any, TypeVar

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms.llm import LLM
from pydantic import BaseModel, ValidationError

from eval.judge.mark import Axis, Exhibit, Mark, nearest_grade
from eval.judge.reply import objects, shortened
from rag.errors import EvaluationError, ModelError, ModelUnavailable

INSTALL = "pip install 'policyqa[eval]'"
_Model = TypeVar("_Model", bound=BaseModel)
_Ask = Callable[[Exhibit, list[str]], Coroutine[Any, Any, Any]]


class UnreadableReply(ValueError):
    """A model did not write the object that was asked for; never leaves this file."""


class RagasJudge:
    """Asks four metrics about each answer; their shares in [0, 1] become the nearest of the three grades."""

    name = "ragas"

    def __init__(self, llm: LLM) -> None:
        """Load ragas.

        Raises:
            EvaluationError: It is not installed.
        """
        base, metrics = _loaded()
        self._reader = type("_LlamaIndexReader", (_Reader, base), {})(llm)
        self.version = f"ragas {version('ragas')}"
        self._metrics = _asked(metrics, self._reader)

    def mark(self, exhibit: Exhibit) -> tuple[Mark, ...]:
        """Return a mark of each metric that applies; see `eval.judge.mark.Judge`."""
        return tuple(
            self._mark(f"{self.name} {name}", axis, exhibit, ask)
            for name, (axis, ask) in self._metrics.items()
            if axis == "correctness" or not exhibit.refused
        )

    def _mark(self, by: str, axis: Axis, exhibit: Exhibit, ask: _Ask) -> Mark:
        contexts = [each.words for each in exhibit.cited if each.verbatim]
        if axis == "groundedness" and not contexts:
            return Mark(by, axis, 0, "cites no words that stand in what it cites; the metric was not asked")
        if not exhibit.answer.strip():
            return Mark(by, axis, None, "an empty answer; the metric takes none")
        self._reader.error = None
        try:
            share = float(asyncio.run(ask(exhibit, contexts)).value)
        except (UnreadableReply, ModelError) as error:
            self._reader.error = self._reader.error or error
            share = math.nan
        # Some of its metrics swallow every error and give no number instead.
        if isinstance(self._reader.error, ModelUnavailable):
            raise self._reader.error
        if math.isnan(share):
            return Mark(by, axis, None, shortened(str(self._reader.error or "the metric gave no number")))
        return Mark(by, axis, nearest_grade(share), f"{share:.2f}")


class _Reader:
    """What ragas asks for typed objects, over a LlamaIndex model; mixed into ragas's base class when that is loaded."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.error: Exception | None = None

    def generate(self, prompt: str, response_model: type[_Model]) -> _Model:
        try:
            reply = self._llm.chat([ChatMessage(content=prompt, role=MessageRole.USER)]).message.content or ""
        except ModelError as error:
            self.error = error
            raise
        for found in objects(reply):
            try:
                return response_model.model_validate(found)
            except ValidationError:
                continue
        self.error = UnreadableReply(f"not readable: {shortened(reply)}")
        raise self.error

    async def agenerate(self, prompt: str, response_model: type[_Model]) -> _Model:
        return self.generate(prompt, response_model)


def _asked(metrics: Any, reader: object) -> dict[str, tuple[Axis, _Ask]]:
    """Return the metrics by name; the last two answer with a bare rating, which small models can do."""
    correct = metrics.FactualCorrectness(llm=reader)
    faithful = metrics.Faithfulness(llm=reader)
    # A model at temperature 0 says the same again.
    accurate = metrics.AnswerAccuracy(llm=reader, max_retries=1)
    grounded = metrics.ResponseGroundedness(llm=reader, max_retries=1)
    return {
        "factual_correctness": (
            "correctness",
            lambda exhibit, _: correct.ascore(response=exhibit.answer, reference=exhibit.right_answer),
        ),
        "answer_accuracy": (
            "correctness",
            lambda exhibit, _: accurate.ascore(
                user_input=exhibit.asked, response=exhibit.answer, reference=exhibit.right_answer
            ),
        ),
        "faithfulness": (
            "groundedness",
            lambda exhibit, contexts: faithful.ascore(
                user_input=exhibit.asked, response=exhibit.answer, retrieved_contexts=contexts
            ),
        ),
        "response_groundedness": (
            "groundedness",
            lambda exhibit, contexts: grounded.ascore(response=exhibit.answer, retrieved_contexts=contexts),
        ),
    }


def _loaded() -> tuple[type, Any]:
    # It reports what it does to a server of its makers unless this is set, and reads it once.
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    try:
        # Its dependencies warn of their own end while they are imported.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return (
                import_module("ragas.llms.base").InstructorBaseRagasLLM,
                import_module("ragas.metrics.collections"),
            )
    except ImportError as error:
        raise EvaluationError(
            f"ragas cannot be imported: {error}.",
            fix=INSTALL,
            chinese=(f"无法导入 ragas：{error}。", INSTALL),
        ) from error
