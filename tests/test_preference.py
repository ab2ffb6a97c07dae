"""How what a question means raises the scores of clauses."""

from datetime import date

import pytest
from fakes import make_document

from rag.hit import weights
from rag.hit.preference import in_turn, preferred, without_others
from rag.hit.router import Group, Route

TODAY = date(2024, 6, 1)
SHELF = {
    d.document_id: d
    for d in (
        make_document("now", effective_date="2023-07-01"),
        make_document("old", effective_date="2018-01-01", expiry_date="2023-06-30"),
        make_document("draft", status="征求意见稿"),
        make_document("coming", effective_date="2025-01-01"),
        make_document("undated"),
    )
}
EQUAL = {f"{key}:1": 0.5 for key in SHELF}


def raised(route):
    """Return by how much each document was raised or lowered."""
    found = preferred(EQUAL, route, SHELF, TODAY)
    return {key.split(":")[0]: pytest.approx(score - 0.5) for key, score in found.items()}


def test_nothing_said_lowers_what_is_out_of_force_a_little():
    penalty = -weights.OUT_OF_FORCE_PENALTY
    assert raised(Route()) == {"now": 0, "undated": 0, "old": penalty, "draft": penalty, "coming": penalty}


def test_a_day_puts_the_text_of_that_day_first():
    penalty = -weights.OTHER_DAY_PENALTY
    assert raised(Route(day="2020-01-01")) == {
        "now": penalty, "undated": 0, "old": 0, "draft": penalty, "coming": penalty,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("route", "bonus"),
    [
        pytest.param(Route(status=frozenset({"draft"})), weights.STATUS_BONUS, id="status"),
        pytest.param(Route(older=frozenset({"draft"})), 0, id="older version"),
    ],
)
def test_who_asks_for_a_draft_does_not_get_it_lower(route, bonus):
    assert raised(route)["draft"] == bonus


@pytest.mark.parametrize(
    ("route", "bonus"),
    [
        (Route(named=frozenset({"now"})), weights.NAMED_BONUS),
        (Route(regions={"甲市": frozenset({"now"})}), weights.REGION_BONUS),
        (Route(issue=frozenset({"now"})), weights.ISSUE_BONUS),
        (Route(issuers=frozenset({"now"})), weights.ISSUER_BONUS),
        (Route(titles={"now": 0.5}), weights.TITLE_BONUS / 2),
        (Route(titles={"now": 2.0}), weights.TITLE_BONUS),
    ],
)
def test_what_is_said_raises_the_documents_that_fit_and_drops_none(route, bonus):
    found = raised(route)
    assert found["now"] == bonus
    assert found["undated"] == 0
    assert len(found) == len(SHELF)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        pytest.param("甲和乙建中心，分别在哪里？", "甲建中心，分别在哪里？", "乙建中心，分别在哪里？", id="joined"),
        pytest.param("先公示：甲的证挂几天，乙的证挂几天？", "先公示：甲的证挂几天，", "先公示：乙的证挂几天？", id="apart"),
        pytest.param("甲的登记办法和乙的市场办法，找谁？", "甲的登记办法，找谁？", "乙的市场办法，找谁？", id="documents"),
        pytest.param("Which is longer in A and B? 甲 乙", "Which is longer in A and B? 甲 ", "Which is longer in A and B?  乙", id="English"),
    ],
)  # fmt: skip
def test_a_comparison_is_asked_for_each_alone(question, first, second):
    groups = [Group("甲", frozenset("a")), Group("乙", frozenset("b"))]
    assert [without_others(question, group, groups) for group in groups] == [first, second]


def test_a_comparison_of_documents_without_words_is_asked_whole():
    groups = [Group("", frozenset("a")), Group("", frozenset("b"))]
    assert without_others("甲和乙", groups[0], groups) == "甲和乙"


def test_the_best_of_each_group_come_before_the_third_of_any():
    found = in_turn([{"a1": 0.9, "a2": 0.8, "a3": 0.7}, {"b1": 0.5, "b2": 0.2}], 2)
    assert found == {"a1": 0.9, "b1": 0.9, "a2": 0.8, "b2": 0.8, "a3": 0.7}
    assert in_turn([{}, {}], 2) == in_turn([], 2) == {}
