"""An assistant whose questions are counted, timed and logged, whichever front end asks."""

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from contextvars import copy_context
from dataclasses import replace
from secrets import token_hex
from typing import Any, cast

from rag.catalog.edition import Edition
from rag.schema import Answer, Clause, Document, Event, Question, Retrieval, Viewer
from rag.text import Lang
from rag.trace import Facts, step
from ui.observation.meter import Meter, Way, reason_of
from ui.service import Assistant

_log = logging.getLogger(__name__)


class Observed:
    """Does what the assistant behind it does; what is not about questions is handed on as it is."""

    def __init__(
        self, assistant: Assistant, meter: Meter, way: Way = "web", *, with_questions: bool = False
    ) -> None:
        """Put it in front of an assistant.

        Args:
            assistant: Answers.
            meter: Counts; shared by all ways into one process.
            way: How these questions come in.
            with_questions: Questions may stand in logs and traces; a setting of the administrator's.
        """
        self.behind, self.meter = assistant, meter
        self._way, self._with_questions = way, with_questions
        meter.begin(way)

    def by(self, way: Way) -> "Observed":
        """Return the same assistant for the questions of another way."""
        return Observed(self.behind, self.meter, way, with_questions=self._with_questions)

    def __getattr__(self, name: str) -> Any:
        if name == "behind":
            # Of a copy in the making, which would ask for it without end.
            raise AttributeError(name)
        return getattr(self.behind, name)

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        """Return the best clauses; raises as the assistant does."""
        self.meter.searched(self._way)
        with step("search") as facts:
            facts["policyqa.way"] = self._way
            return self.behind.search(question, limit, viewer)

    def ask(self, question: Question, viewer: Viewer | None = None) -> Answer:
        """Return the verified answer; raises as `stream`."""
        for event in self.stream(question, viewer):
            if isinstance(event, Answer):
                return event
        raise RuntimeError("the stream ended without an answer")

    def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
        """Yield what the assistant yields, the answer with an id; closing it stops the model. Raises as the assistant."""
        # A context of its own: the steps of this answer belong to it, whichever thread asks for the next event.
        context = copy_context()
        events = self._steps(question, viewer)
        try:
            with self.meter.answering(self._way):
                while (event := context.run(next, events, None)) is not None:
                    yield event
        finally:
            context.run(events.close)

    def notice(self, lang: Lang) -> str | None:
        """As the assistant."""
        return self.behind.notice(lang)

    def documents(self, viewer: Viewer | None = None) -> list[Document]:
        """As the assistant."""
        return self.behind.documents(viewer)

    def document(self, document_id: str, viewer: Viewer | None = None) -> Document:
        """As the assistant."""
        return self.behind.document(document_id, viewer)

    def clauses(self, document_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """As the assistant."""
        return self.behind.clauses(document_id, viewer)

    def clause(self, clause_id: str, viewer: Viewer | None = None) -> Clause:
        """As the assistant."""
        return self.behind.clause(clause_id, viewer)

    def neighbours(self, clause_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """As the assistant."""
        return self.behind.neighbours(clause_id, viewer)

    def edition(self, document_id: str, viewer: Viewer | None = None) -> Edition:
        """As the assistant."""
        return self.behind.edition(document_id, viewer)

    def clause_counts(self, viewer: Viewer | None = None) -> dict[str, int]:
        """As the assistant."""
        return self.behind.clause_counts(viewer)

    def _steps(self, question: Question, viewer: Viewer | None) -> Generator[Event, None, None]:
        with step("question") as facts:
            facts["policyqa.way"] = self._way
            if self._with_questions:
                facts["policyqa.question"] = question.text
            yield from self._told(question, viewer, facts)

    def _told(self, question: Question, viewer: Viewer | None, facts: Facts) -> Iterator[Event]:
        """Yield the events, and tell once how it ended."""
        is_told = False
        # The assistant promises that its iterator can be closed.
        stream = cast("Generator[Event, None, None]", self.behind.stream(question, viewer))
        try:
            with closing(stream) as events:
                for event in events:
                    if isinstance(event, Answer):
                        event = replace(event, answer_id=event.answer_id or token_hex(8))
                        is_told = True
                        self._answered(question, event, facts)
                    yield event
        except GeneratorExit:
            if not is_told:
                self.meter.stopped(self._way)
                self._say(logging.INFO, "stopped", question)
            raise
        except Exception as error:
            self.meter.failed(self._way, error)
            why = {"reason": reason_of(error), "error": type(error).__name__}
            self._say(logging.WARNING, "failed", question, why)
            raise

    def _answered(self, question: Question, answer: Answer, facts: Facts) -> None:
        self.meter.answered(self._way, answer)
        figures: dict[str, str | int] = {
            "answer_id": answer.answer_id,
            "verdict": answer.verdict,
            "model": answer.model,
            "hits": len(answer.retrieval.hits),
            "citations": len(answer.citations),
        }
        facts.update({f"policyqa.{name}": value for name, value in figures.items()})
        usage = answer.usage
        tokens = {"prompt_tokens": usage.prompt_tokens, "answer_tokens": usage.answer_tokens} if usage else {}
        warnings = sorted({notice.code for notice in answer.warnings})
        seconds = {f"{stage}_s": round(value, 3) for stage, value in answer.seconds.items()}
        self._say(logging.INFO, "answer", question, figures | seconds | tokens | {"warnings": warnings})

    def _say(self, level: int, event: str, question: Question, more: dict[str, Any] | None = None) -> None:
        fields = {"way": self._way} | (more or {})
        if self._with_questions:
            fields["question"] = question.text
        _log.log(level, event, extra={"fields": fields})
