"""The bodies that issue a document: their names in a row, and under its text."""

import re
from collections.abc import Sequence

from ingest.layout import Line
from rag.text import bare

BODY_END = "[部委局厅院办府会署台心组大行室司]"
_BODY = re.compile(rf"[\u4e00-\u9fff]{{2,30}}{BODY_END}(?:[、\s]+[\u4e00-\u9fff]{{2,30}}{BODY_END})*")
_DATE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_MAX_DATE = 30
_MAX_SIGNED = 30
"""Characters of one line with a name."""


def joined(printed: str) -> str:
    """Return the names of bodies that blanks part, joined by 、; a blank inside one name is left out."""
    names = printed.replace("、", " ").split()
    apart = all(len(name) > 3 and re.search(BODY_END + "$", name) for name in names)
    return ("、" if apart else "").join(names)


def signed(lines: Sequence[Line]) -> str | None:
    """Return who signed a text: the names on the lines right above the first date that stands alone; None without."""
    shown = [line for line in lines if not line.is_trace]
    for at, line in enumerate(shown):
        if at == 0 or not _is_date(line):
            continue
        names: list[str] = []
        above = at - 1
        while above >= 0 and _is_name(shown[above]):
            names.insert(0, joined(shown[above].text))
            above -= 1
        if names:
            return "、".join(names)
    return None


def is_signature(lines: Sequence[Line]) -> bool:
    """Tell whether lines are nothing but names of bodies and a date below them."""
    shown = [line for line in lines if not line.is_trace]
    return len(shown) > 1 and _is_date(shown[-1]) and all(map(_is_name, shown[:-1]))


def _is_date(line: Line) -> bool:
    return len(line.text) <= _MAX_DATE and _DATE.fullmatch(bare(line.text)) is not None


def _is_name(line: Line) -> bool:
    plain = line.label is None and not line.level and not line.is_row
    return plain and len(line.text) <= 2 * _MAX_SIGNED and _BODY.fullmatch(line.text) is not None
