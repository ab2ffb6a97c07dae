"""Very long questions: the sentences that say what a pasted text is about, searched for in place of the whole."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.hit.regions import places_in
from rag.hit.turn import says_enough
from rag.text import sentences, terms

LONG = 250
"""Characters up to which a question is searched for as it is: in a letter of 400, greetings and thanks hide its one line."""
_KEPT = 300
_PIECE = 240
_REPEATS = 0.6
"""Share of a sentence's words that others have said, from which on it says nothing new."""
_ASKS = re.compile(r"[？?][”」』）)\"]*$|[吗呢][。！!]?$")
_HINTS = re.compile(
    r"请问|是否|能否|可否|如何|怎么|怎样|多少|多久|谁|合法|违法|能不能|可不可以|该不该|有没有|想(?:问|知道|了解|请教)"
    r"|\b(?:what|which|who|when|where|how|whether)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"《[^《》]{2,100}》|第[零〇一二三四五六七八九十百千\d]{1,9}条")
_BREAK = re.compile(r"(?<=[.?!])\s+")
_HINT_BONUS, _NAMING_BONUS, _EDGE_BONUS = 1.0, 0.5, 0.5


def salient(text: str) -> str:
    """Return what of a question is searched for.

    Args:
        text: A question; above 250 characters it is taken for a pasted text.

    Returns:
        A short text as it is, a repeated sentence once. Of a long one the sentences that ask; where they say little by themselves (这样合法吗？), or
        there are none, with those that name documents, articles or places and share most words with the others. In
        their order, about 300 characters, at least one sentence.
    """
    if len(text) <= LONG:
        said = [text[start:end] for start, end in sentences(text)]
        return text if len({*said}) == len(said) else " ".join(dict.fromkeys(said))
    pieces = list(dict.fromkeys(_pieces(text)))
    asking = [i for i, piece in enumerate(pieces) if _ASKS.search(piece)]
    if asking and says_enough("".join(pieces[i] for i in asking)):
        # The last question of a letter is what it was written for.
        return _joined(pieces, asking[::-1])
    words = [_pairs(piece) for piece in pieces]
    counts = Counter(word for found in words for word in found)
    scores = [_score(piece, found, counts) for piece, found in zip(pieces, words, strict=True)]
    scores[0] += _EDGE_BONUS
    scores[-1] += _EDGE_BONUS
    rest = sorted(set(range(len(pieces))) - set(asking), key=lambda i: (-scores[i], i))
    return _joined(pieces, [*asking, *rest])


def _pairs(piece: str) -> frozenset[str]:
    return frozenset(term for term in terms(piece) if len(term) > 1)


def _joined(pieces: Sequence[str], order: Sequence[int]) -> str:
    """Take sentences, the best first, until there is no more room; one that mostly repeats others is left out."""
    chosen: list[int] = []
    said: set[str] = set()
    length = 0
    for i in order:
        words = _pairs(pieces[i])
        repeats = len(words & said) > _REPEATS * len(words)
        if chosen and (repeats or length + len(pieces[i]) > _KEPT):
            continue
        chosen.append(i)
        said |= words
        length += len(pieces[i])
    return " ".join(pieces[i] for i in sorted(chosen))


def _pieces(text: str) -> Iterator[str]:
    """Yield the sentences; one above 240 characters in parts that end at a comma where there is one."""
    for start, end in sentences(text):
        for sentence in _BREAK.split(text[start:end]):
            rest = sentence.strip()
            while len(rest) > _PIECE:
                comma = max(rest.rfind(mark, _PIECE // 2, _PIECE) for mark in "，,、：: ")
                cut = comma + 1 or _PIECE
                yield rest[:cut].strip()
                rest = rest[cut:].strip()
            if rest:
                yield rest


def _score(piece: str, words: frozenset[str], counts: Counter[str]) -> float:
    """Return how much a sentence says about the text: what it shares with the others, and whether it wonders or names."""
    if not words:
        return -1.0
    shared = sum(math.log(counts[word]) for word in words) / (len(words) + 5)
    hints = _HINT_BONUS if _HINTS.search(piece) else 0.0
    names = _NAMING_BONUS if _NAMES.search(piece) or places_in(piece) else 0.0
    return shared + hints + names
