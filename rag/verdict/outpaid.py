"""Which of several places pays, fines or charges more, where no clause found prints an amount."""

import re
from collections.abc import Mapping

from rag.text import Lang, sentences
from rag.verdict.signals import READ, Found

_PAID = "补贴|补助|补得|奖励|奖金|奖得|赔|罚|工资|薪|费|价格?|补偿|津贴|租金|给得|给的钱|出的钱"
_MORE = "(?:更|最|要|比较)?(?:多|高|少|低|贵|便宜|大方)"
_GAP = "[^，,。；;？?！!]"
_PAYS = re.compile(rf"{_PAID}|奖|补|给予|资助|元|收取|交纳|缴纳")
_ASKS = re.compile(
    rf"(?:{_PAID}){_GAP}{{0,8}}(?:哪[个里边家儿]|谁){_GAP}{{0,4}}{_MORE}(?!的)|(?:哪[个里边家儿]|谁){_GAP}{{0,8}}(?:{_PAID}){_GAP}{{0,4}}{_MORE}(?!的)"
    rf"|(?:{_PAID}){_GAP}{{0,4}}(?:相差|差|多|高|少|低)(?:出)?(?:多少|几)|\bwhich\b.{{0,40}}\b(?:pays?|fines?|subsidi[sz]es?|charges?) (?:more|less|most)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"[\d一二三四五六七八九十百千][\d一二三四五六七八九十百千.,]*\s*[多余]?[万亿]?(?:元|美元|港元|块)|[\d一二三四五六七八九十百]\s*[%％倍]|百分之|分之"
)

AMOUNT: Mapping[Lang, str] = {"zh": "可以比较的金额", "en": "amounts that could be compared"}
"""What is missing then, in words."""


def amount_untold(found: Found) -> bool:
    """Tell whether a question compares what places pay and no sentence of the first clauses has such an amount or share.

    Args:
        found: The search, of all places or of one of them; at least one hit.
    """
    asked = _ASKS.search(found.full)
    texts = [hit.clause.text for hit in found.hits[:READ]] if asked else []
    return bool(texts) and not any(
        _PAYS.search(text[start:end]) and _AMOUNT.search(text[start:end])
        for text in texts
        for start, end in sentences(text)
    )
