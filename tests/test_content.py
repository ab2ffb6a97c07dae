"""A file that is not what its suffix says, or in a format without reader, is told what it is and what to do."""

import io
import zipfile

import pytest
from test_hostile_files import HTML, JPEG, PDF, PNG, TEXT, refusal, word_document, written

from rag.errors import UnsupportedFormat


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def ole(stream=""):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000) + stream.encode("utf-16-le") + bytes(500)


@pytest.mark.parametrize(
    ("name", "data", "what", "fix"),
    [
        pytest.param("图.txt", PNG, "not text: it is a PNG picture", "give the file its right suffix, .png", id="PNG as .txt"),
        pytest.param("图.md", JPEG, "not text: it is a JPEG picture", "right suffix, .jpg", id="JPEG as .md"),
        pytest.param("文.txt", PDF, "not text: it is a PDF", "right suffix, .pdf", id="PDF as .txt"),
        pytest.param("文.txt", word_document(), "not text: it is a Word document", "right suffix, .docx", id=".docx as .txt"),
        pytest.param("页.txt", HTML, "not text: it is a web page", "right suffix, .html", id="HTML as .txt"),
        pytest.param("包.txt", zipped("甲.txt"), "not text: it is a .zip archive", "right suffix, .zip", id=".zip as .txt"),
        pytest.param("程.txt", b"\x7fELF\2\1\1" + bytes(100), "not text: it is a program", "leave it out", id="program as .txt"),
        pytest.param("书.txt", b"{\\rtf1\\ansi x}", "not text: it is a document in RTF", "save it as .docx", id="RTF as .txt"),
        pytest.param("旧.docx", ole("WordDocument"), "it is a document of Word 97–2003 or WPS", "save it as .docx", id=".doc as .docx"),
        pytest.param("密.docx", ole("EncryptedPackage"), "protected by a password", "take the password off", id="locked .docx"),
        pytest.param("表.docx", zipped("[Content_Types].xml", "xl/workbook.xml"), "it is an Excel workbook", ".pdf", id=".xlsx as .docx"),
        pytest.param("稿.docx", zipped("mimetype", "content.xml"), "it is an OpenDocument file", ".docx", id=".odt as .docx"),
        pytest.param("版.docx", zipped("OFD.xml"), "it is an OFD document", ".pdf", id="OFD as .docx"),
        pytest.param("文.docx", TEXT.encode(), "it is text", "right suffix", id="text as .docx"),
        pytest.param("图.docx", PNG, "it is a PNG picture", ".png", id="picture as .docx"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_suffix_says_is_called_by_its_right_name(tmp_path, name, data, what, fix):
    error = refusal(written(tmp_path, name, data))
    assert what in error.message
    assert fix in error.fix


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("旧 稿.doc", "soffice --headless --convert-to docx '旧 稿.doc'"),
        ("旧.WPS", "open it in Word or WPS and save it as .docx"),
        ("旧.rtf", "save it as .docx"),
        ("表.xls", "save the sheet as .pdf"),
        ("表.et", "save the sheet as .pdf"),
        ("表.xlsx", "save the sheet as .pdf"),
        ("讲.ppt", "export it as .pdf"),
        ("讲.pptx", "export it as .pdf"),
        ("版.ofd", "export it as .pdf"),
        ("包.rar", "unpack it"),
        ("页.mht", "save it as HTML only"),
        ("图.heic", "save it as .png"),
        ("无", "convert it to one of .txt, .md, "),
        ("甲.exe", "convert it to one of .txt, .md, "),
    ],
)
def test_a_format_without_reader_is_refused_with_what_to_do(tmp_path, name, fix):
    error = refusal(written(tmp_path, name, b"x"))
    assert isinstance(error, UnsupportedFormat)
    assert fix in error.fix


def test_an_empty_file_of_any_format_is_refused(tmp_path):
    assert refusal(written(tmp_path, "空.docx", b"")).message == "空.docx is empty."
