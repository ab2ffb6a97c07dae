"""A message that is to be checked against the policies, as a question."""

import re
from collections.abc import Mapping

from rag.text import Lang, language_of
from ui.slack.shape.modal import beginning

LONGEST_CHARS = 4000
"""Of a message; of a longer one the beginning is checked."""
_ASKED: Mapping[Lang, str] = {"zh": "听说：{}。是这样吗？", "en": "I heard that {}. Is that right?"}
"""A claim that is told as heard is compared with the clauses, so that a wrong number or duty is named: of nine wrong claims about
the sample collection six were, and one when asked 是否符合规定, words that are searched for themselves."""
_MARK = re.compile(r"[？?](?=[\s”’\"'」』）)]|$)")
_SENTENCE = re.compile(r"[。！；!;\n]+|\.(?=\s|$)")
_ASKS = re.compile(
    r"吗$|呢$|么$|是否|能否|可否|能不能|可不可以|要不要|用不用|需不需要|有没有|会不会|是不是|该不该|行不行|算不算"
    r"|什么|啥|哪[个些里种天年条家]|谁(?!都|也)|多少|怎么|怎样|如何|多久|多长|何时|几[个天年月家条]"
    r"|^(?:who|whom|what|which|when|where|why|how|may|can|must|is|are|do|does|did|should|could|will|would)\b",
    re.IGNORECASE,
)
_NOT_ASKING = re.compile(
    r"无论|不论|不管|任何|什么[都也]|没什么|怎么[都也]|如何[都也]|(?:审查|审核|核实|检查|说明|判断|确定|评估)[^，,]{0,12}是否"
)
_TAG = re.compile(
    r"(?:吧|[，,]\s*(?:对吗|对不对|对么|是吗|是不是|是这样吗|right|correct|is that right|isn't it))\s*[？?]?\s*$",
    re.IGNORECASE,
)
"""Makes a question of a statement without asking anything but whether it is so."""
_END = " \t\n。.!！；;，,"


def question_of(text: str) -> str:
    """Return the question by which a message is checked: itself when it asks, else whether what it says is so.

    Args:
        text: Plain text; empty when the message has none.

    Returns:
        Empty for an empty text.
    """
    words, _ = beginning(text.strip(), LONGEST_CHARS)
    said = _TAG.sub("", words).rstrip(_END)
    if not said or asks(said if _TAG.search(words) else words):
        return words
    if said[0].isupper() and said[1:2].islower():
        said = said[0].lower() + said[1:]
    return _ASKED[language_of(said)].format(said)


def asks(text: str) -> bool:
    """Tell whether a message asks something, with or without a question mark."""
    if _MARK.search(text):
        return True
    parts = (part.strip() for part in _SENTENCE.split(text))
    return any(_ASKS.search(part) and not _NOT_ASKING.search(part) for part in parts)
