"""Sentences that put another document out of force."""

import pytest

from ingest.reference.repeals import repeals_in
from ingest.references import annotated, places, resolve
from rag.schema import Clause, Document


def clause(text, title="某办法", headings="", document_id="d"):
    return Clause(f"{document_id}:第九条", document_id, title, "第九条", "第九条", text, 1, 1, 0, headings)


def found(text, **fields):
    return [r.target_title for r in repeals_in(clause(text, **fields))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("本法自公布之日起施行。《甲法》同时废止。", ["甲法"], id="同时废止"),
        pytest.param("自施行之日起，《甲办法》（甲发〔2019〕1号）同时废止。", ["甲办法"], id="with its number"),
        pytest.param("《甲法》、《乙法》和《丙法》同时失效。", ["甲法", "乙法", "丙法"], id="a list"),
        pytest.param("1988年国务院发布的《甲》，1991年公安部发布的《乙》，同时废止。", ["甲", "乙"], id="a list with issuers"),
        pytest.param("最高人民法院《关于甲的解释》不再适用；以前的规定与本解释不一致的，以本解释为准。", ["关于甲的解释"], id="不再适用"),
        pytest.param("《甲规定》自本规定公布之日起停止执行。", ["甲规定"], id="with the day between"),
        pytest.param("原《甲规定》即行废止。", ["甲规定"], id="原"),
        pytest.param("决定废止《甲》（甲发1号）和《乙》。", ["甲", "乙"], id="the verb first"),
        pytest.param("《公安部关于修改<甲规定>的决定》同时废止。", ["公安部关于修改<甲规定>的决定"], id="a title in a title"),
        pytest.param("《甲条例》中关于乙的规定同时废止。", [], id="a part of a document"),
        pytest.param("《甲解释》第一条不再适用。", [], id="an article of a document"),
        pytest.param("应当修改或者废止《甲办法》的，按照程序办理。", [], id="may be repealed"),
        pytest.param("《甲办法》废止前签订的合同继续有效。", [], id="the time before"),
        pytest.param("《甲办法》的制定、修改和废止，适用本条例。", [], id="in general"),
        pytest.param("《生产许可证》同时失效。", [], id="a certificate"),
        pytest.param("依照《甲法》制定的办法同时废止。", [], id="the law that it was based on"),
        pytest.param("法律被废止的，应当公布。", [], id="no title"),
    ],
)  # fmt: skip
def test_repeals_of_a_text(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("title", "headings", "expected"),
    [
        pytest.param("某省关于废止部分规章的决定", "", ["甲办法", "乙规定"], id="a decision"),
        pytest.param("关于修改和废止部分规章的决定", "二、予以废止的规章", ["甲办法", "乙规定"], id="under its heading"),
        pytest.param("关于修改和废止部分规章的决定", "一、予以修改的规章", [], id="under another heading"),
        pytest.param("某办法", "", [], id="a list of something else"),
    ],
)  # fmt: skip
def test_a_list_of_titles_counts_where_it_says_so(title, headings, expected):
    text = "1. 《甲办法》（甲发〔2019〕1号）；\n2. 《乙规定》\n以上由《甲局》负责落实，并报告有关情况。"
    assert found(text, title=title, headings=headings) == expected


def test_the_span_is_the_printed_title():
    text = "《甲法》同时废止。"
    assert [text[slice(*r.span)] for r in repeals_in(clause(text))] == ["《甲法》"]


def document(document_id, title, day):
    return Document(document_id, title, "s", "articles", 1, 1, effective_date=day)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([("old", "某条例", "2001-01-01")], "old", id="the older text of the same title"),
        pytest.param([("old", "某条例", "2001-01-01"), ("older", "某条例", "1990-01-01")], "old", id="the last one before it"),
        pytest.param([("new", "某条例", "2030-01-01")], None, id="never a newer one"),
        pytest.param([], None, id="never itself"),
    ],
)  # fmt: skip
def test_a_text_that_repeals_its_own_title_means_the_older_one(others, expected):
    own = document("d", "某条例", "2020-01-01")
    clauses = annotated([clause("1997年发布的《某条例》同时废止。", title="某条例")], own)
    (found,) = resolve(clauses, [own, *(document(*o) for o in others)], places([])) or clauses
    assert [r.target_document_id for r in found.repeals] == [expected]
    assert [r.target_document_id for r in found.references] == [expected]
