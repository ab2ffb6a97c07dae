"""What stands behind the page and the Slack bot: an assistant over one collection, and where answers are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.catalog.edition import Edition
from rag.record.recorder import Recorder
from rag.schema import Clause, Document, Event, Question, Retrieval, Viewer
from rag.text import Lang


class Assistant(Protocol):
    """What they need of `rag.assistant.Assistant`."""

    def notice(self, lang: Lang) -> str | None:
        """Return a line for the visitor when no model is in use; None otherwise."""

    def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
        """Yield stages and words, and last the answer; closing the iterator stops the model."""

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        """Return the best clauses."""

    def documents(self, viewer: Viewer | None = None) -> list[Document]:
        """Return the documents that this person may see."""

    def document(self, document_id: str, viewer: Viewer | None = None) -> Document:
        """Return one document; raises NotFound."""

    def clauses(self, document_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """Return the clauses of a document in printed order; raises NotFound."""

    def clause(self, clause_id: str, viewer: Viewer | None = None) -> Clause:
        """Return one clause; raises NotFound."""

    def neighbours(self, clause_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """Return the clauses before and after one; raises NotFound."""

    def edition(self, document_id: str, viewer: Viewer | None = None) -> Edition:
        """Return a document's editor's note and original file; raises NotFound."""

    def clause_counts(self, viewer: Viewer | None = None) -> dict[str, int]:
        """Return how many clauses each document has, by document_id."""


@dataclass(frozen=True, slots=True)
class Service:
    """Shared by all visitors; nothing about one of them is kept on it."""

    assistant: Assistant
    data: Path | None = None
    """The data folder; None on a page that keeps nothing."""
    recorder: Recorder | None = None
    """Keeps answers and their ratings; None keeps none and offers no thumbs."""
    examples: Sequence[str] = ()
    """Questions offered before the first one; empty for some that the collection answers."""
    web_url: str | None = None
    """Public address of the page, the base of copied links; None for the address in the browser."""
    questions_a_minute: int = 0
    """Most questions of one person on the page; 0 for no limit."""
