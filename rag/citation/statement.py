"""The statements of an answer, cut while it is written: each with the markers that belong to it."""

import re
from dataclasses import dataclass
from typing import Literal

from rag.citation.trail import BLANKS, MARKER, End, Trail
from rag.text import ends_english

_MARKERS = re.compile(rf"(?:[{BLANKS}]*{MARKER.pattern})+\Z")
_STOPS, _ENGLISH_STOPS, _SEMICOLONS = "。！？", ".!?", "；;"
_CLOSING = {
    "“": "”",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
    '"': '"',
    "`": "`",
}
_CLOSING_MARKS = frozenset(_CLOSING.values())
_OVER_LINES = "”」』"
"""Quotations may go over several paragraphs; all other pairs end with their line."""
_GOES_ON = "，、；：。！？,;:.!?)）》的地得之中是与和或及并而也所为即由则等—…-"
"""Begin what goes on with the sentence that a quotation stands in: “……。”的规定."""
_GOES_ON_BEHIND_MARKER = "，、；：,;:.的"
_LONGEST_MARKERS = 80
_LONGEST_QUOTATION = 2000
"""Characters; a mark that is not closed by then quotes nothing."""
_WORDLESS = "。！？；!? -*#|:=_~`.．\n\t"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, list item, heading or row of an answer with the numbers of its markers."""

    text: str
    """Without markers and outer blanks."""
    numbers: tuple[int, ...]


def statement_of(piece: str) -> Statement | None:
    """Return a finished piece of an answer as a statement; None for one without words."""
    words = MARKER.sub("", piece).strip()
    numbers = tuple(dict.fromkeys(map(int, MARKER.findall(piece))))
    return Statement(words, numbers) if words.strip(_WORDLESS) else None


def statements(text: str) -> list[Statement]:
    """Cut an answer into statements; a marker after the full stop belongs to the sentence before."""
    stream = StatementStream()
    found = map(statement_of, [*stream.feed(text), *stream.close()])
    return [statement for statement in found if statement]


class StatementStream:
    """Cuts what a `MarkerStream` shows into finished statements; the pieces together are the text, wherever it is cut.

    A statement ends with its sentence or its line, not inside quotation marks, titles and brackets, and at a semicolon only
    where a marker stands. What closes it, its markers and the blanks behind belong to it, and so does a line of nothing but
    markers. A row of a table, a heading and a whole block of code are one statement.
    """

    def __init__(self) -> None:
        self._text, self._at = "", 0
        """What belongs to no finished statement, and how far it was read."""
        self._open: list[tuple[str, int]] = []
        """Marks that are to close, and where they opened."""
        self._unpaired: set[int] = set()
        """Where opening marks stand that nothing closes."""
        self._begins_line = True
        self._fence, self._inside_fence = "", False
        """What closes the block of code that the text is in, and whether its first line was read."""
        self._final = False

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; return the statements that are finished by it, often none."""
        self._text += piece
        return self._finished()

    def close(self) -> list[str]:
        """Return what is left when the text ends; nothing for an empty text."""
        self._final = True
        found = self._finished()
        rest, self._text = self._text, ""
        return [*found, rest] if rest else found

    @property
    def _trail(self) -> Trail:
        return Trail(self._text, self._final)

    def _finished(self) -> list[str]:
        found: list[str] = []
        while (end := self._end()) is not None:
            found.append(self._text[:end])
            self._begins_line = self._text[end - 1] == "\n"
            self._text = self._text[end:]
            self._at, self._open, self._fence, self._inside_fence = 0, [], "", False
            self._unpaired = {place - end for place in self._unpaired if place >= end}
        return found

    def _end(self) -> int | None:
        """Return where the first statement ends; None as long as it is not finished."""
        if self._at == 0 and self._begins_line and not self._fence:
            kind = self._kind()
            if kind == "later":
                return None
            if kind == "line":
                return self._behind_line(self._text.find("\n", self._first))
            self._fence = kind if kind != "text" else ""
        if self._fence:
            return self._behind_fence()
        while True:
            while self._at < len(self._text):
                end = self._step()
                if end != "none":
                    return end if isinstance(end, int) else None
                self._at += 1
            if not self._final or not self._open:
                return None
            self._reread(self._open)
            self._at = 0

    def _kind(self) -> Literal["text", "line", "later", "```", "~~~"]:
        """Tell what begins with the line: text, a row or heading, or a block of code."""
        line = self._text.lstrip()
        if line.startswith(("```", "~~~")):
            return "```" if line[0] == "`" else "~~~"
        if not self._final and line in ("", "`", "``", "~", "~~"):
            return "later"
        return "line" if line.startswith(("|", "#")) else "text"

    @property
    def _first(self) -> int:
        """Where the first character stands that is no blank."""
        return len(self._text) - len(self._text.lstrip())

    def _behind_line(self, place: int) -> int | None:
        end = self._trail.line(place) if place >= 0 else "later"
        return end if isinstance(end, int) else None

    def _behind_fence(self) -> int | None:
        """Return where the line that closes a block of code ends."""
        if self._at == 0:
            self._at = self._first
        while (line_end := self._text.find("\n", self._at)) >= 0:
            line = self._text[self._at : line_end].strip()
            if self._inside_fence and line.startswith(self._fence) and not line.strip(self._fence[0]):
                return self._behind_line(line_end)
            self._at, self._inside_fence = line_end + 1, True
        return None

    def _step(self) -> End:
        """Read the next character."""
        character = self._text[self._at]
        if character == "\n":
            return self._at_line_end()
        if self._open:
            if self._at - self._open[0][1] > _LONGEST_QUOTATION:
                self._reread(self._open)
                return "none"
            closing = "）" if character == ")" else character
            if closing in _CLOSING_MARKS and any(closing == expected for expected, _ in self._open):
                opened = list(self._open)
                end = self._close_mark(closing)
                # The same mark is read again when more has come.
                self._open = opened if end == "later" else self._open
                return end
        if self._opens(character):
            self._open.append((_CLOSING[character], self._at))
        if self._open:
            return "none"
        if character in _STOPS:
            return self._behind_sentence(self._at + 1)
        if character in _SEMICOLONS:
            return self._behind_semicolon(self._at + 1)
        return self._behind_english(self._at + 1, self._at + 1) if character in _ENGLISH_STOPS else "none"

    def _opens(self, character: str) -> bool:
        if character not in _CLOSING or self._at in self._unpaired:
            return False
        # The sign of inches is no quotation mark.
        return character != '"' or not self._text[self._at - 1 : self._at].isdecimal()

    def _close_mark(self, closing: str) -> End:
        while self._open.pop()[0] != closing:
            pass
        marked = _MARKERS.search(self._text, max(0, self._at - _LONGEST_MARKERS), self._at)
        stop = marked.start() if marked else self._at
        last = "" if self._open else self._text[stop - 1]
        if last and last in _ENGLISH_STOPS:
            return self._behind_english(stop, self._at + 1)
        return self._behind_quotation(self._at + 1) if last and last in _STOPS else "none"

    def _behind_quotation(self, place: int) -> End:
        """Tell whether the sentence ends together with a quotation that ends with a full stop."""
        behind = self._trail.marks(place)
        after = self._text[behind[0] :].lstrip(BLANKS) if behind else ""
        if behind is None or not (after or behind[1] or self._final):
            return "later"
        goes_on = after.startswith(tuple(_GOES_ON_BEHIND_MARKER if behind[1] else _GOES_ON))
        return "none" if goes_on else self._trail.blanks(behind[0])

    def _at_line_end(self) -> End:
        if not self._text[: self._at].strip():
            return "none"
        on_line = [(mark, place) for mark, place in self._open if mark not in _OVER_LINES]
        after = self._text[self._at + 1 :].lstrip(BLANKS)
        if not self._open:
            return self._trail.line(self._at)
        if not on_line and after[:1] not in ("", "\n"):
            return "none"
        if not on_line and not after and not self._final:
            return "later"
        self._reread(on_line or self._open)
        return "none"

    def _reread(self, unpaired: list[tuple[str, int]]) -> None:
        """Read the statement again without these opening marks."""
        self._unpaired |= {place for _, place in unpaired}
        self._at, self._open = -1, []

    def _behind_sentence(self, place: int) -> End:
        behind = self._trail.marks(place)
        return self._trail.blanks(behind[0]) if behind else "later"

    def _behind_semicolon(self, place: int) -> End:
        behind = self._trail.marks(place)
        if behind is None:
            return "later"
        cited = behind[1] or self._text[: place - 1].rstrip(BLANKS).endswith("]")
        return self._trail.blanks(behind[0]) if cited else "none"

    def _behind_english(self, stop: int, place: int) -> End:
        """Tell whether a sentence ends with the stop before one place, and closing marks before another."""
        behind = self._trail.marks(place)
        if behind is None:
            return "later"
        end, marked = behind
        after = self._text[end:]
        if not after.strip() and not self._final:
            return "later"
        is_eastern = self._text[stop - 1] != "." and after[:1] >= "\u2e80"
        if after.lstrip(BLANKS).startswith(tuple(_GOES_ON_BEHIND_MARKER if marked else _GOES_ON)):
            return "none"
        is_end = is_eastern or ends_english(self._text[:stop], f" {after}" if marked else after)
        return self._trail.blanks(end) if is_end else "none"
