"""Must, may, must not: words of duty of a sentence against those of the clauses that it cites."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.doubt.doubt import Doubt
from rag.doubt.negation import SAME, alike, says_plainly, words_before, words_behind
from rag.doubt.source import Source

Duty = Literal["waived", "forbidden", "allowed", "due", "encouraged", "restrained"]
_DUTIES: tuple[tuple[Duty, str], ...] = (
    ("waived", r"可以?不(?!得)|(?:一般|原则上|通常|尽量)不(?!得)|不必|无须|无需|毋须|不需要?|不用(?!于)|免于|免予|并?非必须|不要求|need not|(?:is|are) not required|do(?:es)? not (?:have|need) to"),
    ("due", r"不得不|必须|应当|务必|应该|(?<![对相适响反供感呼顺])应(?!用|对|急|答|收|税|届|援|变|力|邀|用|有尽有|商|链)|(?<!必)须(?!知)|(?<!不)(?<!的)需要?(?!求|方)|(?<!not )\b(?:must|shall)\b(?! not)|is required to|are required to"),
    ("forbidden", r"不得|禁止|严禁|不能|不可以?(?!抗|或缺|逆|分割)|不准|不许|不允许|不应当?|不予|不再允许|未?不应|(?:may|must|shall|can|should) ?not|prohibited|forbidden|not (?:allowed|permitted)"),
    ("allowed", r"可以|(?<!不)允许|准许|准予|有权|(?<![不许认])可(?=[自由向申以在按对通将委结根依凭提使享获直先并选授与从设进采])|(?<!not )(?:allowed|permitted) to|\bmay\b(?! not)|\bcan\b(?! ?not)"),
    ("encouraged", r"鼓励|(?<!不)支持|(?<!误)引导|推动|推进|促进|倡导|提倡|\bencourage[sd]?\b|\bpromot(?:e|es|ed)\b"),
    ("restrained", r"限制|限定|控制|抑制|遏制|取缔|打击|\brestrict(?:s|ed)?\b"),
)  # fmt: skip
_DUTY = re.compile(
    "|".join(f"(?P<d{number}>{words})" for number, (_, words) in enumerate(_DUTIES)), re.IGNORECASE
)
_OPPOSED: frozenset[frozenset[Duty]] = frozenset(
    frozenset(pair)
    for pair in (
        ("forbidden", "allowed"),
        ("forbidden", "due"),
        ("forbidden", "encouraged"),
        ("forbidden", "waived"),
        ("waived", "due"),
        ("allowed", "due"),
        ("encouraged", "due"),
        ("encouraged", "restrained"),
        ("allowed", "restrained"),
    )
)
_FOLLOWING = 10
"""Characters behind a word of duty that say what is due."""
_ALIKE = 0.6
_FEW = 3
"""Characters behind a word of duty that are too few to be compared; a permission of so few words must be the clause's own."""


@dataclass(frozen=True, slots=True)
class _Word:
    duty: Duty
    start: int
    end: int
    before: str
    behind: str
    """What is due, without points."""


def duty_doubts(text: str, cited: Sequence[Source]) -> Iterator[Doubt]:
    """Yield a doubt for each word of duty that a cited clause has otherwise before the same words.

    Where no clause has these words nothing can be told. A sentence in English is compared with clauses in English only.

    Args:
        text: The sentence, levelled, without list numbers.
        cited: The clauses that it cites.
    """
    for word in _words(text):
        doubt = _turned(word, text, cited)
        if doubt:
            yield doubt


def _turned(word: _Word, text: str, cited: Sequence[Source]) -> Doubt | None:
    """Compare a word of duty with those that stand before the most alike words of the clauses."""
    rivals = [(_fit(word, other), other.duty) for s in cited for other in _words(s.text)]
    best = max((alike for alike, _ in rivals), default=0.0)
    shown = text[max(0, word.start - 4) : word.end + _FOLLOWING].strip(" ,。;")
    if best >= _ALIKE:
        nearest = {duty for alike, duty in rivals if alike >= best - 0.1}
        agrees = word.duty in nearest or not any(frozenset((word.duty, duty)) in _OPPOSED for duty in nearest)
        return None if agrees else Doubt("duty", shown, cited[0].clause.clause_id)
    if word.duty == "allowed" and 1 < len(word.behind) <= _FEW and not _allows(word, cited):
        return Doubt("duty", shown, cited[0].clause.clause_id)
    negative = word.duty in ("forbidden", "waived", "restrained")
    if negative and len(word.behind) >= SAME and says_plainly(word.behind[: SAME + 2], cited):
        return Doubt("negation", shown, cited[0].clause.clause_id)
    return None


def _allows(word: _Word, cited: Sequence[Source]) -> bool:
    """Tell whether a clause allows, asks for or encourages what a few words say is allowed."""
    return any(
        word.behind in other.behind for s in cited for other in _words(s.text) if other.duty != "forbidden"
    )


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[_Word, ...]:
    """Return the words of duty of a levelled text."""
    found = []
    for match in _DUTY.finditer(text):
        duty = _DUTIES[int((match.lastgroup or "d0")[1:])][0]
        before = words_before(text, match.start(), SAME)
        found.append(
            _Word(duty, match.start(), match.end(), before, words_behind(text, match.end(), _FOLLOWING))
        )
    return tuple(found)


def _fit(one: _Word, other: _Word) -> float:
    """Return how far two words of duty have the same words behind them, or around them if there are few."""
    if len(one.behind) > SAME:
        return alike(one.behind, other.behind)
    return alike(one.before + one.behind, other.before + other.behind) if one.before else 0.0
