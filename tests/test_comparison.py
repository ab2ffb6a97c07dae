"""Two runs compared, as values, Markdown and JSON, and `eval compare`."""

import json

import pytest
from fakes_eval import FakeSystem, found_only, make_case, make_outcome, make_passage, unanswerable
from fakes_report import failed_row, make_row, make_run
from lxml import html

from eval.cases import Gold
from eval.comparison import compare, holm
from eval.outcome import Cost
from eval.report.compared import Compared, as_json, as_markdown, as_page
from eval.report.markdown import signed
from eval.run import run_cases
from rag.errors import EvaluationError

GOOD, BAD = make_outcome(), make_outcome("能用3年[1]。", found=("第九条",))


def case(number, title="甲市数据办法", **fields):
    gold = (Gold(title, "第一条", "有效期五年"),)
    return make_case(id=f"a-{number}", question=f"{number}？", gold=gold, **fields)


def runs(before, after, *, a=None, b=None):
    """Two runs over as many cases as outcomes are given."""
    rows = ([make_row(case(i), outcome) for i, outcome in enumerate(side)] for side in (before, after))
    return make_run(*next(rows), name="old", **(a or {})), make_run(*next(rows), name="new", **(b or {}))


@pytest.fixture
def found():
    one, other = runs([GOOD, GOOD, BAD, GOOD], [GOOD, BAD, GOOD, BAD])
    return Compared(one, other, compare(one, other))


def test_questions_are_compared_pair_by_pair(found):
    measure = found.comparison.measures["hit@1"]
    assert (measure.n, measure.a, measure.b, measure.difference.mean) == (4, 0.75, 0.5, -0.25)
    assert [change.id for change in measure.fixed] == ["a-2"]
    assert [(change.id, change.before, change.after) for change in measure.broken] == [
        ("a-1", 1.0, 0.0),
        ("a-3", 1.0, 0.0),
    ]
    assert measure.fixed[0].why_after == "at rank 1"
    assert found.comparison.changed_answers == ("a-1", "a-2", "a-3")
    assert found.comparison.changed_hits == 3


def test_equal_runs_do_not_differ():
    it = compare(*runs([GOOD, BAD], [GOOD, BAD]))
    assert {(m.difference.mean, m.difference.p, m.fixed, m.broken) for m in it.measures.values()} == {
        (0.0, 1.0, (), ())
    }
    assert (it.conditions, it.changed_answers, it.changed_hits) == ({}, (), 0)
    # What cannot tell two runs apart is no test that a correction has to allow for.
    assert {m.p_holm for m in it.measures.values()} == {None}


def test_the_largest_change_comes_first():
    half = make_outcome(cited=("第一条", "第九条"))
    it = compare(*runs([GOOD, GOOD], [half, make_outcome(cited=("第九条",))]))
    assert [change.id for change in it.measures["citation_precision"].broken] == ["a-1", "a-0"]


def test_a_real_difference_is_told_from_chance():
    titles = [f"{n}号办法" for n in range(12)]
    old = [make_row(case(n, title), make_outcome(found=())) for n, title in enumerate(titles)]
    right = [make_outcome(hits=(make_passage("第一条", title),)) for title in titles]
    new = [make_row(case(n, title), right[n]) for n, title in enumerate(titles)]
    it = compare(make_run(*old), make_run(*new))
    assert it.measures["hit@1"].difference.p == 2 / 2**12
    # All that is measured of the hits differs; of the answers nothing.
    tested = [name for name, measure in it.measures.items() if measure.p_holm is not None]
    assert tested == ["hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "mrr@10", "ndcg@10"]
    assert it.measures["hit@1"].p_holm == 7 * 2 / 2**12


def test_questions_that_one_run_lacks_or_that_were_changed_are_left_out_and_said():
    old = make_run(*(make_row(case(n), GOOD) for n in (1, 2, 3)), name="old")
    new = make_run(
        make_row(case(2), GOOD),
        make_row(case(3, answer="能用五年。"), GOOD),
        make_row(case(4), GOOD),
        name="new",
    )
    it = compare(old, new)
    assert (it.paired, it.only_a, it.only_b, it.changed_cases) == (1, ("a-1",), ("a-4",), ("a-3",))
    page = as_markdown(Compared(old, new, it))
    assert "- only in old, left out: 1 (a-1)" in page
    assert "- changed in the set between the runs, left out: 1 (a-3)" in page


def test_runs_without_a_common_question_are_refused():
    old, new = make_run(make_row(case(1))), make_run(make_row(case(2)))
    with pytest.raises(EvaluationError, match="have no question in common"):
        compare(old, new)


def test_an_error_is_named_and_in_no_difference():
    old = make_run(make_row(case(1), GOOD), failed_row(case(2)), make_row(case(3), GOOD))
    new = make_run(failed_row(case(1)), make_row(case(2), GOOD), make_row(case(3), GOOD))
    it = compare(old, new)
    assert (it.new_errors, it.fixed_errors, it.measures["hit@1"].n) == (("a-1",), ("a-2",), 1)


def test_a_system_that_only_finds_is_compared_by_what_it_finds():
    it = compare(*runs([GOOD, GOOD], [found_only("第一条"), found_only("第九条")]))
    assert (it.changed_answers, it.measures.keys() & {"key_facts", "citation_recall"}) == ((), set())
    assert [change.id for change in it.measures["hit@5"].broken] == ["a-1"]


def test_what_decided_the_runs_is_compared_and_what_only_names_them_is_not():
    a = {
        "started": "1",
        "settings": {"llm": "none", "num_ctx": 8192},
        "code": {"hash": "x"},
        "machine": {"cores": 2, "memory_peak_mb": 1},
    }
    b = {
        "started": "2",
        "settings": {"llm": "auto", "num_ctx": 8192},
        "machine": {"cores": 2, "memory_peak_mb": 9},
    }
    assert compare(*runs([GOOD], [GOOD], a=a, b=b)).conditions == {
        "settings.llm": ("none", "auto"),
        "code.hash": ("x", None),
    }


def test_costs_are_compared_without_calling_a_question_worse():
    slow = make_outcome(cost=Cost(2.0, prompt_tokens=100))
    it = compare(*runs([GOOD, GOOD], [slow, slow]))
    assert it.measures["seconds"].difference.mean == pytest.approx(1.9)
    assert (it.measures["seconds"].broken, it.measures["seconds"].p_holm) == ((), None)
    # Only the second run had a model.
    assert "prompt_tokens" not in it.measures


def test_holm_multiplies_the_smallest_p_most_and_never_turns_the_order():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("hit@1", -0.05, "−0.050"),
        ("hit@1", 0.25, "+0.250"),
        ("hit@1", -0.0001, "0.000"),
        ("seconds", 0.5, "+0.50"),
        ("answer_length", -12.4, "−12"),
        ("prompt_tokens", 0.2, "0"),
    ],
)
def test_a_difference_has_its_sign_unless_it_is_0(metric, value, expected):
    assert signed(metric, value) == expected


def test_markdown_names_each_question_with_the_reasons_before_and_after(found):
    page = as_markdown(found)
    assert page.startswith("# old → new\n")
    assert "| hit@1 | 4 | 0.750 | 0.500 | −0.250 | – | " in page
    assert "**hit@1** (2)\n- a-1 1？: 1.000 → 0.000 (at rank 1 → no right passage in the first 1)" in page
    assert (
        page.index("## Worse")
        < page.index("## Better")
        < page.index("## Changed answers (3)\n\na-1, a-2, a-3")
    )
    assert "Nothing that was recorded." in page


def test_markdown_lists_only_some_of_many_changes():
    before, after = [GOOD] * 12, [BAD] * 12
    one, other = runs(before, after)
    assert "- and 2 more" in as_markdown(Compared(one, other, compare(one, other)))


def test_json_holds_the_comparison(found):
    shape = json.loads(as_json(found))
    assert shape["measures"]["hit@1"]["difference"]["mean"] == -0.25
    assert shape["measures"]["hit@1"]["broken"][0]["id"] == "a-1"
    assert shape["conditions"] == {}


def test_the_page_shows_each_changed_question_with_both_answers(found):
    page = html.fromstring(as_page(found))
    questions = page.xpath("//details[contains(@class, 'q')][@data-states]")
    assert [q.get("data-states").split() for q in questions] == [["broken"], ["fixed"], ["broken"]]
    assert "hit@1" in questions[0].get("data-metrics").split()
    assert questions[0].xpath(".//mark[@class='gone']/text()") == ["能用5年"]
    assert questions[0].xpath(".//mark[@class='new']/text()") == ["能用3年"]
    assert page.xpath("//section[h2/@id='metrics']//svg")


def test_the_page_of_equal_runs_says_so():
    one, other = runs([GOOD], [GOOD])
    page = html.fromstring(as_page(Compared(one, other, compare(one, other))))
    assert page.xpath("//p[contains(@class, 'none')][not(@hidden)]")
    assert not page.xpath("//details[contains(@class, 'q')][@data-states]")
    assert not page.xpath("//section[h2/@id='metrics']//svg")


@pytest.fixture
def folders(tmp_path):
    cases = [case(1), unanswerable(id="a-2", question="没有？")]
    refused = make_outcome("没有找到依据。", verdict="refused", cited=())
    for name, outcome in (("old", GOOD), ("new", BAD)):
        system = FakeSystem({cases[0].question: outcome, cases[1].question: refused})
        run_cases(cases, system, tmp_path / "data" / "eval" / name, name=name)
    return tmp_path / "data" / "eval"


def test_two_runs_are_compared_by_folder_or_by_name(folders, call):
    done = call("eval", "compare", folders / "old", folders / "new")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("# old → new\n")
    assert call("eval", "compare", "old", "new", "--data", folders.parent).out == done.out
    shape = call("eval", "compare", folders / "old", folders / "new", "--json").json
    assert (shape["paired"], shape["measures"]["hit@1"]["b"]) == (2, 0.0)


@pytest.mark.parametrize(
    ("name", "start"), [("c.html", "<!DOCTYPE html>"), ("c.md", "# old"), ("c.json", "{")]
)
def test_a_comparison_is_written_in_the_format_of_its_ending(folders, call, tmp_path, name, start):
    done = call("eval", "compare", folders / "old", folders / "new", "--out", name)
    assert (done.status, done.out, done.err) == (0, "", f"已写入 written to {name}\n")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["old", "none"], "none holds no run", id="no run"),
        pytest.param(
            [".", "old"], "holds 2 runs: old, new.\nFix: give one of its folders", id="several runs"
        ),
        pytest.param(
            ["old", "new", "--out", "c.txt"], "No report can be written as 'c.txt'", id="no such format"
        ),
    ],
)
def test_what_cannot_be_compared_is_1_with_its_fix(folders, call, monkeypatch, arguments, message):
    monkeypatch.chdir(folders)
    done = call("eval", "compare", *arguments)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert "\nFix: " in done.err
