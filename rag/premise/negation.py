"""Not: a question that has something done which the clause says is not done, or the reverse, in the same words."""

import re
import unicodedata
from collections.abc import Iterator

from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, cover, pairs, printed

# 不得 and 不能 are of `rag.premise.force`; 不足, 不动产 and 不少于 deny nothing.
_NOT = re.compile(
    r"(?<!并)不(?:予以?|再)?(?=[\u4e00-\u9fff]{2})(?!得|能|可|许|准|允|应|必|需|须|用|要|是|服|足|动产|同|良|法|当|利|正|仅|但|断|满|超|低|少|高|大|多|小|晚|早|迟|论|管|符|便|实|宜|明|一|限|含)"
)
_VERB = 2
"""Characters behind 不 by which the same verb is known."""
_DENIED = re.compile("(?:不|未|无|免|非|没有?|不[得能予再可应必需须用要])$")
_CONDITION = re.compile("的[，,]|[时后前][，,]|除外|另有|未经|情形|例外|原则上|一般|[其他它]")
_SAME, _BACK = 0.85, 0.6


def negation_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield at most one sentence that denies in the question's words what the question states, or states what it denies.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    if asserted.manner != "cued":
        return
    best: tuple[float, Statement, str] | None = None
    for statement in ground.statements:
        text = statement.hit.clause.text[statement.start : statement.end]
        for part in re.split("[，,。；;：:]", text):
            same = _denial(asserted.stated, part)
            if same is None:
                continue
            fits, denied = same
            if not denied:
                # One that says what the question says bears it out.
                return
            if not _CONDITION.search(text) and (best is None or fits > best[0]):
                best = (fits, statement, part)
    if best:
        fits, statement, part = best
        found = printed(statement, part.strip())
        yield Contradiction(asserted.text, statement.hit, statement.start, statement.end, found, fits)


def _denial(stated: str, part: str) -> tuple[float, bool] | None:
    """Return how alike two parts are without their 不, and whether only one of them has it; None when they are of different things."""
    mine, said = (unicodedata.normalize("NFKC", one).replace(" ", "") for one in (stated, part))
    for one, other in ((said, mine), (mine, said)):
        for found in _NOT.finditer(one):
            verb = one[found.end() : found.end() + _VERB]
            places = [match.start() for match in re.finditer(re.escape(verb), other)]
            if not places:
                continue
            plain_mine, plain_said = (_NOT.sub("", text) for text in (mine, said))
            fits = cover(plain_mine, pairs(plain_said))
            if fits < _SAME or cover(plain_said, pairs(plain_mine)) < _BACK:
                continue
            return fits, not any(_DENIED.search(other[:place]) for place in places)
    return None
