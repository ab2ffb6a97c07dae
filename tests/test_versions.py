"""Versions of one document, and documents that others repeal: linked, and the right one searched."""

from contextlib import closing
from datetime import date

import numpy as np
import pytest
from fakes import make_collection, make_document, open_assistant

from ingest.document.versions import successors
from rag.catalog import Catalog
from rag.catalog.sketch import containment, resemblance, sketch
from rag.schema import Question
from rag.validity import validity

BASE = "".join(f"第{i}项数据应当由市数据主管部门登记并公开目录，保存期限不少于{i}年。" for i in range(1, 60))
OTHER = "".join(f"本市轨道交通第{i}号线的票价由价格主管部门核定，每公里{i}元。" for i in range(1, 60))
SKETCHES = {"a": sketch(BASE), "b": sketch(BASE[:900] + OTHER[:300]), "c": sketch(OTHER)}


def newer(*documents):
    return successors(documents, {d.document_id: SKETCHES[d.document_id] for d in documents})


def test_a_draft_is_older_than_what_became_of_it():
    draft = make_document("a", "甲市数据管理办法（征求意见稿）", status="征求意见稿", issue_date="2024-05-01")
    final = make_document("b", "甲市数据管理办法", issue_date="2023-01-01")
    assert newer(draft, final) == {"a": "b"}


def test_the_printed_dates_order_versions_of_one_title():
    old = make_document("a", adopted_on="2018-10-26", effective_date="2000-07-01")
    new = make_document("b", adopted_on="2023-03-13", effective_date="2000-07-01")
    assert newer(new, old) == {"a": "b"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param({"effective_date": "2020-01-01"}, {"effective_date": "2020-01-01"}, id="the same date"),
        pytest.param({}, {}, id="no dates"),
        pytest.param(
            {"region": "甲市", "effective_date": "2020-01-01"},
            {"region": "乙市", "effective_date": "2021-01-01"},
            id="other places",
        ),
    ],
)
def test_neither_supersedes_the_other(a, b):
    assert newer(make_document("a", **a), make_document("b", **b)) == {}


def test_one_title_with_other_words_is_another_document():
    a = make_document("a", "实施方案", effective_date="2020-01-01")
    c = make_document("c", "实施方案", effective_date="2021-01-01")
    assert newer(a, c) == {}


def test_an_amendment_that_stands_in_the_law_is_no_version_of_it():
    part = sketch(BASE[:300])
    assert containment(part, SKETCHES["a"]) > 0.9
    law, amendment = (
        make_document("a", "甲法", adopted_on="2020-01-01"),
        make_document("b", "甲法修正案（一）", adopted_on="2021-01-01"),
    )
    assert successors([law, amendment], {"a": SKETCHES["a"], "b": part}) == {}


@pytest.mark.parametrize(
    ("number", "expected"), [("某发〔2023〕1号", {"a": "b"}), ("某发〔2023〕2号", {})], ids=["same", "other"]
)
def test_the_same_number_makes_versions_of_unlike_titles(number, expected):
    a = make_document("a", "甲市目录编制规范", doc_number="某发〔2023〕1号", effective_date="2020-01-01")
    b = make_document("b", "甲市登记工作规则", doc_number=number, effective_date="2021-01-01")
    assert newer(a, b) == expected


def test_nearly_the_same_words_make_versions_of_unlike_titles():
    a = make_document("a", "甲市目录编制规范", effective_date="2020-01-01")
    b = make_document("b", "甲市登记工作规则", effective_date="2021-01-01")
    almost = sketch(BASE.replace("第7项数据", "第七项资料"))
    assert successors([a, b], {"a": SKETCHES["a"], "b": almost}) == {"a": "b"}
    assert newer(a, b) == {}


def test_a_sketch_is_the_same_whatever_the_blanks_and_widths():
    assert np.array_equal(sketch("数据（目录）管理办法 第1条"), sketch("数据(目录)管理办法第１条"))
    assert len(sketch("数据")) == 0
    assert (containment(sketch(""), SKETCHES["a"]), resemblance(sketch(""), sketch(""))) == (0.0, 0.0)
    assert resemblance(SKETCHES["a"], SKETCHES["a"]) == 1.0


ITEMS = "".join(f"\n（{n}）第{n}类数据的目录、来源、用途和保存方式；" for n in "一二三四五六七八九十")
OLD = f"# 甲市数据登记办法\n\n第一条 登记下列数据：{ITEMS}\n\n第二条 登记证书的有效期为二年。\n\n第三条 本办法自2018年1月1日起施行。\n"
NEW = OLD.replace("二年", "五年").replace(
    "2018年1月1日起施行。", "2022年1月1日起施行。《甲市目录规定》同时废止。"
)
GONE = "# 甲市目录规定\n\n第一条 目录每年公布一次。\n\n第二条 本规定自2010年1月1日起施行。\n"


@pytest.fixture
def settings(tmp_path):
    return make_collection(tmp_path, {"旧.md": OLD, "新.md": NEW, "规定.md": GONE})


def found(settings, **fields):
    hits = open_assistant(settings).search(Question("登记证书的有效期是几年？", **fields)).hits
    return next(h.clause.text for h in hits if "证书" in h.clause.text)


def test_the_newest_version_is_searched(settings):
    assert "五年" in found(settings)


def test_on_an_earlier_day_the_older_version_is_searched(settings):
    assert "二年" in found(settings, as_of="2020-06-01")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("2020年3月时登记证书的有效期是几年？", id="a day in the question"),
        pytest.param("2020年底的规定里登记证书的有效期是几年？", id="the end of a year"),
        pytest.param("What was the 登记证书的有效期 as of March 2020?", id="English"),
    ],
)
def test_a_day_in_the_question_puts_the_version_of_that_day_first(settings, question):
    found = open_assistant(settings).search(Question(question))
    texts = [h.clause.text for h in found.hits if "证书" in h.clause.text]
    assert "二年" in texts[0] and "五年" in texts[1]
    assert "as_of" in found.filters.inferred and found.filters.explicit == {}


def test_the_old_version_is_shown_beside_the_new_one_when_it_is_asked_for(settings):
    found = open_assistant(settings).search(Question("旧版的登记证书有效期是几年？"))
    assert {term for h in found.hits for term in ("二年", "五年") if term in h.clause.text} == {
        "二年",
        "五年",
    }


DRAFT = "# 乙市数据开放办法（征求意见稿）\n\n第一条 数据目录每季度公布一次。\n\n第二条 数据应当开放。\n"
FINAL = "# 丙市数据开放办法\n\n第一条 数据目录每季度公布一次。\n\n第二条 数据应当开放。\n\n第三条 本办法自2020年1月1日起施行。\n"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        pytest.param("数据目录多久公布一次？", "丙市数据开放办法", id="the text in force comes first"),
        pytest.param("征求意见稿里数据目录多久公布一次？", "乙市数据开放办法（征求意见稿）", id="unless the draft is asked for"),
    ],
)  # fmt: skip
def test_a_draft_stands_below_an_equal_text_in_force(tmp_path, question, first):
    settings = make_collection(tmp_path, {"稿.md": DRAFT, "文.md": FINAL})
    hits = open_assistant(settings).search(Question(question)).hits
    titles = [h.clause.title for h in hits if "季度" in h.clause.text]
    assert titles[0] == first and len(set(titles)) == 2


def test_a_filter_that_names_the_older_version_finds_it_with_a_warning(settings):
    with closing(Catalog(settings.data)) as catalog:
        old = next(d for d in catalog.documents() if d.source == "旧.md")
        new = next(d for d in catalog.documents() if d.source == "新.md")
    assert old.superseded_by == new.document_id
    answer = open_assistant(settings).ask(
        Question("登记证书的有效期是几年？", filters={"document_id": old.document_id})
    )
    assert "二年" in answer.text
    assert "superseded" in {w.code for w in answer.warnings}


def test_a_repeal_by_another_document_counts_from_the_day_that_it_takes_effect(settings):
    with closing(Catalog(settings.data)) as catalog:
        rule = next(d for d in catalog.documents() if d.source == "规定.md")
        by = catalog.clause(rule.repealed_by)
    assert (by.label, rule.repealed_on) == ("第三条", "2022-01-01")
    assert validity(rule, date(2021, 12, 31)) == "in_force"
    assert validity(rule, date(2022, 1, 1)) == "repealed"
    hits = open_assistant(settings).search(Question("目录每年公布几次？", as_of="2023-01-01")).hits
    assert all(h.clause.document_id != rule.document_id for h in hits)
