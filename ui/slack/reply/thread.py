"""One thread in which a reply is written."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from ui.slack.inquiry import Inquiry
from ui.slack.message import Message
from ui.slack.reply.failure import SlackFailure
from ui.slack.reply.line import Line
from ui.slack.reply.search import EVENT_TYPE, Search

Feature = Literal["assistant.threads.setStatus", "chat.startStream"]

# Words that speak of one message or channel as it is now, not of what the workspace offers.
_PASSING = frozenset({
    "channel_not_found", "invalid_thread_ts", "thread_not_found", "not_in_channel", "is_archived", "is_inactive",
    "user_not_found", "restricted_action_thread_locked", "token_revoked", "token_expired", "account_inactive", "invalid_auth",
})  # fmt: skip
_OF_CHANNEL = frozenset({
    "channel_type_not_supported", "restricted_action", "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel", "messages_tab_disabled", "cannot_reply_to_message", "invalid_arguments",
})  # fmt: skip


class Thread:
    """Messages posted, changed and removed where a question was asked; see `Place`."""

    def __init__(self, line: Line, inquiry: Inquiry) -> None:
        """Answer in an inquiry's thread."""
        self.line = line
        self.tagged = True
        self.answer_id = ""
        """Of the answer that is brought; it stands in the metadata of its last message."""
        self._asked = inquiry
        self._search = Search(line, inquiry)
        # One question may get several replies: that it waits in the queue, then the answer.
        self._id = token_hex(8)
        # Parts that may or may not stand there, since Slack did not say.
        self._doubtful: set[int] = set()

    def offers(self, feature: Feature) -> bool:
        """Tell whether a method of threads is worth trying here."""
        here = f"{feature} {self._asked.channel}"
        return self.line.budget.offers(feature) and self.line.budget.offers(here)

    def refused(self, feature: Feature, failure: SlackFailure) -> None:
        """Remember what a failure says about a method: nothing, or that it is not for this channel or this workspace."""
        if failure.kind == "wait":
            self.line.budget.lacks(feature, failure.retry_after_s)
        elif failure.kind == "closed" and failure.word not in _PASSING:
            here = f" {self._asked.channel}" if failure.word in _OF_CHANNEL else ""
            self.line.budget.lacks(f"{feature}{here}")

    def set_status(self, words: str) -> None:
        """Show what the bot is doing, until it posts.

        Raises:
            SlackFailure: It is not shown.
        """
        at = self._asked
        self.line.once(
            lambda c: c.assistant_threads_setStatus(channel_id=at.channel, thread_ts=at.thread, status=words)
        )

    def post_now(self, message: Message) -> str:
        """Post the first message of a reply, tried once; return its ts.

        Raises:
            SlackFailure: It does not stand there; or, when the kind is `unsure`, it may.
        """
        try:
            return _ts(self.line.once(lambda c: self._post(c, message, 0)))
        except SlackFailure as failure:
            self._doubt(failure, 0)
            raise

    def change_now(self, ts: str, message: Message) -> None:
        """Put a message in the place of another one, tried once.

        Raises:
            SlackFailure: The old one may still stand there.
        """
        self.line.once(lambda c: self._update(c, ts, message))

    def post(self, message: Message, part: int, *, is_last: bool = True) -> str:
        """Post a message once; see `Place`."""
        try:
            return self.line.insist(lambda: self._post_unless_there(message, part, is_last=is_last))
        except SlackFailure as failure:
            if found := self._surely_standing(part, failure.word):
                return found
            raise

    def change(self, ts: str, message: Message, *, is_last: bool = False) -> None:
        """Put a message in the place of another one; see `Place`."""
        self.line.surely(lambda c: self._update(c, ts, message, is_last=is_last))

    def remove(self, ts: str) -> bool:
        """Take a message away; return False when it still stands there."""
        try:
            self.line.surely(lambda c: c.chat_delete(channel=self._asked.channel, ts=ts))
        except SlackFailure as failure:
            return failure.word == "message_not_found"
        return True

    def withdraw(self, placed: Sequence[str], note: Message) -> None:
        """Take messages away, or mark them; see `Place`."""
        for ts in placed:
            if self.remove(ts):
                continue
            try:
                self.change(ts, note)
            except SlackFailure:
                continue

    def standing(self, part: int) -> str:
        """Return the ts of a part of this reply that Slack did not say it took; empty when it is not in doubt or not there.

        Raises:
            SlackFailure: Slack does not show the thread.
        """
        if part not in self._doubtful:
            return ""
        found = self._search.tagged(self._payload(part))
        self._doubtful.discard(part)
        return found

    def said_before(self) -> dict[str, dict[str, Any]]:
        """Return what stands here to the question, by ts, with its metadata; raises SlackFailure when Slack does not show it."""
        return self._search.of_question(self._asked.key)

    def open_stream(self) -> str:
        """Return the ts of a stream of this bot that nobody knows of, once it is stopped; empty when there is none.

        Raises:
            SlackFailure: Slack does not show the thread.
        """
        return next((ts for ts in self._search.untagged() if self._stopped(ts)), "")

    def _stopped(self, ts: str) -> bool:
        try:
            self.line.surely(lambda c: c.chat_stopStream(channel=self._asked.channel, ts=ts))
        except SlackFailure:
            return False
        return True

    def start_stream(self, text: str) -> str:
        """Begin a streamed message with markdown, tried once; return its ts.

        Raises:
            SlackFailure: It does not stand there; or, when the kind is `unsure`, it may.
        """
        at = self._asked
        return _ts(
            self.line.once(
                lambda c: c.chat_startStream(
                    channel=at.channel, thread_ts=at.thread, markdown_text=text,
                    recipient_team_id=at.team, recipient_user_id=at.user,
                )
            )
        )  # fmt: skip

    def append_stream(self, ts: str, text: str) -> None:
        """Add markdown to a streamed message, tried once.

        Raises:
            SlackFailure: It is not added; or, when the kind is `unsure`, it may be.
        """
        self.line.once(lambda c: c.chat_appendStream(channel=self._asked.channel, ts=ts, markdown_text=text))

    def stop_stream(self, ts: str, text: str = "", message: Message | None = None) -> None:
        """End a streamed message, with its last words and what goes below it.

        Raises:
            SlackFailure: It was not ended; or, when the kind is `unsure`, it may have been, with or without all of that.
        """
        blocks = list(message.blocks) if message else []
        self.line.insist(
            lambda: self.line.final(
                lambda c: c.chat_stopStream(
                    channel=self._asked.channel, ts=ts, markdown_text=text or None, blocks=blocks or None,
                    metadata=self._metadata(0, is_last=True) if message else None,
                )
            ),
            kinds=("again",),
        )  # fmt: skip

    def _surely_standing(self, part: int, word: str) -> str:
        try:
            return self.standing(part)
        except SlackFailure:
            raise SlackFailure("unsure", word) from None

    def _post_unless_there(self, message: Message, part: int, *, is_last: bool) -> str:
        if found := self.standing(part):
            return found
        try:
            return _ts(self.line.final(lambda c: self._post(c, message, part, is_last=is_last)))
        except SlackFailure as failure:
            self._doubt(failure, part)
            raise

    def _doubt(self, failure: SlackFailure, part: int) -> None:
        if failure.kind == "unsure":
            self._doubtful.add(part)

    def _post(
        self, client: WebClient, message: Message, part: int, *, is_last: bool = False
    ) -> SlackResponse:
        return client.chat_postMessage(
            channel=self._asked.channel, thread_ts=self._asked.thread,
            text=message.text, blocks=list(message.blocks) or None, metadata=self._metadata(part, is_last=is_last),
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip

    def _update(
        self, client: WebClient, ts: str, message: Message, *, is_last: bool = False
    ) -> SlackResponse:
        # Without "none", an update makes links of names and channels, which a post does not; without blocks, the old ones may stay.
        return client.chat_update(
            channel=self._asked.channel, ts=ts, text=message.text, blocks=list(message.blocks), parse="none",
            metadata=self._metadata(0, is_last=is_last),
        )  # fmt: skip

    def _metadata(self, part: int, *, is_last: bool) -> dict[str, Any] | None:
        if not self.tagged:
            return None
        whole = {"answer": self.answer_id} if is_last and self.answer_id else {}
        return {"event_type": EVENT_TYPE, "event_payload": self._payload(part) | whole}

    def _payload(self, part: int) -> dict[str, Any]:
        return {"key": self._asked.key, "reply": self._id, "part": part}


def _ts(response: SlackResponse) -> str:
    return str(response.get("ts") or "")
