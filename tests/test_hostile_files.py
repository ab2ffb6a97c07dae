"""Files that are broken, mislabelled or made to do harm: each is refused with its name, the reason and a fix, in short time."""

import io
import struct
import zipfile
import zlib

import docx
import pytest

from ingest.readers import isolation, read
from ingest.readers.child import Limits
from rag.errors import SourceError, UnreadableFile

TEXT = "某市数据管理办法\n第一条 为了规范，制定本办法。\n"


@pytest.fixture(scope="module", autouse=True)
def _short_time():
    """Nothing here may need more than a few seconds; the libraries are loaded once."""
    process = isolation.ReadingProcess(Limits(file_s=20, page_s=0, megabyte_s=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.PROCESS", process)
        yield
    process.stop()


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(path):
    with pytest.raises(SourceError) as caught:
        read(path)
    assert path.name in caught.value.message
    assert caught.value.fix
    assert "\n" not in caught.value.message + caught.value.fix
    return caught.value


def reason(path):
    """Why its own reader refuses a file, which must not take until the end of its time."""
    error = refusal(path)
    assert isinstance(error, UnreadableFile)
    assert "longer than" not in error.message
    return error.message


def word_document(text="第一条 为了规范，制定本办法。"):
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def with_part(data, name, content):
    """A .docx with another content in one part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == name else old.read(info))
        if name not in old.namelist():
            new.writestr(name, content)
    return stream.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
HTML = "\n<!-- 页 --><!DOCTYPE HTML><html><body>第一条</body></html>".encode()
MHTML = b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"


def test_a_damaged_word_document_is_refused(tmp_path):
    data = word_document()
    assert "坏.docx is damaged" in refusal(written(tmp_path, "坏.docx", data[: len(data) // 2])).message
    refusal(written(tmp_path, "缺.docx", with_part(data, "word/document.xml", b"<w:document")))


def test_a_word_document_that_unpacks_to_too_much_is_refused(tmp_path):
    data = with_part(word_document(), "word/media/image1.bmp", bytes(120 * 1024**2))
    assert "炸.docx would unpack from" in refusal(written(tmp_path, "炸.docx", data)).message


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
EXPANDING = f"""<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY l0 "哈哈哈哈">{LAUGHS}]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>
<w:t>&l11;</w:t></w:r></w:p></w:body></w:document>"""
SECRET = EXPANDING.replace('<!ENTITY l0 "哈哈哈哈">', '<!ENTITY l0 SYSTEM "file:///etc/hostname">').replace(
    "&l11;", "甲&l0;乙"
)


def test_entities_that_expand_to_gigabytes_are_never_expanded(tmp_path):
    path = written(tmp_path, "笑.docx", with_part(word_document(), "word/document.xml", EXPANDING))
    try:
        text = read(path)
    except UnreadableFile as error:
        assert "笑.docx" in error.message
        assert "longer than" not in error.message
    else:
        assert sum(map(len, text.lines)) < 1000


def test_an_entity_brings_in_no_file_of_this_machine(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("password", encoding="utf-8")
    content = SECRET.replace("/etc/hostname", str(secret))
    path = written(tmp_path, "窃.docx", with_part(word_document(), "word/document.xml", content))
    try:
        text = read(path)
    except UnreadableFile as error:
        assert "password" not in error.message
    else:
        assert "password" not in "".join(text.lines)


def deep_document(depth):
    body = (
        "<w:tbl><w:tr><w:tc>" * depth
        + "<w:p><w:r><w:t>深</w:t></w:r></w:p>"
        + "</w:tc></w:tr></w:tbl>" * depth
    )
    return (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"{body}</w:body></w:document>"
    )  # fmt: skip


def test_tables_that_are_nested_without_end_are_refused(tmp_path):
    data = with_part(word_document(), "word/document.xml", deep_document(5000))
    assert "Excessive depth" in refusal(written(tmp_path, "深.docx", data)).message


PAGE_LOOP = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R 2 0 R] /Count 999999>> endobj
3 0 obj <</Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R>> endobj
trailer <</Root 1 0 R /Size 4>>
%%EOF"""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PAGE_LOOP, id="a page tree that leads in a circle"),
        pytest.param(PDF, id="only a head"),
        pytest.param(PDF + bytes(range(256)) * 40, id="noise"),
        pytest.param(b"%PDF-1.4\ntrailer <</Root 1 0 R /Prev 9>>\nstartxref\n9\n%%EOF", id="a table that leads to itself"),
        pytest.param(TEXT.encode(), id="text"),
        pytest.param(HTML, id="a web page"),
    ],
)  # fmt: skip
def test_a_pdf_that_cannot_be_one_is_refused(tmp_path, data):
    assert reason(written(tmp_path, "文.pdf", data))


def chunk(kind, data):
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def picture(width, height, rows=b""):
    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(picture(20_000, 20_000, bytes(20_000 * 2_501)), id="a bomb"),
        pytest.param(picture(2**31 - 1, 2**31 - 1), id="a size that nothing can hold"),
        pytest.param(picture(400, 400, bytes(60)), id="cut off"),
        pytest.param(PNG, id="noise"),
        pytest.param(TEXT.encode(), id="text"),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused(tmp_path, data):
    assert reason(written(tmp_path, "图.png", data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PNG, id="a picture"),
        pytest.param(PDF, id="a PDF"),
        pytest.param(MHTML, id="a web archive"),
        pytest.param(word_document(), id="a Word document"),
        pytest.param(b"<html>" + b"<div>" * 200_000, id="endless nesting"),
        pytest.param(b"<html><body><script>x</script><p> </p></body></html>", id="no text"),
        pytest.param(b"\x00" * 5000, id="zeros"),
    ],
)
def test_a_web_page_that_cannot_be_one_is_refused(tmp_path, data):
    assert reason(written(tmp_path, "页.html", data))
