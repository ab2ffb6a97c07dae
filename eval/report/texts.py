"""The texts that a page shows, each once however often it was found, and never more than a page can hold."""

from dataclasses import dataclass

BUDGET_BYTES = 800_000
"""All texts together, with their titles; three hundred questions with their answers take nearly three times as much."""
_MARKUP_BYTES = 60
_LENGTHS = (8000, 4000, 2000, 1000, 500, 250, 120, 60)


@dataclass(frozen=True, slots=True)
class Text:
    """A passage in the list of texts."""

    title: str
    locator: str
    text: str
    left_out: int
    """Characters at the end that are not shown, for want of room."""


class Texts:
    """Numbers texts in the order of their first use, from 0."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str], int] = {}

    def number(self, title: str, locator: str, text: str) -> int:
        """Return the number of a text; a new one for a text that is not in the list yet."""
        return self._numbers.setdefault((title, locator, text), len(self._numbers))

    def all(self) -> list[Text]:
        """Return all texts by their numbers, cut to one length when together they are over the budget."""
        longest = next((n for n in _LENGTHS if self._bytes(n) <= BUDGET_BYTES), _LENGTHS[-1])
        return [
            Text(title, locator, text[:longest], max(len(text) - longest, 0))
            for title, locator, text in self._numbers
        ]

    def _bytes(self, longest: int) -> int:
        shown = (title + locator + text[:longest] for title, locator, text in self._numbers)
        return sum(len(each.encode("utf-8", "replace")) + _MARKUP_BYTES for each in shown)
