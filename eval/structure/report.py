"""The figures of `eval bench structure`, as a page and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from eval.structure.bulletins import ROUNDS, BulletinScore, counts
from eval.structure.laws import LawsScore


@dataclass(frozen=True, slots=True)
class StructureReport:
    """How well and how fast documents are divided."""

    bulletins: tuple[BulletinScore, ...]
    laws: LawsScore | None
    """None without the public test sets."""
    clauses_a_second: dict[str, float]
    """`bulletins`, `laws` → clauses a second of one core, from lines to clauses without references."""


def as_json(report: StructureReport) -> str:
    """Return the report as one JSON object."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=2)


def as_markdown(report: StructureReport) -> str:
    """Return the report as a page to read: a table for each collection, then each difference that is not known."""
    parts = ["# Structure", _bulletins(report.bulletins)]
    parts.append(
        _laws(report.laws)
        if report.laws
        else "Laws: not measured; set POLICYQA_BENCH to the folder of the test sets."
    )
    speeds = "\n".join(f"- {name}: {rate:,.0f}" for name, rate in report.clauses_a_second.items())
    parts.append(
        f"## Speed\n\nClauses a second of one core, from lines to clauses; median of {ROUNDS} rounds.\n\n{speeds}"
    )
    wrong = [x for score in report.bulletins for x in score.wrong]
    if report.laws:
        wrong += [*report.laws.wrong, *(f"no exception any more: {name}" for name in report.laws.stale)]
    parts.append(f"## Differences ({len(wrong)})\n\n" + ("\n".join(f"- {x}" for x in wrong) or "None."))
    return "\n\n".join(parts) + "\n"


def _bulletins(scores: Sequence[BulletinScore]) -> str:
    lines = [
        "## Bulletins",
        "",
        "| issue | documents | clauses | fields | known differences |",
        "|---|---|---|---|---|",
    ]
    for score in scores:
        lines.append(_row(score.issue, asdict(score)))
    lines.append(_row("all", counts(scores)))
    return "\n".join(lines)


def _row(name: str, number: dict[str, int]) -> str:
    cells = [f"{number[f'{x}_right']} of {number[x]}" for x in ("documents", "clauses", "fields")]
    return f"| {name} | {' | '.join(cells)} | {number['known']} |"


def _laws(score: LawsScore) -> str:
    rows = [
        ("files that the records name", f"{score.files:,}"),
        ("articles found", f"{score.found:,} of {score.records:,}"),
        ("articles with the same text", f"{score.equal:,} of {score.records:,}"),
        ("exceptions known by name", f"{score.known:,}"),
        ("articles invented", f"{score.invented:,}"),
        ("other files, their numbers rising", f"{score.rising:,} of {score.older:,}"),
    ]
    return "\n".join(
        ["## Laws", "", "| what | number |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    )
