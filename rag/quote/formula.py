"""Sentences with which a document opens or closes: they have the words of every question about it."""

import re

_PURPOSE = re.compile(r"^为了?.{8,}(?:制定|出台|印发)(?:本|以下|此|该)")
_ASKS_PURPOSE = re.compile(r"为什么|为何|为啥|目的|依据|根据(?:什么|哪)|\bwhy\b|purpose", re.IGNORECASE)
# 法律另有规定的，从其规定 and 由……负责解释: which law comes first, and who explains, is asked for in so many words.
_CLOSING = re.compile(
    r"^[^。；]{0,40}另有规定的?[，,]\s*(?:从其规定|依照其规定|适用其规定)|本(?:办法|条例|规定|细则|法|方案|意见)(?:未尽事宜|由.{2,30}(?:负责)?解释)"
)
_ASKS_CLOSING = re.compile(
    r"解释|冲突|不一致|抵触|另有|优先|未尽|谁|哪个|由(?:哪|什么)|例外|interpret|explain|conflict|prevail|\bwho\b|\bwhich\b",
    re.IGNORECASE,
)


def is_formula(question: str, text: str) -> bool:
    """Tell whether a sentence only opens or closes a document, and a question does not ask for that."""
    opens = _PURPOSE.search(text) is not None and not _ASKS_PURPOSE.search(question)
    closes = _CLOSING.search(text) is not None and not _ASKS_CLOSING.search(question)
    return opens or closes
