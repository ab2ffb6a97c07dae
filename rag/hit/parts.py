"""Which parts of the search work: all of them, unless somebody measures what one is worth."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that can be left out; without one leg nothing is fused."""

    keyword: bool = True
    dense: bool = True
    router: bool = True
    """Lookup by number, and the preferences for the places that a question names and for what says when a document holds."""
