"""Charts over the sizes of a collection: drawings for a page, and as files that stand alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from eval.bench.scale.asking import FILTERS
from eval.bench.scale.report import ScaleReport
from eval.report.chart.curves import Axis, Curve, curves, rounded
from eval.rows import replace_file

_STYLE = """text{font:11px sans-serif;fill:#333}.tick{fill:#666}.rule{stroke:#ddd}.line{fill:none;stroke-width:2}\
.line0{stroke:#2563eb}.line1{stroke:#d97706}.line2{stroke:#059669}.line3{stroke:#dc2626}.line4{stroke:#7c3aed}.line5{stroke:#64748b}\
@media(prefers-color-scheme:dark){text{fill:#ddd}.tick{fill:#aaa}.rule{stroke:#444}}"""
_COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#64748b")
_LINE = 15
Value = Callable[[ScaleReport], float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of several figures over the number of clauses."""

    name: str
    """Of its file, without the ending."""
    unit: str
    """What is measured, with its unit."""
    lines: Mapping[str, Value]


def _search(name: str) -> Value:
    return lambda report: report.asking.filtered[name].search.p95


CHARTS = (
    Chart("scale-time", "p95, ms", {f"filter: {name}": _search(name) for name in FILTERS}),
    Chart(
        "scale-memory",
        "MB",
        {
            "memory": lambda r: r.asking.memory.resident,
            "memory of its own": lambda r: r.asking.memory.own,
            "disk": lambda r: sum(r.disk_mb.values()),
        },
    ),
    Chart(
        "scale-start",
        "s",
        {
            "first answer": lambda r: r.asking.first_answer_seconds,
            "one law added": lambda r: r.added.seconds if r.added else None,
        },
    ),
)


def draw(reports: Sequence[ScaleReport], folder: Path) -> list[Path]:
    """Write each chart as a file of its own; return the files.

    Args:
        reports: Smallest first, of two sizes at least.
        folder: Made when missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for chart in CHARTS:
        path = folder / f"{chart.name}.svg"
        replace_file(path, _alone(chart, _lines(chart, reports)))
        paths.append(path)
    return paths


def _lines(chart: Chart, reports: Sequence[ScaleReport]) -> list[Curve]:
    found = []
    for label, value in chart.lines.items():
        points = tuple((float(r.clauses), y) for r in reports if (y := value(r)) is not None)
        if points:
            found.append(Curve(label, points))
    return found


def _alone(chart: Chart, lines: Sequence[Curve]) -> str:
    """Return a drawing with its colours and the names of its lines in it."""
    sizes = [x for line in lines for x, _ in line.points]
    most = max(y for line in lines for _, y in line.points)
    x = Axis("条款 clauses", max(sizes), min(sizes), logarithmic=True)
    drawn = str(curves(chart.name, lines, x, Axis(chart.unit, rounded(most))))
    picture = drawn[: drawn.index("</svg>")]
    height = int(picture.partition('viewBox="0 0 380 ')[2].partition('"')[0])
    whole = height + _LINE * len(lines) + 6
    names = Markup("").join(
        Markup('<text x="60" y="{}">{}</text><path d="M44 {}h10" stroke="{}" stroke-width="2"/>').format(
            height + _LINE * (n + 1), line.label, height + _LINE * (n + 1) - 4, _COLOURS[n]
        )
        for n, line in enumerate(lines)
    )
    head = picture.replace(
        f'viewBox="0 0 380 {height}"', f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 {whole}"', 1
    )
    start, _, rest = head.partition(">")
    return f"{start}><style>{_STYLE}</style>{rest}{names}</svg>\n"
