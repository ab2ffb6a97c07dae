"""Files into the collection: read what is new, store it, bring both indexes up to date."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest import index
from ingest.documents import PARSER, identified, parse
from ingest.readers import READERS, read
from ingest.references import resolve
from rag.catalog import Catalog, FileState
from rag.errors import MissingPath, SourceError, UnreadableFile
from rag.schema import FailedFile, IngestReport, Source
from rag.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the stage (`read`, `embed`), how much is done and how much there is in all."""
_COMPANIONS = ("NOTICE", "LICENSE", "LICENCE", "README")


@dataclass
class _Changes:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)


def ingest(paths: Sequence[Path], settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Bring files and folders into the collection.

    A file whose content is known is not read again. One that cannot be read is in the report and does not stop the
    others. A file that is gone from a given folder is taken out. What an earlier run left unfinished is finished.

    Raises:
        MissingPath: A path does not exist, or a folder holds no file at all.
        CollectionBusy: Another process is writing.
        CollectionMismatch: The collection was made with another embedder.
    """
    files = list(_files(paths))
    report = progress or (lambda stage, done, total: None)
    catalog = Catalog(settings.data, create=True)
    try:
        with catalog.writing():
            changes = _Changes()
            _forget_missing(catalog, paths, changes)
            for done, path in enumerate(files):
                report("read", done, len(files))
                _take(catalog, path, settings, changes)
            report("read", len(files), len(files))
            if changes.added or changes.changed or changes.removed:
                _link(catalog)
            if not index.is_current(catalog, settings):
                index.update(catalog, settings, lambda done, total: report("embed", done, total))
            clauses = catalog.count_clauses()
    finally:
        catalog.close()
    return IngestReport(
        tuple(changes.added),
        tuple(changes.changed),
        tuple(changes.unchanged),
        tuple(changes.removed),
        tuple(changes.failed),
        clauses,
    )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise MissingPath(f"{path} does not exist.", fix="check the path")
        if path.is_file():
            yield path
            continue
        found = sorted(p for p in path.rglob("*") if p.is_file() and not _is_companion(p.relative_to(path)))
        if not found:
            known = ", ".join(sorted(READERS))
            raise MissingPath(
                f"The folder {path} holds no file to read.",
                fix=f"put files of one of these formats into it: {known}",
            )
        yield from found


def _is_companion(path: Path) -> bool:
    """Hidden files and those about the files beside them are no documents."""
    return any(part.startswith((".", "__")) for part in path.parts) or path.stem.upper() in _COMPANIONS


def _forget_missing(catalog: Catalog, paths: Sequence[Path], changes: _Changes) -> None:
    folders = [p.resolve() for p in paths if p.is_dir()]
    for state in catalog.files().values():
        path = Path(state.path)
        if any(folder in path.parents for folder in folders) and not path.exists():
            changes.removed += [d.title for d in catalog.documents() if d.source == state.name]
            with catalog.transaction():
                catalog.drop_source(state.name)


def _take(catalog: Catalog, path: Path, settings: Settings, changes: _Changes) -> None:
    """Read one file unless its content is known."""
    path = path.resolve()
    known = {Path(s.path): s for s in catalog.files().values()}
    stat = path.stat()
    before = known.get(path)
    if before and (before.size, before.mtime_ns, before.parser) == (stat.st_size, stat.st_mtime_ns, PARSER):
        changes.unchanged += _titles(catalog, before.name)
        return
    try:
        _read_into(catalog, path, before, settings, changes)
    except SourceError as error:
        changes.failed.append(FailedFile(str(path), error.message, error.fix))
    except OSError as error:
        changes.failed.append(
            FailedFile(
                str(path), f"Cannot read {path.name}: {error.strerror}.", "check the file's permissions"
            )
        )


def _read_into(
    catalog: Catalog, path: Path, before: FileState | None, settings: Settings, changes: _Changes
) -> None:
    stat = path.stat()
    text = read(path)
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    same = before or next(
        (s for s in catalog.files().values() if s.sha256 == sha256 and not Path(s.path).exists()), None
    )
    state = FileState(
        same.name if same else _free_name(catalog, path),
        str(path),
        stat.st_size,
        stat.st_mtime_ns,
        sha256,
        PARSER,
    )
    if same and (same.sha256, same.parser) == (sha256, PARSER):
        catalog.touch(state)
        changes.unchanged += _titles(catalog, state.name)
        return
    source, parsed = parse(Source(state.name, sha256, text.lines))
    if not any(p.clauses for p in parsed):
        raise UnreadableFile(
            f"{path.name} holds no text of a document.", fix="check that the file is complete"
        )
    documents = catalog.documents() + catalog.documents(removed=True)
    old = [d for d in documents if d.source == state.name]
    others = {d.document_id: d for d in documents if d.source != state.name}
    stored, twice = identified(parsed, old, others, catalog.clauses)
    if settings.keep_originals:
        originals = settings.data / "originals"
        originals.mkdir(exist_ok=True)
        (originals / f"{sha256[:12]}-{path.name}").write_bytes(data)
    with catalog.transaction():
        catalog.replace_source(source, state, stored)
    ids = {d.document_id for d in old}
    changes.added += [p.document.title for p in stored if p.document.document_id not in ids]
    changes.changed += [p.document.title for p in stored if p.document.document_id in ids]
    changes.removed += [d.title for d in old if d.document_id not in {p.document.document_id for p in stored}]
    changes.unchanged += twice


def _titles(catalog: Catalog, source: str) -> list[str]:
    return [d.title for d in catalog.documents() if d.source == source]


def _free_name(catalog: Catalog, path: Path) -> str:
    """Return the file's name, with its folder's when another file has it."""
    taken = catalog.files()
    return next(n for n in (path.name, f"{path.parent.name}/{path.name}", str(path)) if n not in taken)


def _link(catalog: Catalog) -> None:
    """Point references to clauses that have come or gone."""
    clauses = catalog.clauses()
    labels: dict[tuple[str, str], str] = {}
    for clause in clauses:
        labels.setdefault((clause.document_id, clause.label), clause.clause_id)
    changed = resolve([c for c in clauses if c.references], catalog.documents(), labels)
    with catalog.transaction():
        catalog.update_references(changed)
