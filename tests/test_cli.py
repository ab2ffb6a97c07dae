"""Each command: what it prints where, and how it ends."""

import json
import shutil
from contextlib import closing

import pytest
from test_shapes import ANSWER_KEYS, CLAUSE_KEYS, DOCUMENT_KEYS, HIT_KEYS, SEARCH_KEYS

from rag.vector_store import VectorStore

MEASURE = "青岛市数据流通管理办法"
PLAN = "贵州省智能算力发展行动计划（2024—2026年）"
DRAFT = "湖南省数据要素促进条例（征求意见稿）"


def test_documents_lists_title_and_what_is_known_of_each(call, collection):
    done = call("documents", "--data", collection)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[-1] == "3 件"
    assert [line.split("  ")[1] for line in lines[:-1]] == [DRAFT, PLAN, MEASURE]
    assert "青岛市，青数发〔2024〕7号，2024-03-01" in done.out


def test_documents_as_json_is_a_list_of_documents(call, collection):
    done = call("documents", "--json", "--data", collection)
    assert [list(d) for d in done.json] == [DOCUMENT_KEYS] * 3
    assert {d["title"]: d["status"] for d in done.json} == {MEASURE: None, PLAN: None, DRAFT: "征求意见稿"}
    assert done.json[2]["expiry_date"] == "2029-02-28"


def test_export_prints_each_document_followed_by_its_clauses(call, collection):
    done = call("export", "--data", collection)
    assert (done.status, done.err) == (0, "")
    current = None
    for row in done.json_lines:
        assert list(row) == (DOCUMENT_KEYS if row["type"] == "document" else CLAUSE_KEYS)
        current = row["document_id"] if row["type"] == "document" else current
        assert row["document_id"] == current
    kinds = [row["type"] for row in done.json_lines]
    assert (kinds.count("document"), kinds.count("clause")) == (3, 37)


def test_export_resolves_references_to_clauses(call, collection):
    rows = call("export", "--data", collection).json_lines
    ids = {(r["title"], r["locator"]): r["clause_id"] for r in rows if r["type"] == "clause"}
    [found] = [r["references"] for r in rows if r.get("locator") == "第三章/第十条"]
    text = next(r["text"] for r in rows if r.get("locator") == "第三章/第十条")
    assert found[0]["clause_id"] == ids[MEASURE, "第二章/第五条"]
    assert text[slice(*found[0]["span"])] == "本办法第五条"


def test_export_writes_the_same_into_a_file(call, collection, tmp_path):
    printed = call("export", "--data", collection).out
    done = call("export", "--out", tmp_path / "all.jsonl", "--data", collection)
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "all.jsonl").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    "title", [MEASURE, "青岛市数据流通", "《青岛市数据流通管理办法》", "青岛市 数据流通 管理办法"], ids=str
)
def test_show_finds_a_document_by_a_part_of_its_title(call, collection, title):
    done = call("show", title, "--data", collection)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == MEASURE
    assert done.out.count("条  ") == 12


@pytest.mark.parametrize(
    ("title", "locator", "found"),
    [
        ("青岛", "第二章/第七条", "第二章/第七条"),
        ("青岛", "第七条", "第二章/第七条"),
        ("青岛", "第7条", "第二章/第七条"),
        ("青岛", "第 12 条", "第四章/第十二条"),
        ("青岛", "第１０条", "第三章/第十条"),
        ("贵州", "二/（一）/2", "二/（一）/2"),
        ("贵州", "三/(二)", "三/（二）"),
    ],
    ids=str,
)
def test_show_finds_a_clause_however_its_number_is_written(call, collection, title, locator, found):
    done = call("show", title, locator, "--json", "--data", collection)
    assert done.status == 0, done.err
    assert list(done.json) == [*CLAUSE_KEYS, "context"]
    assert done.json["locator"] == found
    assert [list(c) for c in done.json["context"]] == [CLAUSE_KEYS] * len(done.json["context"])


def test_show_prints_a_clause_between_its_neighbours(call, collection):
    out = call("show", "青岛", "第七条", "--data", collection).out
    heads = [line for line in out.splitlines() if "《" in line and "行）" in line]
    assert ["▶" in head for head in heads] == [False, True, False]
    assert [head.split("》")[1].split("  ")[0] for head in heads] == [f"第二章/第{n}条" for n in "六七八"]


def test_show_as_json_is_the_document_with_its_clauses(call, collection):
    done = call("show", "青岛", "--json", "--data", collection)
    assert list(done.json) == [*DOCUMENT_KEYS, "clauses"]
    assert [list(c) for c in done.json["clauses"]] == [CLAUSE_KEYS] * 12
    assert "leftovers" in call("show", "青岛", "--raw", "--json", "--data", collection).json


def test_search_prints_hits_with_the_rank_of_each_leg(call, collection):
    done = call("search", "算力券补贴多少", "--limit", "2", "--data", collection)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"1. 《{PLAN}》二/（二）/2")
    assert "keyword 1 (" in done.out
    assert "dense " in done.out
    assert "3. 《" not in done.out


def test_search_as_json_has_the_keys_of_a_batch_line(call, collection):
    arguments = ("--filter", "region=湖南", "--as-of", "2024-05-01", "--json", "--data", collection)
    done = call("search", "目录更新几次", *arguments)
    assert list(done.json) == SEARCH_KEYS
    assert [list(hit) for hit in done.json["hits"]] == [HIT_KEYS] * len(done.json["hits"])
    assert {hit["title"] for hit in done.json["hits"]} == {DRAFT}
    assert done.json["filters"]["explicit"] == {"region": "湖南", "as_of": "2024-05-01"}


def test_search_says_when_no_clause_meets_the_filter(call, collection):
    done = call("search", "目录", "--filter", "region=西藏", "--data", collection)
    assert done.status == 0
    assert "没有符合条件的条款" in done.out
    assert "region = 西藏" in done.out


def test_ask_prints_the_answer_with_its_citations(call, collection):
    done = call("ask", "登记凭证的有效期是几年？", "--data", collection)
    assert (done.status, done.err) == (0, "")
    assert "四年" in done.out
    assert f"[1] 《{MEASURE}》 第二章/第七条" in done.out


def test_ask_as_json_has_the_keys_of_a_batch_line(call, collection):
    done = call("ask", "登记凭证的有效期是几年？", "--json", "--data", collection)
    assert list(done.json) == ANSWER_KEYS
    assert (done.json["id"], done.json["verdict"], done.json["model"]) == (None, "answered", "extractive")
    [cited] = [c for c in done.json["citations"] if c["n"] == 1]
    assert "四年" in cited["quote"]


def test_a_refusal_is_a_result_with_the_nearest_clauses(call, collection):
    done = call("ask", "婚假可以休多少天？", "--json", "--data", collection)
    assert done.status == 0
    assert (done.json["verdict"], done.json["citations"]) == ("refused", [])
    assert [list(hit) for hit in done.json["nearest"]] == [HIT_KEYS] * len(done.json["nearest"])


def test_an_english_question_gets_english_labels(call, collection):
    done = call("ask", "How long is the registration certificate valid?", "--data", collection)
    assert done.status == 0
    assert "Citations" in done.out or "Nearest" in done.out


def test_remove_takes_a_document_out_until_it_is_undone(call, own_collection, documents):
    here = ("--data", own_collection)
    done = call("remove", "青岛", "--json", *here)
    assert done.status == 0
    assert done.json | {"document_id": ""} == {"document_id": "", "title": MEASURE, "removed": True}
    assert len(call("documents", "--json", *here).json) == 2
    found = call("search", "登记凭证的有效期", "--json", *here).json["hits"]
    assert MEASURE not in {hit["title"] for hit in found}
    assert call("show", "青岛", *here).status == 1
    assert call("remove", "青岛", "--undo", *here).out == f"已恢复 restored  {MEASURE}\n"
    found = call("search", "登记凭证的有效期", "--json", *here).json["hits"]
    assert found[0]["title"] == MEASURE
    assert call("check", *here).status == 0


def test_a_removed_document_stays_out_when_its_file_changes(call, tmp_path, documents):
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    for path in documents.glob("[贵湖]*"):
        path.unlink()
    here = ("--data", tmp_path / "data")
    assert call("ingest", documents, *here).status == 0
    assert call("remove", "青岛", *here).status == 0
    [path] = documents.iterdir()
    path.write_text(path.read_text(encoding="utf-8").replace("七个工作日", "九个工作日"), encoding="utf-8")
    assert call("ingest", documents, *here).status == 0
    assert call("documents", "--json", *here).json == []
    assert call("remove", "青岛", "--undo", *here).status == 0
    assert "九个工作日" in call("show", "青岛", "第六条", *here).out


def test_check_tells_whether_the_indexes_agree_with_the_catalog(call, own_collection):
    here = ("--data", own_collection)
    keys = ["sound", "clauses", "missing", "extra", "keyword_missing", "keyword_extra"]
    done = call("check", "--json", *here)
    assert (done.status, list(done.json), done.json["sound"], done.json["clauses"]) == (0, keys, True, 37)
    with closing(VectorStore(own_collection / "index" / "1")) as store:
        [clause_id] = [c for c in store.parts() if c.endswith("第四章/第十二条")]
        store.delete([clause_id])
    done = call("check", "--json", *here)
    assert (done.status, done.json["sound"], done.json["missing"]) == (1, False, [clause_id])
    done = call("check", *here)
    assert (done.status, clause_id in done.out) == (1, True)
    assert "policyqa rebuild" in done.out


def test_rebuild_makes_both_indexes_anew(call, own_collection):
    here = ("--data", own_collection)
    shutil.rmtree(own_collection / "index")
    done = call("rebuild", "--json", *here)
    assert (done.status, done.json) == (0, {"clauses": 37})
    assert "37/37" in done.err
    assert call("check", *here).status == 0


def test_text_of_a_document_cannot_command_the_terminal(call, tmp_path):
    (tmp_path / "办法.txt").write_text(
        "甲市\x1b]0;标题办法\n第一条 甲\x1b[2J乙。\n第二条 丙\u202e丁。\n", encoding="utf-8"
    )
    here = ("--data", tmp_path / "data")
    assert call("ingest", "办法.txt", *here).status == 0
    for arguments in (
        ["documents"],
        ["show", "甲市"],
        ["show", "甲市", "第一条"],
        ["search", "甲乙"],
        ["ask", "甲乙怎么办"],
    ):
        out = call(*arguments, *here).out
        assert not set(out) & set("\x1b\u202e"), (arguments, out)


def test_ingest_reports_what_it_did(call, documents, tmp_path):
    here = ("--data", tmp_path / "data")
    [path] = documents.glob("青*")
    done = call("ingest", path, "--json", *here)
    assert list(done.json) == ["added", "changed", "unchanged", "removed", "failed", "notices", "clauses"]
    assert (done.status, done.json["added"], done.json["clauses"]) == (0, [MEASURE], 12)
    assert "embed" in done.err or "indexing" in done.err
    done = call("ingest", path, *here)
    assert done.out == "新增 0  更新 0  未变 1  移除 0  失败 0；共 12 条\n"
    path.write_text(path.read_text(encoding="utf-8").replace("十五年", "二十年"), encoding="utf-8")
    done = call("ingest", documents / path.name, "--json", *here)
    assert (done.json["changed"], done.json["clauses"]) == ([MEASURE], 12)
    # Only the changed clause is embedded again.
    assert "0/1" in done.err
    assert "二十年" in call("show", "青岛", "第八条", *here).out
    rows = json.loads(call("search", "结算凭证保存多少年", "--json", *here).out)["hits"]
    assert rows[0]["locator"] == "第二章/第八条"
