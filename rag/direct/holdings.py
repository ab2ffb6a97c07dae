"""What the collection holds for one person, as far as questions about the collection itself need it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.schema import Clause, Document


def _no_counts() -> Mapping[str, int]:
    return {}


def _says_nothing(words: str) -> Mapping[str, int]:
    return {}


def _no_clauses(document_id: str) -> Sequence[Clause]:
    return ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """The documents that a person may see, with what the catalog can count in them."""

    documents: Sequence[Document]
    """Those that this person may see and that meet the question's filters."""
    counts: Callable[[], Mapping[str, int]] = _no_counts
    """Returns document_id → how many clauses it has."""
    saying: Callable[[str], Mapping[str, int]] = _says_nothing
    """Takes words; returns document_id → how many of its clauses have them, without the documents that have none."""
    clauses_of: Callable[[str], Sequence[Clause]] = _no_clauses
    """Returns the clauses of one of these documents, in printed order."""


def in_order(words: str, title: str) -> bool:
    """Tell whether a title has all characters of some words in their order: 北京登记办法 in 北京市数据登记管理办法."""
    rest = iter(title)
    return all(c in rest for c in words)
