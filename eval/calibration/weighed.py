"""What calibrating knows of a question: its signals, and whether it has an answer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weighed:
    """The signals of one question whose answer is known."""

    group: str
    """The document, law or part of a code that it is about; a group is on one side of each cut."""
    answerable: bool
    part: tuple[str, ...]
    """Where it belongs, the larger part first: `("dev",)`, `("laws", "5", "unanswerable", "near")`."""
    signals: Mapping[str, float]

    def is_in(self, *part: str) -> bool:
        """Tell whether it belongs to a part or to a part of that."""
        return self.part[: len(part)] == part
