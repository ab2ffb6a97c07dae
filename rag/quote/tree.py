"""The clauses of a document as the parts that its headings make of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.locator.place import part_of
from rag.quote.extract import Extract
from rag.schema import Clause, Hit
from rag.text import sentences

_HEADING_CHARS = 60
_ENDS = "。！？；.!?;：:"


@dataclass(frozen=True, slots=True)
class Branch:
    """A heading with the clauses under it, or one clause that stands alone."""

    heading: str
    """As printed, with its number: `第二章 登记`, `（一）总体要求`; the label of a clause without one."""
    clauses: tuple[Clause, ...]
    """In printed order; never empty."""
    style: str
    """In which it is numbered, as `Part.style` has it."""


def branches(clauses: Sequence[Clause], depth: int = 0) -> list[Branch]:
    """Return clauses by the part of their locators at a depth.

    Args:
        clauses: In printed order, all under one heading when `depth` is above 0.
        depth: 0 for the chapters of a document.

    Returns:
        One entry for each heading, in order; none for no clauses.
    """
    groups: dict[str, list[Clause]] = {}
    for clause in clauses:
        groups.setdefault("/".join(clause.locator.split("/")[: depth + 1]), []).append(clause)
    return [
        Branch(_heading(key, depth, group), tuple(group), part_of(key.split("/")[-1]).style)
        for key, group in groups.items()
    ]


def leading(clause: Clause) -> Extract:
    """Return the first words that say what a clause is about: its own heading, else its first sentence."""
    hit = as_hit(clause)
    if (end := heading_end(clause.text)) is not None:
        return Extract(hit, 0, end)
    start, end = next(sentences(clause.text), (0, len(clause.text)))
    return Extract(hit, start, end)


def heading_end(text: str) -> int | None:
    """Return where the heading of a text ends that stands on a line of its own; None without one."""
    end = text.find("\n")
    return end if 0 < end <= _HEADING_CHARS and text[end - 1] not in _ENDS else None


def first_words(clause: Clause) -> Extract:
    """Return the first sentence that is not the heading; the heading where nothing follows."""
    start = heading_end(clause.text) or 0
    found = next(((a, b) for a, b in sentences(clause.text) if a >= start), (0, len(clause.text)))
    return Extract(as_hit(clause), *found)


def as_hit(clause: Clause) -> Hit:
    """Return a clause that was not searched for as a hit without a score."""
    return Hit(clause, 0.0)


def _heading(key: str, depth: int, group: Sequence[Clause]) -> str:
    label = key.split("/")[-1]
    first = group[0]
    if len(first.locator.split("/")) > depth + 1:
        printed = first.headings.split(" / ")
        return re.sub(r"\s+", " ", printed[depth]) if depth < len(printed) and printed[depth] else label
    return label
