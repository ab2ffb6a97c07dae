"""The markers of an answer, read while it is written: only those of known sources are shown, numbered by first appearance.

A parenthesised number is a marker only where it can be nothing else. `(1)` counts when all its numbers are sources and

- no list, law or table counts there: not at the beginning of a line, cell or bracket, nor behind a digit, a bracket, a
  colon or comma, or a word that takes a number (第, 附件, Article, Annex, …), and
- a sentence, line, cell or quotation ends behind it; behind a full stop only a line or cell, since `。(2)` begins an item.

`(来源1)` and `[资料1]` count wherever they stand. Between backticks there are no markers.
"""

from rag.marker.address import Address
from rag.marker.before import Before
from rag.marker.bracket import Bracket
from rag.marker.code import Code
from rag.marker.page import Page
from rag.marker.raised import RAISED, raised_numbers
from rag.marker.state import State

_OPEN, _CLOSE = "[【［", "]】］"
_ROUND_OPEN, _ROUND_CLOSE = "(（", ")）"
_MOST_RAISED = 3
_YEAR_DIGITS = 4
_LONGEST = 40
"""Characters that are held back at most, until it is known whether they are a marker."""


class MarkerStream:
    """Reads an answer piece by piece; the result does not depend on where it is cut.

    Writes `[n]` whatever the writer's style, several as `[1][2]`. An unknown number is dropped; so is the address of a
    marker that is a link.
    """

    def __init__(self, sources: int) -> None:
        """Begin an answer that has so many numbered sources."""
        self._sources = sources
        self.order: list[int] = []
        """Indexes of the sources in the order of their numbers: `order[0]` is [1]."""
        self.unknown = 0
        """Markers that were dropped."""
        self._state = State.TEXT
        self._held, self._outer = "", ""
        """What is held back, and the first bracket of [[ before it."""
        self._bracket, self._address = Bracket(), Address(in_brackets=True)
        self._parts: list[list[int] | str] = []
        """Numbers of markers that wait for what follows, and what stands between and behind them."""
        self._linked = False
        """The round bracket stands right behind a marker, and may hold the address of a link."""
        self._begins_line = False
        """The last marker stands at the beginning of a line."""
        self._code, self._before, self._page = Code(), Before(), Page()
        self._steps = {
            State.TEXT: self._in_text, State.BRACKET: self._in_bracket, State.DOUBLED: self._in_doubled,
            State.MARKED: self._behind_marker, State.DEFINED: self._in_definition, State.ROUND: self._in_round,
            State.BEHIND_ROUND: self._behind_round, State.RAISED: self._in_raised, State.ADDRESS: self._in_address,
        }  # fmt: skip

    def feed(self, text: str) -> str:
        """Take the next piece; return what can be shown now."""
        for character in text:
            self._code.feed(character)
            # A state that does not take the character changes into one that does.
            while not self._steps[self._state](character):
                pass
        return self._page.taken()

    def close(self) -> str:
        """Return what was held back when the text ended; the beginning of a marker is dropped."""
        if self._state in (State.BEHIND_ROUND, State.DOUBLED):
            self._accept()
        elif self._state is State.RAISED:
            self._end_raised()
        elif self._state is State.DEFINED or (self._state is State.ROUND and not self._linked):
            self._release()
        self._page.close()
        return self._page.taken()

    def _in_text(self, character: str) -> bool:
        if self._code.inside:
            self._show(character)
        elif character in _OPEN or character in RAISED:
            self._begin(State.BRACKET if character in _OPEN else State.RAISED, character)
        elif character in _ROUND_OPEN:
            self._parts, self._linked = [], False
            self._begin(State.ROUND, character)
        else:
            self._show(character)
        return True

    def _in_bracket(self, character: str) -> bool:
        if character in _CLOSE:
            self._close_bracket(character)
        elif character in _OPEN:
            if len(self._held) == 1 and not self._outer:
                self._outer = self._held
            else:
                self._release()
            self._begin(State.BRACKET, character)
        else:
            return self._holds_on(character)
        return True

    def _close_bracket(self, character: str) -> None:
        numbers, inside = self._bracket.numbers(), self._held[1:]
        if numbers is None:
            # The year of a 文号, written 国发[2015]50号: it would look like a marker.
            is_year = len(inside) >= _YEAR_DIGITS and inside.isdecimal()
            self._held = f"〔{inside}〕" if is_year else self._held + character
            self._release()
        elif self._outer:
            self._parts, self._state = [numbers], State.DOUBLED
        else:
            self._mark(numbers)

    def _in_doubled(self, character: str) -> bool:
        is_doubled = character in _CLOSE
        if not is_doubled:
            self._show(self._outer)
        self._accept()
        return is_doubled

    def _behind_marker(self, character: str) -> bool:
        if character in _ROUND_OPEN:
            self._parts, self._linked = [], True
            self._begin(State.ROUND, character)
            return True
        if character in ":：" and self._begins_line:
            self._begin(State.DEFINED, character)
            return True
        self._state = State.TEXT
        return False

    def _in_definition(self, character: str) -> bool:
        reading = self._address.feed(character)
        if reading == "inside":
            self._state, self._held = State.ADDRESS, ""
        elif reading == "perhaps" and len(self._held) < _LONGEST:
            self._held += character
        else:
            self._release()
            return False
        return True

    def _in_address(self, character: str) -> bool:
        reading = self._address.feed(character)
        if reading in ("last", "over"):
            self._state = State.TEXT
        return reading != "over"

    def _in_round(self, character: str) -> bool:
        if character in _ROUND_CLOSE:
            self._close_round(character)
            return True
        if self._linked:
            reading = self._address.feed(character)
            if reading == "inside":
                self._state, self._held = State.ADDRESS, ""
                return True
            self._linked = reading == "perhaps"
        return self._holds_on(character)

    def _close_round(self, character: str) -> None:
        numbers, bracket = self._bracket.numbers(), self._bracket
        self._held += character
        if numbers is None or not (bracket.named or (bracket.bare and self._may_count(numbers))):
            self._release()
            return
        self._parts.append(numbers)
        self._state = State.BEHIND_ROUND
        if bracket.named:
            self._accept()

    def _may_count(self, numbers: list[int]) -> bool:
        is_known = all(0 < number <= self._sources for number in numbers)
        return is_known and (bool(self._parts) or self._before.takes_marker)

    def _behind_round(self, character: str) -> bool:
        reading = self._before.behind_number(self._held, character)
        if reading == "ends":
            self._accept()
            return False
        if reading == "none" or len(self._held) >= _LONGEST:
            self._release()
            return False
        if reading == "another":
            self._linked = False
            self._begin(State.ROUND, self._held + character)
        else:
            self._held += character
            self._parts.append(character)
        return True

    def _in_raised(self, character: str) -> bool:
        if character in RAISED and len(self._held) < _MOST_RAISED:
            self._held += character
            return True
        self._end_raised()
        return False

    def _end_raised(self) -> None:
        if self._before.takes_raised_marker:
            self._mark(raised_numbers(self._held, self._sources))
        else:
            self._release()

    def _begin(self, state: State, held: str) -> None:
        self._state, self._held, self._bracket = state, held, Bracket()
        self._address = Address(in_brackets=state is not State.DEFINED)

    def _holds_on(self, character: str) -> bool:
        """Hold a character back if there may still be a marker or an address; else show what was held, and read on."""
        room = len(self._outer + self._held) < _LONGEST
        # Both read on, as either may turn out to be right.
        if room and (self._bracket.feed(character) or self._linked):
            self._held += character
            return True
        self._release()
        return False

    def _release(self) -> None:
        held, self._outer, self._held = self._outer + self._held, "", ""
        self._state = State.TEXT
        self._show(held)

    def _accept(self) -> None:
        """Take the numbers that wait as markers."""
        for part in self._parts:
            self._state = State.TEXT
            if isinstance(part, str):
                self._show(part)
            else:
                self._mark(part)

    def _mark(self, numbers: list[int]) -> None:
        known = [number for number in numbers if 0 < number <= self._sources]
        self.unknown += len(numbers) - len(known)
        for source in known:
            if source - 1 not in self.order:
                self.order.append(source - 1)
            self._page.marker(self.order.index(source - 1) + 1)
        if not known:
            self._page.drop()
        self._begins_line = self._before.begins_line
        self._before.add("]")
        self._outer, self._held, self._state = "", "", State.MARKED

    def _show(self, words: str) -> None:
        self._page.text(words)
        self._before.add(words)
