"""Chinese, Arabic and full-width numerals of labels, both ways."""

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_DIGITS |= {str(i): i for i in range(10)}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LONGEST = 15
NUMERAL = r"[零〇○一二两三四五六七八九十百千0-9０-９]"
"""Character class of one numeral character, for use in patterns."""


def to_int(numeral: str) -> int:
    """Return the value of a numeral: 三十一, 一千二百六十, 一〇二, 31, ３１, 3千; inner blanks are ignored.

    More than 15 characters are no label's number and give the largest of 15 digits.

    Raises:
        ValueError: If it has other characters than those of `NUMERAL`.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", numeral))
    if not plain or any(c not in _DIGITS and c not in _UNITS for c in plain):
        raise ValueError(f"not a numeral: {numeral!r}")
    if len(plain) > _LONGEST:
        return int("9" * _LONGEST)
    if not any(c in _UNITS for c in plain):
        return int("".join(str(_DIGITS[c]) for c in plain))
    total, digit = 0, 0
    for c in plain:
        if c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        elif c.isascii():
            digit = 10 * digit + int(c)
        else:
            digit = _DIGITS[c]
    return total + digit


def to_chinese(value: int) -> str:
    """Return 1 to 9,999 as printed in labels: 10 → 十, 31 → 三十一, 101 → 一百零一, 1260 → 一千二百六十.

    Raises:
        ValueError: If the value is outside that range.
    """
    if not 0 < value < 10_000:
        raise ValueError(f"no label has the number {value}")
    out, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit == 0:
            pending_zero = bool(out)
            continue
        out += ("零" if pending_zero else "") + "零一二三四五六七八九"[digit] + name
        pending_zero = False
    return out.removeprefix("一") if out.startswith("一十") else out
