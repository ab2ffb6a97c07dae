from dataclasses import replace

import pytest
from fake_assistant import BEIJING, CLAUSES, HOSTILE, PLAN, FakeAssistant

from rag.schema import Clause, Document, Reference, Viewer
from ui.address import Place, clause_at, place_of
from ui.web.reader.clauses import references
from ui.web.reader.comparison import aligned, differences
from ui.web.reader.library import UNKNOWN, Selection, choices, likely, selected
from ui.web.reader.paragraphs import Span, paragraphs
from ui.web.reader.shelf import shelf
from ui.web.reader.tree import tree
from ui.web.reader.versions import versions
from ui.web.reader.view import crumbs, view_of

LAW = Document(
    "l1", "数据法", "law.txt", "articles", 1, 9, adopted_on="2021-06-10", region="全国", issuer="甲局、乙局"
)
ALL = [BEIJING, PLAN, HOSTILE, LAW]


def view(place, assistant=None, **options):
    return view_of(assistant or FakeAssistant(), place, "zh", Viewer(), **options)


def clause(number, text, headings="", document_id="l1"):
    label = f"第{number}条"
    return Clause(f"{document_id}:{label}", document_id, "数据法", label, label, text, 1, 1, number, headings)


def titles(documents):
    return [d.title[:4] for d in documents]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection(), [PLAN, BEIJING, HOSTILE, LAW], id="newest bulletin first, those of none last"),
        pytest.param(Selection("数据 办法"), [BEIJING], id="each word stands in the title"),
        pytest.param(Selection("京知局"), [BEIJING], id="or in the number"),
        pytest.param(Selection(chosen={"region": "全国"}), [LAW], id="region"),
        pytest.param(Selection(chosen={"issuer": "乙局"}), [LAW], id="one of several issuers"),
        pytest.param(Selection(chosen={"year": "2023"}, order="oldest"), [BEIJING, PLAN], id="year of its own date"),
        pytest.param(Selection(chosen={"status": UNKNOWN}), [HOSTILE, LAW], id="without a status"),
        pytest.param(Selection(order="newest"), [PLAN, BEIJING, LAW, HOSTILE], id="those without a date last"),
        pytest.param(Selection(chosen={"region": ""}, order="title"), sorted(ALL, key=lambda d: d.title), id="title"),
    ],
)  # fmt: skip
def test_documents_are_listed_as_asked_for(selection, expected):
    assert titles(selected(ALL, selection)) == titles(expected)


def test_a_choice_says_how_many_documents_it_would_leave():
    offered = choices(ALL, Selection("数据", {"status": "试行"}), "zh")
    assert offered["status"] == [
        ("全部", ""),
        ("征求意见稿（1）", "征求意见稿"),
        ("试行（1）", "试行"),
        ("未注明（1）", "-"),
    ]
    assert offered["region"] == [("全部", ""), ("北京市（1）", "北京市")]
    assert offered["bulletin"][1][0] == "大数据发展动态 第37期 2023-07-10（1）"


def test_what_is_chosen_stays_among_the_choices():
    offered = choices(ALL, Selection("没有这样的标题", {"region": "北京市"}), "zh")
    assert offered["region"] == [("全部", ""), ("北京市（0）", "北京市")]


def test_documents_with_similar_titles_are_offered_for_a_comparison():
    other = replace(BEIJING, document_id="b2", title="上海市数据知识产权登记管理办法")
    assert likely(BEIJING, [*ALL, other], most=1) == [other]


def test_the_list_is_fast_with_the_laws_of_a_country():
    many = [replace(LAW, document_id=str(n), title=f"第{n}号法") for n in range(1400)]
    html = shelf(selected(many, Selection())[:50], {}, "zh")
    assert html.count("<tr>") == 51


@pytest.mark.parametrize(
    ("loc", "found"),
    [
        ("第三章/第十四条", "第三章/第十四条"),
        ("第十四条", "第三章/第十四条"),
        ("第九十九条", None),
    ],
)
def test_a_locator_is_found_by_its_id_or_by_a_label_that_is_the_only_one(loc, found):
    clause = clause_at([c for c in CLAUSES if c.document_id == "b1"], loc)
    assert (clause and clause.locator) == found


def test_of_repeated_locators_the_id_tells_which():
    twins = [clause(1, "甲"), replace(clause(1, "乙"), clause_id="l1:第1条~2")]
    assert clause_at(twins, "第1条~2") is twins[1]
    assert clause_at(twins, "第1条") is twins[0]


def test_an_address_survives_whatever_stands_in_a_locator():
    place = Place("b1", "三/（一）/1~2 &x=+%", "d1")
    assert (
        place.address == "?doc=b1&loc=%E4%B8%89%2F%EF%BC%88%E4%B8%80%EF%BC%89%2F1~2%20%26x%3D%2B%25&with=d1"
    )


@pytest.mark.parametrize("query", [{}, {"doc": None}, {"doc": 7, "loc": ["x"], "with": {}}])
def test_a_query_of_anything_else_leads_to_the_list(query):
    assert place_of(query) == Place()


def test_an_address_opens_the_document_at_the_clause():
    shown = view(Place("b1", "第三章/第十四条"))
    assert (shown.focus, shown.word) == ("pq-clause-13", "")
    assert 'id="pq-clause-13"' in shown.html
    assert "期满前一个月内" in shown.html


def test_an_unknown_clause_opens_the_document_with_a_word():
    shown = view(Place("b1", "第<b>条"))
    assert (shown.place, shown.focus) == (Place("b1"), "")
    assert "没有“第&lt;b&gt;条”这一条" in crumbs(shown, "zh")


@pytest.mark.parametrize("place", [Place("nope"), Place("b1", other="nope")])
def test_an_unknown_document_opens_the_list_with_a_word(place):
    shown = view(place)
    assert (shown.place, shown.html) == (Place(), "")
    assert "没有这份文件" in crumbs(shown, "zh")


def test_the_head_says_what_is_inferred_and_what_is_unknown():
    shown = view(Place("b1")).html
    assert '北京市知识产权局<span class="pq-r-inferred">推定</span>' in shown
    assert '<dt>文号</dt><dd><span class="pq-r-unknown">未注明</span></dd>' in view(Place("d1")).html
    assert "&lt;b&gt;不是标记&lt;/b&gt;" in shown


def test_copied_links_begin_with_the_public_address():
    assert (
        'data-base="https://policy.example/qa"' in view(Place("b1"), web_url="https://policy.example/qa").html
    )


def test_nothing_of_a_document_becomes_html():
    shown = view(Place("x1")).html + shelf([HOSTILE], {}, "zh") + view(Place("x1", other="b1")).html
    assert "<script" not in shown
    assert "<img src" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_a_reference_is_a_link_only_to_what_the_visitor_may_see():
    known = Reference((0, 3), "数据法", "第2条", "l1", "l1:第2条")
    hidden = Reference((4, 6), "密件", None, "h1", None)
    outside = Reference((6, 8), "外法", None, None, None)
    found = references(replace(clause(1, "第二条和密件外法"), references=(known, hidden, outside)), {"l1"})
    assert [(s.start, s.end, s.opening) for s in found] == [
        (0, 3, '<a href="?doc=l1&loc=%E7%AC%AC2%E6%9D%A1">')
    ]


def test_words_inside_tags_keep_to_their_paragraph():
    html = paragraphs("甲乙\n丙<丁", [Span(1, 4, "<i>", "</i>"), Span(3, 5, "<b>", "</b>")])
    assert html == "<p>甲<i>乙</i></p><p><i>丙</i>&lt;丁</p>"


def test_the_tree_has_chapters_inside_chapters():
    clauses = [clause(1, "甲", "总则"), clause(2, "乙", "分则 / 第一节"), clause(3, "丙", "分则 / 第二节")]
    html = tree(clauses)
    assert html.count("<details") == 4
    assert html.index("分则") < html.index("第一节") < html.index("第2条") < html.index("第二节")
    assert "<details open>" not in tree([clause(n, "甲", "总则") for n in range(200)])


def test_versions_are_found_through_each_other_newest_first():
    old, mid, new = (
        replace(LAW, document_id=i, adopted_on=day, superseded_by=after)
        for i, day, after in (
            ("v1", "2001-01-01", "v2"),
            ("v2", "2011-01-01", "v3"),
            ("v3", "2021-01-01", None),
        )
    )
    assert versions(old, [old, mid, new, LAW]) == [new, mid]
    assert versions(LAW, [old, mid, new, LAW]) == []


LEFT = [
    clause(1, "为了规范数据交易行为，制定本办法。"),
    clause(2, "登记证书的有效期为三年。"),
    clause(3, "鼓励企业上市融资。"),
]
RIGHT = [
    clause(1, "登记凭证有效期为三年，期满可以续展。", document_id="r1"),
    clause(2, "罚款五万元以下。", document_id="r1"),
    clause(3, "为规范数据交易，制定本细则。", document_id="r1"),
]


def test_like_clauses_stand_side_by_side_wherever_they_are_printed():
    rows = [(r.left and r.left.label, r.right and r.right.label) for r in aligned(LEFT, RIGHT)]
    assert rows == [("第1条", "第3条"), ("第2条", "第1条"), (None, "第2条"), ("第3条", None)]


def test_each_clause_stands_in_one_row_only():
    twins = [clause(n, "登记证书的有效期为三年。") for n in (1, 2, 3)]
    rows = aligned(twins, [replace(c, document_id="r1") for c in twins])
    assert [(r.left.ordinal, r.right.ordinal) for r in rows] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(("left", "right"), [([], []), (LEFT, []), ([], RIGHT)])
def test_a_document_without_clauses_can_be_compared(left, right):
    assert len(aligned(left, right)) == len(left) + len(right)


def test_differing_words_are_found_on_both_sides():
    before, after = "有效期为三年，自登记之日起算。", "有效期为10年，自公告之日起算。"
    gone, new = differences(before, after)
    assert [before[slice(*s)] for s in gone] == ["三", "登记"]
    assert [after[slice(*s)] for s in new] == ["10", "公告"]


def test_equal_texts_differ_nowhere():
    assert differences("同样的文字", "同样的文字") == ([], [])


def test_only_wordings_of_one_text_are_marked():
    class TwoTexts(FakeAssistant):
        def clauses(self, document_id, viewer=None):
            said = {
                "b1": "登记证书的有效期为三年，自登记公告之日起计算。",
                "d1": "登记证书的有效期为五年，自登记公告之日起计算。",
            }
            return [
                clause(1, said[document_id], document_id=document_id),
                clause(2, "无关。", document_id=document_id),
            ]

    html = view(Place("b1", other="d1"), TwoTexts()).html
    assert "<del>三</del>年" in html
    assert "<ins>五</ins>年" in html
    assert "<del>" not in view(Place("b1", other="d1")).html
