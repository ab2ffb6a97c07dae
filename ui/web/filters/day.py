"""Days as people write them: 2024-01-31, 2024/1/31, 2024年1月31日, 20240131."""

import re
import unicodedata
from datetime import date

_PARTS = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_day(text: str, *, partial: bool = False) -> str | None:
    """Return a day as ISO; None for what is no day.

    Args:
        text: Not blank; digits of any width, blanks anywhere.
        partial: A month or a year will do; it is returned as 2024-01 or 2024.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = _TOGETHER.fullmatch(plain) or _PARTS.fullmatch(plain)
    if found is None:
        return None
    year, *rest = (int(part) for part in found.groups() if part)
    if len(rest) < 2 and not partial:
        return None
    try:
        whole = date(year, *[*rest, 1, 1][:2])
    except ValueError:
        return None
    return whole.isoformat()[: (4, 7, 10)[len(rest)]]
