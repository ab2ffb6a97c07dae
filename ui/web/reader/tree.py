"""A document's tree as HTML: chapters that fold, and in them a link to each clause."""

from collections.abc import Sequence
from itertools import groupby

from rag.schema import Clause
from ui.address import clause_place
from ui.web.sources.text import shown

_PARTS = " / "
_GIST = 16
_UNFOLDED = 150
"""Clauses of a document whose chapters are all unfolded at first."""


def chapters(clause: Clause) -> tuple[str, ...]:
    """Return the headings above a clause, highest first; empty for one that stands under none."""
    return tuple(clause.headings.split(_PARTS)) if clause.headings else ()


def tree(clauses: Sequence[Clause]) -> str:
    """Return nested lists of links; a chapter is a <details>."""
    return _level(clauses, 0, "open" if len(clauses) <= _UNFOLDED else "")


def _level(clauses: Sequence[Clause], depth: int, unfolded: str) -> str:
    items: list[str] = []
    for heading, group in groupby(clauses, key=lambda c: chapters(c)[depth : depth + 1]):
        if heading:
            inner = _level(list(group), depth + 1, unfolded)
            items.append(
                f"<li><details {unfolded}><summary>{shown(heading[0])}</summary>{inner}</details></li>"
            )
        else:
            items += [_leaf(clause) for clause in group]
    return f"<ul>{''.join(items)}</ul>"


def _leaf(clause: Clause) -> str:
    address = clause_place(clause.clause_id).address
    return (
        f'<li><a href="{address}" data-clause="{clause.ordinal}"><b>{shown(clause.label)}</b> '
        f"<span>{shown(gist(clause))}</span></a></li>"
    )


def gist(clause: Clause) -> str:
    """Return the first words of a clause, at most 16 characters."""
    line = clause.text.split("\n", 1)[0]
    return line if len(line) <= _GIST else f"{line[:_GIST]}…"
