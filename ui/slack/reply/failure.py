"""What Slack answers when it does not do what it was asked to, by what can be done about it."""

import json
from http.client import HTTPException, RemoteDisconnected
from typing import Literal
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookResponse

Kind = Literal["wait", "again", "unsure", "gone", "stream", "blocks", "long", "metadata", "spent", "closed"]
"""Come back when it says; try again; it may have been done or not; that message cannot be changed any more; the message is
not, or still, being streamed; simpler blocks; shorter; without metadata; the response_url takes no more; nothing helps."""

STOPPED = "stopped"
"""The word, which is not Slack's, for what was not called any more because the bot ends; it may be done after the next start."""

_KINDS: dict[str, Kind] = {
    "ratelimited": "wait",
    "rate_limited": "wait",
    "message_limit_exceeded": "wait",
    "service_unavailable": "again",
    "team_added_to_org": "again",
    "external_channel_migrating": "again",
    "org_login_required": "again",
    "accesslimited": "again",
    "request_timeout": "again",
    "update_failed": "again",
    # Slack's own words: some aspect of the operation may have succeeded before the error was raised.
    "fatal_error": "unsure",
    "internal_error": "unsure",
    "messaging_processing_failed": "unsure",
    "message_not_found": "gone",
    "cant_update_message": "gone",
    "cant_delete_message": "gone",
    "message_not_owned_by_app": "gone",
    "edit_window_closed": "gone",
    "block_mismatch": "gone",
    "message_not_in_streaming_state": "stream",
    "streaming_state_conflict": "stream",
    "streaming_mode_mismatch": "stream",
    "invalid_blocks": "blocks",
    "invalid_blocks_format": "blocks",
    "msg_too_long": "long",
    "msg_blocks_too_long": "long",
    "metadata_too_large": "metadata",
    "invalid_metadata_format": "metadata",
    "invalid_metadata_schema": "metadata",
    "metadata_must_be_sent_from_app": "metadata",
    "used_url": "spent",
    "expired_url": "spent",
    "no_service": "spent",
}
_RETRY_AFTER_S = 5.0
"""Where Slack says to wait and not how long."""
_MOST_WORD_CHARS = 60


class Undelivered(Exception):
    """Nothing, or not all, could be said; what stood there in part was taken away or marked as incomplete."""

    def __init__(self, word: str, *, may_stand: bool = False) -> None:
        """Say why.

        Args:
            word: Slack's own word, or one such as `timeout`; fit for a log, as it says nothing of the question or answer.
            may_stand: The reply may stand there whole all the same, as Slack neither answered nor showed the thread: what
                is said again may be said twice.
        """
        super().__init__(f"Slack did not take the reply: {word}")
        self.word = word
        self.may_stand = may_stand


class SlackFailure(Exception):
    """One call that failed."""

    def __init__(self, kind: Kind, word: str, retry_after_s: float = 0.0) -> None:
        """Name it.

        Args:
            kind: What can be done about it.
            word: Slack's word for it.
            retry_after_s: For `wait`: how long nothing may be sent.
        """
        super().__init__(word)
        self.kind: Kind = kind
        self.word = word
        self.retry_after_s = retry_after_s


def failure_of(error: SlackApiError | OSError | HTTPException) -> SlackFailure:
    """Translate what `WebClient` or `WebhookClient` raised."""
    if isinstance(error, SlackApiError):
        response = error.response
        data = response.data if isinstance(response.data, dict) else {}
        return _answered(response.status_code, str(data.get("error", "")), response.headers)
    reason = error.reason if isinstance(error, URLError) else error
    # What failed before a connection stood was not sent; what broke later may have been done.
    broke = isinstance(reason, TimeoutError | ConnectionError) and not isinstance(
        reason, ConnectionRefusedError
    )
    unsent = isinstance(error, URLError) and not broke
    word = "timeout" if isinstance(reason, TimeoutError) else "connection"
    if isinstance(error, RemoteDisconnected):
        word = "disconnected"
    return SlackFailure("again" if unsent else "unsure", word)


def webhook_failure(response: WebhookResponse) -> SlackFailure | None:
    """Return what a response_url answered, None when it took the message."""
    word = _word_in((response.body or "").strip())
    if response.status_code == 200 and word in ("ok", ""):
        return None
    if response.status_code in (404, 410) and word not in _KINDS:
        return SlackFailure("spent", "expired_url")
    failure = _answered(response.status_code, word, dict(response.headers))
    # What it would replace is not there; only another way can help.
    return SlackFailure("spent", word) if failure.kind == "gone" else failure


def _word_in(body: str) -> str:
    """Return what a response_url says, which is a word, or an object with one."""
    try:
        said = json.loads(body)
    except ValueError:
        return body
    if not isinstance(said, dict):
        return body
    return "ok" if said.get("ok") is True else str(said.get("error", ""))


def _answered(status: int, word: str, headers: object) -> SlackFailure:
    # A body that is no JSON ends up in the SDK's own sentence, which quotes it.
    word = word if len(word) <= _MOST_WORD_CHARS and word.replace("_", "").isalnum() else ""
    if status == 429 or _KINDS.get(word) == "wait":
        return SlackFailure("wait", word or "ratelimited", _retry_after(headers))
    if status >= 500 or not word:
        return SlackFailure(
            "unsure" if status >= 500 or status == 200 else "closed", word or f"http_{status}"
        )
    return SlackFailure(_KINDS.get(word, "closed"), word)


def _retry_after(headers: object) -> float:
    names = headers if isinstance(headers, dict) else {}
    value = next((names[name] for name in names if name.lower() == "retry-after"), "")
    text = str(value[0] if isinstance(value, list) and value else value)
    return float(text) if text.isascii() and text.isdigit() else _RETRY_AFTER_S
