"""The parts of a document or of a chapter, one after the other: heading, and what stands at its beginning, cited."""

from collections.abc import Mapping, Sequence

from rag.quote.extract import Extract
from rag.quote.quoted import Quotes
from rag.quote.tree import Branch, branches, first_words, heading_end, leading
from rag.schema import Clause
from rag.text import Lang

_PARTS = 24
"""Most headings of one document; of more, what is left out is counted."""
_UNDER = 8
"""Most headings under one heading."""
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"more": "（其余 {} 个部分从略。）", "under": "（其下还有 {} 项）"},
    "en": {"more": "({} more parts are left out.)", "under": " (and {} more items)"},
}


def told(clauses: Sequence[Clause], quotes: Quotes, lang: Lang) -> list[str]:
    """Return lines that go through clauses part by part; none for no clauses.

    Args:
        clauses: Of one document, in printed order: all of it, or those under one heading.
        quotes: Numbers what is cited.
        lang: Of the words around the quotes.
    """
    depth = _depth(clauses)
    parts = branches(clauses, depth)
    lines = [_part(part, depth, quotes, lang) for part in parts[:_PARTS]]
    if len(parts) > _PARTS:
        lines.append(_WORDS[lang]["more"].format(len(parts) - _PARTS))
    return lines


def _depth(clauses: Sequence[Clause]) -> int:
    """Return the first part of their locators in which the clauses differ."""
    paths = [clause.locator.split("/") for clause in clauses]
    shortest = min(map(len, paths), default=1)
    return next((i for i in range(shortest) if len({p[i] for p in paths}) > 1), max(shortest - 1, 0))


def _part(part: Branch, depth: int, quotes: Quotes, lang: Lang) -> str:
    """Return a part, its number of articles on a line that cites nothing: heading, then its beginning or the headings under it."""
    first = part.clauses[0]
    if len(part.clauses) == 1:
        return f"**{part.heading}**\n{quotes.line([_beginning(first)])}"
    span = f"（{first.label}—{part.clauses[-1].label}）" if first.label.startswith("第") else ""
    under = branches(part.clauses, depth + 1)
    # Articles have no headings: their chapter is told by its first one.
    shown = [under[0]] if span else under[:_UNDER]
    words = "；".join(_below(branch, quotes) for branch in shown)
    more = len(under) - len(shown)
    return (
        f"**{part.heading}**{span}\n{words}{_WORDS[lang]['under'].format(more) if more and not span else ''}"
    )


def _beginning(clause: Clause) -> Extract:
    """Return the heading of a clause, if it has one, with the first sentence under it."""
    first = first_words(clause)
    return Extract(first.hit, 0, first.end) if heading_end(clause.text) is not None else first


def _below(branch: Branch, quotes: Quotes) -> str:
    first = branch.clauses[0]
    words = quotes.line([leading(first)])
    alone = branch.heading == first.label and first.label.startswith("第")
    return words if alone else f"{branch.heading} {words}"
