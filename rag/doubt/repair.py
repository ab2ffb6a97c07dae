"""The clause's own sentence in the place of one that says something else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.doubt.source import Known
from rag.doubt.wording import content_terms
from rag.schema import Hit
from rag.text import sentences, terms

_LEAST_SHARE = 0.5
"""Of a statement's content words that a sentence of a cited clause must have to be what the statement was about."""
_UNCITED_SHARE = 0.8
"""The same for a statement that cites nothing, or not the clause that has the words."""
_LEAST_TERMS = 4
_LEAD = 0.1
"""By which it must be ahead of every other sentence."""
_LONGEST = 400
"""Characters; a longer sentence is a table or a list, and no answer to anything."""
_BULLET = re.compile(r"\s*(?:>\s*)?(?:[-*•]\s+|\d{1,2}[.、)）]\s*|[（(]\d{1,2}[)）]\s*)?")


@dataclass(frozen=True, slots=True)
class Repair:
    """A sentence of a clause."""

    hit: Hit
    start: int
    end: int
    """Exclusive; of the span in the clause's text."""

    @property
    def quote(self) -> str:
        """The words."""
        return self.hit.clause.text[self.start : self.end]

    def said(self, number: int, statement: str = "") -> str:
        """Return what is shown: 《title》locator：“words”[n], with the bullet or number of the statement that it replaces."""
        bullet = _BULLET.match(statement)
        clause = self.hit.clause
        return f"{bullet[0] if bullet else ''}《{clause.title}》{clause.locator}：“{self.quote}”[{number}]"


def repaired(statement: str, cited: Sequence[Hit], known: Known) -> Repair | None:
    """Return the sentence of a clause that a statement clearly was about.

    It must have half of the statement's content words, and clearly more than any other sentence of the cited clauses. When
    no cited clause has it, as behind a wrong marker, another source counts that has four fifths of them.

    Args:
        statement: Without markers.
        cited: The clauses that it cites; may be empty.
        known: All sources of the answer.

    Returns:
        None when it is not clear what was meant; for rows of tables and headings, which a sentence cannot take the place
        of; and for a statement in another language than the clauses.
    """
    if statement.lstrip().startswith(("|", "#")):
        return None
    wanted = content_terms(statement)
    if len(wanted) < _LEAST_TERMS:
        return None
    found = _clearest(wanted, cited, _LEAST_SHARE)
    cited_ids = {hit.clause.clause_id for hit in cited}
    others = [hit for hit in known.sources if hit.clause.clause_id not in cited_ids]
    return found or _clearest(wanted, others, _UNCITED_SHARE)


def _clearest(wanted: frozenset[str], hits: Sequence[Hit], least: float) -> Repair | None:
    ranked = sorted(_shares(wanted, hits), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < least:
        return None
    best = ranked[0]
    rivals = [share for share, other in ranked[1:] if other.quote != best[1].quote]
    return best[1] if not rivals or best[0] >= rivals[0] + _LEAD else None


def _shares(wanted: frozenset[str], hits: Sequence[Hit]) -> Iterator[tuple[float, Repair]]:
    for hit in hits:
        for start, end in sentences(hit.clause.text):
            if end - start <= _LONGEST:
                found = wanted & set(terms(hit.clause.text[start:end]))
                yield len(found) / len(wanted), Repair(hit, start, end)
