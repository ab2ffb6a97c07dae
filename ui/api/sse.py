"""An answer as server-sent events."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from rag.schema import Event
from ui.shapes import json_line
from ui.web.chat.run import Run

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
_QUIET_S = 15


def sse(value: Any, name: str = "") -> str:
    """Return a value as one event.

    Args:
        value: Sent as JSON.
        name: Of the event; empty for none.
    """
    # A line of JSON holds no line break, whatever a reader takes for one.
    return (f"event: {name}\n" if name else "") + f"data: {json_line(value)}\n"


async def spoken(events: AsyncGenerator[Event | None]) -> AsyncGenerator[Event | str]:
    """Yield events, and after 15 seconds of silence a comment, so that no proxy takes the connection for dead."""
    silent = 0
    async with aclosing(events):
        async for event in events:
            silent = silent + 1 if event is None else 0
            if event is not None:
                yield event
            elif silent % _QUIET_S == 0:
                yield ": \n\n"


class Stream(StreamingResponse):
    """Sends the events of one answer as they come, and ends it when nobody waits any more, even before the first."""

    media_type = MEDIA_TYPE

    def __init__(self, lines: AsyncIterator[str], run: Run) -> None:
        """Send what `lines` yields of the answer that `run` makes."""
        # Without the last header nginx gathers them.
        super().__init__(lines, headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        self._run = run

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Send all of it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._run.stop()
