"""What has changed in the collection since a day: run by run, newest first."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from rag.catalog import Catalog
from rag.catalog.history import Change
from rag.errors import EmptyCollection
from rag.schema import Viewer

Span = Literal["today", "week", "month", "all"]
_DAYS: dict[Span, int] = {"today": 0, "week": 6, "month": 29}


@dataclass(frozen=True, slots=True)
class Touched:
    """What a run did to one document."""

    document_id: str
    title: str
    what: Literal["added", "changed", "gone"]
    clauses: tuple[Change, ...]
    """Its clauses that differ; all of them when it was added or is gone."""
    here: bool
    """Whether it can be opened now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run that changed something."""

    at: datetime
    command: str
    documents: tuple[Touched, ...]


def first_day(span: Span, today: date) -> date | None:
    """Return the first day of a span that ends today; None for all time."""
    return today - timedelta(days=_DAYS[span]) if span in _DAYS else None


def since(data: Path, day: date | None, viewer: Viewer) -> list[Entry]:
    """Return what has changed, newest first.

    Args:
        data: The data folder.
        day: The first day, in the time of this machine; None for all.
        viewer: Who asks; changes of documents that are not visible to them are left out.
    """
    start = datetime.combine(day, time()).astimezone(UTC).isoformat(timespec="seconds") if day else None
    try:
        with closing(Catalog(data)) as catalog:
            changes = catalog.changes(start)
            here = {d.document_id for d in catalog.documents()}
            hidden = _hidden(catalog, {c.document_id for c in changes}, viewer)
    except EmptyCollection:
        return []
    entries = [
        Entry(datetime.fromisoformat(run[0].at).astimezone(), run[0].command, _touched(run, here, hidden))
        for run in _runs(changes)
    ]
    return [entry for entry in reversed(entries) if entry.documents]


def _runs(changes: Sequence[Change]) -> list[list[Change]]:
    """Divide changes by runs: each lists its documents first, then their clauses, which tells two of one second apart."""
    runs: list[list[Change]] = []
    for change in changes:
        last = runs[-1][-1] if runs else None
        same = last and (last.at, last.command) == (change.at, change.command)
        if last and same and (change.clause_id or not last.clause_id):
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs


def _hidden(catalog: Catalog, document_ids: set[str], viewer: Viewer) -> set[str]:
    """Return the ids among these of documents that the person may not see; what a person set outlasts a document."""
    known = {d.document_id: d for d in (*catalog.documents(), *catalog.documents(removed=True))}
    return {
        key
        for key in document_ids
        if (not viewer.sees(known[key]) if key in known else not _open(catalog, key, viewer))
    }


def _open(catalog: Catalog, document_id: str, viewer: Viewer) -> bool:
    group = catalog.corrections(document_id).get("visibility", "public")
    return group == "public" or group in viewer.groups


def _touched(run: Sequence[Change], here: set[str], hidden: set[str]) -> tuple[Touched, ...]:
    wholes = [c for c in run if c.clause_id is None and c.document_id not in hidden]
    parts: dict[str, list[Change]] = {}
    for change in run:
        if change.clause_id is not None:
            parts.setdefault(change.document_id, []).append(change)
    return tuple(
        Touched(c.document_id, c.title, c.what, tuple(parts.get(c.document_id, ())), c.document_id in here)
        for c in wholes
    )
