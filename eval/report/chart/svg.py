"""What all charts are drawn with.

Charts take their colours from the page's style sheet, so that they follow dark mode and print. A chart is about as wide as a
phone, since its letters shrink with it.
"""

import math

from markupsafe import Markup

from eval.report.languages import both

WIDTH = 380
"""Of every chart, in the units of its drawing."""


def nice(value: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is at least `value`; 1 for 0."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= value * (1 - 1e-9))


def svg(title: str, height: float, inner: Markup, legend: str = "") -> Markup:
    """Return a drawing with the words of a key as its name; a legend may follow it."""
    figure = Markup('<svg viewBox="0 0 {w} {h:.0f}" role="img" aria-label="{label}">{inner}</svg>{legend}')
    return figure.format(w=WIDTH, h=height, label=" · ".join(both(title)), inner=inner, legend=legend)


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "") -> Markup:
    """Return a straight line."""
    drawn = Markup('<line class="rule {}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
    return drawn.format(kind, x1, y1, x2, y2)


def text(across: float, up: float, words: str, anchor: str, kind: str = "", lang: str = "") -> Markup:
    """Return words at a place, `anchor` being start, middle or end."""
    drawn = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>')
    return drawn.format(kind, across, up, anchor, Markup(' lang="{}"').format(lang) if lang else "", words)


def named(across: float, up: float, key: str, anchor: str) -> Markup:
    """Return the words of a key at a place, once for each language."""
    zh, en = both(key)
    if zh == en:
        return text(across, up, zh, anchor)
    return text(across, up, zh, anchor, lang="zh") + text(across, up, en, anchor, lang="en")
