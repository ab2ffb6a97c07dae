"""What stands before a number: whether it can be a marker there, or is the number of a list, a law or a formula."""

import re
from typing import Literal

Behind = Literal["ends", "goes_on", "another", "none"]
"""What a character behind (1) says: a sentence ends there, that is still open, another number may come, it is no marker."""
_BLANKS = " \t\u3000"
_STOPS = "。！？；!?;"
_CLOSING = "”」』’*_\"'"
"""May stand between a number and the end of its sentence, and between a full stop and a number."""
_LIST_BEGINNING = " \t\u3000*-+•·#>|_"
_NEVER_BEFORE = "(（[【「『“‘《〈<：:，,、/-–—+=~～)）"
"""An opening, an enumeration or a part of a formula."""
_TAKES_A_NUMBER = re.compile(
    r"(?:第|[\d一二三四五六七八九十]项|选项|款项|附件|附录|附表|附图|[表图]|公式|备?注|[示举]例|步骤|[及和与或至见]"
    r"|(?<![a-z])(?:art(?:icle)?|sec(?:tion)?|para(?:graph)?|sub[a-z]*|clause|point|item|annex|schedule|rule|regulation"
    r"|table|fig(?:ure)?|eq(?:uation)?|step|part|chapter|no|note|and|or|to|see)s?\.?)\Z",
    re.IGNORECASE,
)
_BEFORE_RAISED = re.compile(
    r"(?:[。，、；：！？.,;:!?)”」』》）\]%％\"']|[\u3400-\u4dbf\u4e00-\u9fff](?<![米里尺寸])|[A-Za-z]{4,})\Z"
)
_REMEMBERED = 24


class Before:
    """The last words of a text."""

    def __init__(self) -> None:
        self._words = "\n"

    def add(self, words: str) -> None:
        """Take the next words; a marker is `]`."""
        self._words = (self._words + words)[-_REMEMBERED:]

    @property
    def begins_line(self) -> bool:
        """Whether the line has nothing but blanks and the sign of a list, heading or cell."""
        # A beginning longer than what is remembered is all dashes or blanks.
        return self._words.rstrip(_LIST_BEGINNING)[-1:] in ("", "\n")

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ended, apart from the marks that close a quotation."""
        return self._words.rstrip(_BLANKS + _CLOSING).endswith((*_STOPS, "."))

    @property
    def takes_marker(self) -> bool:
        """Whether (1) may be a marker here: nothing that is counted, enumerated or opened stands before it."""
        before = self._words.rstrip(_BLANKS)
        in_cell = before.endswith("|")
        if self.begins_line or in_cell or before.endswith(tuple(_NEVER_BEFORE)) or before[-1:].isdecimal():
            return False
        return _TAKES_A_NUMBER.search(before) is None

    @property
    def takes_raised_marker(self) -> bool:
        """Whether ¹ may be a marker here; behind a digit or a short word it is a power: 10², km²."""
        return _BEFORE_RAISED.search(self._words) is not None

    def behind_number(self, held: str, character: str) -> Behind:
        """Tell what the next character says of numbers in round brackets.

        Args:
            held: From the first of these brackets on.
            character: The next one. A full stop before the numbers is the end of what they belong to; then only the end of
                a line or cell makes them markers.
        """
        if held[-1] == ".":
            # The point of 3.5 or of www.example does not end a sentence.
            return "ends" if character in _BLANKS + _CLOSING + "\n" else "none"
        is_open = not self.ends_sentence
        if character in "\n|" or (is_open and character in _STOPS):
            return "ends"
        if character in _BLANKS + _CLOSING or (is_open and character == "."):
            return "goes_on"
        return "another" if character in "(（" else "none"
