"""Word documents: generated numbers, tracked changes, tables and notes, as they are printed."""

import docx
import fakes_docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fakes_docx import BREAK, lists, lvl, p, r, table, tc
from remarks_of import remarks_of

from ingest.readers.docx import read


@pytest.fixture
def lines(tmp_path):
    """Read a document of these paragraphs and return its lines."""

    def one(*body, **parts):
        return list(read(fakes_docx.write(tmp_path / "办法.docx", "".join(body), **parts)).lines)

    return one


# A whole regulation


def regulation(path, articles=102):
    """A regulation as an office writes it: built by python-docx, with the list of its articles in raw XML."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>'
            + lvl(0, "第%1条", "chineseCountingThousand", '<w:pStyle w:val="Article"/>')
            + lvl(1, "（%2）", "chineseCounting", '<w:suff w:val="nothing"/>')
            + "</w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    article = document.styles.add_style("Article", 1)
    article.element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>')
    )
    document.add_paragraph("某市公共数据管理办法", "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("某政规〔2024〕3号").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading("第一章　总则", 1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("为了规范公共数据管理，制定本办法。", article)
    document.add_paragraph("公共数据管理遵循下列原则：", article)
    for item in ("统筹规划；", "依法采集。"):
        paragraph = document.add_paragraph(item)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="1"/><w:numId w:val="90"/></w:numPr>')
        )
    document.add_paragraph("前款所称依法，是指依照法律、法规。")
    document.add_heading("第二章　分类", 1)
    changed = document.add_paragraph("公共数据分为", article)
    changed._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>三</w:delText></w:r></w:del>"))
    changed._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>两</w:t></w:r></w:ins>"))
    changed.add_run("类：")
    grid = document.add_table(2, 2)
    for cell, text in zip(grid._cells, ("类别", "方式", "无条件共享", "平台\n提供"), strict=True):
        cell.text = text
    for number in range(4, articles + 1):
        document.add_paragraph(f"正文{number}。", article)
    document.save(path)
    return path


def test_a_regulation_reads_as_it_is_printed(tmp_path):
    found = read(regulation(tmp_path / "办法.docx"))
    assert list(found.lines[:14]) == [
        "# 某市公共数据管理办法",
        "某政规〔2024〕3号",
        "# 第一章　总则",
        "第一条 为了规范公共数据管理，制定本办法。",
        "第二条 公共数据管理遵循下列原则：",
        "（一）统筹规划；",
        "（二）依法采集。",
        "前款所称依法，是指依照法律、法规。",
        "# 第二章　分类",
        "第三条 公共数据分为两类：",
        "| 类别 | 方式 |",
        "| 无条件共享 | 平台 提供 |",
        "第四条 正文4。",
        "第五条 正文5。",
    ]
    texts = dict(line.split(" ") for line in found.lines if line.endswith("。") and line.startswith("第"))
    assert [texts[f"第{n}条"] for n in ("十", "二十一", "一百", "一百〇二")] == [
        "正文10。", "正文21。", "正文100。", "正文102。"
    ]  # fmt: skip
    assert (found.encoding, found.whole_paragraphs, found.pages) == ("docx", True, ())
    assert remarks_of(found) == ("2 tracked changes were read as accepted",)


# Tables


def test_merged_cells_stand_once_and_their_columns_stay(lines):
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    found = lines(
        table(
            [tc("类别", '<w:gridSpan w:val="2"/>'), "说明"],
            [tc("数据", down), "公共", "甲"],
            [tc("", on), "个人", "乙"],
        )
    )
    assert found == ["| 类别 | 说明 |", "| 数据 | 公共 | 甲 |", "| | 个人 | 乙 |"]


def test_a_cell_is_one_line_with_its_numbers_and_without_marks(lines):
    cell = p("要求", "1") + p("甲；", num=1) + p("乙。", num=1, more=BREAK + r("丙"))
    assert lines(table(["项目", tc(cell)]), numbering=lists(lvl(0, "%1.", "decimal"))) == [
        "| 项目 | 要求 1. 甲； 2. 乙。 丙 |"
    ]


def test_a_table_in_a_table_is_flattened(lines):
    assert lines(table(["甲", tc(table(["乙", "丙"], ["丁", "戊"]) + p())])) == ["| 甲 | 乙 丙 丁 戊 |"]


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(lambda text: table([tc(text)]), id="one cell"),
        pytest.param(lambda text: table(["某市办法"], [tc(text)]), id="one column"),
        pytest.param(lambda text: table(["文件", "第3期"], [tc(text), ""]), id="a frame round the text"),
    ],
)
def test_a_table_that_lays_out_the_page_is_no_table(lines, frame):
    text = p("第一条 甲。") + p("第二条 乙：") + table(["丙", "丁"], ["1", "2"])
    found = lines(frame(text))
    assert found[-4:] == ["第一条 甲。", "第二条 乙：", "| 丙 | 丁 |", "| 1 | 2 |"]
