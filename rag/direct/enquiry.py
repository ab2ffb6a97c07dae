"""A question about the collection itself, read word by word: which documents it wants of it, if it is one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.direct.conditions import FORCES, HELD, conditions_of
from rag.direct.holdings import Holdings
from rag.direct.period import PERIOD
from rag.direct.taken import Asking
from rag.direct.wording import ASKS, COLLECTION, FILLER, GENERIC, ISSUE, KEPT, KIND, KINDS, YEAR
from rag.schema import Document
from rag.text import Lang, plain

_LONGEST = 80
_CONTENT_OF_ISSUE = re.compile("内容|东西|文章")
_DAY = re.compile(r"哪一?天|哪年哪月|几月几[日号]|几[日号]|什么时候|什么时间|何时|日期|时间")
_ISSUES = re.compile(r"(?<=[哪几多少])几?期(?:简报|公报|通报|刊物|动态)?|\b(?:issues|bulletins)\b")
_CLAUSES = re.compile(r"条款|条文|(?<=[多少几])条|\bclauses\b")
_COUNTS = re.compile(r"多少|几[份部个篇]|how many")
_MEASURED = re.compile(r"(?:多少|几)[份部篇]")
_KIND_NAME: Mapping[Lang, str] = {"zh": "“{}”类", "en": "title with {}"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks of the collection."""

    names: tuple[str, ...]
    """The conditions in words, to be repeated to the reader."""
    documents: tuple[Document, ...]
    """Those that meet all of them."""
    of: Literal["documents", "number", "clauses", "issues"]
    """What is told of them: which they are, how many, how many clauses they have, or which issues printed them."""
    notes: tuple[str, ...]
    """Keys of what must be said of how they were chosen."""
    told: Mapping[str, int] | None = None
    """document_id → how many of its clauses have the words that are asked for; None when no words are."""
    others: int = 0
    """Documents left out that mention those words while others have them in their title."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of a question besides its conditions are."""

    kinds: tuple[str, ...]
    generic: bool
    """文件 or the like."""
    spoken: bool
    """The collection is spoken of."""
    asks: bool
    day: bool
    """The day of an issue is asked for."""
    issues: bool
    clauses: bool
    left: bool
    """There are words that belong to no question about a collection."""


def wanted_of(question: str, holdings: Holdings, today: date, lang: Lang, alone: bool) -> Wanted | None:
    """Return which documents a question about the collection wants; None when any word of it asks for something else."""
    text = re.sub("所有|全部", " ", plain(question).lower())
    if not holdings.documents or len(text) > _LONGEST or ("《" in text and not HELD.search(text)):
        return None
    taken = conditions_of(text, Asking(holdings, today, lang))
    if taken is None:
        return None
    words = _words_of(taken.rest, ISSUE.search(text) is not None, alone)
    if not _is_enquiry(words, text, bool(taken.names), alone):
        return None
    documents, names = list(taken.documents), [*taken.names, *filter(None, [taken.extreme])]
    for kind in dict.fromkeys(KINDS[k] for k in words.kinds):
        documents = [d for d in documents if kind in _without_status(d.title)]
        names.append(_KIND_NAME[lang].format(kind))
    period = PERIOD.search(text)
    by_year = YEAR.search(PERIOD.sub(" ", ISSUE.sub(" ", text))) is not None
    by_force = any(re.search(pattern, text) for pattern in FORCES) or (period is not None and period["force"])
    notes = tuple(key for key, said in (("by_year", by_year), ("by_force", by_force)) if said)
    kept, told = tuple(documents), taken.told
    return Wanted(tuple(dict.fromkeys(names)), kept, _told_of(words, text), notes, told, taken.others)


def _words_of(rest: str, of_issue: bool, alone: bool) -> _Words:
    """Take the words of a question apart, which its conditions have left."""
    rest, day = _DAY.subn(" ", _CONTENT_OF_ISSUE.sub(" ", rest)) if of_issue else (rest, 0)
    rest, issues = _ISSUES.subn(" ", rest)
    rest, clauses = _CLAUSES.subn(" ", rest)
    kept = re.search(KEPT, rest) is not None
    rest, collection = re.subn(COLLECTION, " ", rest)
    kinds = tuple(re.findall(KIND, rest))
    rest, generic = re.subn(rf"(?:{GENERIC})(?:里面?|之?中|内)?", " ", re.sub(KIND, " ", rest))
    rest, asks = re.subn(ASKS, " ", rest)
    left = re.search(r"[\w\u4e00-\u9fff]", re.sub(rf"(?:{FILLER})(?![a-z])", " ", rest)) is not None
    spoken = bool(collection) or kept or (bool(issues) and alone)
    # 第51期 alone asks nothing, 最近一期是哪天 does.
    asking = bool(asks or day)
    return _Words(kinds, bool(generic), spoken, asking, bool(day), bool(issues), bool(clauses), left)


def _is_enquiry(words: _Words, text: str, named: bool, alone: bool) -> bool:
    """Tell whether a question wants documents of the collection, not what they say."""
    if words.left or not words.asks:
        return False
    drafts = named and re.search(r"稿|草案|drafts?", text) is not None
    measured = alone and bool(words.kinds) and _MEASURED.search(text) is not None
    # 有什么规定 alone asks what the documents say.
    limited = named or words.spoken or measured or (words.generic and alone)
    wanted = words.kinds or words.generic or words.spoken or ISSUE.search(text) or drafts
    if not limited or not wanted:
        return False
    if words.kinds and not (named or words.spoken or re.search(r"[份部个篇]", text)):
        return False
    return not words.clauses or (_COUNTS.search(text) is not None and (words.spoken or words.generic))


def _told_of(words: _Words, text: str) -> Literal["documents", "number", "clauses", "issues"]:
    if words.clauses:
        return "clauses"
    if words.issues or words.day:
        return "issues"
    return "number" if _COUNTS.search(text) else "documents"


def _without_status(title: str) -> str:
    """Return a title without 征求意见稿, which is no 意见."""
    return title.replace("征求意见稿", "")
