"""Numbers as a word processor or a browser prints them in front of list items."""

import re
from collections.abc import Callable

from rag.locator.numerals import to_chinese

_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_TRADITIONAL = str.maketrans("一二三四五六七八九十百千", "壹貳參肆伍陸柒捌玖拾佰仟")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX = 9999


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        out += letters * (value // size)
        value %= size
    return out


def _digits(value: int, zero: str) -> str:
    return "".join((zero + "一二三四五六七八九")[int(c)] for c in str(value))


def _counted(value: int) -> str:
    """二十一 up to 99, then digit by digit: 一○○."""
    return to_chinese(value) if value < 100 else _digits(value, "○")


def _formal(value: int, table: dict[int, int]) -> str:
    plain = to_chinese(value)
    return ("一" + plain if plain.startswith("十") else plain).translate(table)


def _from(first: str, last: str) -> Callable[[int], str]:
    """Return a style whose signs follow each other in Unicode; above the last it prints digits."""
    return lambda value: chr(ord(first) + value - 1) if ord(first) + value - 1 <= ord(last) else str(value)


def _of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if value <= len(signs) else str(value)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _from("①", "⑳"),
    "decimalEnclosedCircleChinese": _from("①", "⑳"),
    "decimalEnclosedParen": _from("⑴", "⒇"),
    "decimalEnclosedFullstop": _from("⒈", "⒛"),
    "ideographEnclosedCircle": _from("㊀", "㊉"),
    "numberInDash": lambda value: f"- {value} -",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    # Word writes 一百〇一 and 一○一 here; a text typed by hand mostly has 一百零一.
    "chineseCountingThousand": lambda value: to_chinese(value).replace("零", "〇"),
    "chineseCounting": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": to_chinese,
    "japaneseCounting": lambda value: re.sub("一(?=[十百千])|零", "", to_chinese(value)),
    "ideographDigital": lambda value: _digits(value, "〇"),
    "japaneseDigitalTenThousand": lambda value: _digits(value, "〇"),
    "taiwaneseDigital": lambda value: _digits(value, "○"),
    "chineseLegalSimplified": lambda value: _formal(value, _LEGAL),
    "ideographLegalTraditional": lambda value: _formal(value, _TRADITIONAL),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": lambda value: _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12],
}


def is_known(style: str) -> bool:
    """Tell whether `printed` has this style; others are printed as decimals."""
    return style in _STYLES or style == "none"


def printed(value: int, style: str) -> str:
    """Return a number in a style of Office Open XML (ST_NumberFormat); zero and less, or above 9,999, in digits."""
    if style == "none":
        return ""
    return _STYLES.get(style, str)(value) if 0 < value <= _MAX else str(value)
