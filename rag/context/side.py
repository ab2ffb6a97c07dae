"""One of several places that a question compares, with what was found for it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.schema import Document, Hit
from rag.verdict.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Side:
    """A place that a question compares with others."""

    place: str
    """Its short name in Chinese."""
    asked: str
    """The question as one about this place alone."""
    hits: Sequence[Hit]
    """Best first; may be empty."""
    documents: Mapping[str, Document]
    """Of the hits, by id."""
    evidence: Evidence
    """Whether they answer."""
