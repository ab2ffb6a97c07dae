"""What a reply says at each step."""

import re
from dataclasses import dataclass, replace
from typing import Any

from rag.record.kept import KeptAnswer
from rag.text import Lang
from ui.export.blocks import blocks_of
from ui.export.sheet import cleaned
from ui.labels import label
from ui.slack.message import Message
from ui.slack.reply.fitting import head
from ui.slack.shape.answer import answer_messages, closing_messages, stream_text
from ui.slack.shape.buttons import answer_buttons
from ui.slack.shape.mrkdwn import escaped, mrkdwn

STREAM_CHARS = 12_000
"""Most that Slack takes of a streamed message."""
_GROWING_CHARS = 2900
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Presentation:
    """The words, in the language of the question."""

    lang: Lang
    web_url: str | None
    """Of the pages to which sources link; None when there are none."""
    person: bool = False
    """Whether somebody can be asked instead."""
    share: bool = False
    """Whether only the asker sees the answer, so that sharing it makes sense."""

    @property
    def status(self) -> str:
        """What the bot is doing, after its name."""
        return label("slack.status", self.lang)

    def searching(self) -> Message:
        """Return the first message where no status can be shown."""
        return Message(label("slack.searching", self.lang))

    def incomplete(self) -> Message:
        """Return what takes the place of an answer that could not be sent in full."""
        return Message(label("slack.incomplete", self.lang))

    def begun_anew(self) -> Message:
        """Return what stands between half an answer that can neither be changed nor removed, and the whole one."""
        note = label("slack.begun_anew", self.lang)
        return Message(note, (_context(note),))

    def growing(self, settled: str) -> Message:
        """Return the sentences so far, and that more is to come."""
        text = cleaned(settled)
        marks = dict.fromkeys(int(n) for n in _MARKER.findall(text))
        said = mrkdwn(blocks_of(text, {n: place for place, n in enumerate(marks, start=1)}))
        writing = label("slack.writing", self.lang)
        if len(said) > _GROWING_CHARS:
            said = f"{head(said, _GROWING_CHARS)}…"
        return Message(f"{said}\n{writing}", (_section(said), _context(writing)))

    def whole(self, kept: KeptAnswer, unkept: str) -> tuple[Message, ...]:
        """Return the answer with everything."""
        messages = answer_messages(kept, self.lang, web_url=self.web_url, unkept=unkept)
        return tuple(self._with_buttons(message, kept) for message in messages)

    def streamed(self, settled: str) -> str:
        """Return the sentences so far as markdown."""
        return stream_text(settled)

    def below(self, kept: KeptAnswer) -> tuple[Message, ...]:
        """Return what stands below an answer whose text has been streamed; more than one where it is long."""
        messages = closing_messages(kept, self.lang, web_url=self.web_url)
        return tuple(self._with_buttons(message, kept) for message in messages)

    def said(self, text: str, buttons: tuple[dict[str, Any], ...]) -> Message:
        """Return a plain text as a message of its own."""
        shown = escaped(text)
        return Message(shown, (_section(head(shown, _GROWING_CHARS)), *buttons) if buttons else ())

    def _with_buttons(self, message: Message, kept: KeptAnswer) -> Message:
        if not (self.person or self.share):
            return message
        own = answer_buttons(kept.answer_id, self.lang, person=self.person, share=self.share)
        return replace(
            message, blocks=tuple(own if b.get("type") == "actions" else b for b in message.blocks)
        )


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
