"""Everyday words with the words of statutes for the same thing: 老板 → 用人单位, 房本 → 不动产权属证书."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rag.hit.weights import EVERYDAY_WEIGHT
from rag.keyword_index import KeywordIndex
from rag.text import terms

_FILE = "everyday.tsv"
_MOST = 2
"""Words of statutes that are put behind an everyday word."""
_COMMON = 0.05
"""Share of the clauses from which on a statutes' word says nothing: 工作 for 上班 in a collection of plans."""
_RARE = 0.003
"""Share of the clauses below which a collection is said not to use a word: what is more frequent finds its clauses as it is."""


@cache
def everyday_words() -> Mapping[str, tuple[str, ...]]:
    """Return everyday word → words of statutes, as `everyday.tsv` beside this file has them.

    Only words for things and deeds: those that ask (几天, 多少) would bring each clause with a time or an amount.
    """
    lines = files("rag.hit").joinpath(_FILE).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {word: tuple(formal.split(" ")) for word, formal in pairs}


def formal_terms(text: str, index: KeywordIndex) -> dict[str, float]:
    """Return the index terms of statutes' words for the everyday words of a question.

    Args:
        text: A question in simplified characters.
        index: Of the collection; a word that its clauses use themselves is left as it is.

    Returns:
        Term → weight, without the terms that the question has itself; empty when it has no everyday word.
    """
    said = {match.group() for match in _pattern().finditer(text)}
    formal = {each for word in said if _is_rare(word, index) for each in everyday_words()[word]}
    added = {term for each in formal for term in terms(each)}.difference(terms(text))
    return dict.fromkeys(sorted(added), EVERYDAY_WEIGHT)


def with_formal_words(text: str, index: KeywordIndex) -> str:
    """Return a question with the words of statutes in brackets behind its everyday words: 老板（用人单位）不给工资.

    Args:
        text: A question in simplified characters.
        index: As for `formal_terms`.

    Returns:
        The same text when it has no everyday word that the collection does not use.
    """

    def explained(match: re.Match[str]) -> str:
        word = match.group()
        formal = [each for each in everyday_words()[word] if _share(each, index) < _COMMON][:_MOST]
        return f"{word}（{'、'.join(formal)}）" if formal and _is_rare(word, index) else word

    return _pattern().sub(explained, text)


@cache
def _pattern() -> re.Pattern[str]:
    # The longest word first: 喝酒开车 is one word, not 开车.
    return re.compile("|".join(sorted(map(re.escape, everyday_words()), key=lambda word: -len(word))))


def _is_rare(word: str, index: KeywordIndex) -> bool:
    return _share(word, index) < _RARE


def _share(word: str, index: KeywordIndex) -> float:
    """Return the share of the clauses in which a word may stand."""
    pairs = [term for term in terms(word) if len(term) > 1] or [word]
    return min(index.frequency([pair]) for pair in pairs) / max(1, len(index.clause_ids))
