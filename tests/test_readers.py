"""Files in the encodings of Chinese offices; what is no text is refused with its fix; what every reader keeps."""

import codecs
import io

import docx
import pypdfium2 as pdfium
import pytest
from remarks_of import remarks_of
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.readers import READERS, read
from ingest.readers import docx as docx_reader
from ingest.readers import html as html_reader
from ingest.readers import image as image_reader
from ingest.readers import pdf as pdf_reader
from ingest.readers import plain as plain_reader
from rag.errors import UnreadableFile, UnsupportedFormat
from rag.schema import Remark, SourceText

TEXT = "某市数据管理办法\n第一条 为了规范，制定本办法。\n"
LINES = ("某市数据管理办法", "第一条 为了规范，制定本办法。", "")


def written(folder, data, name="办法.txt"):
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), "utf-8", id="UTF-8 with BOM"),
        pytest.param(TEXT.encode("gb18030"), "gb18030", id="GB18030"),
        pytest.param(TEXT.encode("gbk"), "gb18030", id="GBK"),
        pytest.param(TEXT.encode("utf-16"), "utf-16", id="UTF-16 with BOM"),
        pytest.param(
            codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16", id="UTF-16 big-endian with BOM"
        ),
    ],
)
def test_encodings_of_chinese_offices_are_read(tmp_path, data, encoding):
    found = read(written(tmp_path, data))
    assert (found.lines, found.encoding) == (LINES, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="Chinese"),
        pytest.param("GB/T 35273-2020\nPersonal information\n" + TEXT, id="mixed"),
        pytest.param(
            "第一条 为了规范公共数据资源的管理，促进数据的流通和利用，制定本办法。" * 200, id="no line ends"
        ),
    ],
)
def test_utf_16_without_bom_is_read(tmp_path, text, encoding):
    found = read(written(tmp_path, text.encode(encoding)))
    assert (found.encoding, "\n".join(found.lines)) == (encoding, text)


def test_a_rare_character_of_gb18030_is_read(tmp_path):
    assert read(written(tmp_path, "㐀𠀀办法".encode("gb18030"))).lines == ("㐀𠀀办法",)


@pytest.mark.parametrize(
    ("end", "count"), [("\n", 3), ("\r\n", 3), ("\r", 3)], ids=["Unix", "Windows", "old Mac"]
)
def test_line_numbers_are_the_files_own(tmp_path, end, count):
    found = read(written(tmp_path, f"甲{end}{end}乙".encode()))
    assert found.lines == ("甲", "", "乙")
    assert len(found.lines) == count


def test_a_form_feed_or_line_separator_inside_a_line_breaks_nothing(tmp_path):
    assert read(written(tmp_path, "甲\x0c乙\u2028丙\n丁".encode())).lines == ("甲\x0c乙\u2028丙", "丁")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty", id="no bytes"),
        pytest.param(b" \n\t\r\n", "is empty", id="only blanks"),
        pytest.param(codecs.BOM_UTF8, "is empty", id="only a BOM"),
        pytest.param(bytes(range(256)) * 20, "is not text", id="all bytes"),
        pytest.param(b"\x7fELF" + bytes(3000) + b"\xff\xfe\xfa" * 500, "is not text", id="a program"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(i * 37 % 256 for i in range(4000)), "is not text", id="a picture"),
        pytest.param(b"PK\x03\x04" + bytes(i * 91 % 251 for i in range(4000)), "is not text", id="a document of Word"),
        pytest.param(b"\xff\xff\xff\xff" * 10, "is not text", id="no encoding has these bytes"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_with_its_name(tmp_path, data, message):
    with pytest.raises(UnreadableFile, match=f"办法.txt {message}") as caught:
        read(written(tmp_path, data))
    assert caught.value.fix


def test_a_broken_character_in_the_middle_is_no_silent_guess(tmp_path):
    broken = TEXT.encode() + b"\xff\xff" + TEXT.encode()
    with pytest.raises(
        UnreadableFile, match=r"is not text in UTF-8, UTF-16, GB18030 or Big5 \(as UTF-8, byte 69 is wrong\)"
    ):
        read(written(tmp_path, broken))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "办法.txt"
    with path.open("wb") as stream:
        stream.truncate(20_000_001)
    with pytest.raises(UnreadableFile, match=r"办法\.txt has 20 MB; a \.txt file may have 20 MB") as caught:
        read(path)
    assert caught.value.fix == "split it into one file per issue or document"


@pytest.mark.parametrize("name", ["通知.xyz", "通知", "通知.txt.bak"])
def test_an_unknown_suffix_is_never_read_as_text(tmp_path, name):
    with pytest.raises(UnsupportedFormat, match=f"Cannot read {name}: no reader for") as caught:
        read(written(tmp_path, TEXT.encode(), name))
    assert caught.value.fix == f"convert it to one of {', '.join(READERS)}"


@pytest.mark.parametrize("suffix", [".TXT", ".Md"])
def test_the_case_of_a_suffix_does_not_matter(tmp_path, suffix):
    assert read(written(tmp_path, TEXT.encode(), "办法" + suffix)).lines == LINES


def word():
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf():
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(LINES):
        canvas.drawString(90, 700 - 30 * number, line)
    canvas.save()
    return stream.getvalue()


def picture(kind):
    """The text as a picture, drawn with the fonts of the system's own package."""
    page = pdfium.PdfDocument(pdf())[0].render(scale=2).to_pil().crop((150, 100, 800, 400))
    stream = io.BytesIO()
    page.save(stream, kind)
    return stream.getvalue()


SAMPLES = {
    docx_reader.read: (".docx", word),
    html_reader.read: (".html", f"<html><body><h1>{LINES[0]}</h1><p>{LINES[1]}</p></body></html>".encode),
    image_reader.read: (".png", lambda: picture("PNG")),
    pdf_reader.read: (".pdf", pdf),
    plain_reader.read: (".txt", TEXT.encode),
}


@pytest.mark.parametrize("reader", dict.fromkeys(READERS.values()), ids=lambda reader: reader.__module__)
def test_every_reader_keeps_the_contract(tmp_path, reader):
    suffix, sample = SAMPLES[reader]
    found = read(written(tmp_path, sample(), "办法" + suffix))
    assert "第一条" in "".join(found.lines)
    assert not any("\n" in line for line in found.lines)
    assert len(found.pages) in {0, len(found.lines)}
    assert found.encoding


@pytest.mark.parametrize("suffix", READERS)
def test_an_empty_file_is_refused_in_every_format(tmp_path, suffix):
    with pytest.raises(UnreadableFile, match=f"空{suffix} is empty"):
        read(written(tmp_path, b"", "空" + suffix))


def test_half_characters_are_replaced_and_told(tmp_path, monkeypatch):
    text = SourceText(lines=("甲\ud800乙", "丙"), encoding="x", remarks=(Remark("1 more", "另 1"),))
    monkeypatch.setitem(READERS, ".txt", lambda path: text)
    found = read(written(tmp_path, TEXT.encode()))
    assert found.lines == ("甲?乙", "丙")
    assert remarks_of(found) == ("1 more", "some characters are damaged in the file and were read as “?”")
