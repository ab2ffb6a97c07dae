"""Charsets of pages, declared rightly, wrongly or not at all, and files that are no pages."""

import codecs

import pytest
from fakes_html import NAVIGATION
from remarks_of import remarks_of

from rag.errors import UnreadableFile

TEXT = "<html><head>{}<title>某办法</title></head><body><p>某市数据管理办法</p><p>第一条 为了规范数据管理，制定本办法。</p></body></html>"
META = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("declared", "written", "encoding", "notice"),
    [
        ("utf-8", "utf-8", "utf-8", ""),
        ("utf-8", "utf-8-sig", "utf-8", ""),
        ("gb2312", "gbk", "gb18030", ""),
        ("GBK", "gb18030", "gb18030", ""),
        ("big5", "big5", "big5", ""),
        ("", "utf-8", "utf-8", ""),
        ("", "gbk", "gb18030", "names no charset; read as gb18030, a guess"),
        ("utf-16", "utf-16", "utf-16", ""),
        ("", "utf-16-le", "utf-16-le", ""),
        ("utf-16", "utf-16-be", "utf-16-be", ""),
        ("gb2312", "utf-8", "utf-8", "declares gb2312, but was read as utf-8"),
        ("utf-8", "gbk", "gb18030", "declares utf-8, but was read as gb18030"),
        ("iso-8859-1", "gbk", "gb18030", "declares iso-8859-1, but was read as gb18030"),
        ("x-unknown", "utf-8", "utf-8", "declares x-unknown, but was read as utf-8"),
    ],
)
def test_the_charset_is_found_whatever_is_declared(page, declared, written, encoding, notice):
    text = TEXT.format(META.format(declared) if declared else "")
    if encoding == "big5":
        text = text.translate(str.maketrans("数据办规为条", "數據辦規為條"))
    found = page(text, written)
    assert found.lines[-1] in (
        "第一条 为了规范数据管理，制定本办法。",
        "第一條 為了規范數據管理，制定本辦法。",
    )
    assert found.encoding == encoding
    assert remarks_of(found) == ((notice,) if notice else ())


def test_an_xml_declaration_counts_as_one(page):
    assert page('<?xml version="1.0" encoding="gb2312"?>' + TEXT.format(""), "gbk").remarks == ()


def test_a_character_that_was_cut_in_half_costs_only_itself(page):
    data = (
        TEXT.format(META.format("gb2312"))
        .encode("gbk")
        .replace(b"<title>", '<meta name="d" content="数据'.encode("gbk")[:-1] + b'"><title>')
    )
    found = page(data)
    assert found.lines[-1] == "第一条 为了规范数据管理，制定本办法。"
    assert "could not be read as gb18030" in remarks_of(found)[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty", id="no bytes"),
        pytest.param(b" \n", "is empty", id="blanks"),
        pytest.param(codecs.BOM_UTF8, "is empty", id="only a mark"),
        pytest.param(b"<html><body></body></html>", "shows no text of its own", id="no text"),
        pytest.param(NAVIGATION.encode(), "shows no text of its own", id="only links"),
        pytest.param(b"<html><frameset><frame src=a></frameset></html>", "shows no text of its own", id="frames"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(i * 37 % 256 for i in range(4000)), "is not a", id="a picture"),
        pytest.param(b"<p>" + b"\x01\x02" * 50 + b"</p>", "is not a web page: it holds control", id="control characters"),
        pytest.param(b"<div>" * 3000 + b"a", "nests its elements too deep", id="too deep"),
    ],
)  # fmt: skip
def test_what_is_no_page_with_text_is_refused(page, data, message):
    with pytest.raises(UnreadableFile, match=f"办法.html {message}") as caught:
        page(data)
    assert caught.value.fix


def test_a_plain_text_with_the_suffix_of_a_page_keeps_its_lines(lines):
    assert lines("某市数据管理办法\n第一条 为了规范，制定本办法。\n") == [
        "某市数据管理办法",
        "第一条 为了规范，制定本办法。",
    ]
