"""Two benches over the same questions, and the parts of one bench, pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.bench.report import BenchReport, SearchScore
from eval.comparison import holm
from eval.report.about import flat
from eval.statistics import Difference, paired_difference
from rag.errors import EvaluationError

COMPARED = ("recall@1", "recall@5", "recall@10", "recall@100", "hit@1", "hit@5", "mrr@10", "ndcg@10")
Values = Mapping[str, Mapping[str, float]]
"""measure → id of the question → value; questions that are not a search's own are missing."""
PairedRow = tuple[str, float, float]
"""Id of the question, value in the first, value in the second."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One measure over the questions of both."""

    n: int
    a: float
    """Mean of the first."""
    b: float
    difference: Difference
    """Of b − a, with its interval and p."""
    p_holm: float | None
    """p corrected for the number of measures (Holm 1979); None for a measure in which no question differs."""
    better: tuple[str, ...]
    """Ids of questions that the second does better."""
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchComparison:
    """What differs between two benches."""

    a: str
    b: str
    paired: int
    """Questions that were compared."""
    left_out: tuple[str, ...]
    """Ids that only one of them asked, or whose question or right clauses were changed between."""
    conditions: dict[str, tuple[str | None, str | None]]
    """Names with both values where these differ; None where one lacks the name."""
    searches: dict[str, dict[str, Pair]]
    """By search and measure; searches that both have."""
    milliseconds: dict[str, tuple[float, float]]
    """Median of a question by search, in the first and in the second."""


def compare_benches(a: BenchReport, b: BenchReport, name_a: str, name_b: str) -> BenchComparison:
    """Compare two benches over the questions that both asked in the same form.

    Raises:
        EvaluationError: They are of different sets, or have no question or no search in common.
    """
    sets = [f"{each.set_name} {each.split}" for each in (a, b)]
    if sets[0] != sets[1]:
        raise EvaluationError(
            f"{name_a} asked {sets[0]}, {name_b} {sets[1]}.",
            fix="compare two benches of the same questions",
            chinese=(f"{name_a} 问的是 {sets[0]}，{name_b} 问的是 {sets[1]}。", "请比较同一批问题的两次测量"),
        )
    known = {each.id: each.hash for each in b.asked}
    same = [each for each in a.asked if known.get(each.id) == each.hash]
    names = [name for name in a.searches if name in b.searches]
    if not same or not names:
        lacking = "search" if same else "question"
        raise EvaluationError(
            f"{name_a} and {name_b} have no {lacking} in common.",
            fix="compare two benches of the same questions and the same --search",
            chinese=(
                f"{name_a} 与 {name_b} 没有共同的{'检索方式' if same else '问题'}。",
                "请比较问题和 --search 相同的两次测量",
            ),
        )
    ids = {each.id for each in same}
    searches = {
        name: _pairs(_by_id(a, name), _by_id(b, name), {each.id: each.cluster for each in same})
        for name in names
    }
    return BenchComparison(
        a=name_a,
        b=name_b,
        paired=len(same),
        left_out=tuple(sorted({each.id for each in (*a.asked, *b.asked)} - ids)),
        conditions=_conditions(a.about, b.about),
        searches=searches,
        milliseconds={
            name: (a.searches[name].milliseconds_median, b.searches[name].milliseconds_median)
            for name in names
        },
    )


def against(report: BenchReport, name: str, other: str) -> dict[str, Pair]:
    """Compare two searches of one bench by measure, over the questions that are both's own: other − name."""
    clusters = {each.id: each.cluster for each in report.asked}
    return _pairs(_by_id(report, name), _by_id(report, other), clusters)


def _by_id(report: BenchReport, name: str) -> Values:
    score: SearchScore = report.searches[name]
    ids = [each.id for each in report.asked]
    return {
        measure: {i: value for i, value in zip(ids, values, strict=True) if value is not None}
        for measure, values in score.values.items()
    }


def _pairs(a: Values, b: Values, clusters: Mapping[str, str]) -> dict[str, Pair]:
    """Pair the values of the questions that `clusters` names; a measure that no question has in both is missing."""
    rows = {
        measure: [(i, a[measure][i], b[measure][i]) for i in clusters if i in a[measure] and i in b[measure]]
        for measure in COMPARED
        if measure in a and measure in b
    }
    rows = {measure: each for measure, each in rows.items() if each}
    tested = {measure: _difference(each, clusters) for measure, each in rows.items()}
    corrected = holm(
        {measure: tested[measure].p for measure, each in rows.items() if any(x != y for _, x, y in each)}
    )
    return {measure: _pair(each, tested[measure], corrected.get(measure)) for measure, each in rows.items()}


def _difference(rows: Sequence[PairedRow], clusters: Mapping[str, str]) -> Difference:
    ids, before, after = zip(*rows, strict=True)
    return paired_difference(before, after, [clusters[i] for i in ids])


def _pair(rows: Sequence[PairedRow], difference: Difference, p_holm: float | None) -> Pair:
    return Pair(
        n=len(rows),
        a=sum(x for _, x, _ in rows) / len(rows),
        b=sum(y for *_, y in rows) / len(rows),
        difference=difference,
        p_holm=p_holm,
        better=tuple(i for i, x, y in rows if y > x),
        worse=tuple(i for i, x, y in rows if y < x),
    )


def _conditions(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, tuple[str | None, str | None]]:
    one, other = flat(a), flat(b)
    names = dict.fromkeys((*one, *other))
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}
