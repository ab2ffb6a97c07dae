"""What a metric found for one case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """A value with the reason for it; a metric that does not apply gives None instead, which is not the same as 0."""

    value: float
    """A share in [0, 1], except for `answer_length`, which counts characters."""
    reason: str
    """In a few words: what is missing, or that all is there."""
