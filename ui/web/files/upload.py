"""A file that an editor has handed in, and what was recognised in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.catalog.corrections import corrected
from rag.errors import PolicyQAError
from rag.schema import Clause, Document, Leftover, Remark

Stage = Literal["waiting", "reading", "found", "known", "failed", "stopped", "indexing", "in"]
"""`found` waits for the editor; `known` is in the collection already; the last two are of accepting it."""
Standing = Literal["new", "known", "out"]
"""Of a document: not in the collection, in it under this title, or taken out of it by hand."""


@dataclass
class Draft:
    """A document as it was read, before it counts."""

    document: Document
    clauses: Sequence[Clause]
    leftovers: Sequence[Leftover]
    member: str = ""
    """Of an archive: the name inside it; empty for a file of its own."""
    standing: Standing = "new"
    corrections: dict[str, str] = field(default_factory=dict)
    """What the editor says instead of what was read."""

    @property
    def shown(self) -> Document:
        """The document with what the editor has set."""
        return corrected(self.document, self.corrections)

    def correct(self, values: dict[str, str]) -> None:
        """Set checked fields; an empty value takes one back."""
        self.corrections = {key: value for key, value in {**self.corrections, **values}.items() if value}


@dataclass
class Upload:
    """One file on its way into the collection."""

    key: str
    name: str
    path: Path
    """The private copy; gone as soon as the file is in the collection or given up."""
    size: int
    """In bytes."""
    stage: Stage = "waiting"
    error: PolicyQAError | None = None
    drafts: list[Draft] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    replaces: bool = False
    """Whether it takes the place of an earlier upload of its name."""

    @property
    def titles(self) -> set[str]:
        """The titles that its texts print."""
        return {draft.document.title for draft in self.drafts}

    def fail(self, error: PolicyQAError) -> None:
        """Note why it cannot be taken in."""
        self.stage, self.error = "failed", error
