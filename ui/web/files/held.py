"""The sources of the collection, and what an editor can do with them; each change is one run that can be undone."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.pipeline import changing, ingest
from ingest.pipeline import undo as take_back
from ingest.report import IngestReport
from rag.catalog import Catalog, FileState
from rag.catalog.documents import no_document, no_source
from rag.errors import EmptyCollection, NotFound, UnreadableFile
from rag.schema import Document, Viewer
from rag.settings import Settings
from ui.web.files.accepting import correct
from ui.web.files.place import by_address

_BLOCK = 1024**2


@dataclass(frozen=True, slots=True)
class Held:
    """A source of the collection, as far as this person may see it."""

    name: str
    added: datetime | None
    """When the first of its documents came in; None when nobody noted it."""
    documents: tuple[Document, ...]
    out: tuple[Document, ...]
    """Taken out by hand; they can be brought back."""
    reprints: tuple[Document, ...]
    """Documents of other sources that it holds word for word."""
    clauses: Mapping[str, int]
    """Number of clauses by document_id."""
    original: bool
    """Whether a copy of the file is kept."""


@dataclass(frozen=True, slots=True)
class LastChange:
    """The change that `undo` would take back."""

    key: str
    """Tells whether it still is the last one."""
    command: str
    titles: tuple[str, ...]


def held(data: Path, viewer: Viewer) -> list[Held]:
    """Return the sources, newest first; none without a collection. A source of which nothing is visible is left out."""
    try:
        with closing(Catalog(data)) as catalog:
            return sorted(_held(catalog, viewer), key=lambda h: (h.added is None, -_when(h), h.name))
    except EmptyCollection:
        return []


def _when(source: Held) -> float:
    return source.added.timestamp() if source.added else 0.0


def _held(catalog: Catalog, viewer: Viewer) -> Iterator[Held]:
    shown = {d.document_id: d for d in catalog.documents() if viewer.sees(d)}
    out = [d for d in catalog.documents(removed=True) if viewer.sees(d)]
    counts = Counter(document_id for _, document_id, _ in catalog.places())
    added: dict[str, str] = {}
    for change in catalog.changes():
        if change.clause_id is None and change.what == "added":
            added.setdefault(change.document_id, change.at)
    for state in catalog.files().values():
        mine = tuple(d for d in shown.values() if d.source == state.name)
        gone = tuple(d for d in out if d.source == state.name)
        reprints = tuple(shown[key] for key in catalog.reprints_in(state.name) if key in shown)
        times = [added[d.document_id] for d in (*mine, *gone) if d.document_id in added]
        if mine or gone or reprints:
            yield Held(
                state.name,
                datetime.fromisoformat(min(times)).astimezone() if times else None,
                mine,
                gone,
                reprints,
                {d.document_id: counts[d.document_id] for d in mine},
                _kept(catalog.folder, state) is not None,
            )


@contextmanager
def _change(settings: Settings, command: str) -> Iterator[Catalog]:
    """Change the catalog in one run; a collection of another embedder is refused before anything is made anew."""
    with closing(Catalog(settings.data)) as catalog:
        catalog.check_embedder(settings.embedder)
    with changing(settings, command, _quiet) as catalog:
        yield catalog


def _quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def set_removed(
    settings: Settings, document_ids: Sequence[str], viewer: Viewer, *, removed: bool
) -> list[str]:
    """Take documents out, or bring them back; returns their titles.

    Raises:
        NotFound: There is none of that id for this person.
        CollectionBusy: Another process is writing.
    """
    with _change(settings, "remove") as catalog:
        known = {d.document_id: d for d in catalog.documents(removed=not removed) if viewer.sees(d)}
        titles = [_one(known, key).title for key in document_ids]
        for key in document_ids:
            catalog.set_removed(key, removed)
    return titles


def set_fields(settings: Settings, document_id: str, values: Mapping[str, str], viewer: Viewer) -> str:
    """Set checked fields of a document by hand, an empty value takes one back; returns its title then.

    Raises:
        NotFound: There is none of that id for this person.
        CollectionBusy: Another process is writing.
    """
    with _change(settings, "set") as catalog:
        _one({d.document_id: d for d in catalog.documents() if viewer.sees(d)}, document_id)
        correct(catalog, catalog.as_read()[document_id], values)
        return catalog.document(document_id).title


def with_reading(data: Path, document_id: str, viewer: Viewer) -> tuple[Document, Document]:
    """Return a document as it stands and as its text says.

    Raises:
        NotFound: There is none of that id for this person.
    """
    with closing(Catalog(data)) as catalog:
        document = _one({d.document_id: d for d in catalog.documents() if viewer.sees(d)}, document_id)
        return document, catalog.as_read()[document_id]


def read_again(settings: Settings, source: str, viewer: Viewer) -> IngestReport:
    """Read a source's file with the readers of today; corrections stay.

    Raises:
        NotFound: There is no such source for this person.
        UnreadableFile: The file is no longer where it was.
        CollectionBusy: Another process is writing.
    """
    state = _state(settings.data, source, viewer)
    path = Path(state.path)
    file = next((p for p in (path, *path.parents) if p.is_file()), None)
    if file is None:
        chinese = (f"{path.name} 刚刚不见了。", "请重新提交")
        raise UnreadableFile(f"{path.name} has just gone.", fix="hand it in again", chinese=chinese)
    return ingest([file], settings)


def original(data: Path, source: str, viewer: Viewer) -> Path:
    """Return the kept copy of a source's file; it is of the bytes that were read.

    Raises:
        NotFound: There is no such source for this person, or no copy of it.
    """
    state = _state(data, source, viewer)
    path = _kept(data, state)
    if path is None or _sha256(path) != state.sha256:
        chinese = (f"没有保存 {source} 的原件。", "请重新提交")
        raise NotFound(f"No copy of {source} is kept.", fix="hand it in again", chinese=chinese)
    return path


def last_change(data: Path, viewer: Viewer) -> LastChange | None:
    """Return what can be undone; None when there is nothing, or it is of documents that this person may not see."""
    try:
        with closing(Catalog(data)) as catalog:
            changes = [c for c in catalog.changes() if c.clause_id is None]
            known = {d.document_id: d for d in (*catalog.documents(), *catalog.documents(removed=True))}
    except EmptyCollection:
        return None
    if not changes:
        return None
    last = changes[-1]
    mine = [c for c in changes if (c.at, c.command) == (last.at, last.command)]
    if any(c.document_id in known and not viewer.sees(known[c.document_id]) for c in mine):
        return None
    key = f"{len(changes)} {last.at} {last.command}"
    return LastChange(key, last.command, tuple(dict.fromkeys(c.title for c in mine)))


def undo(settings: Settings, key: str, viewer: Viewer) -> None:
    """Take back the last change, unless somebody has changed something since it was offered.

    Args:
        settings: Of the collection.
        key: Of the change that was offered.
        viewer: Who asks.

    Raises:
        NotFound: There is nothing to undo, or something else by now.
        CollectionBusy: Another process is writing.
    """
    last = last_change(settings.data, viewer)
    if last is None or last.key != key:
        chinese = ("最近的更改已经是另一个。", "请看更改列表")
        raise NotFound(
            "The last change is another one by now.", fix="look at the list of changes", chinese=chinese
        )
    take_back(settings, _quiet)


def _state(data: Path, source: str, viewer: Viewer) -> FileState:
    """Return what is known of a file, of which nothing may be hidden from the person who asks for all of it."""
    with closing(Catalog(data)) as catalog:
        states = {s.name: s for s in by_address(catalog).values()}
        documents = [*catalog.documents(), *catalog.documents(removed=True)]
        reprints = set(catalog.reprints_in(source))
        hidden = any(
            (d.source == source or d.document_id in reprints) and not viewer.sees(d) for d in documents
        )
    if source not in states or hidden:
        raise no_source(source)
    return states[source]


def _kept(data: Path, state: FileState) -> Path | None:
    """Return the kept copy of a file; nothing but what stands in the folder of its hash."""
    folder = data / "originals" / state.sha256[:12]
    name = Path(state.path).name
    with suppress(OSError):
        files = [p for p in sorted(folder.iterdir()) if p.is_file() and not p.is_symlink()]
        return next((p for p in files if p.name == name), files[0] if files else None)
    return None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _one(known: Mapping[str, Document], document_id: str) -> Document:
    if document_id not in known:
        raise no_document(document_id)
    return known[document_id]
