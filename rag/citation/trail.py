"""What follows the words of a statement and belongs to it: closing marks, markers, blanks and lines of markers alone."""

import re
from dataclasses import dataclass
from typing import Literal

MARKER = re.compile(r"\[(\d{1,3})\]")
BLANKS = " \t\u3000\xa0\r"
_BEHIND_STOP = "。！？!?…”」』）)】》〉’"
_SIGNS = f"!！*->•{BLANKS}"
End = int | Literal["none", "later"]
"""Where a statement ends, blanks and markers behind it included; `none`: not here; `later`: what follows will tell."""


@dataclass(frozen=True, slots=True)
class Trail:
    """A text in which places behind statements are looked up."""

    text: str
    is_whole: bool
    """Nothing more comes."""

    def marks(self, place: int) -> tuple[int, bool] | None:
        """Return where closing marks and markers end, and whether there are markers; None if more may come."""
        marked = False
        while True:
            while self.text[place : place + 1] and self.text[place] in _BEHIND_STOP:
                place += 1
            if self.text.startswith("**", place) and self.text.count("**", 0, place) % 2:
                place += 2
                continue
            rest = self.text[place:].lstrip(BLANKS)
            if not self.is_whole and (not rest or rest == "*" or re.fullmatch(r"\[\d{0,3}", rest)):
                return None
            marker = MARKER.match(rest)
            if marker is None:
                return place, marked
            place, marked = len(self.text) - len(rest) + marker.end(), True

    def blanks(self, place: int) -> End:
        """Return where the blanks behind a statement end, or its line."""
        rest = self.text[place:].lstrip(BLANKS)
        if not rest:
            return len(self.text) if self.is_whole else "later"
        start = len(self.text) - len(rest)
        return self.line(start) if rest[0] == "\n" else start

    def line(self, place: int) -> End:
        """Return where the next line with words begins; a line of markers alone belongs to what is before it."""
        rest = self.text[place:].lstrip()
        if not rest:
            return len(self.text) if self.is_whole else "later"
        start = len(self.text) - len(rest)
        words = rest.lstrip(_SIGNS)
        if not words and not self.is_whole:
            return "later"
        # Signs without words, as in "- [1]", say nothing that the marker could belong to.
        behind = self.marks(len(self.text) - len(words)) if words.startswith("[") else (start, False)
        if behind is None:
            return "later"
        end, marked = behind
        if marked:
            after = self.text[end:].lstrip(BLANKS)
            if not after:
                return len(self.text) if self.is_whole else "later"
            if after[0] == "\n":
                return self.line(len(self.text) - len(after))
        return self.text.rfind("\n", place, start) + 1
