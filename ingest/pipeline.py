"""Files into the collection: read what is new, store it, bring both indexes up to date; each run is all or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ingest import index, server_index
from ingest.chunks import Progress
from ingest.document.links import link
from ingest.intake import Intake
from ingest.readers.isolation import PROCESS
from ingest.report import IngestReport
from ingest.source.files import Found, clear, find
from ingest.upgrade import forget_old, old_removed, old_sources, set_aside
from rag.catalog import Catalog
from rag.catalog.vectors import VectorCache
from rag.settings import Settings


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    progress: Progress | None = None,
    meta: Mapping[str, str] | None = None,
    settle: Callable[[Catalog], None] | None = None,
) -> IngestReport:
    """Bring files and folders into the collection.

    A file whose content is known is not read again. One that cannot be read is in the report and does not stop the
    others. A file that is gone from a given folder is taken out. A run that is stopped leaves the collection as it was,
    and keeps the vectors that it has made.

    Args:
        paths: Files, folders and archives.
        settings: Of the collection.
        progress: Told what is done.
        meta: Checked fields to set by hand on every document of these files; an empty value takes one back.
        settle: Called once all files are in; what it changes in the catalog counts together with them.

    Raises:
        MissingPath: A path does not exist, or a folder holds no file at all.
        CollectionBusy: Another process is writing.
        CollectionMismatch: The collection was made with another embedder.
        DiskFull: Nothing has changed then.
    """
    report = progress or (lambda stage, done, total: None)
    found = find(paths)
    set_aside(settings.data)
    with changing(settings, "ingest", report, create=True) as catalog:
        catalog.check_embedder(settings.embedder)
        try:
            result = _taken(paths, found, Intake(catalog, settings, meta or {}), settings, report)
            if settle:
                settle(catalog)
        finally:
            PROCESS.stop()
            clear(settings.data / "reading")
    forget_old(settings.data)
    return result


def _taken(
    paths: Sequence[Path], found: Found, intake: Intake, settings: Settings, progress: Progress
) -> IngestReport:
    clear(settings.data / "reading")
    intake.take_over(old_sources(settings.data), old_removed(settings.data))
    intake.refuse(found.refused)
    # An archive is a folder of its members.
    intake.forget_missing([p.resolve() for p in paths], found.files)
    for number, file in enumerate(found.files):
        progress("read", number, len(found.files))
        intake.take(file)
    progress("read", len(found.files), len(found.files))
    intake.house_reprints()
    return intake.report()


@contextmanager
def changing(
    settings: Settings, command: str, progress: Progress, *, create: bool = False, anew: bool = False
) -> Iterator[Catalog]:
    """Change the catalog in a `with` block; links and indexes follow, and all of it counts together or not at all.

    Args:
        settings: Of the collection.
        command: As `changes` lists it.
        progress: Told what is done.
        create: Make the collection when it is missing.
        anew: Make the indexes from nothing.

    Raises:
        CollectionBusy: Another process is writing.
        CollectionMismatch: The vectors are elsewhere than the settings say.
        ChromaUnavailable: They are on a server that does not answer; nothing has changed then.
        DiskFull: Nothing has changed then.
    """
    with closing(Catalog(settings.data, create=create)) as catalog, catalog.writing():
        server_index.begin(catalog, settings, anew=anew)
        in_use: set[str] | None = None
        try:
            with catalog.run(command):
                yield catalog
                changed = bool(catalog.delta())
                if changed:
                    link(catalog)
                index.publish(catalog, settings, progress, anew=anew)
                wanted = catalog.passages_in_use() if changed or anew else None
            in_use = wanted
        finally:
            # After a failure too: what was made so far takes room, which may be what is missing.
            index.tidy(catalog, settings, in_use)


def undo(settings: Settings, progress: Progress) -> str:
    """Take back what the last run changed; a second time brings it back. Returns the command of that run.

    Raises:
        NotFound: Nothing has been changed yet.
    """
    with changing(settings, "undo", progress) as catalog:
        return catalog.take_back()


def rebuild(settings: Settings, progress: Progress, *, embed_again: bool = False) -> int:
    """Make both indexes anew from the catalog, with the embedder of the settings; return the number of clauses.

    Raises:
        EmptyCollection: There is no collection.
        ModelUnavailable: The embedder cannot be loaded; the indexes that are there stay.
    """
    from rag.embed import build_embedder  # noqa: PLC0415

    if embed_again:
        Catalog(settings.data).close()
        build_embedder(settings)
    with changing(settings, "rebuild", progress, anew=True) as catalog:
        if embed_again:
            with closing(VectorCache(settings.data, settings.embedder)) as cache:
                cache.clear()
        return catalog.count_clauses()
