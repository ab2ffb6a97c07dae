"""Keys, as JSON and as lines for people; the day on which one ends."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ui.console import style
from ui.record.text import local_time
from ui.shapes import Shape

if TYPE_CHECKING:
    from rag.accounts import Key


def key_shape(key: "Key") -> Shape:
    """Return a key as JSON; its text is not known."""
    return {
        "id": key.key_id,
        "account": key.account,
        "label": key.label,
        "scopes": sorted(key.scopes),
        "created_at": _moment(key.created_at),
        "expires_at": _moment(key.expires_at),
        "used_at": _moment(key.used_at),
    }


def key_line(key: "Key") -> str:
    """Return a key as a line of a list."""
    expires, used = _moment(key.expires_at), _moment(key.used_at)
    has_ended = key.expires_at is not None and key.expires_at <= datetime.now(UTC).timestamp()
    facts = [
        style(key.key_id, bold=True),
        key.account,
        " ".join(sorted(key.scopes)),
        key.label,
        "已过期 expired" if has_ended else f"到期 until {local_time(expires)}" if expires else "",
        f"上次使用 last used {local_time(used)}" if used else "从未使用 never used",
    ]
    return "  ".join(filter(None, facts))


def end_of(day: str | None) -> datetime | None:
    """Return the moment at which a day begins on this machine; None for None.

    Raises:
        FilterError: It is no day.
    """
    from rag.hit.filters import check_filters  # noqa: PLC0415

    check_filters({}, day)
    if day is None:
        return None
    return datetime.combine(date.fromisoformat(day), datetime.min.time()).astimezone()


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
