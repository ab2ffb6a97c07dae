"""Before or after: a question that has something done after an event which the clause has done before it, or the reverse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, cover, fit, folded, printed

Side = Literal["before", "after"]
_EVENT = r"(?P<event>[\u4e00-\u9fff]{2,16}?)"
# 前 of 目前, 提前 and 前款 and 后 of 售后, 后果 are parts of other words.
_BEFORE = re.compile(rf"{_EVENT}(?:之前|以前|(?<![目提当此先面生事从])前)(?![款条述项置提景身端])")
_AFTER = re.compile(rf"{_EVENT}(?:之后|以后|(?<![售事此先最今背往落善])后)(?![果续勤台备期者])")
_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = (("before", _BEFORE), ("after", _AFTER))
_EXPIRY = re.compile("(?:有效期)?(?:届满|期满|到期|满期)(?:日|了)?")
_LAST = 2
"""Characters by which an event is known: 期满 of 有效期满, 决定 of 作出处罚决定."""
_NOT_DONE = re.compile("未|没有|不(?!得|可|能)")
"""期满后未办理 tells what follows when it was not done in time."""
_LEAST, _NEARLY = 0.6, 0.75


@dataclass(frozen=True, slots=True)
class _Moment:
    side: Side
    event: str
    """Its last characters."""
    words: str
    part: str
    """What stands between the stops around it."""


def moment_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield at most one sentence that puts the same before the event which the question puts it behind, or the reverse.

    A sentence that bears the question out, in whatever clause, leaves it uncontradicted.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    # 期满后怎么续证 asks what is to be done then, and takes nothing for granted.
    mine = next(_moments(_dated(asserted.stated)), None) if asserted.manner == "cued" else None
    if mine is None:
        return
    best: tuple[float, Statement, str] | None = None
    agreeing = 0.0
    for statement in ground.statements:
        same = [one for one in _moments(_dated(statement.text)) if one.event == mine.event]
        fits = fit(asserted.stated, statement)
        if any(one.side == mine.side and not _NOT_DONE.search(one.part) for one in same):
            agreeing = max(agreeing, fits)
        elif fits >= _LEAST and (best is None or fits > best[0]):
            other = next((one for one in same if one.side != mine.side), None)
            # What comes first must be of the matter in the sentence's own words, its title alone is of many.
            if other and cover(asserted.stated, statement.words) >= _LEAST / 2:
                best = (fits, statement, other.words)
    if best and agreeing < _NEARLY * best[0]:
        fits, statement, words = best
        said = printed(statement, words)
        yield Contradiction(asserted.text, statement.hit, statement.start, statement.end, said, fits)


def _dated(text: str) -> str:
    """Return a text, folded, with every word for the end of a term as one."""
    return _EXPIRY.sub("期满", folded(text))


def _moments(text: str) -> Iterator[_Moment]:
    for part in re.split("[，。；：]", text):
        for side, pattern in _SIDES:
            for found in pattern.finditer(part):
                event = found["event"][-_LAST:]
                yield _Moment(side, event, f"{event}{found[0][len(found['event']) :]}", part)
