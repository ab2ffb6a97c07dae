"""One ranking of two legs."""

from collections.abc import Sequence

from rag.hit.weights import DENSE_WEIGHT

Ranking = Sequence[tuple[str, float]]
"""(clause_id, score), best first."""


def stretched(ranking: Ranking, *, alone: float = 1.0) -> dict[str, float]:
    """Return clause_id → score stretched to [0, 1]; `alone` when all scores are equal. Empty for no ranking."""
    if not ranking:
        return {}
    low, high = ranking[-1][1], ranking[0][1]
    return {key: (score - low) / (high - low) if high > low else alone for key, score in ranking}


def fuse(keyword: Ranking, dense: Ranking, *, dense_weight: float = DENSE_WEIGHT) -> dict[str, float]:
    """Merge two rankings of one question by min-max scores.

    Args:
        keyword: Best first; may be empty.
        dense: The same; may overlap.
        dense_weight: In [0, 1].

    Returns:
        clause_id → score in [0, 1]: each leg's scores are stretched to [0, 1] and summed by weight; a clause that a leg
        did not return gets 0 there. Empty if both are.
    """
    out: dict[str, float] = {}
    for ranking, weight in ((keyword, 1 - dense_weight), (dense, dense_weight)):
        for clause_id, share in stretched(ranking).items():
            out[clause_id] = out.get(clause_id, 0.0) + weight * share
    return out
