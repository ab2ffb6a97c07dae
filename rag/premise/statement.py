"""What the clauses found state, sentence by sentence, and how much of a question's words they have."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.schema import Clause, Document, Hit
from rag.text import sentences, terms

_READ = 10
_LEAD = re.compile(r"[：:]\s*$")
_ITEM = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、)）]|[一二三四五六七八九十]{1,2}是)"
)
_FOLDS = (
    (re.compile(r"[\s“”‘’「」『』\"'*]"), ""),
    (re.compile("(?:收取|收缴|征收|缴纳|交纳|收(?=费))(?:任何|一切|其他|各种|有关)*"), "收"),
    (re.compile("费用"), "费"),
    (re.compile("卖多少钱|卖什么价|卖价|售价|要价|价钱"), "交易价格"),
    (re.compile("入场费"), "进场费"),
    (re.compile("刷脸|人脸识别"), "人脸"),
    (re.compile("再跑一趟|再次|重新|又要|再办"), "重复"),
    (re.compile("人民政府"), "政府"),
    (re.compile("用来|用作|拿来"), "用于"),
    (re.compile("自己"), "自行"),
    (re.compile("老百姓|群众|市民|公民"), "个人"),
    (re.compile("纸质版?|纸本"), "纸质"),
    (re.compile("电子版|电子证|电子件"), "电子"),
    (re.compile("附近|周边"), "距离内"),
    (re.compile("对外(?:公布|公开)|往外说"), "披露"),
    (re.compile("手续费|登记费"), "费"),
)  # fmt: skip
"""Words of offices and of everyday speech that mean one thing, each pair written as the clause has it."""
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_EMPTY = frozenset(
    "的了是在和与及或对为由要会就都也还可以能把被向从用到给吗呢吧这那个有其该等之所于将并而且去来得"
)


def folded(text: str) -> str:
    """Return a text as it is compared: NFKC, without blanks and quotation marks, everyday words as clauses write them."""
    text = unicodedata.normalize("NFKC", text)
    if not re.search("[\u4e00-\u9fff]", text):
        return text.lower()
    # NFKC makes half-width what ends a part of a Chinese sentence.
    text = _COMMA.sub("，", text).replace(";", "；").replace(":", "：")
    for pattern, written in _FOLDS:
        text = pattern.sub(written, text)
    return text


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a clause found; one that leads to a list gives one statement for each item."""

    hit: Hit
    rank: int
    """Place of the clause among the hits, from 0."""
    start: int
    end: int
    """Exclusive, in the clause's text."""
    text: str
    """Folded."""
    words: frozenset[str]
    """Pairs of characters and Latin words."""
    about: frozenset[str]
    """The same of the title and headings."""


def statements(hits: Sequence[Hit]) -> list[Statement]:
    """Return the statements of the first hits in their order; none for no hits."""
    return [one for rank, hit in enumerate(hits[:_READ]) for one in _of_clause(hit, rank)]


def _of_clause(hit: Hit, rank: int) -> Iterator[Statement]:
    clause = hit.clause
    about = _words(f"{clause.title}{clause.headings}{clause.locator}{clause.text.partition(chr(10))[0][:24]}")
    for start, end, text, words in _read(clause.text):
        yield Statement(hit, rank, start, end, text, words, about)


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[tuple[int, int, str, frozenset[str]], ...]:
    """Return (start, end, folded, pairs) of each sentence; an item of a list begins where its lead does."""
    found = []
    lead: tuple[int, int] | None = None
    for start, end in sentences(text):
        words = text[start:end]
        if lead and _ITEM.match(words):
            item = folded(text[slice(*lead)] + words)
            found.append((lead[0], end, item, _words(item)))
            continue
        lead = (start, end) if _LEAD.search(words) else None
        plain = folded(words)
        found.append((start, end, plain, _words(plain)))
    return tuple(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(term for term in terms(folded(text)) if len(term) > 1)


def cover(part: str, whole: frozenset[str]) -> float:
    """Return the share of a part's characters and Latin words that belong to a pair of a whole; 0 for an empty part.

    Characters that stand in every sentence (的, 是, 要) do not count.

    Args:
        part: Any text.
        whole: Pairs of characters and Latin words, as of a statement.
    """
    kept = folded(part)
    marks = [False] * len(kept)
    for at in range(len(kept) - 1):
        if kept[at : at + 2] in whole:
            marks[at] = marks[at + 1] = True
    counted = [mark for char, mark in zip(kept, marks, strict=True) if _is_han(char) and char not in _EMPTY]
    latin = [word in whole for word in re.findall(r"[a-z0-9]+", kept.lower()) if len(word) > 1]
    total = len(counted) + 2 * len(latin)
    return (sum(counted) + 2 * sum(latin)) / total if total else 0.0


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of characters and the Latin words of a text, folded."""
    return _words(text)


def fit(text: str, statement: Statement) -> float:
    """Return how much of a text a statement has together with its title and headings, in [0, 1]."""
    return cover(text, statement.words | statement.about)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words of a question and the words of a clause that say otherwise."""

    asked: str
    hit: Hit
    start: int
    end: int
    """Exclusive; of the sentence in the clause's text."""
    said: str
    """As the clause prints it."""
    fit: float
    """How much of the question's part the sentence has, in [0, 1]."""
    kind: Literal["value", "draft", "no_law", "issuer"] = "value"
    """`value`: the clause's words differ. The others are about the document: not in force, no law, of another body."""


def printed(statement: Statement, word: str) -> str:
    """Return the part of a statement between commas that holds a folded word, as the clause prints it; at most 60 characters."""
    text = statement.hit.clause.text[statement.start : statement.end]
    parts = re.split(r"(?<=[，,；;：:。])", text)
    found = next((part for part in parts if word in folded(part)), parts[0])
    return found.strip(" \n，,；;：:。.")[:60]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules of contradiction read."""

    question: str
    statements: Sequence[Statement]
    meant: Document | None
    """The document that the question means, when its words tell it."""
    clauses: Sequence[Clause]
    """Of that document, in its order; empty without one."""
