"""Whether a question is taken, and if not why, in words."""

from collections.abc import Callable
from math import ceil

from rag.hit.query import MAX_QUESTION
from rag.text import Lang
from ui.labels import label
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits


def admit(visits: Visits, person: str, visit: Visit, text: str, begin: Callable[[], None], lang: Lang) -> str:
    """Begin an answer unless the question is too long or there are too many.

    Args:
        visits: Of the page.
        person: Who asks.
        visit: The conversation.
        text: The question.
        begin: Puts the question to the assistant; returns at once.
        lang: Of the page.

    Returns:
        Why it was not begun; empty when it was.
    """
    length = len(text.strip())
    # A text that is pasted whole would be drawn again with every word of the answer.
    if length > MAX_QUESTION:
        return label("chat.too_long", lang).format(n=length, most=MAX_QUESTION)
    refused = visits.start(person, visit, begin)
    if refused is None:
        return ""
    seconds = max(1, ceil(visits.wait_s(person)))
    return label(f"chat.{refused}", lang).format(n=visits.a_minute, s=seconds)
