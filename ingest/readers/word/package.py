"""The parts of a .docx file that hold text, opened without trust in the file.

Not by python-docx: it loads every part and fails on a file of Word or WPS with one dangling relationship (`Target="NULL"`),
on macro documents and on the strict variant, all of which Word opens.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.word.tree import Element, W
from rag.errors import UnreadableFile

MAX_BYTES = 200 * 1024 * 1024
"""Of all parts unpacked, pictures included."""
_MAX_PART = 64 * 1024 * 1024
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
"""Names of ISO's strict variant and of the usual one; the elements are the same."""
_SAVE = "open it in Word, WPS or LibreOffice and save it as .docx"
_SAVE_ZH = "请用 Word 或 WPS 打开，另存为 .docx"


@dataclass(frozen=True, slots=True)
class Package:
    """Roots of the parts; None where the file has none."""

    document: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None


def open_package(path: Path) -> Package:
    """Read the text parts of a .docx file.

    Raises:
        UnreadableFile: Not such a file, protected by a password, damaged, or too large when unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _package(archive, path.name)
    except zipfile.BadZipFile as error:
        raise _not_docx(path) from error
    except (EOFError, OSError, zlib.error, NotImplementedError) as error:
        raise UnreadableFile(
            f"{path.name} is damaged: {error}.",
            fix=_SAVE,
            chinese=(f"{path.name} 已损坏：{error}。", _SAVE_ZH),
        ) from error


def _not_docx(path: Path) -> UnreadableFile:
    data = path.read_bytes()
    if not data.startswith(_OLE):
        return UnreadableFile(
            f"{path.name} is not a .docx file, or only a part of one.",
            fix=_SAVE,
            chinese=(f"{path.name} 不是 .docx 文件，或不完整。", _SAVE_ZH),
        )
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFile(
            f"{path.name} is protected by a password.",
            fix="open it in Word and take the password out: File, Info, Protect Document",
            chinese=(f"{path.name} 有密码保护。", "请在 Word 中打开，去掉密码后另存：文件、信息、保护文档"),
        )
    return UnreadableFile(
        f"{path.name} is a file of an older Word (.doc) with another suffix.",
        fix=_SAVE,
        chinese=(f"{path.name} 是旧版 Word 文件（.doc），只是改了后缀。", _SAVE_ZH),
    )


def _package(archive: zipfile.ZipFile, name: str) -> Package:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > MAX_BYTES:
        raise UnreadableFile(
            f"{name} unpacks to {size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB are the most.",
            fix="take the pictures out, or split it",
            chinese=(
                f"{name} 解压后有 {size / 1e6:.0f} MB；最多 {MAX_BYTES / 1e6:.0f} MB。",
                "请去掉图片，或拆分",
            ),
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile(
            f"{name} is a protected archive.", fix=_SAVE, chinese=(f"{name} 有密码保护。", _SAVE_ZH)
        )
    # Names of parts are not case-sensitive, and some programs write backslashes.
    parts = _Parts(archive, {entry.filename.replace("\\", "/").lower(): entry for entry in entries}, name)
    main = parts.target("", "/officeDocument") or "word/document.xml"
    document = parts.root(main)
    if document is None:
        raise UnreadableFile(
            f"{name} has no text part ({main}).",
            fix=_SAVE,
            chinese=(f"{name} 里没有正文部分（{main}）。", _SAVE_ZH),
        )
    if document.tag != W + "document":
        raise UnreadableFile(
            f"{name} is not a document of Word.",
            fix="give it its right suffix, or save it as .docx",
            chinese=(f"{name} 不是 Word 文档。", "请改回正确的后缀，或另存为 .docx"),
        )
    return Package(
        document, *(parts.root(parts.target(main, f"/{kind}") or _beside(main, kind)) for kind in _KINDS)
    )


_KINDS = ("styles", "numbering", "footnotes", "endnotes")


def _beside(main: str, kind: str) -> str:
    return posixpath.join(posixpath.dirname(main), f"{kind}.xml")


@dataclass(frozen=True, slots=True)
class _Parts:
    archive: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]
    name: str

    def root(self, part: str) -> Element | None:
        """Return a part's root element, or None without such a part."""
        from lxml import etree  # noqa: PLC0415

        entry = self.entries.get(part.lower())
        if entry is None:
            return None
        if entry.file_size > _MAX_PART:
            raise UnreadableFile(
                f"{part} in {self.name} has {entry.file_size / 1e6:.0f} MB; {_MAX_PART / 1e6:.0f} MB are the most.",
                fix="split it into smaller documents",
                chinese=(
                    f"{self.name} 中的 {part} 有 {entry.file_size / 1e6:.0f} MB；最多 {_MAX_PART / 1e6:.0f} MB。",
                    "请拆分成较小的文件",
                ),
            )
        data = self.archive.read(entry)
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableFile(
                f"{part} in {self.name} is damaged: {error.msg}.",
                fix=_SAVE,
                chinese=(f"{self.name} 中的 {part} 已损坏：{error.msg}。", _SAVE_ZH),
            ) from error
        if root.getroottree().docinfo.doctype:
            # Office Open XML knows none; it would only serve to blow up entities.
            raise UnreadableFile(
                f"{part} in {self.name} declares a document type.",
                fix=_SAVE,
                chinese=(f"{self.name} 中的 {part} 声明了文档类型。", _SAVE_ZH),
            )
        return root

    def target(self, source: str, kind: str) -> str | None:
        """Return which part a part refers to by a relationship that ends with `kind`; the package itself is ''."""
        folder, file = posixpath.split(source)
        relations = self.root(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in relations if relations is not None else ():
            if relation.get("Type", "").endswith(kind) and relation.get("TargetMode") != "External":
                return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        return None
