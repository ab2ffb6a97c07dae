"""An answer as Markdown and as Word: every source a footnote, every text letter by letter, nothing becomes markup."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from fake_assistant import FakeAssistant
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from ingest.readers.docx import read
from rag.errors import MissingPath
from rag.record.kept import Circumstances, kept_answer
from rag.schema import Notice, Question
from ui.export.blocks import Mark, Paragraph, Table, Text, blocks_of
from ui.export.docx import export_docx
from ui.export.files import exporter, write_export
from ui.export.markdown import escaped, export_markdown
from ui.export.sheet import cleaned, sheet_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ASKED = Question("登记证书的有效期？", as_of="2024-01-01", filters={"region": "北京"})
RICH = (
    "登记证书的有效期为三年[1]；**应当**续展[2]。\n\n## 对比\n- 甲[1]\n- 乙[9]\n1. 第一项\n2. 第二项[2]\n\n"
    "| 地区 | 期限 |\n| --- | --- |\n| 北京 | 三年[1] |\n| 上海 | 两\\|年[2] |\n"
)
DRAFT = Notice("draft", "这是征求意见稿。", "b1:第三章/第十四条")
HOSTILE = '=HYPERLINK("http://evil.example") {{NOTEREF}} <script>x</script> [链](http://evil.example) \x07\u202e& MERGEFIELD a@b.cn www.evil.cn'


def made(question=ASKED, text=None, **fields):
    assistant = FakeAssistant()
    answer = kept_answer(
        "a1", "p", question, assistant.ask(question), Circumstances(document=assistant.document)
    )
    return replace(answer, at="2024-05-01T12:00:00+00:00", **({"text": text} if text else {}), **fields)


RECORD = made(text=RICH, warnings=(DRAFT, Notice("no_model", "没有模型")))


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def lines(content, tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    return list(read(path).lines)


def test_an_answer_is_divided_into_paragraphs_lists_and_tables():
    blocks = blocks_of(RICH, {1: 1, 2: 2})
    assert [b.kind for b in blocks if isinstance(b, Paragraph)] == [
        "text", "heading", "bullet", "bullet", "numbered", "numbered",
    ]  # fmt: skip
    assert blocks[0].spans == (
        Text("登记证书的有效期为三年"), Mark(1), Text("；"), Text("应当", True), Text("续展"), Mark(2), Text("。"),
    )  # fmt: skip
    assert blocks[3].spans == (Text("乙[9]"),)
    assert (blocks[4].mark, blocks[4].spans) == ("1.", (Text("第一项"),))
    [table] = [b for b in blocks if isinstance(b, Table)]
    assert table.rows[2] == ((Text("上海"),), (Text("两|年"), Mark(2)))


@pytest.mark.parametrize("line", ["2024年", "3.5万元", "12.5%以上", "| 一根竖线", "- ", "#标签", "第1、2项"])
def test_what_only_looks_like_a_list_stays_a_paragraph(line):
    [block] = blocks_of(line, {})
    assert (block.kind, block.spans) == ("text", (Text(line.strip()),))


def test_sources_are_numbered_as_they_first_appear_and_the_rest_follows():
    sheet = sheet_of(made(text="先二[2]后一[1][2]。"))
    assert [s.name[:20] for s in sheet.sources] == ["《北京市数据知识产权登记管理办法（试行）"] * 2
    assert sheet.sources[0].quotes[0].startswith("申请人应当")
    assert [s.number for s in sheet_of(made(text="没有标记")).sources] == [1, 2]


def test_a_source_says_document_number_place_words_day_and_warnings():
    first, second = sheet_of(RECORD).sources
    assert first.name == (
        "《北京市数据知识产权登记管理办法（试行）》（京知局〔2023〕11号），第三章/第十三条 第三款、第四款"
    )
    assert len(first.quotes) == 2
    assert second.details == (
        "发文机关：北京市知识产权局", "施行日期：2023-06-19", "载于：大数据发展动态 第37期 2023-07-10", "检索日期：2024-05-01",
    )  # fmt: skip
    assert (first.warnings, second.warnings) == ((), ("这是征求意见稿。",))


def test_an_english_question_gets_english_words():
    sheet = sheet_of(replace(RECORD, question="How long is it valid?"))
    assert dict(sheet.facts)["Verdict"] == "answered"
    assert sheet.sources[0].name.endswith("(京知局〔2023〕11号), 第三章/第十三条 第三款、第四款")


def test_a_refusal_shows_the_nearest_clauses_and_no_sources():
    refused = made(Question("养老金怎么领？"))
    text = export_markdown(refused)
    assert "没有找到依据" in text
    assert "最接近的条款" in text
    assert "[^" not in text
    assert "word/footnotes.xml" not in parts(export_docx(refused))


def test_an_answer_of_the_first_format_can_be_exported():
    old = replace(RECORD, documents={}, clauses={}, seconds={}, warnings=())
    assert "《北京市数据知识产权登记管理办法（试行）》，第三章/第十三条" in export_markdown(old)
    assert export_docx(old)


def test_markdown_has_a_footnote_for_each_marker_and_lists_and_tables():
    text = export_markdown(RECORD)
    assert (
        set(re.findall(r"\[\^(\d)\](?!:)", text))
        == set(re.findall(r"^\[\^(\d)\]:", text, re.M))
        == {"1", "2"}
    )
    assert "\n- 甲[^1]\n- 乙\\[9\\]\n\n1. 第一项\n2. 第二项[^2]\n" in text
    html = MarkdownIt().enable("table").render(text)
    assert "<td>两|年" in html
    assert "<ol>" in html


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_markdown_shows_any_line_letter_by_letter(text):
    line = " ".join(cleaned(text).split())
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(escaped(line))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert "".join(child.content for child in inline) == line.replace("\0", "")


def test_nothing_of_a_text_becomes_markup_in_markdown():
    record = made(
        Question(HOSTILE + "登记有效期"), text=f"{HOSTILE}[1]\n{HOSTILE}", warnings=(Notice("x", HOSTILE),)
    )
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(export_markdown(record))
    assert not re.search("<(?:a|img|script|em|strong>&)[ >]", html.replace("<strong>", ""))
    assert "\x07" not in html
    assert "\u202e" not in html


def test_word_reads_back_with_footnotes_tables_and_lists(tmp_path):
    found = lines(export_docx(RECORD), tmp_path)
    assert "登记证书的有效期为三年[[注1]]；应当续展[[注2]]。" in found
    assert "- 甲[1]" in found
    assert "2. 第二项[2]" in found
    assert "| 上海 | 两|年[2] |" in [line.replace("\\|", "|").replace("｜", "|") for line in found]
    notes = [line for line in found if line.startswith("[注")]
    assert len(notes) == 2
    for words in (
        "京知局〔2023〕11号",
        "第三章/第十四条",
        "“申请人应当在期满前一个月内",
        "检索日期：2024-05-01",
        "征求意见稿",
    ):
        assert words in notes[1]


def test_the_parts_of_a_word_file_agree_with_each_other():
    found = parts(export_docx(RECORD))
    notes = etree.fromstring(found["word/footnotes.xml"])
    assert [n.get(W + "id") for n in notes] == ["-1", "0", "1", "2"]
    assert [n.get(W + "type") for n in notes] == ["separator", "continuationSeparator", None, None]
    body = etree.fromstring(found["word/document.xml"])
    assert [r.get(W + "id") for r in body.iter(W + "footnoteReference")] == ["1", "2"]
    bookmarks = {b.get(W + "name") for b in body.iter(W + "bookmarkStart")}
    named = {code.text.split()[1] for code in body.iter(W + "instrText")}
    assert named <= bookmarks
    assert b"/word/footnotes.xml" in found["[Content_Types].xml"]
    assert b"relationships/footnotes" in found["word/_rels/document.xml.rels"]
    settings_ = [etree.QName(e).localname for e in etree.fromstring(found["word/settings.xml"])]
    assert settings_.index("footnotePr") == settings_.index("compat") - 1
    styles = etree.fromstring(found["word/styles.xml"])
    ids = {s.get(W + "styleId") for s in styles.iter(W + "style")}
    used = {
        e.get(W + "val") for part in (body, notes) for tag in ("pStyle", "rStyle") for e in part.iter(W + tag)
    }
    assert used <= ids


def test_chinese_fonts_are_named_and_no_theme_stands_above_them():
    styles = etree.fromstring(parts(export_docx(RECORD))["word/styles.xml"])
    for name, font in (("Normal", "宋体"), ("Heading1", "黑体"), ("FootnoteText", "宋体")):
        [fonts] = styles.xpath(f"//w:style[@w:styleId='{name}']/w:rPr/w:rFonts", namespaces={"w": W[1:-1]})
        assert fonts.get(W + "eastAsia") == font
        assert fonts.get(W + "eastAsiaTheme") is None


def test_nothing_of_a_text_becomes_a_field_or_a_link_in_word(tmp_path):
    record = made(
        Question(HOSTILE + "登记有效期", history=((HOSTILE, HOSTILE),)), text=f"{HOSTILE}[1]\n- {HOSTILE}[1]",
        warnings=(Notice("x", HOSTILE, "b1:第三章/第十三条"),), model=HOSTILE, filters={"title": HOSTILE},
    )  # fmt: skip
    content = export_docx(record)
    for name, part in parts(content).items():
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in part
        elif name.endswith(".xml"):
            root = etree.fromstring(part)
            assert not list(root.iter(W + "hyperlink"))
            assert {c.text for c in root.iter(W + "instrText")} <= {" NOTEREF _RefSource1 \\f "}
            assert {f.get(W + "instr") for f in root.iter(W + "fldSimple")} <= {"PAGE"}
    assert any('=HYPERLINK("http://evil.example")' in line for line in lines(content, tmp_path))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_makes_a_file_that_opens(text, quote):
    citation = replace(RECORD.citations[0], quote=quote)
    record = replace(RECORD, text=f"{text}[1]", question=text, citations=(citation,), model=text)
    for part in ("word/document.xml", "word/footnotes.xml", "docProps/core.xml"):
        etree.fromstring(parts(export_docx(record))[part])
    assert export_markdown(record)


def test_the_file_says_who_made_it_and_when():
    core = parts(export_docx(RECORD))["docProps/core.xml"].decode()
    assert "python-docx" not in core
    assert "2024-05-01T12:00:00Z" in core


@pytest.mark.slow
def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    (tmp_path / "a.docx").write_bytes(export_docx(RECORD))
    command = [
        office,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "txt:Text (encoded):UTF8",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "a.docx")], check=True, timeout=120)
    text = (tmp_path / "a.txt").read_text(encoding="utf-8-sig")
    assert "登记证书的有效期为三年[1]；应当续展[2]。" in text
    assert "第二项[2]" in text


@pytest.mark.parametrize(
    ("format_", "out", "start"),
    [
        (None, None, b"# "),
        ("md", None, b"# "),
        (None, "x.MD", b"# "),
        (None, "x.docx", b"PK"),
        ("docx", "x", b"PK"),
        (None, "x.html", b"<!doctype html>"),
        ("html", None, b"<!doctype html>"),
    ],
)
def test_the_format_is_named_or_read_from_the_ending(tmp_path, format_, out, start):
    path = tmp_path / out if out else None
    content = exporter(format_, path)(RECORD)
    assert content.startswith(start)
    if path:
        write_export(path, content)
        assert path.read_bytes() == content


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(MissingPath, match="no such folder"):
        exporter(None, tmp_path / "none" / "a.md")
    with pytest.raises(MissingPath, match="Cannot write"):
        write_export(tmp_path, b"")
