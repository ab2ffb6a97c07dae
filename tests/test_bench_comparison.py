"""Two benches of the same questions, pair by pair."""

from dataclasses import replace
from datetime import datetime

import pytest
from fakes_bench import FakeBench, found_clauses, make_report

from eval.bench.comparison import against, compare_benches
from eval.bench.page import as_markdown, comparison_as_markdown
from eval.bench.report import keep, read_report
from rag.errors import EvaluationError

BENCH = FakeBench({"a-1": 1, "a-2": 2, "b-1": 3, "c-1": 4})
GOOD = {i: found_clauses(n, 9) for i, n in (("a-1", 1), ("a-2", 2), ("b-1", 3), ("c-1", 4))}
WORSE = {**GOOD, "a-1": found_clauses(9, 1), "b-1": found_clauses(8)}


def test_the_difference_is_that_of_the_means_over_the_same_questions():
    found = compare_benches(*(make_report(BENCH, {"product": hits}) for hits in (WORSE, GOOD)), "old", "new")
    pair = found.searches["product"]["recall@1"]
    assert (found.paired, pair.n, pair.a, pair.b, pair.difference.mean) == (4, 4, 0.5, 1, 0.5)
    assert (pair.better, pair.worse) == (("a-1", "b-1"), ())
    # Two documents differ: of the four ways to flip their signs two are as far from nothing.
    assert pair.difference.p == 0.5


def test_what_does_not_differ_is_not_tested():
    found = compare_benches(*(make_report(BENCH, {"product": GOOD}) for _ in range(2)), "old", "new")
    assert {pair.p_holm for pair in found.searches["product"].values()} == {None}
    assert "Nothing that was recorded." in comparison_as_markdown(found)


def test_what_decided_the_figures_is_set_side_by_side():
    old = make_report(BENCH, {"product": GOOD})
    new = replace(old, about={"settings": {"rerank_model": "bundled"}})
    found = compare_benches(old, new, "old", "new")
    assert found.conditions == {"settings.rerank_model": ("none", "bundled")}
    assert "| settings.rerank_model | none | bundled |" in comparison_as_markdown(found).replace("\\_", "_")


def test_a_question_that_was_changed_or_is_only_in_one_is_left_out_and_named():
    old = make_report(BENCH, {"product": GOOD})
    first, *rest, last = old.asked
    new = replace(old, asked=(replace(first, hash="other"), *rest, replace(last, id="d-1")))
    found = compare_benches(old, new, "old", "new")
    assert (found.paired, found.left_out) == (2, ("a-1", "c-1", "d-1"))


def test_only_questions_that_are_both_searches_own_are_paired():
    report = make_report(BENCH, {"product": GOOD, "lookup": {"a-1": WORSE["a-1"]}})
    pair = against(report, "lookup", "product")["recall@1"]
    assert (pair.n, pair.difference.mean) == (1, 1)
    page = as_markdown(report)
    assert "## What the product has over each" in page
    assert "| lookup | 1 | 0.000 |" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"split": "dev"}, "old asked small train, new small dev", id="another split"),
        pytest.param({"set_name": "big"}, "old asked small train, new big train", id="another set"),
        pytest.param({"asked": ()}, "have no question in common", id="no question"),
        pytest.param({"searches": {}}, "have no search in common", id="no search"),
    ],
)
def test_benches_of_different_questions_are_not_compared(change, message):
    old = make_report(BENCH, {"product": GOOD})
    with pytest.raises(EvaluationError, match=message):
        compare_benches(old, replace(old, **change), "old", "new")


def test_a_report_is_read_as_it_was_kept(tmp_path):
    report = make_report(BENCH, {"product": GOOD, "lookup": {}})
    assert read_report(keep(report, tmp_path / "bench", datetime(2023, 12, 15))) == report


def test_two_reports_of_one_second_are_both_kept(tmp_path):
    report = make_report(BENCH, {"product": GOOD})
    paths = [keep(report, tmp_path, datetime(2023, 12, 15)) for _ in range(3)]
    assert [path.name for path in paths] == [
        "small-train-20231215-000000.json",
        "small-train-20231215-000000-2.json",
        "small-train-20231215-000000-3.json",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "Cannot read the bench", id="no file"),
        pytest.param("{", "is no bench", id="damaged"),
        pytest.param('{"set_name": "mine"}', "is no bench", id="another version"),
    ],
)
def test_a_file_that_is_no_bench_is_refused(tmp_path, text, message):
    path = tmp_path / "old.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        read_report(path)
