"""Pieces of an answer put into as few messages as Slack's limits allow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ui.slack.message import Message

SECTION_CHARS = 2900
"""Slack takes 3,000 in one text object and does not say of what; counted as UTF-16, an emoji is two."""
MESSAGE_CHARS = 3900
"""chat.update refuses a `text` above 4,000. Three bytes of UTF-8 are the most that one UTF-16 unit can become, so that a
message stays below 12,000 bytes, where streamed text and the sum of all blocks (msg_blocks_too_long) end."""
MESSAGE_BLOCKS = 45
"""Slack takes 50; the rest is for buttons, and for what is added to a message later."""

_BETWEEN = "\n\n"
"""Parts blocks in the text that stands in for them."""
Part = Literal["body", "aside"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands together: a paragraph, a source with its quote."""

    text: str
    """mrkdwn of at most `SECTION_CHARS`."""
    gap: str = "\n\n"
    """What parts it from the piece before it within one block."""
    part: Part = "body"
    """An aside is shown small."""
    begins: bool = False
    """It begins a block of its own."""


def length(text: str) -> int:
    """Return how long Slack takes a text to be: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str) -> bool:
    """Tell whether a piece can hold so much mrkdwn."""
    return length(text) <= SECTION_CHARS


def messages_of(pieces: Iterable[Piece], buttons: Sequence[dict[str, Any]] = ()) -> tuple[Message, ...]:
    """Return messages that hold all pieces in their order.

    Args:
        pieces: None is cut or left out.
        buttons: Blocks below the last message; at most four.

    Returns:
        Empty without pieces.
    """
    sheets = [_Sheet()]
    for piece in pieces:
        if not sheets[-1].add(piece):
            sheets.append(_Sheet())
            sheets[-1].add(piece)
    held = [sheet for sheet in sheets if sheet.texts]
    return tuple(sheet.message(buttons if sheet is held[-1] else ()) for sheet in held)


class _Sheet:
    """A message in the making: the text of each block, with what it is a part of."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, Part]] = []
        self._length = 0

    def add(self, piece: Piece) -> bool:
        """Add a piece, to the last block where that takes it; return False, and leave it, when the message is full."""
        text, part = self.texts[-1] if self.texts else ("", None)
        together = f"{text}{piece.gap}{piece.text}"
        is_joined = part == piece.part and not piece.begins and fits(together)
        added = length(piece.text) + (length(piece.gap) if is_joined else len(_BETWEEN))
        is_full = self._length + added > MESSAGE_CHARS or (
            not is_joined and len(self.texts) == MESSAGE_BLOCKS
        )
        if self.texts and is_full:
            return False
        self.texts[-1 if is_joined else len(self.texts) :] = [
            (together if is_joined else piece.text, piece.part)
        ]
        self._length += added
        return True

    def message(self, buttons: Sequence[dict[str, Any]]) -> Message:
        """Return it with buttons below."""
        text = _BETWEEN.join(text for text, _ in self.texts)
        return Message(text, (*(_block(text, part) for text, part in self.texts), *buttons))


def _block(text: str, part: Part) -> dict[str, Any]:
    # Verbatim, so that Slack looks for no names and addresses by itself; open, so that nobody has to press "see more".
    element = {"type": "mrkdwn", "text": text, "verbatim": True}
    if part == "aside":
        return {"type": "context", "elements": [element]}
    return {"type": "section", "text": element, "expand": True}
