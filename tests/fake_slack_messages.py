"""The messages of the fake Slack: what its Web API does with them, and what it refuses."""

import time
from typing import Any

from fake_slack_checks import (
    BLOCK_TEXT_CHARS,
    CUT_CHARS,
    MARKDOWN_CHARS,
    TEXT_CHARS,
    block_faults,
    block_text_chars,
    length,
    metadata_faults,
    pinged,
    text_faults,
)
from fake_slack_store import Store


class Refused(Exception):
    """What the Web API answers with `ok: false`; `fault` when the caller should have known better."""

    def __init__(self, error: str, fault: str = "", **more: Any) -> None:
        super().__init__(error)
        self.error, self.fault, self.more = error, fault, more


class Messages(Store):
    """The methods of the Web API that concern messages. Called by one thread only."""

    # What the Web API does; each returns the answer's fields.

    def post(self, args: dict[str, Any]) -> dict[str, Any]:
        # Somebody's id stands for the direct messages with them.
        if str(args.get("channel", "")).startswith("U"):
            args = args | {"channel": f"D{args['channel']}"}
        channel = self._channel(args)
        self._thread(channel, args.get("thread_ts"))
        content = self._content(args, channel)
        more = {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
        message = self.add(channel, **self._own(), **content, **more, **self._metadata(args))
        self._clear_status(channel, args.get("thread_ts"))
        warned = {"warning": "message_truncated"} if content["text"] != (args.get("text") or "") else {}
        return {"channel": channel, "ts": message["ts"], "message": dict(message), **warned}

    def post_ephemeral(self, args: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(args)
        if not args.get("user"):
            raise Refused("user_not_found", "chat.postEphemeral without a user")
        ts = self.new_ts()
        more = {"channel": channel, "user": args["user"], "ts": ts, "thread_ts": args.get("thread_ts")}
        self.ephemeral.append(self._content(args, channel) | more)
        return {"message_ts": ts}

    def update(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._mine(args, "cant_update_message")
        if message.get("streaming"):
            raise Refused("streaming_state_conflict", "chat.update of a message that is being streamed")
        if (chars := length(args.get("text") or "")) > TEXT_CHARS:
            raise Refused("msg_too_long", f"chat.update with {chars} characters of text")
        content = self._content(args, channel)
        if "blocks" not in args and args.get("text"):
            content["blocks"] = []
        message |= self._metadata(args)
        message["was"] = [*message.get("was", []), message["text"]]
        message.update(content, edited={"user": self.bot_user, "ts": self.new_ts()})
        return {"channel": channel, "ts": message["ts"], "text": message["text"], "message": message}

    def delete(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._mine(args, "cant_delete_message")
        self.remove(channel, message["ts"])
        return {"channel": channel, "ts": message["ts"]}

    def start_stream(self, args: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(args)
        if not args.get("thread_ts"):
            raise Refused("invalid_thread_ts", "chat.startStream outside a thread")
        self._thread(channel, args["thread_ts"])
        if not channel.startswith("D"):
            for name in ("recipient_team_id", "recipient_user_id"):
                if not args.get(name):
                    raise Refused(f"missing_{name}", f"chat.startStream in a channel without {name}")
        text = self._markdown(args, "")
        started = {"streaming": True, "started": time.monotonic(), "thread_ts": args["thread_ts"]}
        message = self.add(channel, **self._own(), text=text, markdown=text, blocks=[], **started)
        self._clear_status(channel, args["thread_ts"])
        return {"channel": channel, "ts": message["ts"]}

    def append_stream(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._stream(args)
        if not args.get("markdown_text"):
            raise Refused("no_text", "chat.appendStream without markdown_text")
        message["markdown"] = message["text"] = self._markdown(args, message["markdown"])
        return {"channel": channel, "ts": message["ts"]}

    def stop_stream(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._stream(args)
        if args.get("markdown_text"):
            message["markdown"] = message["text"] = self._markdown(args, message["markdown"])
        if args.get("blocks"):
            message["blocks"] = self._blocks(args["blocks"])
            self._note_mentions(channel, "", message["blocks"])
        message |= self._metadata(args)
        message["streaming"] = False
        return {"channel": channel, "ts": message["ts"], "message": message}

    def set_status(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, thread = args.get("channel_id"), args.get("thread_ts")
        if not channel or channel in self.closed_channels:
            raise Refused("channel_not_found", "" if channel else "a status without channel_id")
        if not thread or "status" not in args:
            raise Refused("invalid_arguments", "a status without thread_ts or status")
        if (channel, thread) in self.deleted:
            raise Refused("invalid_thread_ts")
        self.status.append({"channel": channel, "thread_ts": thread, "status": args["status"]})
        return {}

    def replies(self, args: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(args)
        found = self.in_thread(channel, str(args.get("ts")))
        if not found:
            raise Refused("thread_not_found")
        # The message that began the thread is always shown.
        first, *rest = found
        inside = [first, *self._between(rest, args)]
        begin, limit = int(args.get("cursor") or 0), int(args.get("limit", 1000))
        page, more = inside[begin : begin + limit], len(inside) > begin + limit
        cursor = {"response_metadata": {"next_cursor": str(begin + limit)}} if more else {}
        return {"messages": [self._seen(one, args) for one in page], "has_more": more, **cursor}

    def history(self, args: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(args)
        own = [m for m in self.by_channel[channel] if m.get("thread_ts") in (None, m["ts"])]
        inside = self._between(own, args)
        limit = int(args.get("limit", 100))
        seen = [self._seen(one, args) for one in inside[::-1][:limit]]
        return {"messages": seen, "has_more": len(inside) > limit}

    def permalink(self, args: dict[str, Any]) -> dict[str, Any]:
        channel, ts = self._channel(args), str(args.get("message_ts"))
        if not self.find(channel, ts):
            raise Refused("message_not_found")
        link = f"https://example.slack.com/archives/{channel}/p{ts.replace('.', '')}"
        return {"channel": channel, "permalink": link}

    def content(self, args: dict[str, Any]) -> dict[str, Any]:
        """Check text and blocks of a message that goes through a response_url."""
        return self._content(args, "")

    def _between(self, messages: list[dict[str, Any]], args: dict[str, Any]) -> list[dict[str, Any]]:
        oldest, latest = str(args.get("oldest", "0")), str(args.get("latest", "9999999999"))
        inclusive = str(args.get("inclusive", "0")) in ("1", "true", "True")
        inside = [m for m in messages if float(oldest) <= float(m["ts"]) <= float(latest)]
        return inside if inclusive else [m for m in inside if m["ts"] not in (oldest, latest)]

    def _metadata(self, args: dict[str, Any]) -> dict[str, Any]:
        if not args.get("metadata"):
            return {}
        for fault in metadata_faults(args["metadata"]):
            raise Refused("metadata_too_large" if "bytes" in fault else "invalid_metadata_format", fault)
        return {"metadata": args["metadata"]}

    def _own(self) -> dict[str, Any]:
        return {"user": self.bot_user, "bot_id": self.bot_id, "type": "message"}

    def _channel(self, args: dict[str, Any]) -> str:
        channel = args.get("channel")
        if isinstance(channel, str) and channel[:1] in "UW":
            # Posting to a person opens the direct message with them.
            channel = f"D{channel}"
        if not isinstance(channel, str) or channel[:1] not in "CDG":
            raise Refused("channel_not_found", f"no channel: {channel!r}")
        if channel in self.closed_channels:
            raise Refused("not_in_channel")
        return channel

    def _thread(self, channel: str, thread: str | None) -> None:
        if thread and (channel, thread) in self.deleted:
            raise Refused("thread_not_found")
        if thread and "." not in thread:
            raise Refused("invalid_thread_ts", f"thread_ts {thread!r}")

    def _content(self, args: dict[str, Any], channel: str) -> dict[str, Any]:
        text, blocks = args.get("text") or "", args.get("blocks") or []
        if not text and not blocks and not args.get("attachments"):
            raise Refused("no_text", "a message without text and blocks")
        for fault in text_faults(text, "text", CUT_CHARS):
            if length(text) <= CUT_CHARS:
                raise Refused("msg_too_long", fault)
            # Slack posts the beginning, and warns.
            self.faults.append(fault)
            text = text[:CUT_CHARS]
        if TEXT_CHARS < length(text) < CUT_CHARS:
            self.faults.append(f"text has {length(text)} characters, Slack advises {TEXT_CHARS}")
        if blocks and not text:
            raise Refused("no_text", "blocks without text: nothing to show in a notification")
        blocks = self._blocks(blocks) if blocks else []
        self._note_mentions(channel, text, blocks)
        return {"text": text, "blocks": blocks}

    def _blocks(self, blocks: Any) -> list[dict[str, Any]]:
        if found := block_faults(blocks):
            raise Refused("invalid_blocks", "; ".join(found), response_metadata={"messages": found})
        if (chars := block_text_chars(blocks)) > BLOCK_TEXT_CHARS:
            raise Refused("msg_blocks_too_long", f"blocks with {chars} characters together")
        return list(blocks)

    def _markdown(self, args: dict[str, Any], before: str) -> str:
        text = args.get("markdown_text") or ""
        for fault in text_faults(text, "markdown_text", MARKDOWN_CHARS):
            raise Refused("msg_too_long", fault)
        if length(before + text) > MARKDOWN_CHARS:
            raise Refused("msg_too_long", f"a stream of more than {MARKDOWN_CHARS} characters")
        return before + text

    def _mine(self, args: dict[str, Any], error: str) -> tuple[str, dict[str, Any]]:
        channel = self._channel(args)
        message = self.find(channel, str(args.get("ts")))
        if not message:
            raise Refused("message_not_found")
        if message.get("bot_id") != self.bot_id:
            raise Refused(error, "somebody else's message")
        return channel, message

    def _stream(self, args: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        channel, message = self._mine(args, "message_not_owned_by_app")
        if message.get("streaming") and time.monotonic() - message["started"] > self.stream_life_s:
            message["streaming"] = False
        if not message.get("streaming"):
            raise Refused("message_not_in_streaming_state")
        return channel, message

    def _clear_status(self, channel: str, thread: str | None) -> None:
        if thread and any(s["thread_ts"] == thread and s["channel"] == channel for s in self.status):
            self.status.append({"channel": channel, "thread_ts": thread, "status": ""})

    def _note_mentions(self, channel: str, text: str, blocks: list[dict[str, Any]]) -> None:
        self.mentions += [(channel, one) for one in pinged(text, blocks)]

    def _seen(self, message: dict[str, Any], args: dict[str, Any]) -> dict[str, Any]:
        hidden = {"was", "started", "markdown", "streaming"}
        if str(args.get("include_all_metadata", "0")) not in ("1", "true", "True"):
            hidden.add("metadata")
        return {k: v for k, v in message.items() if k not in hidden}
