"""Whether what was found can answer the question at all; decided by code, with or without a language model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.hit.regions import places_in
from rag.locator.lookup import is_meant
from rag.schema import Document, Hit
from rag.text import is_chinese, terms
from rag.verdict.question_type import asked_for, can_answer, is_about

_READ = 3
_NEAR = 0.705
_NEAR_WITH_PLACE = 0.665
_NEAR_ENGLISH = 0.64
"""Least cosine (mean of the nearest clause and the best sentence) with the bundled embedder. 99 of 100 answerable
development questions lie above, 8 of 10 everyday questions on other matters below; a place that fits is evidence, too,
and English questions lie lower against Chinese clauses."""
_SAME_TITLE = 0.4
"""Share of a name's character pairs that the title must have: 登记办法 stands for 登记服务管理办法."""
_NAMED_LAW = r"([\u4e00-\u9fff]{2,20}?(?:法|条例|办法|规定|细则|意见|方案|计划))的?(?=第[〇零一二三四五六七八九十百千\d]+条)"
_REFUSABLE = ("money", "percent", "duration", "count")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether there is enough to answer."""

    enough: bool
    why: str
    """In Chinese, for the user; empty when there is enough."""
    confidence: float = 0.0
    """How near the evidence comes, in [0, 1]: 1 for a clause that is named, 0 when what is asked for is known to be missing."""


def weigh(question: str, hits: Sequence[Hit], documents: Sequence[Document], *, bundled: bool) -> Evidence:
    """Weigh the first hits against what a question asks for.

    Args:
        question: With the earlier question of a follow-up in front.
        hits: Best first.
        documents: The documents of those hits.
        bundled: The vectors are the bundled embedder's, whose cosines are known.
    """
    if not hits:
        return Evidence(False, "没有符合条件的条款。")
    known = {d.document_id: f"{d.title} {d.region or ''} {d.issuer or ''}" for d in documents}
    asked = sorted(places_in(question))
    about = " ".join(
        f"{known.get(h.clause.document_id, h.clause.title)} {h.clause.text}" for h in hits[:_READ]
    )
    missing = tuple(p for p in asked if p not in about)
    if asked and len(missing) == len(asked):
        return Evidence(False, f"没有关于{'、'.join(missing)}的条款。")
    if absent := _absent_document(question, hits):
        return Evidence(False, f"文件库里没有《{absent}》。")
    looked_up = any(is_meant(h) for h in hits[:_READ])
    near = 1.0 if looked_up else min(max(nearness(hits), 0.0), 1.0)
    if bundled and not looked_up:
        least = _NEAR_WITH_PLACE if asked else _NEAR
        least = least if is_chinese(question) else _NEAR_ENGLISH
        if near < least:
            return Evidence(False, "最接近的条款也说的是别的事。", near)
    texts = [h.clause.text for h in hits[:_READ]]
    for kind in asked_for(question):
        if kind in _REFUSABLE and not any(can_answer(kind, t) and is_about(kind, question, t) for t in texts):
            return Evidence(False, _WHY[kind])
    return Evidence(True, "", near)


def _absent_document(question: str, hits: Sequence[Hit]) -> str | None:
    """Return the document that a question names (《…》, or …法第X条) when no clause found belongs to it or mentions it."""
    named = re.search("《([^》]{2,60})》", question) or re.search(_NAMED_LAW, question)
    if named is None:
        return None
    name = named.group(1)
    pairs = {t for t in terms(name) if len(t) > 1}
    for hit in hits:
        shared = pairs & set(terms(hit.clause.title))
        if len(shared) >= _SAME_TITLE * len(pairs) or name in hit.clause.text:
            return None
    return name


def nearness(hits: Sequence[Hit]) -> float:
    """Return the mean cosine of the nearest clause and, after a second look, of the best sentence; 0 without vectors."""
    best = [
        max((h.legs[leg].score for h in hits if leg in h.legs), default=None) for leg in ("dense", "rerank")
    ]
    found = [b for b in best if b is not None]
    return sum(found) / len(found) if found else 0.0


_WHY = {
    "money": "相近的条款里没有写金额。",
    "percent": "相近的条款里没有写比例。",
    "duration": "相近的条款里没有写期限。",
    "count": "相近的条款里没有写数目。",
}
