"""Looks for messages of a reply of which Slack did not say whether it took them."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

from ui.slack.inquiry import Inquiry
from ui.slack.reply.line import Line

EVENT_TYPE = "policyqa_reply"
"""Of the metadata of every message of a reply."""

_TS = re.compile(r"\d+\.\d+")
_PAGE = 200
_MOST_PAGES = 10


class Search:
    """What stands in a thread since a question was asked there."""

    def __init__(self, line: Line, inquiry: Inquiry) -> None:
        """Look where an inquiry is answered."""
        self._line = line
        self._asked = inquiry

    def tagged(self, payload: dict[str, Any]) -> str:
        """Return the ts of the reply's message with this payload, or more, in its metadata; empty when there is none.

        Raises:
            SlackFailure: Slack does not show the messages.
        """
        return next((ts for ts, found in self._payloads() if payload.items() <= found.items()), "")

    def of_question(self, key: str) -> dict[str, dict[str, Any]]:
        """Return what the metadata of all messages say that any process said to a question, by ts; raises as `tagged`."""
        return {ts: found for ts, found in self._payloads() if found.get("key") == key}

    def _payloads(self) -> list[tuple[str, dict[str, Any]]]:
        return [(str(message["ts"]), _payload(message)) for message in self._listed()]

    def untagged(self) -> list[str]:
        """Return the ts of this bot's messages without metadata, the newest first: a stream has none until it is ended.

        Raises:
            SlackFailure: Slack does not show the messages.
        """
        own = self._line.surely(lambda c: c.auth_test()).get("bot_id")
        found = [m for m in self._listed() if m.get("bot_id") == own and not m.get("metadata")]
        return [str(message["ts"]) for message in reversed(found)]

    def _listed(self) -> list[dict[str, Any]]:
        return self._line.insist(lambda: self._line.patiently(lambda: list(self._messages())))

    def _messages(self) -> Iterator[dict[str, Any]]:
        at, client = self._asked, self._line.client
        since = found.group() if (found := _TS.match(at.ts)) else "0"
        pages = client.conversations_replies(
            channel=at.channel, ts=at.thread, oldest=since, limit=_PAGE, include_all_metadata=True
        )
        for page in islice(pages, _MOST_PAGES):
            yield from cast("list[dict[str, Any]]", page.get("messages") or [])


def whole_answer(found: dict[str, dict[str, Any]]) -> tuple[str, str] | None:
    """Return the ts and the id of an answer that stands there whole; None when there is none.

    Args:
        found: Metadata of a question's replies, by ts; the last message of an answer names it.
    """
    for last in found.values():
        if answer_id := last.get("answer"):
            parts = {
                said.get("part"): ts for ts, said in found.items() if said.get("reply") == last.get("reply")
            }
            return parts.get(0, ""), str(answer_id)
    return None


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}) if metadata.get("event_type") == EVENT_TYPE else {}
