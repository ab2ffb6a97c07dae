"""Negations and exceptions: what a clause denies and a sentence says plainly, and the reverse."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.doubt.doubt import Doubt
from rag.doubt.source import Source

_NEGATIVE = re.compile(
    r"不(?!断|仅|但|只|同|论|管|少(?!于)|久|妨|乏)|未|没|无(?!线|人机|障碍|锡|形)|非(?!常|洲|遗)|禁|免|否|勿|毋|莫|拒|限制|\b(?:not|no|never|without|cannot)\b|n't",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"不(?:能够?|予以?|得|可以?|会|再|准许?|许|应当?|宜|需要?|必|便|属于|具备|符合|涉及|适用|包括)|无法|没有|未(?:能|经|曾|按照?)|尚未"
)
_BREAK = re.compile(r"[。;!?\n]")
_TITLE = re.compile(r"《[^《》]*》")
_START = re.compile(r"[。;!?\n:]+\s*(?:\([一二三四五六七八九十\d]+\))?")
_SKIPPED = re.compile(r"[\s,、:()《》\[\]]")
SAME = 4
"""Characters that must be the same behind a negation for two sentences to speak of one thing."""
_EXCEPTION = re.compile(
    r"[^,。;!?\n]*(?:除外|例外|不在此限|不受此限|不适用(?=$|[,。;]))|(?:但|但是)[^,。;\n]{0,20}(?:可不|可以不|免)[^,。;\n]*|\b(?:except|unless)\b[^,.;]*",
    re.IGNORECASE,
)
_EXCEPTS = re.compile(
    r"除外|例外|不在此限|不受此限|不适用|但|除[^。;\n]{1,60}外|另有|except|unless", re.IGNORECASE
)
_BEFORE, _LEAST_BEHIND, _GAP = 3, 2, 3
"""Characters around a negation that tell where the other text should have it, and how many may stand there instead."""
_ENOUGH = 0.6
"""Of an exception's pairs of characters that an exception of the clause must have."""


def negation_doubts(text: str, cited: Sequence[Source]) -> Iterator[Doubt]:
    """Yield the first of what a clause denies and the sentence says plainly, or the reverse.

    Args:
        text: A sentence in Chinese, levelled.
        cited: The clauses that it cites.
    """
    clause_id = cited[0].clause.clause_id
    text = _TITLE.sub("", text)
    for source in cited:
        words = _dropped(source.text, text) or _added(source, text)
        if words and not any(words in _marked(s.text) and words in _marked(text) for s in cited):
            yield Doubt("negation", words.strip("|"), source.clause.clause_id)
            return
    kept = kept_words(text)
    denials = [found.end() for found in _NEGATIVE.finditer(kept)]
    for source in cited:
        denied = [words for words in _denied(source.text) if words in kept]
        plain = [words for words in denied if not any(0 <= kept.find(words) - end <= 2 for end in denials)]
        # A negation of the sentence's own may deny in other words what the clause denies.
        spare = len(denials) - (len(denied) - len(plain))
        if plain and spare <= 0 and not any(_is_plain(words, kept, cited) for words in plain):
            yield Doubt("negation", plain[0], source.clause.clause_id)
            return
    for found in _NEGATIVE.finditer(text):
        behind = words_behind(text, found.end(), SAME + 1)
        if len(behind) > SAME and says_plainly(behind, cited) and not _denies(behind, cited):
            yield Doubt("negation", text[found.start() : found.end() + SAME + 1], clause_id)
            return


def exception_doubts(text: str, cited: Sequence[Source], asked: str) -> Iterator[Doubt]:
    """Yield the exceptions of a sentence that no clause makes; one that the question names may be repeated."""
    for found in _EXCEPTION.finditer(text):
        words = re.split(r"[:》]", found[0])[-1].strip(" ,但是")
        if not any(_has_exception(words, source.text) for source in cited) and words not in asked:
            yield Doubt("exception", words, cited[0].clause.clause_id)


def _added(source: Source, text: str) -> str | None:
    """Return the words of a clause between which a sentence has a negation; 不得甲，乙 may be told as 不得甲，不得乙."""
    words = _dropped(text, source.text)
    if words is None:
        return None
    bare = words.strip("|")
    return words if says_plainly(bare, [source]) and not _denies(bare, [source]) else None


def _dropped(denying: str, plain: str) -> str | None:
    """Return the words of one text between which the other has a negation; None when there are none."""
    kept = _marked(plain)
    for before, behind in _around(denying):
        place = kept.find(before)
        while place >= 0:
            middle = place + len(before)
            gap = 0 if before.startswith("|") else _GAP
            end = kept.find(behind, middle, middle + len(behind) + gap)
            if end >= 0 and not _NEGATIVE.search(kept[middle:end]):
                return kept[place : end + len(behind)]
            place = kept.find(before, place + 1)
    return None


@lru_cache(maxsize=1024)
def _around(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words before and behind each negation of a levelled text that has enough of both."""
    found = []
    for pattern in (_NEGATIVE, _DENIAL):
        for match in pattern.finditer(text):
            before = _before(text, match.start())
            behind = words_behind(text, match.end(), SAME)
            # At the beginning of a sentence there is less before it, and so more is needed behind.
            least = SAME if before.startswith("|") else _LEAST_BEHIND
            enough = (len(before) == _BEFORE or before.startswith("|")) and len(behind) >= least
            if enough and not _NEGATIVE.search(before + behind):
                found.append((before, behind))
    return tuple(dict.fromkeys(found))


def _before(text: str, place: int) -> str:
    """Return the last words before a place in its sentence, with | in front where it begins."""
    start = max(0, place - 3 * _BEFORE)
    near = _START.sub("|", text[start:place])
    near = kept_words(near if start else f"|{near}")
    return (f"|{near.rpartition('|')[2]}" if "|" in near else near)[-_BEFORE:]


def _is_plain(words: str, kept: str, cited: Sequence[Source]) -> bool:
    """Tell whether a clause has these words as the sentence has them, or without a negation."""
    place = kept.find(words)
    here = kept[max(0, place - _BEFORE) : place + len(words)]
    return any(here in kept_words(source.text) for source in cited) or says_plainly(words, cited)


@lru_cache(maxsize=1024)
def _denied(text: str) -> tuple[str, ...]:
    """Return the words that stand behind each negation of a levelled text, 不 and 不能 alike."""
    ends = {match.end() for pattern in (_NEGATIVE, _DENIAL) for match in pattern.finditer(text)}
    found = (words_behind(text, end, SAME + 1) for end in sorted(ends))
    return tuple(dict.fromkeys(words for words in found if len(words) > SAME and not _NEGATIVE.search(words)))


def says_plainly(words: str, cited: Sequence[Source]) -> bool:
    """Tell whether a clause has these words in a part of a sentence without a negation before them."""
    return any(not _NEGATIVE.search(before) for before in _befores(words, cited))


def _denies(words: str, cited: Sequence[Source]) -> bool:
    return any(_NEGATIVE.search(before) for before in _befores(words, cited))


def _befores(words: str, cited: Sequence[Source]) -> Iterator[str]:
    """Yield what stands before these words in their sentence, wherever a clause has them."""
    for source in cited:
        for sentence in _sentences(source.text):
            place = sentence.find(words)
            while place >= 0:
                yield sentence[:place]
                place = sentence.find(words, place + 1)


def _has_exception(words: str, text: str) -> bool:
    """Tell whether a clause excepts something that shares words with an exception."""
    excepted = kept_words(_EXCEPTS.sub("", words))
    for found in _EXCEPTS.finditer(text):
        near = kept_words(text[max(0, found.start() - 60) : found.end() + 60])
        if len(excepted) < 3 or alike(excepted, near) >= _ENOUGH:
            return True
    return False


def words_before(text: str, place: int, most: int) -> str:
    """Return the last characters of the same sentence, without points."""
    return kept_words(_BREAK.split(text[max(0, place - 3 * most) : place])[-1])[-most:]


def words_behind(text: str, place: int, most: int) -> str:
    """Return the next characters of the same sentence, without points."""
    return kept_words(_BREAK.split(text[place : place + 2 * most], maxsplit=1)[0])[:most]


@lru_cache(maxsize=1024)
def _sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a levelled text, without points and blanks."""
    return tuple(kept_words(sentence) for sentence in _BREAK.split(text))


@lru_cache(maxsize=1024)
def _marked(text: str) -> str:
    """Return the kept words with | where a sentence begins."""
    return "|" + kept_words(_START.sub("|", text))


@lru_cache(maxsize=2048)
def kept_words(text: str) -> str:
    """Return a levelled text without points, brackets and blanks."""
    return _SKIPPED.sub("", text)


def alike(one: str, other: str) -> float:
    """Return how many of the first text's pairs of characters the other has; 0 for less than three pairs."""
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    if len(pairs) < 3:
        return 0.0
    return sum(pair in other for pair in pairs) / len(pairs)
