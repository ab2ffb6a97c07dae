"""Clauses without which a quoted one is half an answer: the penalty for a breach of it, and the rule that it points to."""

from collections.abc import Iterator, Sequence

from rag.context.companions import Companion
from rag.quote.extract import Extract
from rag.quote.tree import as_hit
from rag.schema import Hit
from rag.text import sentences
from rag.verdict.question_type import asked_for, can_answer

_MOST = 2
_POINTS_CHARS = 80
"""A quoted passage that is shorter and names another clause says little without it."""


def beside(asked: str, chosen: Sequence[Extract], companions: Sequence[Companion]) -> list[Extract]:
    """Return passages of clauses that belong to those quoted, at most two; none when the quotes answer alone.

    Args:
        asked: The question.
        chosen: What is quoted, best clause first.
        companions: Of the hits.
    """
    known = {passage.hit.clause.clause_id for passage in chosen}
    first = [p for p in chosen if p.hit.clause.clause_id == chosen[0].hit.clause.clause_id]
    found = [
        c for c in companions if c.of == first[0].hit.clause.clause_id and c.clause.clause_id not in known
    ]
    out: list[Extract] = []
    for passage in (*_penalties(asked, found), *_pointed_to(first, found)):
        if passage not in out:
            out.append(passage)
    return out[:_MOST]


def threatened(asked: str, clauses: Sequence[Hit], companions: Sequence[Companion]) -> list[Extract]:
    """Return what follows from breaking clauses, in the words of those that name them; none when no penalty is asked for.

    Args:
        asked: The question.
        clauses: That the question names by number.
        companions: Of the hits.
    """
    named = {hit.clause.clause_id for hit in clauses}
    out: list[Extract] = []
    for passage in _penalties(asked, [c for c in companions if c.of in named]):
        at = (passage.hit.clause.clause_id, passage.start)
        if at not in {(p.hit.clause.clause_id, p.start) for p in out}:
            out.append(passage)
    return out[:_MOST]


def _penalties(asked: str, companions: Sequence[Companion]) -> Iterator[Extract]:
    """Yield what a clause that names the quoted one threatens, when a penalty is asked for."""
    if "penalty" not in asked_for(asked):
        return
    for companion in companions:
        text = companion.clause.text
        for start, end in sentences(text) if companion.kind == "referring" else ():
            named = any(a < end and start < b for a, b in companion.spans)
            if named and can_answer("penalty", text[start:end]):
                yield Extract(as_hit(companion.clause), start, end)


def _pointed_to(first: Sequence[Extract], companions: Sequence[Companion]) -> Iterator[Extract]:
    """Yield the clause that a short quote refers the reader to: 按照第十二条的规定办理."""
    if sum(len(p.text) for p in first) > _POINTS_CHARS:
        return
    named = {
        r.clause_id
        for p in first
        for r in p.hit.clause.references
        if p.start <= r.span[0] and r.span[1] <= p.end
    }
    for companion in companions:
        if companion.kind == "referred_to" and companion.clause.clause_id in named:
            yield Extract(as_hit(companion.clause), 0, len(companion.clause.text))
