import pytest
from fakes import make_clause, make_hit

from rag.schema import Citation
from rag.verify import (
    MarkerStream,
    Statement,
    citations_of,
    cite,
    is_verbatim,
    statements,
    support,
    unsupported,
)

TERM = "登记证书的有效期为三年，自公告之日起计算。\n期满前一个月内可以续展。"
FINE = "数据商违反第十条规定的，处5万元以上10万元以下罚款，增幅12.5%。"


def hits(*texts):
    return [make_hit(make_clause(f"第{n}条", text)) for n, text in enumerate(texts or (TERM, FINE), 1)]


def shown(text, sources=5, size=None):
    stream = MarkerStream(sources)
    size = size or len(text) or 1
    pieces = [stream.feed(text[i : i + size]) for i in range(0, len(text), size)]
    return "".join(pieces) + stream.close(), stream


MARKERS = [
    pytest.param("甲[1]。", "甲[1]。", [0], id="plain"),
    pytest.param("甲【1】。", "甲[1]。", [0], id="Chinese brackets"),
    pytest.param("甲［1］。", "甲[1]。", [0], id="full-width brackets"),
    pytest.param("甲[１]。", "甲[1]。", [0], id="full-width digit"),
    pytest.param("甲[^1]。", "甲[1]。", [0], id="footnote"),
    pytest.param("甲[ 1 ]。", "甲[1]。", [0], id="blanks"),
    pytest.param("甲[1,2]。", "甲[1][2]。", [0, 1], id="comma"),
    pytest.param("甲[1，2、3]。", "甲[1][2][3]。", [0, 1, 2], id="Chinese commas"),
    pytest.param("甲[^1, ^2]。", "甲[1][2]。", [0, 1], id="two footnotes"),
    pytest.param("甲[1-3]。", "甲[1][2][3]。", [0, 1, 2], id="range"),
    pytest.param("甲[1–2]乙[2至3]。", "甲[1][2]乙[2][3]。", [0, 1, 2], id="ranges with other dashes"),
    pytest.param("甲[1][2]。", "甲[1][2]。", [0, 1], id="neighbours"),
    pytest.param("甲[3]乙[1]丙[3]。", "甲[1]乙[2]丙[1]。", [2, 0], id="renumbered by first appearance"),
    pytest.param("甲[9]。", "甲。", [], id="unknown is dropped"),
    pytest.param("甲[0]。", "甲。", [], id="zero is dropped"),
    pytest.param("甲[4-9]。", "甲[1][2]。", [3, 4], id="the known end of a range"),
    pytest.param("甲[2,99]乙。", "甲[1]乙。", [1], id="the known one of two"),
    pytest.param("甲[注]乙[a]。", "甲[注]乙[a]。", [], id="words in brackets stay"),
    pytest.param("甲【重要】。", "甲【重要】。", [], id="emphasis stays"),
    pytest.param("甲[]。", "甲[]。", [], id="empty brackets stay"),
    pytest.param("甲[[1]]。", "甲[[1]]。", [0], id="double brackets"),
    pytest.param("国发[2015]50号[1]。", "国发〔2015〕50号[1]。", [0], id="a year in brackets is no marker"),
    pytest.param("见[链接](http://a)。", "见[链接](http://a)。", [], id="link"),
    pytest.param("没有标记。", "没有标记。", [], id="none"),
    pytest.param("甲[1", "甲", [], id="torn at the end"),
    pytest.param("甲【1、", "甲", [], id="torn list at the end"),
    pytest.param("", "", [], id="empty"),
]


@pytest.mark.parametrize(("text", "expected", "order"), MARKERS)
def test_markers_of_every_kind(text, expected, order):
    found, stream = shown(text)
    assert (found, stream.order) == (expected, order)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(("text", "expected", "order"), MARKERS)
def test_a_marker_torn_between_pieces_is_the_same(text, expected, order, size):
    found, stream = shown(text, size=size)
    assert (found, stream.order) == (expected, order)


def test_nothing_of_a_marker_is_shown_before_it_is_checked():
    stream = MarkerStream(1)
    assert [stream.feed(p) for p in ("甲[", "1", "2", "]乙")] == ["甲", "", "", "乙"]
    assert stream.unknown == 1


def test_text_after_an_open_bracket_is_not_held_back_for_long():
    assert shown("甲[" + "1" * 60, sources=1)[0].startswith("甲[1111")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "有效期三年[1]。可续展[2]。", [("有效期三年。", (1,)), ("可续展。", (2,))], id="before the stop"
        ),
        pytest.param(
            "有效期三年。[1]可续展。[2]", [("有效期三年。", (1,)), ("可续展。", (2,))], id="after the stop"
        ),
        pytest.param(
            "“有效期三年。”[1]可续展[2]。",
            [("“有效期三年。”", (1,)), ("可续展。", (2,))],
            id="after the closing mark",
        ),
        pytest.param("（见第三条。）[1]", [("（见第三条。）", (1,))], id="after the closing bracket"),
        pytest.param("三年[1][2][1]。", [("三年。", (1, 2))], id="several"),
        pytest.param("开头\n\n- 三年[1]", [("开头", ()), ("- 三年", (1,))], id="lines"),
        pytest.param("[1]", [], id="a marker alone says nothing"),
        pytest.param("", [], id="empty"),
    ],
)
def test_statements_with_their_markers(text, expected):
    assert statements(text) == [Statement(words, numbers) for words, numbers in expected]


def test_each_statement_is_tied_to_its_sentence():
    found = citations_of("有效期为三年[1]。期满前一个月可续展[1]。罚款最高10万元[2]。", hits())
    assert [(c.n, c.quote) for c in found] == [
        (1, "登记证书的有效期为三年，自公告之日起计算。"),
        (1, "期满前一个月内可以续展。"),
        (2, FINE),
    ]
    assert [c.pinpoint for c in found] == ["第一款", "第二款", None]


def test_equal_quotes_are_given_once():
    assert len(citations_of("有效期三年[1]。证书有效期三年[1]。", hits())) == 1


@pytest.mark.parametrize("text", [TERM, FINE, "没有句号的短语", "（一）甲；\n（二）乙。", " 空格 与 ABC。 "])
@pytest.mark.parametrize("said", ["三年续展[1]。", "毫不相干的话[1]。", "ABC 乙[1]。"])
def test_every_quote_is_verbatim(text, said):
    (citation,) = citations_of(said, hits(text))
    assert citation.quote in text
    assert is_verbatim(citation, text)


def test_support_is_the_whole_of_a_text_without_sentences():
    assert support("甲", "") == (0, 0)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        pytest.param("有效期为三年", True, id="word for word"),
        pytest.param("有效期 为三年", True, id="apart from blanks"),
        pytest.param("有效期为叁年", False, id="another word"),
        pytest.param("有效期三年", False, id="a word left out"),
        pytest.param(" ", False, id="nothing"),
    ],
)
def test_is_verbatim(quote, expected):
    assert is_verbatim(Citation(1, "d1:第1条", "甲", "第1条", None, quote), TERM) is expected


def test_cite_keeps_the_clause_and_the_span():
    citation = cite(2, hits()[0], 0, 11)
    assert (citation.n, citation.clause_id, citation.locator, citation.quote) == (
        2,
        "d1:第1条",
        "第1条",
        TERM[:11],
    )


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        pytest.param("罚款5万元以上10万元以下[2]。", [], id="all there"),
        pytest.param("增幅12.5%，见第十条[2]。", [], id="share and article"),
        pytest.param("增幅 12.5 %[2]。", [], id="blanks do not matter"),
        pytest.param("罚款50万元[2]。", ["50万"], id="another amount"),
        pytest.param("罚款0万元[2]。", ["0万"], id="the end of another number"),
        pytest.param("增幅2.5%[2]。", ["2.5%"], id="the end of another share"),
        pytest.param("罚款1元[2]。", ["1元"], id="the beginning of another number"),
        pytest.param("依照第二十条[2]。", ["第二十条"], id="another article"),
        pytest.param("2024年起罚款[2]。", ["2024年"], id="a date from nowhere"),
        pytest.param("有效期5万元[1]。", ["5万"], id="in another clause only"),
        pytest.param("有效期5万元[1][2]。", [], id="in one of two clauses"),
        pytest.param("罚款99万元。", [], id="a statement without markers claims no source"),
        pytest.param("依照第2条[2]。", [], id="the clause's own number"),
        pytest.param("1. 应当登记[1]。\n2. 可以续展[1]。", [], id="numbers of the answer's own list"),
    ],
)
def test_figures_that_no_cited_clause_has(said, figures):
    found = unsupported(said, hits())
    assert [n.text.split("”")[0].removeprefix("“") for n in found] == figures
    assert {n.code for n in found} <= {"figure_not_in_source"}
