"""Whose it is: what a question says a place has and the clauses say another place has."""

import re
from collections.abc import Iterator

from rag.hit.regions import places_in
from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, folded, printed

_HAS = re.compile(r"(?:的|那[个座条家项]|这[个座条家项])(?P<thing>[\u4e00-\u9fff]{5,20})")
_PLANNED = re.compile("申报|申请|争取|创建|筹建|拟建|推动|支持")
_NEAR, _LONGEST = 16, 4
_CLOSE = 3
"""Characters right before a thing in which the place stands that has it."""


def place_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield a sentence that gives to another place what a question says that a place has (芜湖那个直联点).

    The thing must stand in the sentence in the question's own words, right behind the other place; nothing comes of it
    when some clause found has it behind the question's place, unless that place only applies for it.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    text = folded(asserted.stated)
    found = _HAS.search(text)
    place = _place(text[: found.start()], ground) if found else None
    if found is None or place is None:
        return
    thing = found["thing"]
    best: Statement | None = None
    for statement in ground.statements:
        for match in re.finditer(re.escape(thing), statement.text):
            before = statement.text[max(0, match.start() - _NEAR) : match.start()]
            own = place in statement.hit.clause.title or (place in before and not _PLANNED.search(before))
            if own:
                return
            if best is None and places_in(before[-_CLOSE:]) - places_in(text):
                best = statement
    if best:
        yield Contradiction(asserted.text, best.hit, best.start, best.end, printed(best, thing), 1.0)


def _place(before: str, ground: Ground) -> str | None:
    """Return the place with which words end: one of the larger cities, or one that the clauses call a city."""
    known = [place for place in places_in(before) if before.endswith(place)]
    if known or len(before) > _LONGEST:
        return known[0] if known else None
    # 合肥、芜湖、蚌埠市: the last name of a list alone has the word.
    name = re.compile(
        rf"(?<![\u4e00-\u9fff]){re.escape(before)}(?:、[\u4e00-\u9fff]{{2,3}})*市|{re.escape(before)}市"
    )
    return before if len(before) > 1 and any(name.search(s.text) for s in ground.statements) else None
