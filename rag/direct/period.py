"""Documents from a day on, or before it: 2024年以后施行的, 2023年12月之前发的."""

import re
from collections.abc import Callable
from dataclasses import replace

from rag.direct.printed import day_of
from rag.direct.taken import Taken
from rag.direct.wording import VERBS
from rag.schema import Document

PERIOD = re.compile(
    # Not 2024年前后; 底 adds nothing to a comparison by days.
    r"(?P<year>(?:19|20)\d{2})\s*年(?:\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*[日号])?)?(?:底|末|起)?(?:之|以)?(?P<way>后|来|前(?!后|[一二三四\d几]|半))"
    rf"(?P<verb>(?P<force>开始施行|施行|生效|实施)|{VERBS})?"
)


def within_period(taken: Taken) -> Taken:
    """Take the periods out of a question; a period of effect counts by the day of effect, any other by the day of print.

    Returns:
        The question as it is when it names none. 以后 includes the named year, month or day; documents without a day are out.
    """
    found = PERIOD.search(taken.rest)
    if not found:
        return taken
    parts = [found["year"], *(f"{int(n):02d}" for n in (found["month"], found["day"]) if n)]
    named = "-".join(parts)
    dated: Callable[[Document], str | None] = (lambda d: d.effective_date) if found["force"] else day_of
    before = found["way"] == "前"
    kept = [d for d in taken.documents if (day := dated(d)) and (day[: len(named)] < named) is before]
    rest = PERIOD.sub(" ", taken.rest, count=1)
    return replace(taken, rest=rest, documents=tuple(kept), names=(*taken.names, found[0].replace(" ", "")))
