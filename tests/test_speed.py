"""Whole processes within three times their target; the best of three, as other work may run beside a test."""

import time

import pytest
from conftest import SMALL

LEEWAY = 3


def best_of_three(run, seconds, *arguments):
    """Return the shortest time of up to three runs; fewer when one is short enough."""
    times = []
    while len(times) < 3 and min(times, default=seconds) >= seconds:
        started = time.perf_counter()
        assert run(*arguments).status == 0
        times.append(time.perf_counter() - started)
    return min(times)


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


@pytest.mark.slow
def test_a_thousand_clauses_are_embedded_in_two_minutes(run, tmp_path):
    articles = (
        f"第{n}条 第{n}号数据场所应当在{n}个工作日内完成登记，并保存材料{n}年。" for n in range(1, 1001)
    )
    (tmp_path / "办法.txt").write_text("甲市数据办法\n" + "\n".join(articles), encoding="utf-8")
    started = time.perf_counter()
    assert run("ingest", tmp_path / "办法.txt", "--json", "--data", tmp_path / "data").json["clauses"] == 1000
    assert time.perf_counter() - started < 120
