"""Web pages: all of the document, in order, once, and nothing of what surrounds it."""

import re

import fakes_html
import pytest
from fakes_html import FOOTER, LAW, NAVIGATION, TITLE, alone, site, tables, word
from remarks_of import remarks_of

from ingest.documents import parse
from ingest.readers import docx, html, plain
from rag.schema import Source


def bare(texts):
    return [re.sub(r"\s|^# ", "", text) for text in texts]


# A whole regulation


@pytest.mark.parametrize("frame", [site, tables, alone])
@pytest.mark.parametrize(
    "way",
    [fakes_html.paragraphs, fakes_html.breaks, fakes_html.divisions, fakes_html.of_word, fakes_html.strong],
)
def test_a_regulation_is_read_whole_and_without_its_page(lines, frame, way):
    found = lines(frame(fakes_html.body(way)))
    assert bare(found) == bare([TITLE, *LAW])
    assert found[0] in (f"# {TITLE}", TITLE)


def test_what_a_page_says_of_itself(page):
    found = page(site(fakes_html.body(fakes_html.paragraphs)))
    assert (found.encoding, found.whole_paragraphs) == ("utf-8", True)
    assert remarks_of(found) == ("14 lines of navigation, buttons and footer were left out",)


def test_the_same_text_gives_the_same_clauses_in_each_format(tmp_path):
    (tmp_path / "a.md").write_text(fakes_html.markdown(), encoding="utf-8")
    (tmp_path / "a.html").write_text(site(fakes_html.body(fakes_html.paragraphs)), encoding="utf-8")
    (tmp_path / "b.html").write_text(tables(fakes_html.body(fakes_html.breaks)), encoding="utf-8")
    word(tmp_path / "a.docx")
    found = []
    for name, reader in (("a.md", plain), ("a.docx", docx), ("a.html", html), ("b.html", html)):
        text = reader.read(tmp_path / name)
        _, (one,) = parse(Source(name, "0" * 64, text.lines, whole_paragraphs=text.whole_paragraphs))
        found.append((one.document.title, [(c.locator, c.text) for c in one.clauses]))
    assert [title for title, _ in found] == [TITLE] * 4
    assert [locator for locator, _ in found[0][1]][-1] == "第四章/第十二条"
    assert len(found[0][1]) == 12
    assert found[1] == found[0]
    assert found[2] == found[0]
    assert found[3] == found[0]


NOTICE = (
    "<p>各区人民政府，市政府直属各单位：</p><p>现将有关事项通知如下：</p><p>一、加强领导。各单位要高度重视，落实责任。</p>"
    '<p>附件：1.<a href="P02.doc">数据清单</a></p><p>2.<a href="P03.pdf">任务分工表</a></p><p>某市人民政府</p><p>2023年12月1日</p>'
)


def test_annexes_and_signatures_belong_to_the_text(lines):
    assert lines(site(NOTICE, "关于推进数据共享的通知"))[-4:] == [
        "附件：1.数据清单", "2.任务分工表", "某市人民政府", "2023年12月1日",
    ]  # fmt: skip


def test_a_signature_outside_the_element_of_the_text_stays(lines):
    text = site(fakes_html.body(fakes_html.paragraphs)).replace(
        "<div><a href=\"javascript:window.print", "<div class='foot'><p>某市人民政府</p><p>2023年12月1日</p></div><div><a href=\"javascript:window.print", 1
    )  # fmt: skip
    assert lines(text)[-2:] == ["某市人民政府", "2023年12月1日"]


def test_who_holds_an_event_is_no_footer_of_its_notice(lines):
    event = "<p>关于举办数据大赛的通知</p><p>一、大赛名称：数据大赛。</p><p>主办单位：某市大数据局</p><p>承办单位：某学院</p>"
    assert lines(f"<body><div>{event}</div>")[-2:] == ["主办单位：某市大数据局", "承办单位：某学院"]


def test_a_table_of_the_site_about_the_document_is_no_part_of_it(lines):
    about = (
        "<table><tr><td><b>索 引 号：</b></td><td>000014349/2023-00099</td><td>主题分类：</td><td>综合政务</td></tr>"
        "<tr><td>发文机关：</td><td>某市人民政府</td><td>成文日期：</td><td>2023年12月01日</td></tr></table>"
    )
    found = lines(
        f"<html><title>某市办法_某市人民政府</title><body>{NAVIGATION}{about}<p>某市办法</p><p>第一条 甲。</p>{FOOTER}"
    )
    assert found == ["# 某市办法", "第一条 甲。"]


def test_a_form_that_holds_the_text_in_a_cell_is_no_table(lines):
    form = (
        "<table border=1><tr><td>信息名称</td><td>某县数据管理办法</td></tr><tr><td>索引号</td><td>A01</td></tr><tr><td>内容</td>"
        "<td><p>某县数据管理办法</p><p>第一条　甲。</p><p>第二条　乙。</p></td></tr></table>"
    )
    assert lines(f"<html><body>{form}</body></html>") == ["某县数据管理办法", "第一条　甲。", "第二条　乙。"]


def test_a_page_that_is_a_table_keeps_its_rows_and_merged_cells_once(lines):
    grid = (
        "<table><tr><th>序号</th><th>事项</th><th>依据</th></tr><tr><td rowspan=2>1</td><td>取水许可</td><td>第七条</td></tr>"
        "<tr><td>延续</td><td>第八条</td></tr><tr><td>2</td><td colspan=2>采砂许可<br>及变更</td></tr></table>"
    )
    assert lines(f"<html><title>许可事项清单</title><body>{NAVIGATION}<h2>许可事项清单</h2>{grid}{FOOTER}") == [
        "# 许可事项清单", "| 序号 | 事项 | 依据 |", "| 1 | 取水许可 | 第七条 |", "| | 延续 | 第八条 |", "| 2 | 采砂许可 及变更 |",
    ]  # fmt: skip


def test_a_text_that_a_page_holds_twice_is_read_once(lines):
    text = "<p>某市办法</p><p>第一条 甲。</p><p>第二条 乙。</p>"
    assert lines(f"<body><div class=pc>{text}</div><div class=phone>{text}</div>") == [
        "某市办法",
        "第一条 甲。",
        "第二条 乙。",
    ]


# Blocks


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>总则</h2><p>甲。</p>", ["## 总则", "甲。"]),
        ("<p class=MsoTitle>某市办法</p><p>甲。</p>", ["# 某市办法", "甲。"]),
        ("<h1>某市人民政府<br>关于数据的通知</h1><p>甲。</p>", ["# 某市人民政府关于数据的通知", "甲。"]),
        ("<ol><li>甲；</li><li>乙。</li></ol>", ["1. 甲；", "2. 乙。"]),
        ("<ol type=a start=3><li>甲；</li><li value=7>乙；</li><li>丙。</li></ol>", ["c. 甲；", "g. 乙；", "h. 丙。"]),
        ("<ol reversed><li>甲；</li><li>乙。</li></ol>", ["2. 甲；", "1. 乙。"]),
        ('<ol style="list-style-type:cjk-ideographic"><li>甲；<ol type=I><li>乙。</li></ol></li><li>丙。</li></ol>', ["一、甲；", "I. 乙。", "二、丙。"]),
        ('<ol style="list-style:none"><li>（一）甲；</li></ol><ol><li>（二）乙。</li></ol>', ["（一）甲；", "（二）乙。"]),
        ("<ol><li><p>甲的第一段。</p><p>甲的第二段。</p></li></ol>", ["1. 甲的第一段。", "甲的第二段。"]),
        ("<ul><li>甲；</li><li style='list-style:none'>乙。</li></ul>", ["- 甲；", "乙。"]),
        ("<dl><dt>数据</dt><dd>是指记录。</dd></dl>", ["数据", "是指记录。"]),
        ("<pre>第一条 甲。\n第二条 乙。</pre>", ["第一条 甲。", "第二条 乙。"]),
        ("<p>甲<!-- 注 -->乙<script>丙</script><style>丁</style>戊</p>", ["甲乙戊"]),
        ("<p>保留<ins>新</ins><del>旧</del><s>划</s></p>", ["保留新划"]),
        ("<p>显示的文字<span hidden>暗</span><span style='display: none;'>暗</span><i aria-hidden=true>暗</i></p>", ["显示的文字"]),
        ("<p>数据<ruby>管<rp>(</rp><rt>guǎn</rt><rp>)</rp></ruby>理M<sup>2</sup></p>", ["数据管理M2"]),
        ("<p>公共\n    数据 open\n data</p>", ["公共数据 open data"]),
        ("<div>前<p>中</p>后</div>", ["前", "中", "后"]),
        ("前<table><tr><td>a<td>b<tr><td>c<td>d</table>后", ["前", "| a | b |", "| c | d |", "后"]),
        ("<table><tr><td>甲<td><table><tr><td>乙<td>丙</table></table>", ["| 甲 | 乙 丙 |"]),
        ("<p>见<a href='#fn1'>[1]</a></p><p><a href='#top'>第二章 附则</a></p>", ["见[1]", "第二章 附则"]),
        ("<p>&#12295;&middot;&amp;&lt;甲&gt;</p>", ["〇·&<甲>"]),
    ],
)  # fmt: skip
def test_blocks_become_lines(lines, markup, expected):
    assert lines(f"<html><body>{markup}</body></html>") == expected


def test_a_paragraph_that_was_wrapped_by_hand_is_one_line(lines):
    wrapped = (
        "　　第一条　为了规范公共数据管理，促进公共数据共享和开放，根据有关法<br>律、法规，结合本市实际情况和公共数据工作的需要，制定本办<br>法。<br>"
        "　　第二条　本办法自发布之日起施行。<br>某市人民政府<br>2023年12月1日"
    )
    assert lines(f"<body>{wrapped}") == [
        "第一条　为了规范公共数据管理，促进公共数据共享和开放，根据有关法律、法规，结合本市实际情况和公共数据工作的需要，制定本办法。",
        "第二条　本办法自发布之日起施行。",
        "某市人民政府",
        "2023年12月1日",
    ]


def test_short_lines_with_breaks_stay_apart(lines):
    assert lines("<body><p>联系人：张三<br>电话：12345<br>某市大数据局<br>数据管理处</p>") == [
        "联系人：张三", "电话：12345", "某市大数据局", "数据管理处",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "opened", ["<a href=x>", "<h1>", "<a href=x><h2>", "<b><font>", "<div style='display:none'>"]
)
def test_an_element_that_was_never_closed_swallows_nothing(lines, opened):
    found = lines(alone(opened + fakes_html.body(fakes_html.paragraphs)))
    assert bare(found) == bare([TITLE, *LAW])


def test_elements_nested_by_hundreds_are_read(lines):
    assert lines("<body>" + "<font><div>" * 900 + "甲" + "</div></font>" * 900) == ["甲"]


def test_a_text_that_a_page_shows_later_is_read(page):
    found = page(
        '<body><p>标题栏</p><div style="visibility: hidden"><p>第一条 为了规范数据管理，制定本办法。</p></div>'
    )
    assert found.lines[-1] == "第一条 为了规范数据管理，制定本办法。"


def test_what_is_left_out_inside_the_text_is_told(page):
    found = page(
        "<p>甲<del>旧</del><s>划</s></p><img src=a.png><p hidden>暗</p><iframe src=b></iframe><p>乙</p>"
    )
    assert remarks_of(found) == (
        "1 deleted passage was left out",
        "1 passage was printed struck through and kept",
        "1 hidden passage was left out",
        "1 picture without text was left out",
        "1 embedded page was not read",
    )
