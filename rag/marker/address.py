"""The address of a link, as Markdown has it behind [1]: none of it is shown, as no source has one."""

from typing import Literal

Reading = Literal["perhaps", "inside", "last", "over", "none"]
"""How the next character stands to an address: `perhaps`: it may become one; `inside` and `last` belong to it; `over`: it
ended before this character; `none`: it is no address."""
_BEGINNINGS = (
    "http:", "https:", "ftp:", "file:", "data:", "mailto:", "javascript:", "www.", "/", "./", "../", "#", "<",
)  # fmt: skip
_BLANKS = " \t\u3000"
_STOPS = "。！？；，"
_FIRST_EASTERN = "\u2e80"
"""An address may hold it and later ones, as in a search for 办法, but behind a blank they are words again."""


class Address:
    """Reads what stands behind `[1](`, or behind `[1]:` at the beginning of a line."""

    def __init__(self, *, in_brackets: bool) -> None:
        self._depth = int(in_brackets)
        self._in_brackets = in_brackets
        self._begun = ""
        self._known = False
        self._in_title = self._has_blank = False

    def feed(self, character: str) -> Reading:
        """Take the next character."""
        if self._known:
            return self._go_on(character)
        self._begun = (self._begun + character.lower()).lstrip(_BLANKS)
        if self._begun.startswith(_BEGINNINGS):
            self._known = True
            return "inside"
        return "perhaps" if any(b.startswith(self._begun) for b in _BEGINNINGS) else "none"

    def _go_on(self, character: str) -> Reading:
        if character == '"':
            self._in_title = not self._in_title
        if character in "\n`" or (not self._in_brackets and character in _BLANKS):
            return "over"
        self._depth += (character in "(（") - (character in ")）")
        if self._in_brackets and self._depth == 0:
            return "last"
        self._has_blank |= character in _BLANKS
        if self._in_title:
            return "inside"
        is_over = character in _STOPS or (self._has_blank and character >= _FIRST_EASTERN)
        return "over" if is_over else "inside"
