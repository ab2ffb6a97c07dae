"""What a question leaves open and an answer made of quotations does not give: an amount, a time, how many, which firm."""

from collections.abc import Sequence

from rag.locator.lookup import is_meant
from rag.schema import Citation, Hit
from rag.text import Lang
from rag.verdict.guide import GUIDE
from rag.verdict.lack import kind_name, listed, said
from rag.verdict.parts import question_parts
from rag.verdict.slot import Slot, slots
from rag.verdict.unwritten import UNWRITTEN

_PLAIN = frozenset({"money", "percent", "duration", "count", "measure", "fee", *GUIDE, *UNWRITTEN})
"""What nothing but its own kind of words gives. From when may be told by a condition, 多少 of something by many words."""


def nothing_given(question: str, citations: Sequence[Citation], hits: Sequence[Hit], lang: Lang) -> str:
    """Return what to say instead of quotations none of which has anything of the kind that is asked for.

    Args:
        question: The present turn.
        citations: Of the answer. Some clause found may hold an amount; where the passages that are nearest hold none, the
            documents do not say it.
        hits: What was found.
        lang: Of the sentence.

    Returns:
        Empty when one of them has it, when something else is asked besides, or an article that is named by number: that is
        shown whatever it says.
    """
    quotes = [citation.quote for citation in citations]
    if not quotes or any(map(is_meant, hits)):
        return ""
    absent = _unfilled(question, quotes)
    if not absent:
        return ""
    names = list(dict.fromkeys(kind_name(slot, lang) for slot in absent))
    return said("kind", lang, citations[0].title, citations[0].locator, listed(names, lang))


def _unfilled(question: str, quotes: Sequence[str]) -> list[Slot]:
    asked = slots(question)
    if any(slot.name not in _PLAIN for slot in asked):
        return []
    if any(not slots(part) for part in question_parts(question)):
        return []
    return [] if any(slot.fits(quote) for slot in asked for quote in quotes) else list(asked)
