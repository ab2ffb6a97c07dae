"""Clauses that belong to a hit: what it refers to, what refers to it, the words it uses, what it goes on from."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.catalog import Catalog
from rag.schema import Clause, Definition, Hit
from rag.text import terms

Kind = Literal["before", "referred_to", "definition", "referring"]
_EACH = 3
"""Most companions of one kind that a hit brings: a much cited article would leave no room for those of other hits."""
_GOES_ON = re.compile(
    r"[^\n。]{0,16}?(?:前[款项条述]|前[两二三四五]?[款项条]|上述|上[款条]|以上(?:规定|条款|情形|要求|各项))"
    r"|[^\n.]{0,40}?\b(?:preceding|foregoing|previous|aforementioned|aforesaid|the above)\b",
    re.IGNORECASE,
)
"""Words that lean on the clause before: they come first, before the clause itself could have said what they mean."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A clause that is read together with a hit."""

    clause: Clause
    of: str
    """clause_id of the hit."""
    kind: Kind
    """How the clause stands to the hit: it is `referred_to` by the hit, or is `referring` to it, …"""
    spans: tuple[tuple[int, int], ...] = ()
    """Start and end (exclusive) of the words of its text that are meant; empty for all of it."""


def companions_of(asked: str, hits: Sequence[Hit], catalog: Catalog) -> list[Companion]:
    """Return what belongs to the hits, first what they cannot be understood without.

    Args:
        asked: The question as it was searched for.
        hits: Best first.
        catalog: Knows the links; a clause that it no longer has is left out.

    Returns:
        By kind, inside a kind by hit; a clause may belong to several hits, and may be a hit. Never the hit itself.
    """
    clauses = [hit.clause for hit in hits]
    if not clauses:
        return []
    return [
        *_before(clauses, catalog),
        *_referred_to(asked, clauses, catalog),
        *_definitions(asked, clauses, catalog),
        *_referring(asked, clauses, catalog),
    ]


def shared(asked: str, text: str) -> float:
    """Return how much of a question a text takes up, whatever its length; at least 0."""
    found = set(terms(text))
    return len(set(terms(asked)) & found) / math.sqrt(len(found) + 8)


def _before(clauses: Sequence[Clause], catalog: Catalog) -> Iterator[Companion]:
    for clause in clauses:
        start = _GOES_ON.match(clause.text)
        if start is None or any(_leads_away(clause, at, start.end()) for at in range(len(clause.references))):
            continue
        if before := catalog.clause_before(clause):
            yield Companion(before, clause.clause_id, "before")


def _leads_away(clause: Clause, number: int, end: int) -> bool:
    """Tell whether a reference among a clause's first words says which other clause is meant."""
    reference = clause.references[number]
    return reference.span[0] < end and reference.clause_id not in (None, clause.clause_id)


def _referred_to(asked: str, clauses: Sequence[Clause], catalog: Catalog) -> Iterator[Companion]:
    wanted = {
        clause.clause_id: dict.fromkeys(
            r.clause_id for r in clause.references if r.clause_id and r.clause_id != clause.clause_id
        )
        for clause in clauses
    }
    known = catalog.clause_map({target for targets in wanted.values() for target in targets})
    for clause_id, targets in wanted.items():
        found = [known[target] for target in targets if target in known]
        for target in _best(asked, found):
            yield Companion(target, clause_id, "referred_to")


def _definitions(asked: str, clauses: Sequence[Clause], catalog: Catalog) -> Iterator[Companion]:
    """Yield the definitions of the words of a clause, or of the question, that its document gives."""
    defining = catalog.defining([*dict.fromkeys(clause.document_id for clause in clauses)])
    for clause in clauses:
        found = [
            (definition, other)
            for other in defining
            if other.document_id == clause.document_id and other.clause_id != clause.clause_id
            for definition in other.definitions
            if len(definition.term) > 1 and (definition.term in clause.text or definition.term in asked)
        ]
        found.sort(key=lambda row: (row[0].term not in asked, -len(row[0].term)))
        spans: dict[str, list[Definition]] = {}
        for definition, other in found[:_EACH]:
            spans.setdefault(other.clause_id, []).append(definition)
        by_id = {other.clause_id: other for _, other in found}
        for other_id, said in spans.items():
            meant = tuple(sorted({d.span for d in said}))
            yield Companion(by_id[other_id], clause.clause_id, "definition", meant)


def _referring(asked: str, clauses: Sequence[Clause], catalog: Catalog) -> Iterator[Companion]:
    known = catalog.referring([clause.clause_id for clause in clauses])
    for clause in clauses:
        spans = {
            other.clause_id: tuple(r.span for r in other.references if r.clause_id == clause.clause_id)
            for other in known
            if other.clause_id != clause.clause_id
        }
        found = [other for other in known if spans.get(other.clause_id)]
        for other in _best(asked, found):
            yield Companion(other, clause.clause_id, "referring", spans[other.clause_id])


def _best(asked: str, found: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that take up most of the question, in their order."""
    if len(found) <= _EACH:
        return [*found]
    kept = {c.clause_id for c in sorted(found, key=lambda c: -shared(asked, c.text))[:_EACH]}
    return [c for c in found if c.clause_id in kept]
