"""Rows of values with the intervals around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.report.chart.svg import WIDTH, named, nice, rule, svg, text
from eval.report.languages import both

_ROW = 22
_LEFT, _RIGHT = 128, 92


@dataclass(frozen=True, slots=True)
class Bar:
    """A row with a value and the interval around it."""

    label: str
    """Key of its words, or words that have no key."""
    value: float
    low: float | None
    high: float | None
    words: str
    """The value as it is written after the bar."""
    note: str = ""
    """What is written after the value, less strongly."""
    kind: str = ""
    """`good` or `bad` for a difference that is more than chance."""


def bars(title: str, rows: Sequence[Bar], end: float = 1.0) -> Markup:
    """Draw a row for each value from 0 to `end`, with its interval.

    Args:
        title: Key of the words that a screen reader says.
        rows: May be empty.
        end: The largest value.
    """
    frame = _frame(rows)
    parts = [_upright(frame.at(share), frame.height) for share in (0.0, 0.5, 1.0)]
    for i, row in enumerate(rows):
        middle = frame.middle(i)
        parts += [
            frame.words(row, i),
            Markup('<rect class="bar" x="{}" y="{:.1f}" width="{:.1f}" height="10" rx="2"/>').format(
                frame.left, middle - 5, max(frame.at(min(row.value / end, 1.0)) - frame.left, 1.0)
            ),
            _whisker(row, middle, lambda value: frame.at(min(value / end, 1.0))),
        ]
    return svg(title, frame.height + 4, Markup("").join(parts))


def differences(title: str, rows: Sequence[Bar]) -> Markup:
    """Draw a row for each difference, to the left of a line for the worse and to the right for the better."""
    ends = [abs(x) for row in rows for x in (row.value, row.low, row.high) if x is not None]
    end = nice(max(ends, default=0.0))
    frame = _frame(rows)
    parts = [
        _upright(frame.at(share), frame.height, "zero" if share == 0.5 else "") for share in (0.5, 0.0, 1.0)
    ]
    for i, row in enumerate(rows):
        parts += [
            frame.words(row, i),
            _whisker(row, frame.middle(i), lambda value: frame.at(0.5 + value / end / 2)),
            Markup('<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(
                row.kind, frame.at(0.5 + row.value / end / 2), frame.middle(i)
            ),
        ]
    for share, words in ((0.0, f"−{end:g}"), (0.5, "0"), (1.0, f"+{end:g}")):
        parts.append(text(frame.at(share), frame.height + 14, words, "middle", "tick"))
    return svg(title, frame.height + 18, Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the rows of a chart lie; labels stand left of their rows, or above them when they are long."""

    rows: int
    left: float
    step: float
    above: bool

    @property
    def height(self) -> float:
        return max(self.rows, 1) * self.step

    def middle(self, row: int) -> float:
        return row * self.step + self.step - _ROW / 2

    def at(self, share: float) -> float:
        return self.left + share * (WIDTH - self.left - _RIGHT)

    def words(self, row: Bar, number: int) -> Markup:
        middle = self.middle(number)
        label = (
            named(0, middle - _ROW / 2 - 1, row.label, "start")
            if self.above
            else named(self.left - 8, middle + 4, row.label, "end")
        )
        value = Markup('<text class="value" x="{}" y="{:.1f}">{} <tspan class="tick">{}</tspan></text>')
        return label + value.format(WIDTH - _RIGHT + 8, middle + 4, row.words, row.note)


def _frame(rows: Sequence[Bar]) -> _Frame:
    widest = max((_wide(words) for row in rows for words in both(row.label)), default=0.0)
    above = widest > _LEFT - 8
    return _Frame(len(rows), 2.0 if above else _LEFT, 1.8 * _ROW if above else _ROW, above)


def _wide(words: str) -> float:
    """Estimate the width of words, of which a chart's text has no measure: Latin letters are about half as wide."""
    return sum(6.2 if char < "\u2e80" else 12.0 for char in words)


def _whisker(row: Bar, middle: float, place: Callable[[float], float]) -> Markup:
    if row.low is None or row.high is None:
        return Markup("")
    path = "M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v6M{1:.1f} {3:.1f}v6"
    drawn = path.format(place(row.low), place(row.high), middle, middle - 3)
    return Markup('<path class="whisker {}" d="{}"/>').format(row.kind, drawn)


def _upright(across: float, height: float, kind: str = "") -> Markup:
    return rule(across, 0, across, height, kind)
