"""The one contradiction between what a question states and what the clauses found say."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.locator.matcher import MEANT, TitleMatcher
from rag.premise.assertion import Assertion, assertions
from rag.premise.body import body_contradictions
from rag.premise.document import document_contradictions
from rag.premise.force import force_contradictions
from rag.premise.moment import moment_contradictions
from rag.premise.negation import negation_contradictions
from rag.premise.opposite import opposite_contradictions
from rag.premise.order import order_contradictions
from rag.premise.place import place_contradictions
from rag.premise.statement import Contradiction, Ground, statements
from rag.schema import Clause, Document, Hit

_FIRST = 3
_RULES: tuple[Callable[[Assertion, Ground], Iterator[Contradiction]], ...] = (
    document_contradictions,
    body_contradictions,
    force_contradictions,
    opposite_contradictions,
    moment_contradictions,
    negation_contradictions,
    order_contradictions,
    place_contradictions,
)


def best_contradiction(
    text: str,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    clauses_of: Callable[[str], Sequence[Clause]],
) -> Contradiction | None:
    """Return the contradiction to a part of a question that fits best; None when nothing is stated or contradicted.

    Args:
        text: The present turn.
        hits: Best first.
        documents: The documents of those hits, by id.
        clauses_of: All clauses of a document, by its id.
    """
    stated = assertions(text)
    if not stated:
        return None
    meant = _meant(text, hits, documents)
    ground = Ground(text, statements(hits), meant, clauses_of(meant.document_id) if meant else ())
    found = (said for asserted in stated for rule in _RULES for said in rule(asserted, ground))
    return max(found, key=lambda one: one.fit, default=None)


def _meant(text: str, hits: Sequence[Hit], documents: Mapping[str, Document]) -> Document | None:
    """Return the document of the first hits whose title the question's words fit best."""
    first = {hit.clause.document_id for hit in hits[:_FIRST]}
    shares = TitleMatcher(list(documents.values())).scores(text)
    best = max(shares, key=lambda key: shares[key], default=None)
    # A share is a sum of weights, which may come out a trace under what it is.
    return documents[best] if best in first and round(shares[best], 6) >= MEANT else None
