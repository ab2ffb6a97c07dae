"""The offer to answer an edited question again."""

from typing import Any

from ui.labels import label
from ui.slack.inquiry import Inquiry
from ui.slack.shape.buttons import AGAIN


def offer_row(inquiry: Inquiry) -> dict[str, Any]:
    """Return the row of its one button, whose value is the inquiry's ts, as an `actions` block."""
    words = {"type": "plain_text", "text": label("slack.edited_answer", inquiry.lang)}
    button = {"type": "button", "action_id": AGAIN, "text": words, "value": inquiry.ts}
    return {"type": "actions", "elements": [button]}
