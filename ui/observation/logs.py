"""The log of a process that serves: one line an event on stderr, as text or as JSON, without a word of any question."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from rag.settings import Settings

_OURS = ("rag", "ingest", "eval", "ui")
_FOREIGN = logging.WARNING
"""Least level of what libraries say: below it they log what they send and receive, questions and keys among it."""
_SILENT = ("opentelemetry", "uvicorn.access")
"""The first would repeat itself for every span that a receiver does not take; the second logs what a question mark leads in."""
_QUOTED = frozenset(" \"'=\n\r\t")
_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def set_up_logs(settings: Settings) -> None:
    """Log to stderr from now on as the settings say; in place of what an earlier call set up.

    Args:
        settings: `log_format`, `log_level` and `log_questions`.
    """
    handler = _Stderr()
    shown = settings.log_questions
    handler.setFormatter(JsonLines(shown) if settings.log_format == "json" else TextLines(shown))
    root = logging.getLogger()
    for earlier in [found for found in root.handlers if isinstance(found, _Stderr)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(_FOREIGN)
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Where uvicorn has set itself up it writes past this.
    for served in map(logging.getLogger, ("uvicorn", "uvicorn.error")):
        served.handlers.clear()
        served.setLevel(logging.NOTSET)
        served.propagate = True
    logging.captureWarnings(True)


class _Stderr(logging.StreamHandler[Any]):
    """Writes to whatever is stderr at that moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)


class TextLines(logging.Formatter):
    """Lines for people: time, level, logger, message, and the fields of an event as name=value."""

    def __init__(self, with_messages: bool = False) -> None:
        """Say whether the messages of unexpected errors, which may quote a question, are written."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._with_messages = with_messages

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the moment of a record in local time, with its offset."""
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return a record on one line."""
        fields = "".join(f" {name}={_shown(value)}" for name, value in _fields(record).items())
        return super().formatMessage(record) + fields

    def format(self, record: logging.LogRecord) -> str:
        """Return a record, with the lines of an error below it."""
        # What another handler made of the error is kept there, words and all.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Error) -> str:
        """Return where an error came from."""
        return super().formatException(ei) if self._with_messages else frames(ei[1])


class JsonLines(JsonFormatter):
    """Lines for programs: `time` (UTC), `level`, `logger`, `event`, and the fields of the event beside them."""

    def __init__(self, with_messages: bool = False) -> None:
        """Say whether the messages of unexpected errors, which may quote a question, are written."""
        super().__init__(json_ensure_ascii=False)
        self._with_messages = with_messages

    def formatException(self, ei: _Error) -> str:
        """Return where an error came from."""
        return logging.Formatter.formatException(self, ei) if self._with_messages else frames(ei[1])

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Fill `log_data` with what is written of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"time": moment, "level": record.levelname.lower(), "logger": record.name}
        log_data |= {"event": record.getMessage()} | _fields(record)
        if traced := message_dict.get("exc_info"):
            log_data["traceback"] = traced


def frames(error: BaseException | None) -> str:
    """Return the types of an error and of those that led to it, with the lines of the program, but not their words."""
    told: list[str] = []
    while error is not None and len(told) < 10:
        lines = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"{type(error).__module__}.{type(error).__qualname__}\n{lines}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "caused by ".join(told).rstrip()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found = getattr(record, "fields", None)
    return found if isinstance(found, dict) else {}


def _shown(value: object) -> str:
    """Return a value so that a line stays a line."""
    if isinstance(value, list):
        value = ",".join(map(str, value))
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or _QUOTED & set(text) else text
