"""How far marks agree with those made by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from eval.judge.code_marks import code_marks_of
from eval.judge.mark import AXES, GRADES, Axis, Mark
from eval.judge.sample import Marked
from eval.statistics import RESAMPLES, cohen_kappa

_SEED = 20231215
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one marker on one axis with the marks agreed on by hand."""

    by: str
    axis: Axis
    n: int
    """Answers that both marked."""
    unmarked: int
    """Answers of which the marker said nothing that could be read; they count neither for nor against it."""
    kappa: float | None
    """Cohen's, with quadratic weights: 0 against 2 counts four times as much as 0 against 1. None when it says nothing: fewer
    than two answers, or one and the same mark throughout on both sides."""
    low: float | None
    """Of its 95 % interval over other cases."""
    high: float | None
    plain: float | None
    """Cohen's kappa without weights."""
    equal: float | None
    """Share of the answers with the same grade."""


def agreements(sample: Sequence[Marked], marks: Mapping[str, Iterable[Mark]]) -> list[Agreement]:
    """Compare judges, the code metrics and the second reading with the marks agreed on.

    Args:
        sample: The hand-marked answers.
        marks: Of the judges, by answer id; answers may be missing.

    Returns:
        By axis: first the two readings with each other, then code, then judges in order of appearance.
    """
    given: dict[tuple[str, Axis], dict[str, int | None]] = {}
    for marked in sample:
        for mark in (*code_marks_of(marked), *marks.get(marked.id, ())):
            given.setdefault((mark.by, mark.axis), {})[marked.id] = mark.grade
    out = []
    for axis in AXES:
        first = {m.id: m.first.grades[axis] for m in sample if m.first.grades[axis] is not None}
        second = {m.id: m.second.grades[axis] for m in sample}
        agreed = {m.id: m.agreed.grades[axis] for m in sample if m.agreed.grades[axis] is not None}
        cases = {m.id: m.case.id for m in sample}
        out.append(_agreement("second reading, with the first", axis, first, second, cases))
        out += [_agreement(by, axis, agreed, said, cases) for (by, on), said in given.items() if on == axis]
    return out


def as_table(found: Sequence[Agreement]) -> str:
    """Return agreements as a Markdown table."""
    lines = [
        "| axis | marked by | n | unmarked | kappa | 95 % interval | plain kappa | equal |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in found:
        interval = "–" if each.low is None else f"{each.low:.2f}–{each.high:.2f}"
        figures = (f"{x:.2f}" if x is not None else "–" for x in (each.plain, each.equal))
        kappa = "–" if each.kappa is None else f"{each.kappa:.2f}"
        cells = (each.axis, each.by, str(each.n), str(each.unmarked), kappa, interval, *figures)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def as_shape(found: Sequence[Agreement]) -> list[dict[str, object]]:
    """Return agreements as JSON."""
    return [asdict(each) for each in found]


def _agreement(
    by: str,
    axis: Axis,
    truth: Mapping[str, int | None],
    said: Mapping[str, int | None],
    cases: Mapping[str, str],
) -> Agreement:
    asked = [name for name in truth if name in said]
    both = [
        (float(truth[name] or 0), float(said[name] or 0), cases[name])
        for name in asked
        if said[name] is not None
    ]
    unmarked = len(asked) - len(both)
    if len(both) < _LEAST:
        return Agreement(by, axis, len(both), unmarked, None, None, None, None, None)
    a, b = [pair[0] for pair in both], [pair[1] for pair in both]
    low, high = _interval(both)
    return Agreement(
        by,
        axis,
        len(both),
        unmarked,
        cohen_kappa(a, b, "quadratic"),
        low,
        high,
        cohen_kappa(a, b),
        float(np.mean(np.equal(a, b))),
    )


def _interval(both: Sequence[tuple[float, float, str]]) -> tuple[float | None, float | None]:
    """Draw whole cases with replacement: several answers to one question are marked alike."""
    cases = {case: i for i, case in enumerate(dict.fromkeys(case for _, _, case in both))}
    if len(cases) < _LEAST:
        return None, None
    counts = np.zeros((len(cases), len(GRADES), len(GRADES)))
    for a, b, case in both:
        counts[cases[case], int(a), int(b)] += 1
    times = np.random.default_rng(_SEED).multinomial(len(cases), [1 / len(cases)] * len(cases), RESAMPLES)
    drawn = np.tensordot(times, counts, axes=1)
    apart = np.subtract.outer(GRADES, GRADES) ** 2.0
    n = drawn.sum(axis=(1, 2))
    seen = (drawn * apart).sum(axis=(1, 2)) / n
    by_chance = np.einsum("ri,ij,rj->r", drawn.sum(axis=2), apart, drawn.sum(axis=1)) / n**2
    # A draw in which all have one and the same grade says nothing.
    kappas = 1 - seen[by_chance > 0] / by_chance[by_chance > 0]
    if not len(kappas):
        return None, None
    low, high = np.percentile(kappas, [2.5, 97.5])
    return float(low), float(high)
