"""For how long answers are kept."""

from datetime import UTC, datetime, timedelta

FOR_EVER = -1
OPEN_DAYS = 365
"""An answer on which somebody's word is still open is kept as long as this, also where none is kept."""
EXPIRED = """a.at < ? AND NOT EXISTS (
    SELECT 1 FROM feedback f WHERE f.answer_id = a.answer_id AND f.handled_at IS NULL AND f.at >= ?)"""
"""The condition on the table `answers a`; its values are those of `limits`."""


def limits(keep_days: int, at: datetime) -> tuple[str, str] | None:
    """Return the moments before which an answer, and an open word on it, are too old; None when nothing ever is.

    Args:
        keep_days: 0 keeps no answer, `FOR_EVER` all.
        at: The present time.
    """
    if keep_days == FOR_EVER:
        return None
    # Times are kept to the second: what was stored in this one is too old as well when nothing is to be kept.
    oldest = at - timedelta(days=keep_days) if keep_days else at + timedelta(seconds=1)
    oldest_open = at - timedelta(days=max(OPEN_DAYS, keep_days))
    return _written(oldest), _written(oldest_open)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
