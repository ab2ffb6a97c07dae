import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from fakes_eval import TITLE, make_case, unanswerable
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases import CaseType, Gold, bundled_path, clause_key, load_cases
from eval.validation import FACTS_ELSEWHERE, overlap, validate, validate_sets

STRUCTURES = sorted((Path(__file__).parents[1] / "eval" / "data" / "structure").glob("structure-00?.jsonl"))
CLAUSES = {
    clause_key(TITLE, "第一条"): "第一条 有效期 五年，\n期满可续。",
    clause_key(TITLE, "第二条"): "第二条 由主管部门登记。",
}
NEAR = (Gold(TITLE, "第 一 条"),)


@pytest.fixture(scope="module")
def collection():
    """Every clause of the five bulletins, from the hand-made structure: no parser of this project is used."""
    found = {}
    for path in STRUCTURES:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = files("corpus").joinpath(rows[0]["source"]).read_text(encoding="utf-8").splitlines()
        for row in rows:
            if row["type"] == "clause":
                text = "\n".join(lines[row["start_line"] - 1 : row["end_line"]]).replace("**", "")
                key = clause_key(row["title"], row["locator"])
                found[key] = found.get(key, "") + text
    return found


@pytest.fixture(scope="module")
def bundled():
    return {name: load_cases(bundled_path(name)) for name in ("dev", "test")}


def test_the_structure_covers_five_bulletins(collection):
    assert len(STRUCTURES) == 5
    assert len({title for title, _ in collection}) == 41
    assert len(collection) > 1000


@pytest.mark.parametrize("name", ["dev", "test"])
def test_a_bundled_set_agrees_with_the_collection(name, bundled, collection):
    assert validate(bundled[name], collection) == []


def test_the_bundled_sets_keep_what_they_promise_together(bundled, collection):
    assert validate_sets(bundled["dev"], bundled["test"], collection) == []


@pytest.mark.parametrize("name", ["dev", "test"])
def test_a_bundled_set_has_some_of_every_type(name, bundled):
    types = [case.type for case in bundled[name]]
    assert min(types.count(each) for each in get_args(CaseType)) >= 3


def test_the_test_set_is_two_fifths_of_all_questions(bundled):
    dev, test = (len(bundled[name]) for name in ("dev", "test"))
    assert 0.37 < test / (dev + test) < 0.43


def test_every_exception_is_still_needed(bundled, collection):
    cases = {case.id: case for part in bundled.values() for case in part}
    assert set(FACTS_ELSEWHERE) <= set(cases)
    for name in FACTS_ELSEWHERE:
        found = validate([replace(cases[name], id="other")], collection)
        assert any("stands in no right clause" in line for line in found), name


def test_a_good_case_has_no_problem():
    good = [
        make_case(),
        make_case(warnings=("draft",)),
        make_case(as_of="2024-02-29", warnings=("not_yet",)),
        make_case(key_facts=(("5年", "五年"), ("甲市",)), answer="甲市的能用5年。"),
        unanswerable(nearest=NEAR),
    ]
    assert validate(good, CLAUSES) == []


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        pytest.param(make_case(gold=(Gold(TITLE, "第九条", "词"),)), "there is no clause", id="no such clause"),
        pytest.param(make_case(gold=(Gold(TITLE, "第一条", "十年"),)), "the evidence '十年' does not", id="no such words"),
        pytest.param(make_case(gold=(Gold(TITLE, "第一条"),)), "has no evidence", id="no evidence"),
        pytest.param(make_case(gold=(Gold(TITLE, "第一条", "五 "),)), "evidence is shorter than 2", id="a character as evidence"),
        pytest.param(make_case(also_right=(Gold(TITLE, "第二条", "由"),)), "evidence is shorter than 2", id="also of others"),
        pytest.param(make_case(key_facts=(("六年", "五年"),)), "the fact '六年' does not", id="fact not in the answer"),
        pytest.param(make_case(key_facts=(("6年", "六年"),), answer="6年。"), "'6年' stands in no right clause", id="fact in no clause"),
        pytest.param(make_case(key_facts=(("登记",),), answer="登记。"), "'登记' stands in no right clause", id="fact of another clause"),
        pytest.param(make_case(key_facts=((),)), "a key fact is empty", id="empty fact"),
        pytest.param(make_case(key_facts=()), "there is no key fact", id="no fact"),
        pytest.param(make_case(type="unanswerable"), "type is unanswerable with 1", id="unanswerable with gold"),
        pytest.param(unanswerable(warnings=("draft",)), "has facts, clauses or warnings", id="unanswerable with a warning"),
        pytest.param(make_case(gold=()), "type is lookup with 0", id="answerable without gold"),
        pytest.param(make_case(type="followup"), "with 0 earlier turns", id="follow-up without history"),
        pytest.param(make_case(question=" "), "question or answer is empty", id="no question"),
        pytest.param(make_case(warnings=("drafty",)), "no warning is called 'drafty'", id="unknown warning"),
        pytest.param(make_case(warnings=("not_yet",)), "not_yet holds on some days only", id="a warning that ends by itself"),
        pytest.param(make_case(as_of="2023-02-29"), "as_of '2023-02-29' is no date", id="no such day"),
        pytest.param(make_case(as_of="20230201"), "as_of '20230201' is no date", id="a date of another form"),
    ],
)  # fmt: skip
def test_validate_names_the_problem(case, problem):
    found = validate([case], CLAUSES)
    assert any(line.startswith("a-1: ") and problem in line for line in found), found


def two_sets():
    """Two sets over two documents that keep every promise."""
    sides = []
    for side, title in (("d", "甲办法"), ("t", "乙办法")):
        gold, near = (Gold(title, "第一条", "有效期五年"),), (Gold(title, "第二条"),)
        named = [
            make_case(id=f"{side}{i}", type=each, question=f"{side}{i}题", gold=gold)
            for i, each in enumerate(get_args(CaseType))
            if each != "unanswerable"
        ]
        more = [make_case(id=f"{side}x{i}", question=f"{side}x{i}题", gold=gold) for i in range(110)]
        none = [
            unanswerable(id=f"{side}u{i}", question=f"{side}u{i}题", nearest=near if i % 2 else ())
            for i in range(30)
        ]
        sides.append([*named, *more, *none])
    clauses = {
        clause_key(title, locator): "有效期五年"
        for title in ("甲办法", "乙办法")
        for locator in ("第一条", "第二条")
    }
    return *sides, clauses


def test_sets_that_keep_every_promise_have_no_problem():
    assert validate_sets(*two_sets()) == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(lambda d, t: (d, [*t, d[0]]), "id 'd0' occurs 2 times", id="an id twice"),
        pytest.param(lambda d, t: ([*d, replace(d[0], id="n")], t), "question 'd0题' occurs 2 times", id="a question twice"),
        pytest.param(lambda d, t: (d[:100], t), "253 pairs, fewer than 300", id="too few"),
        pytest.param(lambda d, t: ([c for c in d if c.answerable], t), "30 unanswerable questions, fewer than 60", id="too few unanswerable"),
        pytest.param(lambda d, t: ([replace(c, nearest=()) for c in d[:130]] + d[130:], t), "27 of 60 unanswerable questions come near", id="too few near misses"),
        pytest.param(lambda d, t: (d, [c for c in t if c.type != "english"]), "test has no case of type english", id="a type missing"),
        pytest.param(lambda d, t: ([*d, replace(t[0], id="n", question="n")], t), "乙办法 is on both sides", id="gold on both sides"),
        pytest.param(lambda d, t: ([*d, unanswerable(id="n", question="n", nearest=t[0].gold)], t), "乙办法 is on both sides", id="a near clause on both sides"),
        pytest.param(lambda d, t: ([*d, make_case(id="n", question="n", gold=d[0].gold, also_right=t[0].gold)], t), "乙办法 is on both sides", id="another right clause on both sides"),
        pytest.param(lambda d, t: ([replace(c, question=f"有效期五年{c.id}") for c in d], [replace(c, question=f"有效期五年{c.id}") for c in t]), "0 of 246 questions are worded freely", id="copied wording"),
    ],
)  # fmt: skip
def test_validate_sets_names_the_broken_promise(spoil, problem):
    dev, test, clauses = two_sets()
    found = validate_sets(*spoil(dev, test), clauses)
    assert any(problem in line for line in found), found


def test_a_document_that_is_seldom_asked_is_named():
    dev, test, clauses = two_sets()
    more = {**clauses, clause_key("丙办法", "第一条"): "词"}
    assert validate_sets(dev, test, more) == ["丙办法 is asked 0 times, fewer than 4"]


def test_follow_ups_may_ask_the_same_words_after_other_turns():
    dev, test, clauses = two_sets()
    turns = [(("甲？", "甲。"),), (("乙？", "乙。"),)]
    more = [replace(dev[0], id=f"n{i}", question="那期限呢？", history=h) for i, h in enumerate(turns)]
    assert validate_sets([*dev, *more], test, clauses) == []


@pytest.mark.parametrize(
    ("question", "share"),
    [
        pytest.param("有效期五年", 1, id="copied"),
        pytest.param("证书管用多久", 0, id="in other words"),
        pytest.param("效期五月", 2 / 3, id="two pairs of three"),
        pytest.param("的了吗", 0, id="stop characters alone"),
        pytest.param("数据效期", 1 / 2, id="the title"),
        pytest.param("有 效期", 1, id="blanks"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_overlap_counts_pairs_that_stand_in_the_clause(question, share):
    assert overlap(question, ["甲市数据办法"], ["数据有效期五年"]) == share


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="有效期五年的吗证书", max_size=12), st.text(alphabet="有效期五年证书", max_size=12))
def test_overlap_is_a_share_that_grows_with_the_text(question, text):
    alone = overlap(question, [], [text])
    assert 0 <= alone <= overlap(question, [], [text, question]) <= 1
