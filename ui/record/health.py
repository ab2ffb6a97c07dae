"""What `doctor` says of the kept answers."""

from contextlib import closing
from typing import Any

from rag.record.file import NAME
from rag.record.recorder import keep_days
from rag.record.retention import FOR_EVER
from rag.records import Records, has_records
from rag.settings import Settings
from ui.record.text import local_time


def answer_facts(settings: Settings) -> dict[str, Any]:
    """Delete what is too old to be kept, and return how many answers there are.

    Raises:
        CollectionError: The records cannot be read or written.
    """
    days = keep_days(settings)
    facts: dict[str, Any] = {"kept for": "ever" if days == FOR_EVER else f"{days} days", "kept": 0}
    if not has_records(settings.data):
        return facts
    with closing(Records(settings.data, days)) as records:
        removed = records.expire()
        facts["kept"] = records.count()
        oldest = records.oldest()
    if oldest:
        facts["oldest"] = local_time(oldest)
    if removed.answers:
        facts["deleted now"] = removed.answers
    facts["size"] = f"{(settings.data / NAME).stat().st_size / 1e6:.1f} MB"
    return facts
