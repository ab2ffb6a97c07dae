"""The figures of a run, as values, Markdown and JSON, and `eval report`."""

import json
from dataclasses import replace

import pytest
from fakes_eval import (
    TITLE,
    FakeSystem,
    found_only,
    make_case,
    make_outcome,
    make_passage,
    unanswerable,
)
from fakes_report import failed_row, make_row

from eval.cases import Gold
from eval.outcome import Cost
from eval.report.failure import failed_metrics
from eval.report.formats import read_report
from eval.report.markdown import as_markdown, plain, runs_as_markdown
from eval.report.summary import as_json, memory_peak_mb, spread, summarise
from eval.run import run_cases
from rag.errors import EvaluationError

RIGHT = make_row(make_case(id="a-1", question="一？"))
WRONG = make_row(make_case(id="a-2", question="二？"), make_outcome(found=("第九条",), confidence=0.5))
REFUSED = make_row(
    unanswerable(id="a-3", question="三？"),
    make_outcome("没有找到依据。", verdict="refused", cited=(), confidence=0.1),
)
ROWS = [RIGHT, WRONG, REFUSED]


def about(title, **fields):
    return make_case(gold=(Gold(title, "第一条", "有效期五年"),), **fields)


def test_a_mean_counts_the_cases_to_which_the_metric_applies():
    summary = summarise(ROWS)
    assert (summary.metrics["hit@5"].mean, summary.metrics["hit@5"].n) == (0.5, 2)
    assert summary.metrics["refusal_right"].n == 3
    assert summary.by_type["unanswerable"].metrics.keys() == {"refusal_right"}


def test_a_metric_that_never_applies_is_left_out():
    assert "hit@5" not in summarise([REFUSED]).metrics


def test_verdicts_are_counted_for_questions_with_and_without_an_answer():
    assert summarise(ROWS).by_verdict == {
        "answerable": {"answered": 2, "partial": 0, "refused": 0},
        "unanswerable": {"answered": 0, "partial": 0, "refused": 1},
    }


def test_types_and_difficulties_come_in_the_order_of_the_set_and_not_of_the_rows():
    cases = [
        unanswerable(difficulty="hard"),
        make_case(type="list", difficulty="easy"),
        make_case(difficulty="medium"),
    ]
    summary = summarise([make_row(case) for case in cases])
    assert list(summary.by_type) == ["lookup", "list", "unanswerable"]
    assert list(summary.by_difficulty) == ["easy", "medium", "hard"]


def test_a_document_is_called_as_it_is_printed_also_by_a_question_that_only_comes_near_it():
    printed = "甲市办法（试行）"
    near = unanswerable(id="b", nearest=(Gold(printed, "第二条"),))
    summary = summarise([make_row(about(printed, id="a")), make_row(near), make_row(unanswerable(id="c"))])
    assert {name: group.cases for name, group in summary.by_document.items()} == {printed: 2, "none": 1}


def test_within_one_document_single_questions_are_drawn():
    summary = summarise([RIGHT, WRONG])
    assert summary.metrics["hit@5"].low is None
    group = summary.by_document[TITLE].metrics["hit@5"]
    assert (group.low, group.high) == (0.0, 1.0)
    assert summary.by_document[TITLE].failed == 1


def test_an_error_is_a_failure_and_in_no_mean():
    summary = summarise([RIGHT, failed_row(make_case(id="a-2"))])
    assert (summary.errors, summary.metrics["hit@1"].n, summary.cost["seconds"].n) == (1, 1, 1)
    [failure] = summary.failures
    assert (failure.id, failure.reasons) == ("a-2", ("ModelUnavailable: No Ollama server answers.",))


def test_a_failure_says_what_was_wanted_and_what_was_found():
    [failure] = summarise(ROWS).failures
    assert failure.gold == (f"{TITLE} 第一条",)
    assert failure.top_hits == (f"{TITLE} 第九条",)
    assert failure.reasons == (f"hit@5: {WRONG['scores']['hit@5']['reason']}",)


def test_a_system_that_only_finds_can_fail_only_by_what_it_finds():
    assert failed_metrics(make_row(outcome=found_only("第一条"))) == ()
    assert failed_metrics(make_row(outcome=found_only("第九条"))) == ("hit@5",)


def test_risk_is_counted_over_the_surest_questions_first():
    curves = summarise([REFUSED, WRONG, RIGHT]).risk_coverage
    silent = make_row(make_case(id="a-4"), make_outcome("没有[1]。", confidence=0.3))
    points = [(round(p.coverage, 2), round(p.risk, 2)) for p in curves["no_answer"].points]
    assert points == [(0.33, 0.0), (0.67, 0.0), (1.0, 0.33)]
    # An answer that leaves out what it must say is wrong too.
    wrong = summarise([RIGHT, silent]).risk_coverage["wrong_answer"]
    assert [(p.coverage, p.risk) for p in wrong.points] == [(0.5, 0.0), (1.0, 0.5)]


def test_a_system_that_does_not_say_how_sure_it_is_has_no_curve():
    assert summarise([make_row(outcome=make_outcome(confidence=None))]).risk_coverage == {}


def test_a_cost_that_was_never_measured_is_absent():
    outcomes = [make_outcome(cost=Cost(seconds, prompt_tokens=100)) for seconds in (1.0, 2.0, 9.0)]
    summary = summarise([make_row(outcome=outcome) for outcome in outcomes])
    assert summary.cost.keys() == {"seconds", "prompt_tokens"}
    assert (summary.cost["seconds"].median, summary.cost["seconds"].longest) == (2.0, 9.0)
    assert summary.cost["prompt_tokens"].total == 300


def test_a_spread_of_nothing_is_refused():
    with pytest.raises(ValueError, match="a spread of nothing"):
        spread([])


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param({"machine": {"memory_peak_mb": 512.5}}, 512.5, id="measured"),
        pytest.param({"machine": {}}, None, id="not measured"),
        pytest.param({}, None, id="no record"),
    ],
)
def test_memory_is_what_the_run_recorded(about, expected):
    assert memory_peak_mb(about) == expected


def test_a_summary_of_nothing_is_refused():
    with pytest.raises(EvaluationError, match="no rows"):
        summarise([])


def test_markdown_shows_figures_first_and_failures_last():
    page = as_markdown(summarise(ROWS, 512.0))
    assert "| hit@1 | 0.500 | – | 2 |" in page
    assert "| answerable | 2 | 0 | 0 |" in page
    assert "- memory: at most 512 MB" in page
    assert f"| {TITLE} | 2 | 1 | 0.50 (0.00–1.00) |" in page
    assert "| wrong_answer | 0.000 |" in page
    assert page.index("## Time and tokens") < page.index("## Failures (1)\n\n**a-2** (lookup) 二？\n")


def test_markdown_shows_hostile_text_letter_by_letter():
    case = make_case(question="# 标题\n| a | <b>[链接](x)")
    page = as_markdown(summarise([make_row(case, make_outcome(found=("第九条",)))]))
    assert r"\# 标题 \| a \| \<b\>\[链接\](x)" in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("key_facts", "key_facts", id="inside a word"),
        pytest.param("_甲_ __乙", r"\_甲\_ \_\_乙", id="around words"),
        pytest.param("甲\n\u2028乙", "甲 乙", id="line breaks"),
    ],
)
def test_a_name_stays_readable(text, expected):
    assert plain(text) == expected


def test_several_runs_stand_in_one_table_above_the_chosen_one():
    summaries = {"product": summarise(ROWS), "bm25": summarise([make_row(outcome=found_only("第九条"))])}
    page = runs_as_markdown(summaries, "bm25")
    assert "| product | 3 | 0 | 0.50 |" in page
    assert "| bm25 | 1 | 0 | 0.00 |" in page
    assert "# Evaluation: bm25\n" in page
    assert "# Runs" not in runs_as_markdown({"product": summaries["product"]}, "product")


def test_json_holds_what_the_page_shows():
    found = json.loads(as_json(summarise(ROWS)))
    assert found["metrics"]["hit@1"] == {"mean": 0.5, "low": None, "high": None, "n": 2}
    assert found["by_document"][TITLE]["cases"] == 2
    assert found["failures"][0]["id"] == "a-2"
    assert found["risk_coverage"]["no_answer"]["points"]


@pytest.fixture
def folder(tmp_path):
    """Two runs over one case, the second of which finds nothing right."""
    case = make_case()
    for name, outcome in (("product", make_outcome()), ("bm25", found_only("第九条"))):
        run_cases([case], FakeSystem({case.question: outcome}), tmp_path / "runs" / name, name=name)
    return tmp_path / "runs"


def test_a_folder_of_runs_is_one_report(folder, call):
    done = call("eval", "report", folder, "--run", "bm25")
    assert done.status == 0
    assert done.out.startswith("# Runs\n")
    assert "# Evaluation: bm25\n" in done.out
    shape = call("eval", "report", folder, "--json").json
    assert shape["out"] == str(folder)
    assert shape["runs"]["bm25"]["folder"] == str(folder / "bm25")
    assert shape["runs"]["bm25"]["metrics"]["hit@1"]["mean"] == 0.0


@pytest.mark.parametrize(
    ("name", "start"),
    [("out/report.html", "<!DOCTYPE html>"), ("report.MD", "# Evaluation"), ("report.json", "{")],
)
def test_out_writes_the_format_of_its_ending_and_says_where(folder, call, tmp_path, name, start):
    done = call("eval", "report", folder / "product", "--out", name)
    assert (done.status, done.out, done.err) == (0, "", f"已写入 written to {name}\n")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_out_and_json_do_both(folder, call, tmp_path):
    done = call("eval", "report", folder / "product", "--out", "report.html", "--json")
    assert done.json["cases"] == 1
    assert (tmp_path / "report.html").exists()


def test_a_run_is_found_by_its_name_in_the_collection(folder, call, tmp_path):
    (tmp_path / "data").mkdir()
    folder.rename(tmp_path / "data" / "eval")
    assert call("eval", "report", "bm25", "--data", "data").out.startswith("# Evaluation\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["--out", "report.pdf"], "No report can be written as 'report.pdf'", id="no such format"
        ),
        pytest.param(["--out", "report"], "ends in one of .html, .md, .json", id="no ending"),
        pytest.param(["--run", "x"], "holds no run called 'x'.\nFix: use one of product, bm25", id="no run"),
        pytest.param(["--out", "file/report.md"], "Cannot write file/report.md", id="below a file"),
    ],
)
def test_what_cannot_be_written_is_1_with_its_fix(folder, call, tmp_path, arguments, message):
    (tmp_path / "file").touch()
    done = call("eval", "report", folder, *arguments)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert "\nFix: " in done.err


def test_half_a_pair_of_surrogates_does_not_stop_a_report(folder, call, tmp_path):
    path = folder / "product" / "rows.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**row, "answer": "甲\ud800乙"}) + "\n", encoding="utf-8")
    assert call("eval", "report", folder / "product", "--out", "report.html").status == 0
    assert "甲?乙" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_first_run_is_shown_unless_another_is_chosen(folder):
    assert read_report(folder).chosen == "product"


def test_a_text_without_a_locator_is_reported_by_its_title():
    window = replace(make_passage("", text="别的内容"), title="001.txt")
    outcome = replace(found_only(), hits=(window,))
    [failure] = summarise([make_row(outcome=outcome)]).failures
    assert failure.top_hits == ("001.txt",)
