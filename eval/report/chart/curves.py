"""Lines over two axes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.report.chart.svg import WIDTH, named, nice, rule, svg, text
from eval.report.languages import spans

_HEIGHT = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 24, 42
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a chart."""

    label: str
    """Key of its words."""
    points: tuple[tuple[float, float], ...]
    """By rising x."""
    note: str = ""
    """A figure that stands after its label."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along one side of a chart."""

    label: str
    """Key of its words."""
    end: float
    """The largest value; the smallest is 0, or `start` on a logarithmic axis."""
    start: float = 0.0
    logarithmic: bool = False
    share: bool = False
    """Whether values are shown as percentages."""

    def place(self, value: float) -> float:
        """Return where a value lies, from 0 to 1."""
        if self.logarithmic:
            return math.log(max(value, self.start) / self.start) / math.log(self.end / self.start)
        return value / self.end

    def ticks(self) -> list[float]:
        """Return the values that are written beside the axis."""
        if self.logarithmic:
            powers = range(math.floor(math.log10(self.start)), math.ceil(math.log10(self.end)) + 1)
            values = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
            inside = [value for value in values if self.start <= value <= self.end]
            return inside if len(inside) <= _TICKS + 1 else inside[:: math.ceil(len(inside) / _TICKS)]
        step = nice(self.end / _TICKS)
        return [step * i for i in range(int(self.end / step + 1e-9) + 1)]

    def words(self, value: float) -> str:
        """Return a value as it is written beside the axis."""
        return f"{value:.0%}" if self.share else f"{value:g}"


def rounded(value: float) -> float:
    """Return the end of an axis for values up to `value`: the next tick."""
    step = nice(value / _TICKS)
    return step * math.ceil(value / step - 1e-9)


def curves(title: str, lines: Sequence[Curve], x: Axis, y: Axis, *, steps: bool = False) -> Markup:
    """Draw lines over two axes, with their names above them.

    Args:
        title: Key of the words that a screen reader says.
        lines: At least one.
        x: Across.
        y: Up.
        steps: Whether a value holds until the next point.
    """
    drawn = [_line(i, curve, x, y, steps) for i, curve in enumerate(lines)]
    return svg(title, _HEIGHT, Markup("").join([_grid(x, y), *drawn]), _legend(lines))


def _grid(x: Axis, y: Axis) -> Markup:
    parts: list[Markup] = []
    for tick in y.ticks():
        up = _up(y.place(tick))
        parts.append(rule(_LEFT, up, WIDTH - _RIGHT, up))
        parts.append(text(_LEFT - 6, up + 4, y.words(tick), "end", "tick"))
    for tick in x.ticks():
        across = _across(x.place(tick))
        parts.append(rule(across, _HEIGHT - _BOTTOM, across, _HEIGHT - _BOTTOM + 4))
        parts.append(text(across, _HEIGHT - _BOTTOM + 17, x.words(tick), "middle", "tick"))
    parts.append(named(_LEFT, _TOP - 10, y.label, "start"))
    parts.append(named((_LEFT + WIDTH - _RIGHT) / 2, _HEIGHT - 6, x.label, "middle"))
    return Markup("").join(parts)


def _line(number: int, curve: Curve, x: Axis, y: Axis, steps: bool) -> Markup:
    path = "".join(_path(curve.points, x, y, steps))
    return Markup('<path class="line line{}" d="{}"/>').format(number, path)


def _path(points: Sequence[tuple[float, float]], x: Axis, y: Axis, steps: bool) -> Iterator[str]:
    for i, (across, up) in enumerate(points):
        to = f"{_across(x.place(across)):.1f}"
        yield (
            f"M{to} {_up(y.place(up)):.1f}"
            if i == 0
            else f"H{to}"
            if steps
            else f"L{to} {_up(y.place(up)):.1f}"
        )
        if steps and i:
            yield f"V{_up(y.place(up)):.1f}"


def _legend(lines: Sequence[Curve]) -> Markup:
    items = Markup("").join(
        Markup('<li><span class="swatch line{}"></span>{} {}</li>').format(i, spans(curve.label), curve.note)
        for i, curve in enumerate(lines)
    )
    return Markup('<ul class="legend">{}</ul>').format(items)


def _across(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _up(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)
