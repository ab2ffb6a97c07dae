"""The fitted curves that turn signals of a search into the probability that the collection answers the question."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over standardised signals."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float
    """Least probability with which a question is answered."""
    looked_up: float
    """Share of the questions it was fitted on that are answerable, among those that name an article which exists."""
    embedder: str | None = None
    """The only one with which it holds; None for a curve without cosines."""

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability in (0, 1) that the collection answers a question.

        Raises:
            KeyError: A signal is missing.
        """
        rows = zip(self.names, self.means, self.scales, self.weights, strict=True)
        value = self.intercept + sum(w * (signals[name] - mean) / scale for name, mean, scale, w in rows)
        return 1 / (1 + math.exp(-min(max(value, -30.0), 30.0)))


def curve_for(embedder: str) -> Curve:
    """Return the curve that holds with an embedder; the one without cosines for any but that it was fitted with.

    Args:
        embedder: As `Settings.embedder` names it.
    """
    curves = _bundled_curves()
    return next((c for c in curves if c.embedder == embedder), curves[-1])


@cache
def _bundled_curves() -> tuple[Curve, ...]:
    text = files("rag.verdict").joinpath(FILE).read_text(encoding="utf-8")
    return curves_from(json.loads(text))


def curves_from(made: Mapping[str, Any]) -> tuple[Curve, ...]:
    """Read what a calibration has written: the curve with cosines, then the one without.

    Raises:
        KeyError: It lacks a field.
    """
    return tuple(_curve(row) for row in made["curves"])


def _curve(row: Mapping[str, Any]) -> Curve:
    def numbers(key: str) -> tuple[float, ...]:
        values: Sequence[float] = row[key]
        return tuple(float(v) for v in values)

    return Curve(
        tuple(row["signals"]),
        numbers("means"),
        numbers("scales"),
        numbers("weights"),
        float(row["intercept"]),
        float(row["threshold"]),
        float(row["looked_up"]),
        row["embedder"],
    )
