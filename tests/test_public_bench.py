"""`eval bench NAME`: a public set indexed once and searched as the product does."""

import json

import pytest
from test_public import write_set

import rag.assistant
from eval.bench.fresh import Fresh

BENCH = ("eval", "bench", "mine", "--split", "all")


@pytest.fixture
def mine(tmp_path, embedder, monkeypatch):
    monkeypatch.setattr(rag.assistant, "build_embedder", lambda settings: embedder)
    # A process of its own would not know the fake embedder.
    monkeypatch.setattr("eval.bench.fresh.measure_fresh", lambda settings, questions: Fresh(0.5, 100.0))
    return write_set(tmp_path / "sets" / "mine")


def test_a_set_is_searched_whole_and_by_its_legs(call, mine, tmp_path):
    done = call(*BENCH, "--dir", mine, "--data", tmp_path / "data", "--json")
    assert done.status == 0, done.err
    searches = done.json["searches"]
    assert list(searches) == ["product", "no-reranker", "fusion", "lookup", "keyword", "dense"]
    assert (done.json["questions"], done.json["passages"]) == (2, 5)
    assert (searches.pop("lookup")["questions"], done.json["ingested"]["clauses"]) == (0, 5)
    for found in searches.values():
        assert found["measures"]["recall@5"]["mean"] == 1
        assert 0 < found["milliseconds_median"] <= found["milliseconds_p95"]


def test_the_figures_are_kept_with_what_decides_them(call, mine, tmp_path):
    call(*BENCH, "--dir", mine, "--data", tmp_path / "data")
    (kept,) = (tmp_path / "data" / "eval" / "bench").glob("mine-all-*.json")
    about = json.loads(kept.read_text(encoding="utf-8"))["about"]
    assert {"settings", "embedder", "index", "code", "machine"} <= set(about)


def test_nothing_is_embedded_twice(call, mine, tmp_path, embedder):
    call(*BENCH, "--dir", mine, "--data", tmp_path / "data")
    embedder._texts.clear()
    done = call(*BENCH, "--dir", mine, "--data", tmp_path / "data", "--search", "keyword", "--json")
    assert done.status == 0
    assert done.json["ingested"] is None
    assert embedder._texts == []


def test_the_folder_of_sets_may_be_a_setting(call, mine, tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYQA_BENCH", str(mine.parent))
    done = call(*BENCH, "--data", tmp_path / "data", "--search", "keyword", "--limit", "1")
    assert done.status == 0
    assert "1 questions of the split all, 5 passages" in done.out


def test_a_passage_that_the_set_no_longer_has_is_no_longer_found(call, mine, tmp_path):
    call(*BENCH, "--dir", mine, "--data", tmp_path / "data")
    lines = (mine / "corpus.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (mine / "corpus.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    done = call(*BENCH, "--dir", mine, "--data", tmp_path / "data", "--search", "keyword", "--json")
    assert done.json["passages"] == 4
    assert done.json["searches"]["keyword"]["measures"]["hit@5"]["mean"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("--search", "best"),
            "use one of: product, no-reranker, fusion, lookup, keyword, dense",
            id="search",
        ),
        pytest.param(("--split", "test"), "choose all or one of: dev, train", id="split"),
        pytest.param(
            ("--split", "all", "--misses", "3"), "single ones are not looked at", id="misses of dev"
        ),
    ],
)
def test_what_does_not_exist_is_said(call, mine, tmp_path, arguments, said):
    done = call("eval", "bench", "mine", "--dir", mine, "--data", tmp_path / "data", *arguments)
    assert done.status == 1
    assert said in done.err


def test_questions_for_tuning_may_be_read_one_by_one(call, mine, tmp_path):
    done = call(
        "eval",
        "bench",
        "mine",
        "--dir",
        mine,
        "--data",
        tmp_path / "data",
        "--split",
        "train",
        "--misses",
        "3",
    )
    assert done.status == 0, done.err
