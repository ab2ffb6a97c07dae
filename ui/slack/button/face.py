"""How the buttons below an answer look after a press, and the answer with them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rag.record.kept import KeptAnswer, Rating
from rag.text import language_of
from ui.slack.button.press import Press
from ui.slack.message import Message
from ui.slack.reply.fitting import texts_in
from ui.slack.shape.answer import answer_messages
from ui.slack.shape.buttons import PERSON, RATE_DOWN, RATE_UP, SHARE, SHOW, answer_buttons

_OURS = {RATE_UP, RATE_DOWN, SHOW, PERSON, SHARE}
_COMPARED = 200


def with_buttons(message: Message, row: dict[str, Any]) -> Message:
    """Return a message with another row of buttons; put below it when it has none."""
    blocks = list(message.blocks)
    places = [place for place, block in enumerate(blocks) if _actions(block) & _OURS]
    if places:
        blocks[places[0]] = row
    else:
        blocks.append(row)
    return replace(message, blocks=tuple(blocks))


def shown_anew(
    kept: KeptAnswer, press: Press, rated: Rating | None, *, person: bool, share: bool, web_url: str | None
) -> Message:
    """Return the pressed message with its buttons as they are now.

    Args:
        kept: The answer that it shows.
        press: Says how the message stands; where Slack does not say, it is made again from the answer.
        rated: What the presser said of the answer; shown only where nobody else sees it.
        person: Offer to ask a person.
        share: Offer to share.
        web_url: Of the web page; None for no links.
    """
    lang = language_of(kept.question)
    row = answer_buttons(
        kept.answer_id, lang, rated=rated if press.is_private else None, person=person, share=share
    )
    if press.message:
        return with_buttons(Message(str(press.message.get("text") or ""), _blocks(press.message)), row)
    made = answer_messages(kept, lang, web_url=web_url)
    return with_buttons(next((m for m in made if any(_actions(b) & _OURS for b in m.blocks)), made[0]), row)


def is_whole(press: Press) -> bool:
    """Tell whether the blocks that Slack reported hold the words of the pressed message, so that they can be sent again.

    Those of a streamed one may be only what was put below it; a new text would take the place of the answer.
    """
    begins = _letters(str(press.message.get("text") or ""))[:_COMPARED]
    return begins in _letters(" ".join(texts_in(_blocks(press.message))))


def offers(press: Press, action_id: str) -> bool:
    """Tell whether the pressed message shows a button; False where Slack does not say how it stands."""
    return any(action_id in _actions(block) for block in _blocks(press.message))


def _blocks(message: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(message.get("blocks") or ())


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _actions(block: Mapping[str, Any]) -> set[str]:
    if block.get("type") != "actions":
        return set()
    return {str(element.get("action_id")) for element in block.get("elements") or ()}
