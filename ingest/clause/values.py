"""The values of numbers that labels print in other ways than 三十一 and 31: IV, Ⅳ, Five, 甲, 肆, ④, ⒋."""

import re
import unicodedata

from rag.locator.numerals import to_int

ROMAN = r"(?=[IVXLC])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![A-Za-z])"
"""Pattern of a Roman numeral up to 399 in capitals, not the beginning of a word."""
_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
# The longest first: `sixteen` is not `six`.
WORDS = "(?i:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")(?![A-Za-z])"
"""Pattern of a number in English words, One to Twenty."""
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")


def value_of(number: str) -> int:
    """Return the value of a label's number, whatever its style; single C, D, L and M are letters, 3, 4, 12 and 13.

    Raises:
        ValueError: If it is no number.
    """
    if number in _STEMS:
        return _STEMS.index(number) + 1
    plain = unicodedata.normalize("NFKC", number.translate(_FORMAL)).strip("().")
    if not plain.isascii() or plain.isdigit():
        return to_int(plain)
    if plain.lower() in _WORDS:
        return _WORDS.index(plain.lower()) + 1
    if len(plain) == 1 and plain not in "IVX":
        return ord(plain.upper()) - ord("A") + 1
    return _roman(plain)


def _roman(text: str) -> int:
    values = [_ROMAN_DIGITS[c] for c in text]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))


def decimal_path(number: str) -> tuple[int, ...]:
    """Return the numbers of a decimal label: 3.1.2 → (3, 1, 2); the letter of A.1 counts as 101."""
    first, *rest = re.split("[.．]", number)
    head = int(first) if first.isdecimal() else 101 + ord(first) - ord("A")
    return (head, *map(int, rest))
