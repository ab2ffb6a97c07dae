"""Files that are no Word documents, damaged ones, and those of other programs."""

import zipfile

import fakes_docx
import pytest
from fakes_docx import ARTICLES, p, table, tc

from ingest.readers.docx import read
from ingest.readers.word import package
from rag.errors import UnreadableFile


@pytest.fixture
def lines(tmp_path):
    """Read a document of these paragraphs and return its lines."""

    def one(*body, **parts):
        return list(read(fakes_docx.write(tmp_path / "办法.docx", "".join(body), **parts)).lines)

    return one


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is not a .docx file", id="empty"),
        pytest.param(b"PK\x03\x04" + b"x" * 300, "is not a .docx file", id="half a file"),
        pytest.param(b"{\\rtf1 }", "is not a .docx file", id="RTF"),
        pytest.param(package._OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "protected by a password", id="password"),
        pytest.param(package._OLE + bytes(600), "an older Word", id="old Word"),
    ],
)  # fmt: skip
def test_another_file_is_refused_by_its_name(tmp_path, data, message):
    path = tmp_path / "办法.docx"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=f"办法.docx .*{message}") as caught:
        read(path)
    assert caught.value.fix


def rewritten(path, change):
    """Change the parts of a written file: name → bytes, or None to take it out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **change}.items():
            if data is not None:
                archive.writestr(name, data)
    return path


MAIN = "word/document.xml"
BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({MAIN: None}, r"has no text part \(word/document.xml\)", id="no text part"),
        pytest.param({MAIN: b"<w:document"}, "word/document.xml in 办法.docx is damaged", id="broken XML"),
        pytest.param({MAIN: b"<workbook/>"}, "is not a document of Word", id="a workbook"),
        pytest.param({MAIN: BOMB}, "declares a document type", id="entities"),
        pytest.param(
            {"word/styles.xml": BOMB}, "word/styles.xml in 办法.docx declares", id="entities in a part"
        ),
        pytest.param({MAIN: b" " * 70_000_000}, "has 70 MB; 67 MB are the most", id="a huge part"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused(tmp_path, change, message):
    path = rewritten(fakes_docx.write(tmp_path / "办法.docx", p("甲")), change)
    with pytest.raises(UnreadableFile, match=message) as caught:
        read(path)
    assert caught.value.fix


def test_a_file_that_unpacks_to_too_much_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_BYTES", 1000)
    with pytest.raises(UnreadableFile, match="unpacks to 0 MB"):
        read(fakes_docx.write(tmp_path / "a.docx", p("甲") * 100))


def test_tables_inside_tables_are_read_as_deep_as_the_parser_goes(lines):
    body = p("甲")
    for _ in range(80):
        body = table([tc(body + p())])
    assert lines(body) == ["甲"]
    for _ in range(20):
        body = table([tc(body + p())])
    with pytest.raises(UnreadableFile, match="Excessive depth"):
        lines(body)


def test_a_document_without_text_is_refused_with_what_it_has(tmp_path):
    with pytest.raises(UnreadableFile, match="has no text, only 1 picture") as caught:
        read(
            fakes_docx.write(
                tmp_path / "a.docx", p(more='<w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r>')
            )
        )
    assert ".pdf" in caught.value.fix


def test_a_dangling_relationship_as_wps_leaves_it_does_no_harm(lines):
    dangling = '<Relationship Id="r99" Type="x/image" Target="NULL"/>'
    assert lines(p("甲"), relations=dangling) == ["甲"]


def test_the_strict_variant_is_read(lines):
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    assert lines(p("甲", "1"), p("乙", num=1), numbering=ARTICLES, space=strict) == ["# 甲", "第一章 乙"]


def test_a_document_without_styles_and_lists_is_read(tmp_path):
    path = rewritten(
        fakes_docx.write(tmp_path / "a.docx", p("甲", "1", num=1)),
        {f"word/{name}.xml": None for name in ("styles", "numbering", "footnotes", "endnotes")},
    )
    assert read(path).lines == ("甲",)
