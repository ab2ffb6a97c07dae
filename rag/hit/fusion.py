"""One ranking of two legs."""

from collections.abc import Sequence

from rag.hit.weights import DENSE_WEIGHT, DEPTH

Ranking = Sequence[tuple[str, float]]
"""(clause_id, score), best first."""


def stretched(ranking: Ranking, *, alone: float = 1.0) -> dict[str, float]:
    """Return clause_id → score, of which the first `DEPTH` are stretched to [0, 1]; what comes later is below 0.

    `alone` for each when those scores are equal; empty for no ranking.
    """
    if not ranking:
        return {}
    low, high = ranking[:DEPTH][-1][1], ranking[0][1]
    return {key: (score - low) / (high - low) if high > low else alone for key, score in ranking}


def fuse(keyword: Ranking, dense: Ranking, *, dense_weight: float = DENSE_WEIGHT) -> dict[str, float]:
    """Merge two rankings of one question by min-max scores.

    Args:
        keyword: Best first; may be empty.
        dense: The same; may overlap.
        dense_weight: In [0, 1].

    Returns:
        clause_id → score, 1 at most: each leg's scores are stretched as by `stretched` and summed by weight; a clause that a
        leg did not return has the share of its last one there, or 0. Empty if both are.
    """
    by_words, by_meaning = stretched(keyword), stretched(dense)
    least_words, least_meaning = (min(0.0, *shares.values(), 0.0) for shares in (by_words, by_meaning))
    return {
        clause_id: (1 - dense_weight) * by_words.get(clause_id, least_words)
        + dense_weight * by_meaning.get(clause_id, least_meaning)
        for clause_id in by_words | by_meaning
    }
