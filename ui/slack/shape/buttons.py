"""The buttons below an answer."""

from typing import Any

from rag.record.kept import Rating
from rag.text import Lang
from ui.labels import label

RATE_UP = "pq_up"
RATE_DOWN = "pq_down"
SHOW = "pq_show"
PERSON = "pq_person"
SHARE = "pq_share"
AGAIN = "pq_again"
"""Answers an edited question."""
_THUMBS: dict[Rating, tuple[str, str]] = {"up": (RATE_UP, "👍"), "down": (RATE_DOWN, "👎")}


def answer_buttons(
    answer_id: str, lang: Lang, *, rated: Rating | None = None, person: bool = False, share: bool = False
) -> dict[str, Any]:
    """Return the row of buttons as an `actions` block.

    Args:
        answer_id: Of the kept answer; the value of each button.
        lang: Of the words.
        rated: Which thumb was pressed, which then is coloured and ticked; None for neither.
        person: Whether there is a group of people to ask.
        share: Whether only the asker sees the answer, and may show it to the channel.
    """
    buttons = [_thumb(answer_id, rating, lang, is_pressed=rating == rated) for rating in _THUMBS]
    buttons.append(_button(SHOW, label("slack.show", lang), answer_id))
    if person:
        buttons.append(_button(PERSON, label("slack.person", lang), answer_id))
    if share:
        buttons.append(_button(SHARE, label("slack.share", lang), answer_id))
    return {"type": "actions", "elements": buttons}


def _thumb(answer_id: str, rating: Rating, lang: Lang, *, is_pressed: bool) -> dict[str, Any]:
    action, thumb = _THUMBS[rating]
    button = _button(action, f"{thumb} ✓" if is_pressed else thumb, answer_id)
    button["accessibility_label"] = label(f"slack.rate_{rating}", lang)
    return {**button, "style": "primary"} if is_pressed else button


def _button(action: str, words: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": words, "emoji": True}
    return {"type": "button", "action_id": action, "text": text, "value": value}
