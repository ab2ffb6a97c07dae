"""How sure a figure is: intervals, paired differences, risk over coverage, agreement of two people.

Questions about one document succeed and fail together, so whole documents (clusters) are drawn or flipped, never single cases.
Equal input gives equal output: every draw has a fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
FLIPS = 10_000
MOST_ENUMERATED = 12
"""Clusters up to which all ways to flip them are tried: 2 ** 12 are fewer than `FLIPS`."""
_SEED = 20231215
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and where it would lie with other documents."""

    mean: float
    low: float | None
    """Lower end of the 95 % interval; None when all values come from one document."""
    high: float | None
    n: int
    """Number of values."""


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much one run is better than another over the same cases."""

    mean: float
    """Of b − a: above 0 when b has the larger values."""
    low: float | None
    """Lower end of the 95 % interval of the mean; None when all values come from one document."""
    high: float | None
    p: float
    """Two-sided: how often a difference at least as large would come by chance, in (0, 1]."""
    n: int
    """Number of cases."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What happens when only answers of some confidence are given."""

    confidence: float
    """The least that is accepted."""
    coverage: float
    """Share of the cases that are then answered, in (0, 1]."""
    risk: float
    """Share of these that are wrong, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Risk at every coverage that can be chosen."""

    points: tuple[RiskPoint, ...]
    """By rising coverage; the last has coverage 1. Cases of one confidence come in together."""
    area: float
    """Mean risk over all coverages, in [0, 1]; smaller is better, and only order counts, not the confidences themselves."""


def mean_interval(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """Average values with a 95 % interval, by drawing whole clusters with replacement (percentile bootstrap).

    Args:
        values: One value a case.
        clusters: The document of each value.

    Raises:
        ValueError: There are no values, or not one cluster a value.
    """
    sums, counts = _by_cluster(values, clusters)
    mean = float(np.mean(values))
    if len(sums) == 1:
        return Interval(mean, None, None, len(values))
    draws = np.random.default_rng(_SEED).integers(len(sums), size=(RESAMPLES, len(sums)))
    low, high = np.percentile(sums[draws].sum(axis=1) / counts[draws].sum(axis=1), [2.5, 97.5])
    return Interval(mean, float(low), float(high), len(values))


def paired_difference(a: Sequence[float], b: Sequence[float], clusters: Sequence[str]) -> Difference:
    """Compare two runs over the same cases by a two-sided randomisation test.

    Were the runs equally good, the sign of each document's difference would be a matter of chance; p is the share of all ways to
    flip these signs that give a mean at least as far from 0 as the one seen. Up to 12 documents that differ, all ways are tried,
    above that 10,000 are drawn (then p is at least 1 in 10,001: Phipson and Smyth 2010). The test assumes neither a normal
    distribution nor equal variances, which scores that are mostly 0 or 1 do not have (Smucker, Allan and Carterette, "A
    comparison of statistical significance tests for information retrieval evaluation", CIKM 2007).

    Args:
        a: One value a case.
        b: The other run's value of the same cases, in the same order.
        clusters: The document of each case.

    Raises:
        ValueError: There are no values, or the three differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} values against {len(b)}")
    differences = [y - x for x, y in zip(a, b, strict=True)]
    interval = mean_interval(differences, clusters)
    sums, _ = _by_cluster(differences, clusters)
    return Difference(interval.mean, interval.low, interval.high, _p_of(sums), interval.n)


def risk_coverage(confidence: Sequence[float], right: Sequence[float]) -> RiskCoverage:
    """Return how often a system is wrong when it answers only what it is surest of.

    After El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 2010; the area is the one of
    Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019, with cases of
    equal confidence taken together, so that the order of the cases does not matter.

    Args:
        confidence: One value a case, larger for surer.
        right: Whether, or to which share in [0, 1], the answer to each case would be right.

    Raises:
        ValueError: There are no cases, or the two differ in length.
    """
    if len(confidence) != len(right):
        raise ValueError(f"{len(confidence)} confidences, {len(right)} values")
    if not confidence:
        raise ValueError("a curve over nothing")
    order = np.argsort(-np.asarray(confidence, dtype=float), kind="stable")
    sure = np.asarray(confidence, dtype=float)[order]
    wrong = np.cumsum(1 - np.asarray(right, dtype=float)[order])
    # The last place of each run of equal confidences.
    ends = np.flatnonzero(np.append(sure[1:] != sure[:-1], True))
    risks = np.clip(wrong[ends] / (ends + 1), 0.0, 1.0)
    steps = np.diff(np.append(-1, ends))
    points = tuple(
        RiskPoint(float(sure[end]), float((end + 1) / len(sure)), float(risk))
        for end, risk in zip(ends, risks, strict=True)
    )
    return RiskCoverage(points, float((steps * risks).sum() / len(sure)))


def cohen_kappa(
    a: Sequence[float], b: Sequence[float], weights: Literal["linear", "quadratic"] | None = None
) -> float | None:
    """Return by how much two people agree beyond chance: 1 in everything, 0 as by chance, below 0 less than that.

    Cohen, "A coefficient of agreement for nominal scales", 1960, and "Weighted kappa", 1968. With weights the distance of two
    marks is that of their numbers (or its square), so a mark that nobody gave in between still counts.

    Args:
        a: One person's mark of each thing.
        b: The other person's marks, in the same order.
        weights: None counts every disagreement alike; `linear` and `quadratic` count far ones more.

    Returns:
        None when both gave one and the same mark throughout: then nothing can be said about agreement beyond chance.

    Raises:
        ValueError: There are no marks, or the two differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} marks against {len(b)}")
    if not a:
        raise ValueError("agreement on nothing")
    one, other = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    seen = float(_distance(one, other, weights).mean())
    by_chance = float(_distance(one[:, None], other[None, :], weights).mean())
    return 1 - seen / by_chance if by_chance else None


def _by_cluster(
    values: Sequence[float], clusters: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum of the values of each cluster, and how many they are, clusters by name."""
    if not values:
        raise ValueError("a mean over nothing")
    if len(values) != len(clusters):
        raise ValueError(f"{len(values)} values, {len(clusters)} clusters")
    number = {cluster: i for i, cluster in enumerate(sorted(set(clusters)))}
    index = [number[cluster] for cluster in clusters]
    sums = np.zeros(len(number))
    np.add.at(sums, index, np.asarray(values, dtype=float))
    return sums, np.bincount(index).astype(np.float64)


def _p_of(sums: NDArray[np.float64]) -> float:
    seen = abs(float(sums.sum()))
    size = float(np.abs(sums).sum())
    # A flipped sum that differs from the one seen only by rounding is equal to it.
    least = seen - _ROUNDING * max(size, 1.0)
    moved = sums[np.abs(sums) > _ROUNDING]
    if not len(moved):
        return 1.0
    if len(moved) <= MOST_ENUMERATED:
        signs = np.array(list(product((1.0, -1.0), repeat=len(moved))))
        return float(np.mean(np.abs(signs @ moved) >= least))
    draws = np.random.default_rng(_SEED).choice((1.0, -1.0), size=(FLIPS, len(moved)))
    return float((1 + np.sum(np.abs(draws @ moved) >= least)) / (1 + FLIPS))


def _distance(
    one: NDArray[np.float64], other: NDArray[np.float64], weights: Literal["linear", "quadratic"] | None
) -> NDArray[np.float64]:
    if weights is None:
        return np.not_equal(one, other).astype(np.float64)
    apart: NDArray[np.float64] = np.abs(one - other)
    return apart if weights == "linear" else np.square(apart)
