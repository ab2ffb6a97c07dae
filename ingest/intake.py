"""One run of `ingest`: what the catalog knew of files and documents, kept up to date, and what has changed."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ingest.document.identity import identified, source_names, text_of
from ingest.documents import PARSER, parse
from ingest.reading import read_documents
from ingest.report import FailedFile, FileNotice, IngestReport, failed_file
from ingest.source.files import File, copied, is_there
from ingest.source.sidecar import Sidecar, read_sidecar, sidecar_of
from ingest.unread import not_read
from rag.catalog import Catalog, FileState, Parsed
from rag.catalog.corrections import corrected
from rag.catalog.disk import unwritable
from rag.errors import MissingPath, SourceError
from rag.schema import Document, Source
from rag.settings import Settings


class Intake:
    """Takes files into the catalog, one after the other."""

    def __init__(self, catalog: Catalog, settings: Settings, meta: Mapping[str, str]) -> None:
        """Begin a run; `meta` are checked fields for all documents that it takes."""
        self._catalog, self._settings, self._meta = catalog, settings, dict(meta)
        self._files = catalog.files()
        self._paths = {s.path: s.name for s in self._files.values()}
        self._known = catalog.as_read()
        self._shown = {d.document_id: d.title for d in catalog.documents()}
        self._out = {d.document_id for d in catalog.documents(removed=True)}
        self._lost: dict[str, str] = {}
        self._reworded: set[str] = set()
        self._reading = settings.data / "reading"
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unchanged: list[str] = []
        self._removed: list[str] = []
        self._failed: list[FailedFile] = []
        self._notices: list[FileNotice] = []

    def report(self) -> IngestReport:
        """Return what has changed so far."""
        return IngestReport(
            added=tuple(self._added),
            changed=tuple(self._changed),
            unchanged=tuple(self._unchanged),
            removed=tuple(self._removed),
            failed=tuple(self._failed),
            notices=tuple(self._notices),
            clauses=self._catalog.count_clauses(),
        )

    def refuse(self, failed: Sequence[FailedFile]) -> None:
        """Note files that were found and must not be read."""
        self._failed += failed

    def forget_missing(self, folders: Sequence[Path], files: Sequence[File]) -> None:
        """Take out the files that are gone from these folders and are not among `files` under another name."""
        inside = {str(folder) for folder in folders}
        gone = [
            s
            for s in self._files.values()
            if inside & {str(p) for p in Path(s.path).parents} and not is_there(s.path)
        ]
        sizes = {s.size for s in gone}
        arrived = {self._sha256(f) for f in files if f.address not in self._paths and f.size in sizes}
        for state in gone:
            if state.sha256 in arrived:
                continue
            mine = [k for k, d in self._known.items() if d.source == state.name]
            self._removed += [self._shown[k] for k in mine if k in self._shown]
            self._lost |= {k: text_of(self._catalog.clauses(k)) for k in mine}
            self._catalog.drop_source(state.name)
            del self._files[state.name]
            self._known = {k: d for k, d in self._known.items() if k not in mine}

    def _sha256(self, file: File) -> str | None:
        with suppress(SourceError, OSError), copied(file, self._reading) as copy:
            return copy.sha256
        return None

    def take_over(self, sources: Iterable[tuple[Source, FileState]], removed: Sequence[str]) -> None:
        """Store sources that an older collection kept, and take out what had been taken out of it."""
        meta, self._meta = self._meta, {}
        for source, state in sources:
            if state.name not in self._files:
                source, parsed = parse(source)
                self._store(source, state, parsed, Sidecar())
        self._meta = meta
        for document_id in removed:
            self._catalog.set_removed(document_id, True)
            self._shown.pop(document_id, None)

    def take(self, file: File) -> None:
        """Read one file unless its content is known; one that cannot be read is noted and the next goes on."""
        before = self._files.get(self._paths.get(file.address, ""))
        try:
            sidecar = read_sidecar(file.path)
            seen = before and (before.size, before.mtime_ns, before.parser) == (
                file.size,
                file.mtime_ns,
                PARSER,
            )
            if before and seen:
                self._keep(before, before, sidecar)
            else:
                self._read(file, before, sidecar)
        except SourceError as error:
            self._failed.append(failed_file(file.address, error))
        except OSError as error:
            self._failed.append(failed_file(file.address, not_read(file.name, error)))

    def _read(self, file: File, before: FileState | None, sidecar: Sidecar) -> None:
        with copied(file, self._reading) as copy:
            same = before or self._moved(copy.sha256)
            name = same.name if same else next(n for n in source_names(file.address) if n not in self._files)
            state = FileState(
                name, file.address, file.size, file.mtime_ns, copy.sha256, PARSER, sidecar.digest
            )
            if same and (same.sha256, same.parser) == (copy.sha256, PARSER):
                self._keep(state, same, sidecar)
                return
            text, source, parsed = read_documents(copy, name, file.name)
            if self._settings.keep_originals:
                self._keep_original(copy.path, copy.sha256)
        self._store(source, state, parsed, sidecar)
        self._notices += [FileNotice(file.address, remark.en) for remark in text.remarks]

    def _keep_original(self, path: Path, sha256: str) -> None:
        # A name of 255 bytes has no room for anything more.
        folder = self._settings.data / "originals" / sha256[:12]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.name)
        except OSError as error:
            raise unwritable(self._settings.data, error) from error

    def _moved(self, sha256: str) -> FileState | None:
        """Return the file that had this content and is gone: it was renamed."""
        return next((s for s in self._files.values() if s.sha256 == sha256 and not is_there(s.path)), None)

    def _keep(self, state: FileState, before: FileState, sidecar: Sidecar) -> None:
        """Leave the documents of a source as they are, but for what a person sets now."""
        mine = {k: d for k, d in self._known.items() if d.source == state.name}
        reprinted = [self._known[k] for k in self._catalog.reprints_in(state.name) if k in self._known]
        sidecar.check_titles([d.title for d in (*mine.values(), *reprinted)], state.path)
        state = replace(state, sidecar=sidecar.digest)
        if state != before:
            self._catalog.touch(state)
        self._remember(state)
        if before.sidecar == sidecar.digest and not self._meta:
            self._unchanged += [self._shown[k] for k in mine if k in self._shown]
            return
        for as_read in mine.values():
            self._set(as_read, sidecar)
        self._share(state, reprinted, sidecar)

    def _set(self, as_read: Document, sidecar: Sidecar | None) -> None:
        """Set what a person says of a document that is stored already."""
        values = self._correct(as_read, sidecar)
        differs = self._catalog.update_document(corrected(as_read, values))
        (self._changed if differs else self._unchanged).append(values.get("title", as_read.title))

    def _correct(self, document: Document, sidecar: Sidecar | None) -> dict[str, str]:
        if sidecar:
            self._catalog.correct(document.document_id, "sidecar", sidecar.values(document.title))
        self._catalog.correct(document.document_id, "person", self._meta)
        return self._catalog.corrections(document.document_id)

    def _share(self, state: FileState, reprinted: Sequence[Document], sidecar: Sidecar) -> None:
        """Set fields of documents that another file holds too; what stands beside this one alone does not reach them."""
        for document in (d for d in reprinted if d.source != state.name):
            self._set(document, None)
            if sidecar.values(document.title):
                owner = self._files[document.source].path
                words = f"《{document.title}》 is kept from {owner}, word for word; what is set beside that file holds for it"
                self._notices.append(FileNotice(state.path, words))

    def _remember(self, state: FileState) -> None:
        self._files[state.name] = state
        self._paths[state.path] = state.name

    def _store(
        self, source: Source, state: FileState, parsed: Sequence[Parsed], sidecar: Sidecar | None
    ) -> None:
        """Put a source in the place of what was known of it; without a sidecar, what one set before stays."""
        if sidecar:
            sidecar.check_titles([p.document.title for p in parsed], state.path)
        before = self._files.get(state.name)
        old = {k: d for k, d in self._known.items() if d.source == state.name}
        texts = {k: text_of(self._catalog.clauses(k)) for k in old}
        stored, reprinted = identified(
            parsed,
            self._known,
            state.name,
            self._catalog.clauses,
            lost=self._lost,
            same_bytes=before is not None and before.sha256 == state.sha256,
        )
        new = {p.document.document_id: text_of(p.clauses) for p in stored}
        for item in stored:
            self._correct(item.document, sidecar)
        self._catalog.replace_source(source, state, stored)
        self._catalog.set_reprints(state.name, {d.document_id for d in reprinted} - new.keys())
        for key in new.keys() & self._out:
            self._catalog.set_removed(key, True)
        self._remember(state)
        self._known = {k: d for k, d in self._known.items() if k not in old}
        self._known |= {p.document.document_id: p.document for p in stored}
        self._lost |= {k: text for k, text in texts.items() if k not in new}
        self._reworded |= {k for k, text in texts.items() if new.get(k, text) != text}
        for item in stored:
            key = item.document.document_id
            title = self._catalog.corrections(key).get("title", item.document.title)
            same = texts.get(key) == new[key] and item.document == old[key]
            (self._unchanged if same else self._changed if key in old else self._added).append(title)
        self._removed += [d.title for k, d in old.items() if k not in self._known]
        if sidecar:
            self._share(state, [self._known[d.document_id] for d in reprinted], sidecar)

    def house_reprints(self) -> None:
        """Store documents that only another source holds now: their own is gone, or has them in other words."""
        # Their files need not be among those of this run.
        unchanged, self._meta = list(self._unchanged), {}
        for name in self._catalog.homeless_reprints(self._reworded):
            state = self._files[name]
            source, parsed = parse(self._catalog.source(name))
            try:
                sidecar = sidecar_of(state.path)
                if sidecar is None and state.sidecar:
                    raise MissingPath(
                        f"{state.path} is gone with what was set for it.",
                        "put it back",
                        chinese=(f"{state.path} 连同为它设定的内容都不见了。", "请放回原处"),
                    )
                state = replace(state, sidecar=sidecar.digest) if sidecar else state
                self._store(source, state, parsed, sidecar)
            except SourceError as error:
                self._failed.append(failed_file(state.path, error))
        self._unchanged = unchanged
