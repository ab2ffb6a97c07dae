"""Ways to make a sentence of a clause wrong; each gives None for a sentence that has nothing of the kind."""

import re
from collections.abc import Mapping

from rag.locator.numerals import to_chinese, to_int
from rag.text import sentences

LONG = 8
"""Characters from which on words in 「」 are taken as a quotation."""
_POINTS = "。！？；!?;，, "
_NUMBER = re.compile(
    r"(?<![\d.第年月])(\d)(?=[\d.]*\s*(?:%|％|个|万|亿|元|家|项|天|日|倍|人|名|种|类|次|小时|公里))"
    r"|(?<![第零一二三四五六七八九十百千])([二三四五六七八九十百][一二三四五六七八九十百]*)(?=个|年|日|天|倍|万|亿|元|名|人|家|次|小时)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_UNITS = {
    "工作日": "自然日",
    "万元": "亿元",
    "亿元": "万元",
    "个月": "年",
    "%": "倍",
    "％": "倍",
    "公里": "米",
}
_DUTIES = {
    "不得": "可以",
    "应当": "可以不",
    "必须": "可以不",
    "可以": "不得",
    "禁止": "允许",
    "鼓励": "限制",
    "支持": "限制",
}
_EXCEPTION = "，但情节轻微的除外"


def pieces(evidence: str) -> list[str]:
    """Return the sentences of a piece of evidence without the points around them; none for none."""
    found = (evidence[a:b].strip(_POINTS) for a, b in sentences(evidence))
    return [words for words in found if words]


def other_number(words: str) -> str | None:
    """Change the first digit of the first number, or the first numeral."""
    match = _NUMBER.search(words)
    if match is None:
        return None
    digit, numeral = match.groups()
    wrong = str(int(digit) % 8 + 1) if digit else to_chinese(to_int(numeral) + 2)
    return words[: match.start()] + wrong + words[match.end() :]


def other_year(words: str) -> str | None:
    """Put the first year three years later."""
    match = _YEAR.search(words)
    return match and f"{words[: match.start()]}{int(match[1]) + 3}{words[match.end() :]}"


def other_unit(words: str) -> str | None:
    """Change the first unit."""
    return _swapped(words, _UNITS)


def other_duty(words: str) -> str | None:
    """Turn the first may, shall or must not into something else."""
    return _swapped(words, _DUTIES)


def other_word(words: str) -> str | None:
    """Put another word in the middle."""
    middle = len(words) // 2
    wrong = "其他" if "有关" in words else "有关"
    return f"{words[:middle]}{wrong}{words[middle + 2 :]}" if len(words) >= LONG else None


def shortened(words: str) -> str | None:
    """Leave the middle out without a sign."""
    third = len(words) // 3
    return words[:third] + words[-third:] if third >= LONG // 2 else None


def lengthened(words: str) -> str | None:
    """Add an exception."""
    return words + _EXCEPTION if len(words) >= LONG else None


def _swapped(words: str, table: Mapping[str, str]) -> str | None:
    found = sorted((words.find(old), old) for old in table if old in words)
    return words.replace(found[0][1], table[found[0][1]], 1) if found else None
