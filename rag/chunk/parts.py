"""What is embedded: a whole clause, or parts of a long one that overlap by no more than a sentence."""

import hashlib

from rag.schema import Clause
from rag.text import sentences

TEMPLATE = "title locator headings / text, parts of 220 characters; 1"
"""Recorded in the collection; another one means that all vectors are to be made anew."""
_PART_CHARS = 220
_OVERLAP_CHARS = 60


def heading_of(clause: Clause) -> str:
    """Return what precedes the text in the indexes: title, locator and the words of the headings above."""
    return " ".join(x for x in (clause.title, clause.locator, clause.headings) if x)


def parts(text: str) -> list[str]:
    """Cut a long text at sentence ends.

    Returns:
        The text itself up to 220 characters; else parts of at most that length (longer only when one sentence is), each
        beginning with the last sentence of the part before if that is short.
    """
    if len(text) <= _PART_CHARS:
        return [text]
    spans = list(sentences(text))
    out: list[str] = []
    first = 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= _PART_CHARS:
            last += 1
        out.append(text[spans[first][0] : spans[last][1]])
        if last + 1 == len(spans):
            break
        overlap = last > first and spans[last][1] - spans[last][0] <= _OVERLAP_CHARS
        first = last if overlap else last + 1
    return out


def passages(clause: Clause) -> list[str]:
    """Return the texts of a clause's chunks as they are embedded; at least one."""
    head = heading_of(clause)
    return [f"{head}\n{part}" for part in parts(clause.text)]


def digest(clause: Clause, metadata: str) -> str:
    """Return what changes when the clause's chunks must be made again: its passages, its metadata, the template."""
    return hashlib.sha256("\x00".join((TEMPLATE, metadata, *passages(clause))).encode()).hexdigest()[:32]
