"""What of an answer is shown: words and checked markers, and nothing that looks like a marker without being one."""

_BLANKS = " \t\u3000"
_MOST_BLANKS = 8
_CLINGING = "。！？；，、：.,;:!?)）”」』》]\n"
"""No blank stands before these."""


class Page:
    """Collects what is shown; blanks are held back until it is known whether the marker behind them is dropped."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._blanks = ""
        self._dropped = False
        """A marker was dropped behind the blanks."""
        self._number = ""
        """`[` and the digits behind it, as long as the words could still look like a marker."""
        self._marked = False
        """Right behind a marker."""

    def text(self, words: str) -> None:
        """Add words; `[7]` among them is written `[7］`, as it leads to no source."""
        for character in words:
            if character not in _BLANKS:
                self._add(character)
            elif not (self._dropped and self._blanks):
                self._blanks += character
                if len(self._blanks) > _MOST_BLANKS:
                    self._flush()

    def marker(self, number: int) -> None:
        """Add the marker of a known source."""
        self._flush()
        self._out.append(f"[{number}]")
        self._marked, self._number = True, ""

    def drop(self) -> None:
        """Leave a marker out, together with the blanks before it where a mark or the end of the line follows."""
        self._dropped = bool(self._blanks)

    def close(self) -> None:
        """End the text: blanks before a dropped marker go with it."""
        if not self._dropped:
            self._flush()

    def taken(self) -> str:
        """Return what can be shown since the last time."""
        shown = "".join(self._out)
        self._out.clear()
        return shown

    def _add(self, character: str) -> None:
        if self._dropped and character in _CLINGING:
            self._blanks = ""
        self._flush()
        if character == "(" and self._marked:
            # [1](…) is a link in Markdown, wherever it leads.
            self._out.append(" ")
        if character == "[":
            self._number = "["
        elif character.isdecimal() and self._number:
            self._number = "[0"
        else:
            if character == "]" and len(self._number) > 1:
                character = "］"
            self._number = ""
        self._out.append(character)
        self._marked = False

    def _flush(self) -> None:
        if self._blanks:
            self._out.append(self._blanks)
            self._number, self._marked = "", False
        self._blanks, self._dropped = "", False
