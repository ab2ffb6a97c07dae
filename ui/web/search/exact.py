"""Questions that name a clause by its number and ask nothing else: 登记办法第十二条 is to give just that."""

from collections.abc import Sequence

from rag.hit.turn import without_asking
from rag.locator.named import without_places
from rag.schema import Hit
from rag.text import bare, plain

_REST = 3
"""Characters besides number and title that do not yet ask anything."""


def exact(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that a question means when it is only a place, such as 办法第十二条; empty when it asks more.

    Args:
        question: As it was typed.
        hits: Best first.

    Returns:
        The clauses at that place; when the question names their document, only those of the best score.
    """
    named = [hit for hit in hits if "lookup" in hit.legs]
    if not named:
        return []
    best = max(hit.legs["lookup"].score for hit in named)
    named = [hit for hit in named if hit.legs["lookup"].score >= best]
    rest = set(bare(without_asking(without_places(plain(question)))))
    asks = min(len([c for c in rest - set(bare(hit.clause.title)) if c.isalnum()]) for hit in named)
    return named if asks <= _REST else []
