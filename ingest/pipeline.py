"""Files into the collection: read what is new, store it, bring both indexes up to date."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ingest import index
from ingest.documents import PARSER, identified, parse, text_of
from ingest.readers import READERS, read
from ingest.references import resolve
from ingest.report import FailedFile, IngestReport
from rag.catalog import Catalog, FileState, Parsed
from rag.errors import MissingPath, SourceError, UnreadableFile
from rag.schema import Source
from rag.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the stage (`read`, `embed`), how much is done and how much there is in all."""
_COMPANIONS = ("NOTICE", "LICENSE", "LICENCE", "README")


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
        catalog.check_embedder(settings.embed_model)
        with catalog.writing():
            run = _Run(catalog, settings)
            run.forget_missing([p.resolve() for p in paths if p.is_dir()], files)
            for done, path in enumerate(files):
                report("read", done, len(files))
                run.take(path.resolve())
            report("read", len(files), len(files))
            if run.added or run.changed or run.removed:
                _link(catalog)
            if not index.is_current(catalog, settings):
                index.update(catalog, settings, lambda done, total: report("embed", done, total))
            return run.report()
    finally:
        catalog.close()


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


class _Run:
    """One run: what the catalog knew at its beginning, kept up to date, and what has changed."""

    def __init__(self, catalog: Catalog, settings: Settings) -> None:
        self._catalog, self._settings = catalog, settings
        self._files = catalog.files()
        self._documents = {d.document_id: d for d in catalog.documents() + catalog.documents(removed=True)}
        self._shown = {d.document_id for d in catalog.documents()}
        self.added: list[str] = []
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.removed: list[str] = []
        self.failed: list[FailedFile] = []

    def report(self) -> IngestReport:
        """Return what has changed so far."""
        return IngestReport(
            added=tuple(self.added),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            failed=tuple(self.failed),
            clauses=self._catalog.count_clauses(),
        )

    def forget_missing(self, folders: Sequence[Path], files: Sequence[Path]) -> None:
        """Take out the files that are gone from these folders and are not among `files` under another name."""
        gone = [
            s
            for s in self._files.values()
            if any(folder in Path(s.path).parents for folder in folders) and not Path(s.path).exists()
        ]
        known, sizes = {s.path for s in self._files.values()}, {s.size for s in gone}
        arrived = _contents(p for p in files if str(p.resolve()) not in known and p.stat().st_size in sizes)
        for state in gone:
            if state.sha256 in arrived:
                continue
            self.removed += self._titles(state.name)
            with self._catalog.transaction():
                self._catalog.drop_source(state.name)
            del self._files[state.name]
            self._documents = {k: d for k, d in self._documents.items() if d.source != state.name}

    def take(self, path: Path) -> None:
        """Read one file unless its content is known; one that cannot be read is noted."""
        stat = path.stat()
        before = next(
            (s for s in (self._files.get(n) for n in _names(path)) if s and s.path == str(path)), None
        )
        if before and (before.size, before.mtime_ns, before.parser) == (
            stat.st_size,
            stat.st_mtime_ns,
            PARSER,
        ):
            self.unchanged += self._titles(before.name)
            return
        try:
            self._read(path, before)
        except SourceError as error:
            self.failed.append(FailedFile(str(path), error.message, error.fix))
        except UnicodeEncodeError:
            # Bytes of another encoding in a file name: SQLite cannot keep it.
            message = f"The name of {str(path).encode(errors='replace').decode()} is not UTF-8."
            self.failed.append(FailedFile(str(path), message, "rename the file"))
        except OSError as error:
            self.failed.append(
                FailedFile(
                    str(path), f"Cannot read {path.name}: {error.strerror}.", "check the file's permissions"
                )
            )

    def _read(self, path: Path, before: FileState | None) -> None:
        stat, text, data = path.stat(), read(path), path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        same = before or self._moved(sha256)
        name = same.name if same else next(n for n in _names(path) if n not in self._files)
        state = FileState(name, str(path), stat.st_size, stat.st_mtime_ns, sha256, PARSER)
        if same and (same.sha256, same.parser) == (sha256, PARSER):
            self._catalog.touch(state)
            self._files[name] = state
            self.unchanged += self._titles(name)
            return
        source, parsed = parse(Source(name, sha256, text.lines))
        if not any(p.clauses for p in parsed):
            raise UnreadableFile(
                f"{path.name} holds no text of a document.", fix="check that the file is complete"
            )
        if self._settings.keep_originals:
            originals = self._settings.data / "originals"
            originals.mkdir(exist_ok=True)
            (originals / f"{sha256[:12]}-{path.name}").write_bytes(data)
        self._store(source, state, parsed)

    def _moved(self, sha256: str) -> FileState | None:
        """Return the file that had this content and is gone: it was renamed."""
        return next(
            (s for s in self._files.values() if s.sha256 == sha256 and not Path(s.path).exists()), None
        )

    def _store(self, source: Source, state: FileState, parsed: Sequence[Parsed]) -> None:
        old = {k: d for k, d in self._documents.items() if d.source == state.name}
        others = {k: d for k, d in self._documents.items() if d.source != state.name}
        stored, twice = identified(parsed, list(old.values()), others, self._catalog.clauses)
        texts = {k: text_of(self._catalog.clauses(k)) for k in old}
        with self._catalog.transaction():
            self._catalog.replace_source(source, state, stored)
        self._files[state.name] = state
        self._documents = others | {p.document.document_id: p.document for p in stored}
        for item in stored:
            key, title = item.document.document_id, item.document.title
            same = key in old and texts[key] == text_of(item.clauses) and item.document == old[key]
            (self.unchanged if same else self.changed if key in old else self.added).append(title)
        self.removed += [d.title for k, d in old.items() if k not in self._documents]
        self.unchanged += twice

    def _titles(self, source: str) -> list[str]:
        return [
            d.title for d in self._documents.values() if d.source == source and d.document_id in self._shown
        ]


def _contents(files: Iterable[Path]) -> set[str]:
    """Return the SHA-256 of each file that can be read; `take` reports the others."""
    found: set[str] = set()
    for path in files:
        with suppress(OSError):
            found.add(hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def _names(path: Path) -> tuple[str, str, str]:
    """Return what a source may be called: the file's name, with its folder's or the whole path when that is taken."""
    return path.name, f"{path.parent.name}/{path.name}", str(path)


def _link(catalog: Catalog) -> None:
    """Point references to clauses that have come or gone."""
    clauses = catalog.clauses()
    labels: dict[tuple[str, str], str] = {}
    for clause in clauses:
        labels.setdefault((clause.document_id, clause.label), clause.clause_id)
    changed = resolve([c for c in clauses if c.references], catalog.documents(), labels)
    with catalog.transaction():
        catalog.update_references(changed)
