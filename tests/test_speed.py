"""Whole processes within three times their target; the best of three, as other work may run beside a test."""

import random
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import SMALL
from fakes import make_clause, make_document

from rag import keyword_index
from rag.assistant import build_assistant
from rag.chunk import matrix
from rag.keyword_index import KeywordIndex
from rag.schema import Question
from rag.settings import Settings

LEEWAY = 3
MANY = 55_000
DOCUMENTS = [f"d{number}" for number in range(1_250)]


def best_of_three(run, seconds, *arguments):
    """Return the shortest time of up to three runs; fewer when one is short enough."""
    times = []
    while len(times) < 3 and min(times, default=seconds) >= seconds:
        started = time.perf_counter()
        assert run(*arguments).status == 0
        times.append(time.perf_counter() - started)
    return min(times)


def assert_in_time(act, target_s):
    """Do it up to four times, until it is done within three times the target."""
    times = []
    while len(times) < 4 and min(times, default=target_s * LEEWAY) >= target_s * LEEWAY:
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    assert min(times) < target_s * LEEWAY


@pytest.mark.parametrize(
    ("target_s", "arguments"),
    [
        pytest.param(0.5, ["--help"], id="help"),
        pytest.param(0.5, ["ingest", "--help"], id="help of a command"),
        pytest.param(2, ["documents"], id="documents"),
        pytest.param(2, ["ingest", SMALL], id="ingest of an unchanged collection"),
        pytest.param(4, ["ask", "登记凭证的有效期是几年？"], id="ask"),
        pytest.param(4, ["search", "登记凭证的有效期是几年？"], id="search"),
    ],
)
def test_a_command_ends_in_time(run, own_collection, target_s, arguments):
    here = [] if "--help" in arguments else ["--data", own_collection]
    assert best_of_three(run, target_s * LEEWAY, *arguments, *here) < target_s * LEEWAY


def test_an_unchanged_collection_is_ingested_without_the_model(run, own_collection):
    done = run("ingest", SMALL, "--data", own_collection)
    assert done.out == "新增 0  更新 0  未变 3  移除 0  失败 0；共 37 条\n"
    assert "indexing" not in done.err


FIRST = """
import sys, time
from pathlib import Path
import onnxruntime, tokenizers
from rag.assistant import build_assistant
from rag.schema import Question
from rag.settings import Settings
started = time.perf_counter()
build_assistant(Settings(data=Path(sys.argv[1])), searching_only=True).search(Question("登记凭证的有效期是几年？"))
print(time.perf_counter() - started)
"""


def test_the_first_question_is_answered_in_time(collection, environment, tmp_path):
    def first():
        command = [sys.executable, "-c", FIRST, str(collection)]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    assert any(first() < 1.5 * LEEWAY for _ in range(3))


@pytest.mark.parametrize("filters", [{}, {"region": "青岛"}], ids=["everywhere", "with a filter"])
def test_a_question_is_searched_for_in_time(collection, filters):
    assistant = build_assistant(Settings(data=collection, rerank_model="none"), searching_only=True)
    times = []
    for number in range(30):
        started = time.perf_counter()
        assistant.search(Question(f"{number}号登记凭证的有效期是几年？", filters=filters))
        times.append(time.perf_counter() - started)
    assert sorted(times[1:])[27] < 0.025 * LEEWAY


@pytest.mark.parametrize(
    "left", [DOCUMENTS[:1], DOCUMENTS[1:], DOCUMENTS[::2]], ids=["one", "all but one", "half"]
)
def test_a_filter_over_55000_clauses_costs_the_dense_leg_little(tmp_path, left):
    vectors = np.random.default_rng(1).normal(size=(MANY, 384)).astype(np.float32)
    each = MANY // len(DOCUMENTS)
    rows = ((d, [f"{d}:第一条"] * each, vectors[n * each :][:each]) for n, d in enumerate(DOCUMENTS))
    assert matrix.write(tmp_path, rows) == MANY
    opened = matrix.Matrix(tmp_path)
    assert_in_time(lambda: opened.nearest(vectors[7], 100, left), 0.04)


@pytest.mark.slow
def test_one_new_law_among_55000_clauses_costs_the_keyword_leg_little(tmp_path):
    draw = random.Random(3)
    signs = [chr(0x4E00 + number) for number in range(400)]
    clauses = [
        make_clause(
            f"第{n}条", "".join(draw.choices(signs, k=90)), document=make_document(DOCUMENTS[n % 1250])
        )
        for n in range(MANY)
    ]
    keyword_index.build(tmp_path / "0", clauses)
    fresh = [make_clause(f"第{n}条", "数据应当登记。", document=make_document("新法")) for n in range(60)]
    order = [c.clause_id for c in clauses + fresh]
    started = time.perf_counter()
    keyword_index.build(tmp_path / "1", fresh, before=tmp_path / "0", order=order)
    assert time.perf_counter() - started < 2 * LEEWAY
    opened = KeywordIndex(tmp_path / "1")
    assert_in_time(lambda: opened.search("".join(signs[:40]), 100, set(DOCUMENTS[1:])), 0.03)


@pytest.mark.slow
def test_a_thousand_clauses_are_embedded_in_two_minutes(run, tmp_path):
    articles = (
        f"第{n}条 第{n}号数据场所应当在{n}个工作日内完成登记，并保存材料{n}年。" for n in range(1, 1001)
    )
    (tmp_path / "办法.txt").write_text("甲市数据办法\n" + "\n".join(articles), encoding="utf-8")
    started = time.perf_counter()
    assert run("ingest", tmp_path / "办法.txt", "--json", "--data", tmp_path / "data").json["clauses"] == 1000
    assert time.perf_counter() - started < 120
