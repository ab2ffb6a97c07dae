"""What a writer puts between brackets to name sources: numbers, lists and ranges of them, and words such as 来源 or Source."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_SOURCE = frozenset({
    "来源", "资料", "资料来源", "出处", "引用", "参考", "参考资料", "参考文献",
    "source", "sources", "ref", "refs", "reference", "references", "citation",
})  # fmt: skip
"""Words that say by themselves that a number is that of a source."""
_OTHER = frozenset({
    "条款", "文件", "文献", "编号", "序号", "引自", "见", "参见", "详见", "依据", "根据", "号", "和", "与", "及", "以及", "至", "到",
    "clause", "clauses", "doc", "docs", "document", "documents", "passage", "no", "nos", "see", "cf", "and", "to",
})  # fmt: skip
_WORDS = _SOURCE | _OTHER
_BEGINNINGS = frozenset(word[:length] for word in _WORDS for length in range(1, len(word) + 1))
_RANGE_WORDS = ("至", "到", "to")
_DASHES = "-‐‑–—―−~"
_BETWEEN = ",、;:&+ \t"
_PLACE = "第《§†"
"""Begin a place in the source, which may stand behind its number: [1，第四条], 【1†source】."""
_MOST_DIGITS = 3
_MOST_IN_RANGE = 20


class Bracket:
    """Reads what stands between two brackets, one character at a time, as the numbers of sources."""

    def __init__(self) -> None:
        self.named = False
        """A word says that these are sources."""
        self.bare = True
        """There is no word at all."""
        self._tokens: list[int | None] = []
        """Numbers in order; None for the dash of a range."""
        self._digits = ""
        self._word = ""
        self._between = False
        """A sign stands behind the last number."""
        self._in_place = False
        self._too_long = False
        self._possible = True

    def feed(self, character: str) -> bool:
        """Take the next character; return whether it may still become a marker."""
        self._possible = self._possible and self._read(character)
        return self._possible

    def numbers(self) -> list[int] | None:
        """Return the numbers named, each once, ranges in full up to 20; None if this is no marker."""
        self._end_number()
        is_whole = self._end_word() and bool(self._tokens) and self._tokens[-1] is not None
        if not (self._possible and is_whole) or self._too_long:
            return None
        return list(dict.fromkeys(_expanded(self._tokens)))

    def _read(self, character: str) -> bool:
        folded = unicodedata.normalize("NFKC", character).lower()
        if self._in_place:
            return character not in "`\n[【［"
        if folded.isdecimal() and len(folded) == 1:
            return self._digit(folded)
        if folded in _PLACE and (self._between or folded == "†") and self._has_number():
            self._end_number()
            self._in_place = True
            return True
        if folded.isalpha() and len(folded) == 1:
            return self._letter(folded)
        return self._sign(folded)

    def _digit(self, digit: str) -> bool:
        if not self._end_word():
            return False
        self._digits += str(unicodedata.decimal(digit))
        self._between = False
        return True

    def _letter(self, letter: str) -> bool:
        self._end_number()
        if self._word + letter not in _BEGINNINGS:
            if not self._end_word():
                return False
            self._word = ""
        self._word += letter
        return self._word in _BEGINNINGS

    def _sign(self, sign: str) -> bool:
        self._end_number()
        is_abbreviation = sign == "." and bool(self._word)
        if not self._end_word():
            return False
        if is_abbreviation:
            return True
        if sign in _DASHES:
            if not self._tokens or self._tokens[-1] is None:
                return False
            self._tokens.append(None)
            return True
        if sign in "^#":
            return True
        self._between = bool(self._tokens)
        # A comma before any number or word is none of a list.
        return sign in _BETWEEN and (sign in " \t:" or self._between)

    def _has_number(self) -> bool:
        return bool(self._digits or self._tokens)

    def _end_number(self) -> None:
        if self._digits:
            self._too_long |= len(self._digits) > _MOST_DIGITS
            self._tokens.append(int(self._digits[:_MOST_DIGITS]))
        self._digits = ""

    def _end_word(self) -> bool:
        """Close a word; return whether it is one that stands beside the number of a source."""
        word, self._word = self._word, ""
        if not word:
            return True
        self.bare = False
        self.named |= word in _SOURCE
        if word in _RANGE_WORDS and self._tokens and self._tokens[-1] is not None:
            self._tokens.append(None)
        return word in _WORDS


def _expanded(tokens: list[int | None]) -> Iterator[int]:
    """Yield the numbers with those between the ends of ranges; None stands between two ends."""
    last = 0
    for before, token in pairwise([0, *tokens]):
        if token is not None and before is None:
            low, high = sorted((last, token))
            yield from range(low, min(high, low + _MOST_IN_RANGE) + 1)
        elif token is not None:
            yield token
        last = token or last
