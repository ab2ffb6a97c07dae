"""What the bot posts to all at a press: a request to people, and an answer that somebody shares."""

from typing import Any

from rag.record.kept import KeptAnswer
from rag.text import Lang, language_of
from ui.labels import label
from ui.slack.button.face import with_buttons
from ui.slack.message import Message
from ui.slack.shape.answer import answer_messages
from ui.slack.shape.buttons import answer_buttons
from ui.slack.shape.modal import beginning
from ui.slack.shape.mrkdwn import escaped

_QUESTION_CHARS = 1500
_MOST_BLOCKS = 50
_MOST_CHARS = 10_000
"""Of all blocks together, below what Slack takes."""


def request_message(kept: KeptAnswer, user: str, group: str, link: str) -> Message:
    """Return a request to a group of people to look at a question.

    Args:
        kept: The bot's answer to it.
        user: Slack id of who asks them.
        group: Slack id of the group.
        link: Address of the bot's answer; empty when it has none.
    """
    lang = language_of(kept.question)
    head = label("slack.person_asks", lang).format(group=f"<!subteam^{group}>", user=f"<@{user}>")
    below = f"<{link}|{label('slack.person_link', lang)}>" if link else ""
    return _headed(head, kept.question, below, lang)


def shared_messages(kept: KeptAnswer, user: str, *, person: bool, web_url: str | None) -> tuple[Message, ...]:
    """Return an answer for all in a channel, with who shares it and what was asked.

    Args:
        kept: The answer.
        user: Slack id of who shares it.
        person: Offer to ask a person below it.
        web_url: Of the web page; None for no links.
    """
    lang = language_of(kept.question)
    head = _headed(label("slack.shared_by", lang).format(user=f"<@{user}>"), kept.question, "", lang)
    row = answer_buttons(kept.answer_id, lang, person=person)
    first, *more = (
        with_buttons(message, row) if _has_buttons(message) else message
        for message in answer_messages(kept, lang, web_url=web_url)
    )
    if (
        not first.blocks
        or len(head.blocks + first.blocks) > _MOST_BLOCKS
        or _chars(head) + _chars(first) > _MOST_CHARS
    ):
        return (head, first, *more)
    return (Message(f"{head.text}\n\n{first.text}", head.blocks + first.blocks), *more)


def quoted(text: str, lang: Lang) -> dict[str, Any]:
    """Return a block that quotes words, in which nothing is markup; `text` is not empty."""
    shown, left = beginning(text.strip(), _QUESTION_CHARS)
    words = shown + (label("slack.cut_off", lang) if left else "")
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": words}]}],
    }


def said(text: str) -> dict[str, Any]:
    """Return a block of our own words in mrkdwn; at most 3,000 characters."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _headed(head: str, question: str, below: str, lang: Lang) -> Message:
    shown, left = beginning(question, _QUESTION_CHARS)
    text = "\n".join(filter(None, (head, escaped(shown) + ("……" if left else ""), below)))
    return Message(text, (said(head), quoted(question, lang), *([said(below)] if below else [])))


def _has_buttons(message: Message) -> bool:
    return any(block.get("type") == "actions" for block in message.blocks)


def _chars(part: Any) -> int:
    if isinstance(part, Message):
        return _chars(list(part.blocks))
    if isinstance(part, list):
        return sum(map(_chars, part))
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(map(_chars, part.values()))
    return 0
