"""`eval bench sample`: the cases of a set over the user's collection, counted as `eval run` does."""

import json
from dataclasses import asdict

import pytest
from fakes_eval import make_case, unanswerable

from eval.bench.fresh import Fresh
from eval.cases import Gold
from eval.metrics import RETRIEVAL_METRICS

QINGDAO, HUNAN = "青岛市数据流通管理办法", "湖南省数据要素促进条例（征求意见稿）"
CASES = (
    make_case(
        id="term", question="青岛的数据登记凭证有效期是几年？", gold=(Gold(QINGDAO, "第二章/第七条", "四年"),)
    ),
    make_case(
        id="number",
        type="by_number",
        question="湖南省数据要素促进条例第九条怎么说的？",
        gold=(Gold(HUNAN, "第三章/第九条", "不得"),),
    ),
    make_case(
        id="later",
        type="followup",
        question="那要保存多久？",
        history=(("湖南的数据交易资料谁来备案？", "交易场所。"),),
        gold=(Gold(HUNAN, "第三章/第九条", "不得"), Gold(QINGDAO, "第二章/第七条", "四年")),
    ),
    make_case(
        id="gone",
        type="english",
        question="How long is a certificate valid?",
        gold=(Gold("没有的办法", "第一条"),),
        also_right=(),
    ),
    unanswerable(id="nothing", question="婚假可以休多少天？"),
)


def write_cases(path, cases=CASES):
    path.write_text(
        "".join(json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in cases), encoding="utf-8"
    )
    return path


@pytest.fixture
def cases(tmp_path):
    return write_cases(tmp_path / "mine.jsonl")


@pytest.fixture
def bench(call, own_collection):
    def _bench(*arguments):
        return call("eval", "bench", "sample", *arguments, "--data", own_collection)

    return _bench


@pytest.mark.usefixtures("in_this_process")
def test_each_figure_is_that_of_a_run_to_the_last_digit(bench, call, cases, own_collection, tmp_path):
    found = bench("--set", cases, "--search", "product", "--json")
    assert found.status == 0, found.err
    values = found.json["searches"]["product"]["values"]
    ids = [each["id"] for each in found.json["asked"]]
    assert ids == ["term", "number", "later", "gone"]
    run = tmp_path / "run"
    done = call("eval", "run", "--set", cases, "--model", "none", "--out", run, "--data", own_collection)
    assert done.status == 0, done.err
    rows = [json.loads(line) for line in (run / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    scores = {row["id"]: row["scores"] for row in rows}
    for name in RETRIEVAL_METRICS:
        assert dict(zip(ids, values[name], strict=True)) == {i: scores[i][name]["value"] for i in ids}, name


def test_a_new_process_tells_the_first_question_and_the_memory(bench, cases):
    found = bench("--set", cases, "--limit", "2", "--search", "keyword", "--json").json
    assert found["questions"] == 2
    assert 0 < found["first_question_seconds"] < 60
    assert 50 < found["memory_mb"] < 2000


@pytest.fixture
def in_this_process(monkeypatch):
    """What a process of its own would measure, without starting one."""
    monkeypatch.setattr("eval.bench.fresh.measure_fresh", lambda settings, questions: Fresh(0.5, 100.0))


@pytest.mark.usefixtures("in_this_process")
def test_every_part_has_a_row_and_lookup_only_the_questions_that_are_its_own(bench, cases):
    found = bench("--set", cases, "--json").json
    assert list(found["searches"]) == ["product", "no-reranker", "fusion", "lookup", "keyword", "dense"]
    assert {name: each["questions"] for name, each in found["searches"].items()} == {
        "product": 4, "no-reranker": 4, "fusion": 4, "lookup": 1, "keyword": 4, "dense": 4,
    }  # fmt: skip
    assert found["searches"]["lookup"]["by_kind"]["by_number"]["hit@5"]["mean"] == 1
    assert found["without_clause"] == ["gone"]


@pytest.mark.usefixtures("in_this_process")
def test_intervals_are_drawn_by_document_and_figures_shown_by_type(bench, cases):
    page = bench("--set", cases).out
    assert "95 % intervals over documents" in page
    assert "## By type of question: hit@5 / MRR@10" in page
    assert "| by_number | 1 | 1.000 / 1.000 |" in page
    assert "does not hold the right clauses of 1 questions" in page


@pytest.mark.usefixtures("in_this_process")
def test_a_filter_is_timed_beside_the_question_without_it(bench, cases):
    done = bench("--set", cases, "--search", "keyword", "--filter", "title=青岛")
    assert "Filter: title=青岛, met by 1 of 3 documents." in done.out
    plain = bench("--set", cases, "--search", "keyword", "--json").json["searches"]["keyword"]
    filtered = bench("--set", cases, "--search", "keyword", "--filter", "title=青岛", "--json").json
    assert filtered["searches"]["keyword"]["values"] == plain["values"]
    assert plain["filtered_milliseconds_p95"] is None
    assert filtered["searches"]["keyword"]["filtered_milliseconds_p95"] > 0


@pytest.mark.usefixtures("in_this_process")
def test_two_benches_that_were_kept_are_compared(bench, cases, own_collection):
    for search in ("keyword", "product"):
        bench("--set", cases, "--search", "keyword", "--search", search)
    first, *_, last = sorted(
        path.name for path in (own_collection / "eval" / "bench").glob("sample-mine-*.json")
    )
    done = bench("--compare", first, last)
    assert done.status == 0, done.err
    assert "- 4 questions in both" in done.out
    assert "## keyword" in done.out
    assert bench("--compare", first, last, "--json").json["searches"]["keyword"]["hit@5"]["n"] == 4


@pytest.mark.usefixtures("in_this_process")
def test_the_worst_questions_are_shown_when_asked_for(bench, cases):
    page = bench("--set", cases, "--misses", "1").out
    assert "## The worst questions" in page
    assert "| gone | english | How long is a certificate valid? | 没有的办法 第一条 | – |" in page


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(("--set", "test", "--misses", "1"), 1, "are for reporting", id="misses of test"),
        pytest.param(
            ("--set", "dev"), 1, "holds no clause that the set 'dev' asks about", id="other collection"
        ),
        pytest.param(
            ("--filter", "title=火星", "--limit", "1"), 1, "No document meets title=火星", id="filter"
        ),
        pytest.param(("--filter", "planet=火星"), 1, "No filter 'planet'", id="filter that does not exist"),
        pytest.param(("--split", "dev"), 2, "sample takes --set", id="split"),
        pytest.param(("--compare", "a.json", "b.json"), 1, "Cannot read the bench", id="no such bench"),
    ],
)
def test_what_cannot_be_measured_is_said(bench, cases, arguments, status, said):
    given = arguments if {"--set", "--split"} & set(arguments) else ("--set", cases, *arguments)
    done = bench(*given)
    assert (done.status, done.out) == (status, "")
    assert said in done.err


def test_a_set_goes_by_its_name_wherever_it_lies(bench, tmp_path):
    """So that the set for reporting is known by its path too."""
    done = bench("--set", write_cases(tmp_path / "test.jsonl"), "--misses", "1")
    assert done.status == 1
    assert "sample test are for reporting" in done.err


def test_a_bench_without_a_name_is_wrong_usage(call):
    done = call("eval", "bench")
    assert done.status == 2
    assert "give the name of a bench" in done.err
