"""The worst questions of a bench."""

from dataclasses import replace

import pytest
from fakes import make_document
from fakes_bench import FakeBench, found_clauses, make_report

from eval.bench.misses import check_may_be_read, first_ranks, worst
from eval.bench.page import as_markdown
from rag.errors import EvaluationError
from rag.schema import Question

OTHER = make_document("d2", "乙市数据办法")
BENCH = FakeBench({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
HITS = {
    "a": found_clauses(1),
    "b": found_clauses(3, 2),
    "c": found_clauses(9, 8, 3),
    "d": (*found_clauses(4, document=OTHER), *found_clauses(6, 7, 8, 4)),
    "e": found_clauses(7, 8),
}


def misses(count=9, ranks=None):
    return worst(BENCH, HITS, BENCH.score(HITS), ranks or {"product": first_ranks(BENCH, HITS)}, count)


def test_the_worst_come_first_and_those_with_full_marks_are_left_out():
    assert [(miss.id, miss.ranks["product"]) for miss in misses()] == [
        ("e", None),
        ("d", 5),
        ("c", 3),
        ("b", 2),
    ]
    assert [miss.id for miss in misses(2)] == ["e", "d"]


def test_what_stands_first_instead_is_named_with_where_it_is():
    assert {miss.id: (miss.first, miss.where) for miss in misses()} == {
        "b": ("甲市数据办法 第3条", "neighbour"),
        "c": ("甲市数据办法 第9条", "same document"),
        "d": ("乙市数据办法 第4条", "another document"),
        "e": ("甲市数据办法 第7条", "same document"),
    }


def test_the_place_in_each_search_stands_side_by_side():
    found = misses(1, {"product": first_ranks(BENCH, HITS), "dense": {"e": 40}})
    assert found[0].ranks == {"product": None, "dense": 40}
    page = as_markdown(make_report(BENCH, {"product": HITS}, misses=found))
    assert "| e | lookup | 问题e | 甲市数据办法 第5条 | – | 40 | 甲市数据办法 第7条 | same document |" in page


def test_a_follow_up_is_shown_with_the_turns_before_it():
    bench = FakeBench({"a": 1})
    (asked,) = bench.questions
    bench.questions = (replace(asked, question=Question("那几年？", (("谁备案？", "交易场所。"),))),)
    assert worst(bench, {}, bench.score({}), {"product": {}}, 1)[0].question == "谁备案？ / 那几年？"


def test_nothing_found_at_all_has_nothing_instead():
    found = worst(BENCH, {}, BENCH.score({}), {"product": {}}, 1)
    assert (found[0].first, found[0].where) == (None, "")


def test_questions_for_reporting_are_not_shown():
    with pytest.raises(EvaluationError, match="small train are for reporting"):
        check_may_be_read(FakeBench({"a": 1}, may_be_read=False))
