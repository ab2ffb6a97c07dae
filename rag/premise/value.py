"""How much and how long: a number that a question states against the one that a clause has for the same thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.doubt.amount import COUNT, Amount, amounts, levelled
from rag.doubt.date import dates
from rag.premise.assertion import assertions
from rag.premise.statement import Contradiction
from rag.schema import Hit
from rag.text import is_chinese, language_of, sentences, terms
from rag.verdict.signals import question_words

_READ, _SEEN = 3, 10
_SHARED = 3
"""Least words that a sentence must share with a question to contradict it."""
_LIKE = 0.3
"""The same as a share of the question's words."""
_NEARLY = 0.6
"""As much of those words in a sentence with the question's own number leaves the question right."""
_OWN = re.compile(
    r"(?:我|我们|咱们?|本人|本公司|本单位|公司|单位|企业|朋友|同事|孩子|老人|家里|客户|对方)[^，,。；;？?]{0,12}$"
    r"|(?:满|已经?|过了|用了|干了|等了|交了|花了|超过了|迟了|晚了)$|\b(?:my|our|we|I)\b[^,.;?]{0,30}$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:是|为|有|共|要|需要?|得|应当?|可以?|只|仅|就|规定|约|不|未|至少|至多|最[少多长短高低]|超过|[少多低高短长大小]于)+$"
)
"""Stands between what is measured and its number: 公示期不得少于十日."""
_MEASURE = re.compile("(?:期限|期间|年限|时限|时间|时长|期|限)$")
"""What is measured is 公示 in 公示期, 公示时间 and 公示十日 alike."""
_QUANTITY = re.compile("(?:期限?|时间|时长|[年时]限|[金数]额|额度|比例|费率|税率)$")
_PERIOD = re.compile("每(?:一|个)*(?P<of>工作日|[日天周月年人次户]|星期|季度)[^，,；;、]*$")
_SAME_PERIOD = {"天": "日", "星期": "周"}
_DAYS = ("日", "工作日")


def value_contradictions(text: str, hits: Sequence[Hit]) -> Iterator[Contradiction]:
    """Yield for each number that a question states the sentence that has another for the same thing.

    Either the sentence measures what the question does (公示期十五日 and 公示时间为三十日), or, for what the question gives
    as known, it fits the question best and has one number of that unit. A number that the clause leaves open (两个月
    where it says 不超过六个月) contradicts nothing, nor does one that the clauses have for the same thing, too.

    Args:
        text: The present turn.
        hits: Best first.
    """
    for asserted in assertions(text):
        if asserted.manner == "wanted":
            continue
        plain = levelled(asserted.text)
        days = dates(plain)
        for amount in amounts(plain):
            of_date = any(day.start < amount.end and amount.start < day.end for day in days)
            if amount.unit in ("", COUNT, "号") or of_date or _OWN.search(plain[: amount.start]):
                continue
            stated = _Stated(text, plain, amount, cued=asserted.manner == "cued")
            if rival := _rival(stated, hits):
                yield Contradiction(amount.words, rival.hit, rival.start, rival.end, rival.words, 1.0)


@dataclass(frozen=True, slots=True)
class _Stated:
    question: str
    part: str
    amount: Amount
    cued: bool


@dataclass(frozen=True, slots=True)
class _Rival:
    shared: int
    hit: Hit
    start: int
    end: int
    words: str


def _rival(stated: _Stated, hits: Sequence[Hit]) -> _Rival | None:
    if language_of(stated.question) == "en" and is_chinese(hits[0].clause.text):
        return _in_other_language(stated, hits) if stated.cued else None
    borne_out, rival = _of_same_measure(stated, hits)
    if rival or borne_out or not stated.cued:
        return rival
    return _of_same_words(stated, hits)


def _of_same_measure(stated: _Stated, hits: Sequence[Hit]) -> tuple[bool, _Rival | None]:
    """Return whether a clause bears out the number, and else the best sentence that measures the same thing."""
    before = _before(stated.part, stated.amount)
    measured = _measured(before)
    if not measured or not (stated.cued or _QUANTITY.search(_BETWEEN.sub("", before))):
        return False, None
    words = question_words(stated.question)
    best: _Rival | None = None
    for place, (hit, start, end, shared) in _sentences(words, hits):
        sentence = levelled(hit.clause.text[start:end])
        for other in amounts(sentence):
            if not _is_comparable(stated, other, sentence):
                continue
            if other.value == stated.amount.value and measured in _before(sentence, other):
                return True, None
            same = place < _READ and _measured(_before(sentence, other)) == measured
            fits = same and shared >= _LIKE * len(words) and _contradict(stated.amount, other)
            if fits and (best is None or shared > best.shared):
                best = _Rival(shared, hit, start, end, other.words)
    return False, best


def _of_same_words(stated: _Stated, hits: Sequence[Hit]) -> _Rival | None:
    """Return the sentence that fits a question best and has another number of the same unit.

    None when no sentence fits enough, or when one that has the question's number fits nearly as well.
    """
    words, amount = question_words(stated.question), stated.amount
    best: _Rival | None = None
    agreeing = 0
    for place, (hit, start, end, shared) in _sentences(words, hits):
        sentence = levelled(hit.clause.text[start:end])
        others = [a for a in amounts(sentence) if _is_alike(stated, a, sentence)]
        if any(amount.same(a) for a in others):
            agreeing = max(agreeing, shared)
            continue
        # Of several numbers of one unit it cannot be told which one is meant.
        fits = place < _READ and len(others) == 1 and _contradict(amount, others[0])
        fits = fits and len(words & frozenset(terms(hit.clause.text[start:end]))) >= _SHARED
        if fits and shared >= _LIKE * len(words) and (best is None or shared > best.shared):
            best = _Rival(shared, hit, start, end, others[0].words)
    return best if best and agreeing < _NEARLY * best.shared else None


def _in_other_language(stated: _Stated, hits: Sequence[Hit]) -> _Rival | None:
    """Return the only number of the same unit in the best clause, which no word of an English question can point to."""
    found: list[_Rival] = []
    for place, (hit, start, end, _) in _sentences(frozenset(), hits):
        for other in amounts(levelled(hit.clause.text[start:end])):
            if other.unit in _DAYS if stated.amount.unit in _DAYS else other.unit == stated.amount.unit:
                if other.value == stated.amount.value:
                    return None
                if place == 0:
                    found.append(_Rival(0, hit, start, end, other.words))
                    if not _contradict(stated.amount, other):
                        return None
    return found[0] if len(found) == 1 else None


def _sentences(words: frozenset[str], hits: Sequence[Hit]) -> Iterator[tuple[int, tuple[Hit, int, int, int]]]:
    """Yield (place of the clause, (hit, start, end, words shared with its title and beginning, too)) of each sentence."""
    for place, hit in enumerate(hits[:_SEEN]):
        about = frozenset(terms(f"{hit.clause.title} {hit.clause.text.partition(chr(10))[0][:40]}"))
        for start, end in sentences(hit.clause.text):
            own = frozenset(terms(hit.clause.text[start:end]))
            yield place, (hit, start, end, len(words & (about | own)))


def _before(text: str, amount: Amount) -> str:
    """Return what stands before an amount in its part between commas."""
    return re.split("[，,；;。:]", text[: amount.start])[-1].strip()


def _measured(before: str) -> str:
    """Return the last two characters of what is measured; empty when no Chinese word stands there."""
    found = _MEASURE.sub("", _BETWEEN.sub("", before))[-2:]
    return found if re.fullmatch("[\u4e00-\u9fff]{2}", found) else ""


def _is_comparable(stated: _Stated, other: Amount, sentence: str) -> bool:
    """Tell whether two amounts measure alike: days are told from months, and 每日 from 每周."""
    mine = stated.amount
    units = mine.unit == other.unit or (mine.unit in _DAYS and other.unit in _DAYS)
    return units and _period(stated.part, mine) in (None, _period(sentence, other))


def _is_alike(stated: _Stated, other: Amount, sentence: str) -> bool:
    """Tell the same of amounts of which nothing else is known: a term of years is no notice of a month."""
    mine = stated.amount
    same = mine.unit == other.unit and ("年" in mine.words) == ("年" in other.words)
    return same and _is_comparable(stated, other, sentence)


def _period(text: str, amount: Amount) -> str | None:
    found = _PERIOD.search(text[: amount.start])
    return _SAME_PERIOD.get(found["of"], found["of"]) if found else None


def _contradict(mine: Amount, other: Amount) -> bool:
    """Tell whether a number cannot be what a clause says: within its bounds it may be, unless it is said to be the bound."""
    if mine.value == other.value:
        return False
    if other.bound == "most":
        return mine.value > other.value or mine.bound == "most"
    if other.bound == "least":
        return mine.value < other.value or mine.bound == "least"
    return True
