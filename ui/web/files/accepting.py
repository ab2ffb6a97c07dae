"""Uploads into the collection: an ordinary run of ingest, with what the editor corrected, in one change that can be undone."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ingest.chunks import Progress
from ingest.pipeline import ingest
from rag.catalog import Catalog
from rag.catalog.corrections import corrected
from rag.errors import EmptyCollection, SourceError, UnreadableFile
from rag.schema import Document
from rag.settings import Settings
from rag.text import loose
from ui.web.files.place import Move, clear, home_of, housed, titles_by_address
from ui.web.files.upload import Draft, Upload


def take_in(uploads: Sequence[Upload], settings: Settings, progress: Progress) -> None:
    """Bring files into the collection; they move to where they stay, and their stage becomes `in`.

    One that fails after all gets its error and keeps its private copy. When this raises, or `progress` does, everything
    is as it was before.

    Args:
        uploads: Whose stage is `found`.
        settings: Of the collection.
        progress: As of `ingest`.

    Raises:
        CollectionError: Another process is writing, the disk is full, or the collection was made otherwise.
    """
    moves = _moves(uploads, settings.data)
    drafts: dict[str, list[Draft]] = {}
    for upload, move in zip(uploads, moves, strict=True):
        for draft in upload.drafts:
            drafts.setdefault(str(move.home / draft.member), []).append(draft)
    with housed(moves, settings.data):
        report = ingest(
            [move.home for move in moves], settings, progress, settle=lambda catalog: settle(catalog, drafts)
        )
    failed = {
        item.path: UnreadableFile(item.message, item.fix, chinese=item.chinese) for item in report.failed
    }
    for upload, move in zip(uploads, moves, strict=True):
        error: SourceError | None = failed.get(str(move.home))
        if error:
            move.back()
            upload.fail(error)
            continue
        upload.stage = "in"
        clear(move.staged.parent)


def _moves(uploads: Sequence[Upload], data: Path) -> list[Move]:
    known: Mapping[str, set[str]] = {}
    try:
        with closing(Catalog(data)) as catalog:
            known = titles_by_address(catalog)
    except EmptyCollection:
        pass
    moves: list[Move] = []
    for upload in uploads:
        home, _ = home_of(upload.name, upload.titles, data, known, {move.home for move in moves})
        moves.append(Move(upload.path, home))
    return moves


def settle(catalog: Catalog, drafts: Mapping[str, Sequence[Draft]]) -> None:
    """Set what the editor corrected, and bring back a file whose documents had all been taken out. Inside a run only.

    Args:
        catalog: Which holds the files already.
        drafts: What was recognised, by the address of its file; a file that failed is passed over.
    """
    names = {state.path: state.name for state in catalog.files().values()}
    out = {document.document_id for document in catalog.documents(removed=True)}
    as_read = catalog.as_read()
    for address, found in drafts.items():
        if address not in names:
            continue
        name = names[address]
        mine = [d for d in as_read.values() if d.source == name]
        mine += [as_read[key] for key in catalog.reprints_in(name) if key in as_read]
        if {d.document_id for d in mine} <= out:
            for document in mine:
                catalog.set_removed(document.document_id, False)
        for draft in found:
            target = _target(draft, mine, name)
            if target and draft.corrections:
                correct(catalog, target, draft.corrections)


def correct(catalog: Catalog, as_read: Document, values: Mapping[str, str]) -> None:
    """Set checked fields of a document by hand; an empty value takes one back. Inside a run only."""
    catalog.correct(as_read.document_id, "person", dict(values))
    catalog.update_document(corrected(as_read, catalog.corrections(as_read.document_id)))


def _target(draft: Draft, documents: Sequence[Document], source: str) -> Document | None:
    """Return the stored document of a draft: over the same lines, or the same text in another file."""
    same = [d for d in documents if d.source == source and d.start_line == draft.document.start_line]
    return next(iter(same or [d for d in documents if loose(d.title) == loose(draft.document.title)]), None)
