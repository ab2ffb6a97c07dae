"""What keeps a sentence from answering, however alike it is: it only opens or closes a document, or forbids what is asked to be allowed."""

import re
from typing import Literal

from rag.quote.formula import is_formula

_LOSS = 3.0
"""Standard deviations. A formula has the words of every question about its document, 不得交易 has those of 可以交易."""
# Not 许可, 认可, 可能, 可靠, 可信; 可以不公示 asks for exceptions. 能 is part of many words (智能, 功能, 能源): before a verb it is the modal.
_CAN = r"(?<![不许认])可(?:以(?!不)|(?![以能靠行信控视不]|持续|再生|追溯|复制))|(?<!不)允许|(?<!不)准许|准予"
_ABLE = r"(?<![不可功智性职节产赋效技机])能(?:够|(?=[用拿做干申卖买交进参转享办公在被登开获给]))"
# 能不能 asks whether, and 非写不可 demands.
_CANNOT = r"不得|禁止|(?<![能可准许让])不(?:可以|可(?![？?。]|$)|能|予|准|许|允许|给|让)"
_FORBIDS = re.compile(rf"{_CANNOT}|(?:may|must|shall|can) ?not", re.IGNORECASE)
_ALLOWS = re.compile(rf"{_CAN}|\bmay\b(?! not)", re.IGNORECASE)
_MODAL = re.compile(rf"(?P<cannot>{_CANNOT})|{_CAN}|{_ABLE}")
_WHICH = re.compile(r"哪些|哪种|哪类|什么|啥|哪几|哪里|谁")
_ASKING = re.compile(rf"{_WHICH.pattern}|怎|吗|呢|几|多少|何|是否|能否|[？?]")
_NEAR = 12
"""Characters between 哪些 and the 可以 that it is asked of."""
_ITEM = re.compile(r"[ \t\u3000]*(?:[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、])")


def loss(question: str, text: str, start: int, end: int) -> float:
    """Return what a sentence of a clause loses as an answer, in standard deviations of the sentences of one question.

    Args:
        question: As it is compared with sentences.
        text: Of the clause.
        start: Of the sentence in it.
        end: Exclusive.
    """
    own = text[start:end]
    return _LOSS * (
        is_formula(question, own) or _runs_against(polarity(question), f"{_lead(text, start)}{own}")
    )


def polarity(question: str) -> Literal["may", "may not"] | None:
    """Return whether a question asks which things are allowed or which are not; None when it asks neither, or whether one is."""
    # A follow-up comes last, behind the words of the turns before: 不能用于什么 能用于什么, 能用于什么 骗钱会怎样.
    own = next((part for part in reversed(question.split()) if _ASKING.search(part)), "")
    which = [found.span() for found in _WHICH.finditer(own)]
    if not which:
        return None
    start, end = which[-1]
    apart = [(max(m.start() - end, start - m.end()), m) for m in _MODAL.finditer(own)]
    distance, nearest = min(apart, key=lambda x: x[0], default=(_NEAR + 1, None))
    if nearest is None or distance > _NEAR:
        return None
    return "may not" if nearest["cannot"] else "may"


def says_the_same(question: str, lead: str) -> bool:
    """Tell whether a list can be the one asked for by its lead: that of what is forbidden forbids."""
    asked = polarity(question)
    return not _runs_against(asked, lead) and (asked != "may not" or _FORBIDS.search(lead) is not None)


def _runs_against(asked: Literal["may", "may not"] | None, said: str) -> bool:
    forbids, allows = _FORBIDS.search(said) is not None, _ALLOWS.search(said) is not None
    return (asked == "may" and forbids and not allows) or (asked == "may not" and allows and not forbids)


def _lead(text: str, start: int) -> str:
    """Return the line that leads to the list in which a sentence stands: 下列数据不得交易 holds for each item; else nothing."""
    first = text.rfind("\n", 0, start) + 1
    if not _ITEM.match(text, first):
        return ""
    above = text[:first].rstrip("\n").split("\n")
    return next((line for line in reversed(above) if not _ITEM.match(line)), "")
