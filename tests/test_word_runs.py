"""Characters of a Word document: breaks, signs, fields, tracked changes, hidden text, text boxes."""

import fakes_docx
import pytest
from fakes_docx import ARTICLES, BREAK, field, lists, lvl, p, r, table, tc
from remarks_of import remarks_of

from ingest.readers.docx import read


@pytest.fixture
def lines(tmp_path):
    """Read a document of these paragraphs and return its lines."""

    def one(*body, **parts):
        return list(read(fakes_docx.write(tmp_path / "办法.docx", "".join(body), **parts)).lines)

    return one


@pytest.fixture
def remarks(tmp_path):
    def one(*body, **parts):
        return list(remarks_of(read(fakes_docx.write(tmp_path / "办法.docx", "".join(body), **parts))))

    return one


# Headings and lines


def test_headings_have_the_level_of_their_style_or_of_themselves(lines):
    outline = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>三</w:t></w:r></w:p>'
    plain = '<w:p><w:pPr><w:pStyle w:val="1"/><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>四</w:t></w:r></w:p>'
    assert lines(p("一", "1"), p("二", "2"), outline, plain) == ["# 一", "## 二", "### 三", "四"]


def test_a_title_over_two_paragraphs_is_one_line(lines):
    assert lines(p("某市人民政府", "a5"), p(), p("关于数据的通知", "a5"), p("各区：")) == [
        "# 某市人民政府关于数据的通知", "各区：",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["为了规范", "数据管理。"], ["为了规范数据管理。"]),
        (["包括：", "（一）甲；", "（二）乙。"], ["包括：", "（一）甲；", "（二）乙。"]),
        (["第一条 甲。", "第二条 乙。"], ["第一条 甲。", "第二条 乙。"]),
        (["甲的内容。", "乙的内容。"], ["甲的内容。", "乙的内容。"]),
        (["第一章", "规划"], ["第一章 规划"]),
        (["using open", "data"], ["using open data"]),
        (["某市人民政府", "2024年1月1日"], ["某市人民政府", "2024年1月1日"]),
    ],
)
def test_breaks_inside_a_paragraph(lines, pieces, expected):
    assert lines(p(more=BREAK.join(map(r, pieces)))) == expected


def test_a_page_break_inside_a_paragraph_parts_it(lines):
    assert lines(p("甲", more='<w:r><w:br w:type="page"/></w:r>' + r("附件"))) == ["甲", "附件"]


def test_signs_of_word_become_characters(lines):
    signs = (
        "<w:r><w:tab/><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:softHyphen/><w:t>丙\u00ad</w:t>"
        '<w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    )
    assert lines(p("第一条", more=signs)) == ["第一条 甲-乙丙☑≥"]


def test_an_unknown_sign_is_told(remarks):
    assert remarks(p("甲", more='<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>')) == [
        "1 sign of a picture font was left out"
    ]


def test_ruby_keeps_its_base_and_an_equation_field_its_circle(lines):
    ruby = "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>guǎn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>管</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    circle = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>eq \\o\\ac(○,</w:instrText></w:r>'
        '<w:r><w:instrText>3)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert lines(p(more=circle + ruby + r("理"))) == ["③管理"]


def test_what_wraps_runs_hides_nothing(lines):
    wrapped = (
        f"<w:hyperlink>{r('甲')}</w:hyperlink><w:smartTag>{r('乙')}</w:smartTag>"
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{r('丙')}</w:sdtContent></w:sdt>"
        f"<w:customXml>{r('丁')}</w:customXml><w:fldSimple w:instr=' REF a '>{r('戊')}</w:fldSimple>"
    )
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('己')}{table(['庚', '辛'])}</w:sdtContent></w:sdt>"
    assert lines(p(more=wrapped), block) == ["甲乙丙丁戊", "己", "| 庚 | 辛 |"]


# Fields, tables of contents


def test_page_numbers_are_left_out_and_other_fields_keep_their_result(lines):
    body = p("见", more=field("REF _x", r("第三条")) + field("PAGE", r("17")) + r("。"))
    assert lines(body) == ["见第三条。"]


TOC = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("第一章 总则")}{field("PAGEREF _1", r("1"))}</w:p>'
    f'{p("第二章 附则 2")}<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
GALLERY = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    "<w:sdtContent>{}</w:sdtContent></w:sdt>"
)


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(p("目　录") + TOC, id="field"),
        pytest.param(GALLERY.format(p("目录") + TOC), id="field in a control"),
        pytest.param(GALLERY.format(p("目录") + p("第一章 总则 1", "TOC1")), id="styles in a control"),
        pytest.param(
            p("目录") + f"<w:p><w:fldSimple w:instr=' TOC '>{r('第一章 总则')}</w:fldSimple></w:p>",
            id="simple",
        ),
    ],
)
def test_the_table_of_contents_goes_with_its_heading(tmp_path, contents):
    body = p("某市办法", "a5") + contents + p("第一章 总则", "1")
    found = read(fakes_docx.write(tmp_path / "a.docx", body))
    assert found.lines == ("# 某市办法", "# 第一章 总则")
    assert remarks_of(found) == ("the table of contents was left out",)


def test_text_beside_a_table_of_contents_stays(lines):
    assert lines(GALLERY.format(TOC + p("说明文字。")), p("正文。")) == ["说明文字。", "正文。"]


def test_a_field_without_an_end_swallows_nothing(lines):
    assert lines(TOC.replace('w:fldCharType="end"', 'w:fldCharType="x"', 2), p("正文。"))[-1] == "正文。"


# Changes, hidden text, notes, pictures


def test_tracked_changes_are_read_as_accepted(lines, remarks):
    body = (
        p("甲", more=f"<w:ins>{r('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"),
        p(more=f"<w:moveFrom>{r('移')}</w:moveFrom>"),
        p("乙", more=f"<w:moveTo>{r('移')}</w:moveTo>"),
    )
    assert lines(*body) == ["甲新", "乙移"]
    assert remarks(*body) == ["4 tracked changes were read as accepted"]


def test_a_deleted_end_of_paragraph_joins_it_with_the_next(lines):
    body = (p("甲", num=1), p("乙的前半", num=1, mark="<w:del/>"), p("和后半。", num=1), p("丙", num=1))
    assert lines(*body, numbering=ARTICLES.replace("章", "条")) == [
        "第一条 甲",
        "第二条 乙的前半和后半。",
        "第三条 丙",
    ]


def test_deleted_rows_and_cells_are_dropped(lines):
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("旧") + "</w:tc></w:tr></w:tbl>"
    assert lines(table(["甲", "乙", tc("丙", "<w:cellDel/>")]).replace("</w:tbl>", gone)) == ["| 甲 | 乙 |"]


def test_hidden_text_is_left_out_and_told(tmp_path):
    styles = fakes_docx.STYLES + (
        '<w:style w:type="character" w:styleId="H"><w:name w:val="暗"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="P"><w:name w:val="暗段"/><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = (
        p(
            "甲",
            more=r("暗", "<w:vanish/>") + r("明", '<w:vanish w:val="0"/>') + r("暗", '<w:rStyle w:val="H"/>'),
        )
        + p("全暗", "P", num=1)
        + p("乙", num=1)
    )
    found = read(fakes_docx.write(tmp_path / "a.docx", body, styles=styles, numbering=lists(lvl(0, "%1、"))))
    assert found.lines == ("甲明", "1、乙")
    assert remarks_of(found) == ("3 hidden pieces of text were left out",)


def test_a_hidden_end_of_paragraph_runs_on_into_the_next(lines):
    body = (p("总则。", "1", num=1, mark="<w:vanish/><w:specVanish/>"), p("为了规范。"))
    assert lines(*body, numbering=lists(lvl(0, "第%1条", "chineseCounting"))) == ["# 第一条 总则。为了规范。"]


def test_footnotes_and_endnotes_stand_at_the_end_in_the_order_of_their_marks(lines):
    def mark(kind, at):
        return f'<w:r><w:{kind}Reference w:id="{at}"/></w:r>'

    def note(kind, at, text):
        return f'<w:{kind} w:id="{at}">{p(more=f"<w:r><w:{kind}Ref/></w:r>" + r(text))}</w:{kind}>'

    found = lines(
        p("甲", more=mark("endnote", 1) + r("乙") + mark("footnote", 2) + r("。")),
        p("丙", more=mark("footnote", 1)),
        footnotes='<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        + note("footnote", 1, "第三个。") + note("footnote", 2, "第二个。") + note("footnote", 3, "没有引用。"),
        endnotes=note("endnote", 1, "第一个。"),
    )  # fmt: skip
    assert found == ["甲[注1]乙[注2]。", "丙[注3]", "[注1] 第一个。", "[注2] 第二个。", "[注3] 第三个。"]


def test_text_boxes_are_read_once_after_their_paragraph(lines):
    box = f"<w:txbxContent>{p('框内的字。')}{table(['甲', '乙'])}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(p("框前", more=both + r("框后")), p("下段")) == [
        "框前框后",
        "框内的字。",
        "| 甲 | 乙 |",
        "下段",
    ]


def test_what_has_no_text_is_counted(remarks):
    picture = '<w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r>'
    formula = "<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    assert remarks(p("甲", more=picture * 2 + formula + '<w:r><w:commentReference w:id="1"/></w:r>')) == [
        "1 comment was left out",
        "2 pictures without text were left out",
        "1 formula was read as plain characters",
    ]
