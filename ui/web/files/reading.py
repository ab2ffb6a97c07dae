"""What an uploaded file holds, told before any of it counts."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ingest.reading import read_documents
from ingest.source.files import copied, find, is_there
from rag.catalog import Catalog
from rag.errors import EmptyCollection, SourceError, UnreadableFile
from rag.schema import Remark
from rag.text import loose
from ui.web.files.place import home_of, titles_by_address
from ui.web.files.upload import Draft, Upload
from ui.web.trouble import trouble


@dataclass
class _Found:
    drafts: list[Draft] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)


def read_upload(upload: Upload, data: Path) -> None:
    """Read a file, or the members of an archive, as a run of ingest does, and compare with the collection; stores nothing.

    Args:
        upload: Gets its documents and a new stage; one that cannot be read gets its error.
        data: The data folder.
    """
    try:
        found = _read(upload.path)
    except SourceError as error:
        upload.fail(error)
        return
    upload.drafts, upload.remarks = found.drafts, found.remarks
    upload.stage = "found"
    try:
        with closing(Catalog(data)) as catalog:
            _compare(upload, found.hashes, catalog)
    except EmptyCollection:
        pass


def _read(path: Path) -> _Found:
    listed, found = find([path]), _Found()
    for refused in listed.refused:
        error = UnreadableFile(refused.message, refused.fix, chinese=refused.chinese)
        if not listed.files:
            raise error
        found.remarks.append(_remark(error))
    for file in listed.files:
        try:
            with copied(file, path.parent / "reading") as copy:
                text, _, parsed = read_documents(copy, file.name, file.name)
        except SourceError as error:
            if len(listed.files) == 1:
                raise
            found.remarks.append(_remark(error))
            continue
        found.hashes.add(copy.sha256)
        found.remarks += text.remarks
        found.drafts += [Draft(p.document, p.clauses, p.leftovers, file.member or "") for p in parsed]
    if not found.drafts:
        raise UnreadableFile(
            f"{path.name} holds no text of a document.",
            fix="check that the file is complete",
            chinese=(f"{path.name} 里没有文件的文字。", "请检查文件是否完整"),
        )
    return found


def _remark(error: SourceError) -> Remark:
    """Say why one of several files was not read."""
    return Remark(" ".join(trouble(error, "en")), " ".join(trouble(error, "zh")))


def _compare(upload: Upload, hashes: set[str], catalog: Catalog) -> None:
    """Say what of it the collection holds already."""
    documents = [*catalog.documents(), *catalog.documents(removed=True)]
    known = {loose(d.title) for d in catalog.as_read().values()} | {loose(d.title) for d in documents}
    out_ids = {d.document_id for d in catalog.documents(removed=True)}
    out = {loose(d.title) for k, d in catalog.as_read().items() if k in out_ids}
    for draft in upload.drafts:
        title = loose(draft.document.title)
        draft.standing = "out" if title in out else "known" if title in known else "new"
    _, upload.replaces = home_of(
        upload.name, upload.titles, catalog.folder, titles_by_address(catalog), set()
    )
    there = {s.sha256 for s in catalog.files().values() if is_there(s.path)}
    if hashes <= there and not all(draft.standing == "out" for draft in upload.drafts):
        upload.stage = "known"
