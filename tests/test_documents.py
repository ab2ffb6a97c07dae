"""A source's text into documents and clauses with their first ids."""

from fakes_ingest import ISSUES, bulletin, document_of

from ingest.documents import parse
from rag.schema import Source

RULES = (
    "某市数据管理办法",
    "某府发〔2023〕5号",
    "第一条 为了规范，制定本办法。",
    "第二条 自2024年1月1日起施行。",
)


def test_a_clause_id_is_the_documents_and_the_locator():
    parsed = document_of(*RULES)
    own = parsed.document.document_id
    assert [c.clause_id for c in parsed.clauses] == [f"{own}:第一条", f"{own}:第二条"]


def test_a_locator_that_comes_again_is_told_apart_in_the_id_alone():
    parsed = document_of(*RULES, "附件", "附件办法", "第一条 附件的规定。", "第二条 附件的施行。")
    again = [c for c in parsed.clauses if "~" in c.clause_id]
    assert [c.clause_id.split("~")[1] for c in again] == ["2"] * len(again)
    assert not any("~" in c.locator for c in parsed.clauses)


def test_the_same_text_gets_the_same_ids_again():
    assert document_of(*RULES) == document_of(*RULES)


def test_ids_of_all_bulletins_are_unique():
    documents = [p.document.document_id for issue in ISSUES for p in bulletin(issue)[1]]
    clauses = [c.clause_id for issue in ISSUES for p in bulletin(issue)[1] for c in p.clauses]
    assert len(set(documents)) == len(documents) == 41
    assert len(set(clauses)) == len(clauses)


def test_a_heading_that_looks_like_a_counted_id_takes_no_other_ones_place():
    parsed = document_of("# 报告", "## 趋势", "甲。", "## 趋势", "乙。", "## 趋势~2", "丙。", name="a.md")
    assert [c.clause_id.split(":")[1] for c in parsed.clauses] == ["趋势", "趋势~2", "趋势~2~2"]


def test_a_clause_stands_on_the_pages_of_its_lines():
    lines = ("某办法", "第一条 甲：", "（一）乙；", "（二）丙。", "第二条 丁。")
    source = Source("文件.pdf", "0" * 64, lines, pages=((1, 1), (1, 1), (1, 2), (2, 2), (3, 3)))
    _, (parsed,) = parse(source)
    assert [(c.page_first, c.page_last) for c in parsed.clauses] == [(1, 2), (3, 3)]


def test_a_text_without_pages_has_none():
    assert {(c.page_first, c.page_last) for c in document_of(*RULES).clauses} == {(None, None)}


def test_whole_paragraphs_are_never_joined_and_no_word_is_dropped():
    lines = (
        "某方案",
        "一、任务",
        "坚持统筹推进，通过公",
        "公共数据平台",
        "成立工作小组",
        "小组由省长任组长。",
        "应当通过公共平台。",
    )
    _, (torn,) = parse(Source("文件.txt", "0" * 64, lines))
    _, (whole,) = parse(Source("文件.docx", "0" * 64, lines, whole_paragraphs=True))
    assert torn.clauses[0].text.startswith("任务\n坚持统筹推进，通过公共数据平台")
    assert (
        whole.clauses[0].text
        == "任务\n坚持统筹推进，通过公\n公共数据平台\n成立工作小组\n小组由省长任组长。\n应当通过公共平台。"
    )
    assert whole.leftovers == ()
