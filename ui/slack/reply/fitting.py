"""Makes a message simpler or shorter when Slack does not take it as it is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ui.slack.message import Message
from ui.slack.shape.cut import cut

TEXT_CHARS = 4000
"""Above it, chat.update refuses a text and Slack advises against one."""
_LEAST_CHARS = 100
"""What is refused as too long below this is not refused for its length."""
_UNBROKEN = (("<", ">"), ("&", ";"))
"""What a link and an escaped letter begin and end with."""


def plain(message: Message) -> Message:
    """Return the message as text alone."""
    return Message(message.text)


def fitted(message: Message) -> tuple[Message, ...]:
    """Return a message within the limit of texts: what stands in for blocks is cut, a text of its own is divided."""
    if len(message.text) <= TEXT_CHARS:
        return (message,)
    if message.blocks:
        return (replace(message, text=head(message.text, TEXT_CHARS - 1) + "…"),)
    first = head(message.text, TEXT_CHARS)
    return (Message(first), *fitted(Message(message.text[len(first) :])))


def halved(message: Message) -> tuple[Message, ...]:
    """Return two messages that say the same, cut where it hurts least; empty when it cannot be cut."""
    if len(message.blocks) > 1:
        cut = _middle(message.blocks)
        return tuple(_of_blocks(part, message.text) for part in (message.blocks[:cut], message.blocks[cut:]))
    if message.blocks:
        return fitted(plain(message))
    if len(message.text) < _LEAST_CHARS:
        return ()
    first = head(message.text, len(message.text) * 2 // 3)
    return (Message(first), Message(message.text[len(first) :]))


def _middle(blocks: tuple[dict[str, Any], ...]) -> int:
    """Return after how many blocks about half of the text is said; at least one stays on each side."""
    sizes = [sum(map(len, texts_in(block))) for block in blocks]
    said = 0
    for place, size in enumerate(sizes[:-1], start=1):
        said += size
        if said * 2 >= sum(sizes):
            return place
    return len(blocks) - 1


def _of_blocks(blocks: tuple[dict[str, Any], ...], text: str) -> Message:
    own = "\n".join(part for block in blocks if block.get("type") != "actions" for part in texts_in(block))
    return fitted(Message(own or head(text, _LEAST_CHARS), blocks))[0]


def texts_in(part: object) -> Iterator[str]:
    """Yield all texts of a block, or of several, in their order."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts_in(value)


def head(text: str, most: int) -> str:
    """Return the beginning of a text in mrkdwn, at most so long, up to a border that breaks no sentence if that can be.

    Args:
        text: Not empty.
        most: Characters; at least 1.
    """
    first = cut(text, lambda part: len(part) <= most, most)[0]
    for opening, closing in _UNBROKEN:
        at = first.rfind(opening)
        # A link cut in two would be shown as the letters it is written with.
        if at > 0 and closing not in first[at:] and closing in text[at : at + most]:
            return first[:at]
    return first
