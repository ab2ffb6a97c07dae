"""Storing what the command line answers."""

from typing import TYPE_CHECKING

from ui.console import tell

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.record.kept import KeptAnswer, Way
    from rag.schema import Answer, Question


class Keeping:
    """Stores answer after answer of one command; says once when that does not work."""

    def __init__(self, assistant: "Assistant", way: "Way", *, store: bool = True) -> None:
        """Open nothing yet; with `store` off, answers are only put into the shape of a record."""
        from rag.record.recorder import Recorder  # noqa: PLC0415

        self._assistant, self._store = assistant, store
        self._recorder = Recorder(assistant.settings, way)

    def take(self, question: "Question", answer: "Answer", whole_s: float) -> "KeptAnswer":
        """Store an answer that took `whole_s` seconds, and return the record."""
        owner = self._assistant.owner
        record = self._recorder.record(
            question,
            answer,
            viewer=owner,
            seconds={"whole": whole_s},
            document=lambda document_id: self._assistant.document(document_id, owner),
        )
        trouble = self._recorder.keep(record) if self._store else None
        if trouble:
            tell(
                f"注意：回答没有存入记录：{''.join(trouble.words('zh'))}\n"
                f"The answer was not stored: {' '.join(trouble.words('en'))}"
            )
            self._store = False
        return record
