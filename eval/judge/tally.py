"""What the marks of a run come to."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from eval.judge.mark import GRADES, Axis, Mark


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one marker gave each grade on one axis."""

    by: str
    axis: Axis
    grades: tuple[int, int, int]
    """How many answers got 0, 1 and 2."""
    unmarked: int


def tallies(marks: Iterable[Mark]) -> list[Tally]:
    """Count grades, markers in order of appearance; empty for no marks."""
    given: dict[tuple[str, Axis], list[int | None]] = {}
    for mark in marks:
        given.setdefault((mark.by, mark.axis), []).append(mark.grade)
    return [
        Tally(by, axis, (grades.count(0), grades.count(1), grades.count(2)), grades.count(None))
        for (by, axis), grades in given.items()
    ]


def tally_table(found: Iterable[Tally]) -> str:
    """Return tallies as a Markdown table."""
    lines = [
        "| marked by | axis | 0 | 1 | 2 | unmarked | mean grade |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in found:
        n = sum(each.grades)
        mean = f"{sum(g * count for g, count in zip(GRADES, each.grades, strict=True)) / n:.2f}" if n else "–"
        cells = (each.by, each.axis, *map(str, each.grades), str(each.unmarked), mean)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def tally_shape(found: Iterable[Tally]) -> list[dict[str, object]]:
    """Return tallies as JSON."""
    return [asdict(each) for each in found]
