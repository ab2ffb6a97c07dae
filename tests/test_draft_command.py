"""`policyqa eval draft` without a person: proposals written elsewhere, tables in and out, a model, feedback."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
from fake_ollama import FakeOllama, chunk, installed, reply
from fakes_draft import listed, proposed

from rag.records import CitedClause, Feedback, KeptAnswer, Records

MEASURE = "青岛市数据流通管理办法"


def test_without_a_terminal_the_proposals_are_lines_of_a_set(draft):
    done = draft("--count", "5")
    assert (done.status, done.err) == (0, "")
    assert [row["id"] for row in done.json_lines] == [f"draft-{i}" for i in range(1, 6)]
    assert done.out == draft("--count", "5").out
    assert done.out != draft("--count", "5", "--seed", "1").out


def test_proposals_go_to_a_file(draft, tmp_path):
    done = draft("--count", "3", "--out", "set.jsonl")
    assert (done.status, done.out) == (0, "")
    assert "set.jsonl" in done.err
    assert len((tmp_path / "set.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_one_document_can_be_chosen(draft):
    rows = proposed(draft, "--document", "青岛", "--document", "智能算力")
    titles = {gold["title"] for row in rows for gold in (*row["gold"], *row["nearest"])}
    assert titles == {MEASURE, "贵州省智能算力发展行动计划（2024—2026年）"}


def test_an_unknown_document_is_named(draft):
    done = draft("--document", "西藏")
    assert (done.status, done.out) == (1, "")
    assert "No document '西藏'" in done.err


def test_a_table_goes_out_and_comes_back(draft, tmp_path):
    assert draft("--count", "4", "--out", "drafts.csv").status == 0
    done = draft("--import", "drafts.csv")
    assert (done.status, done.out) == (0, "新增 added 4  更新 replaced 0  没有导入 failed 0\n")
    assert draft("--import", "drafts.csv", "--json").json == {"added": [], "replaced": [], "failed": []}
    assert draft("--export", "own.csv").out == "4 题写入 own.csv\n"
    path = tmp_path / "own.csv"
    question = listed(draft)[0]["question"]
    path.write_text(path.read_text(encoding="utf-8").replace(question, "改过的问题？"), encoding="utf-8")
    assert draft("--import", "own.csv", "--json").json["replaced"] == ["own-1", "own-2", "own-3", "own-4"]
    assert listed(draft)[0]["question"] == "改过的问题？"


def test_bad_rows_are_named_and_the_status_is_1(draft, tmp_path):
    (tmp_path / "t.csv").write_text(
        f"问题,文件,条款,答案,要点\n几年？,{MEASURE},第七条,四年。,四年\n几年？,西藏办法,第一条,三年。,三年\n",
        encoding="utf-8",
    )
    done = draft("--import", "t.csv")
    assert (done.status, done.out) == (1, "新增 added 1  更新 replaced 0  没有导入 failed 1\n")
    assert done.err == "第 3 行 line 3: no documents are called '西藏办法'\n"


def test_what_was_imported_is_not_proposed(draft):
    first = proposed(draft, "--count", "3")
    assert draft("--count", "3", "--out", "drafts.csv").status == 0
    draft("--import", "drafts.csv")
    assert not {row["question"] for row in first} & {row["question"] for row in proposed(draft)}


def test_an_empty_set_says_what_to_do(draft):
    done = draft("--list")
    assert (done.status, done.out, done.err) == (
        0,
        "还没有自己的题目 no question of one's own yet\n",
        "policyqa eval draft\n",
    )
    done = draft("--export", "own.csv")
    assert (done.status, "Fix: policyqa eval draft" in done.err) == (1, True)


def test_a_question_is_listed_and_taken_out(at_terminal, draft):
    at_terminal(["a", "q"])
    assert draft("--list").out.startswith("own-1  ")
    assert draft("--drop", "own-1").out.startswith("已去掉 dropped  own-1")
    assert listed(draft) == []
    done = draft("--drop", "own-1")
    assert (done.status, "has no case 'own-1'" in done.err) == (1, True)


def test_a_question_whose_clause_has_gone_is_marked_in_the_list(at_terminal, draft, call, own_collection):
    at_terminal(["a", "q"], "--document", "青岛")
    call("remove", "青岛", "--data", own_collection)
    assert "there is no clause" in draft("--list").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "poem"], "possible are rules, model, feedback"),
        (["--list", "--drop", "own-1"], "--list and --drop exclude each other"),
        (["--count", "0"], "--count"),
    ],
)
def test_wrong_usage_is_2(draft, arguments, message):
    done = draft(*arguments)
    assert (done.status, message in done.err) == (2, True)


def test_a_missing_model_is_1_with_its_fix(draft):
    done = draft("--from", "model")
    assert (done.status, done.out) == (1, "")
    assert "Fix: set POLICYQA_LLM" in done.err


def test_an_empty_folder_says_what_to_do(call, tmp_path):
    done = call("eval", "draft", "--data", tmp_path / "none")
    assert (done.status, "Fix: policyqa ingest PATH" in done.err) == (1, True)


def test_a_model_of_the_settings_writes_the_questions(draft, monkeypatch):
    entry = {
        "question": "青岛那边要审多久？",
        "answer": "七个工作日。",
        "evidence": "七个工作日内完成审核",
        "key_facts": [["七个工作日"]],
    }
    done_line = {
        "model": "m",
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": "stop",
    }
    lines = [chunk(json.dumps([entry, {"question": "?"}], ensure_ascii=False)), json.dumps(done_line) + "\n"]
    with FakeOllama({"/api/tags": installed("m:latest"), "/api/chat": reply(*lines)}) as server:
        monkeypatch.setenv("POLICYQA_LLM", "ollama:m:latest")
        monkeypatch.setenv("POLICYQA_LLM_URL", server.url)
        done = draft("--document", "青岛", "--count", "1", "--json")
        rules = draft("--from", "rules", "--count", "1", "--json")
    [row] = done.json["proposals"]
    assert (row["origin"], row["question"], row["gold"][0]["locator"]) == (
        "model",
        entry["question"],
        "第二章/第六条",
    )
    assert any("not verbatim" in reason for reason in done.json["thrown_away"])
    assert rules.json["proposals"][0]["origin"] != "model"


@pytest.fixture
def disliked(own_collection):
    """A thumbs-down from the chat."""
    clause = CitedClause("gone", MEASURE, "第二章/第七条", "登记凭证的有效期为四年")
    answer = KeptAnswer(
        "a1",
        "2024-05-01",
        "p1",
        "凭证能用多久？",
        (),
        {},
        None,
        "answered",
        "四年[1]。",
        (clause,),
        (),
        "m",
        "1",
    )
    with closing(Records(own_collection)) as records:
        records.rate(Feedback(answer, "p1", "down", "incomplete", "没说从哪天算起"))
    return own_collection


def open_feedback(folder):
    with closing(Records(folder)) as records:
        return list(records.feedback("down", only_open=True))


def test_feedback_becomes_a_case_by_one_command(at_terminal, draft, disliked):
    typed = [
        "g",
        f"{MEASURE} 第七条",
        "自公告之日起计算",
        "c",
        "",
        "四年，自公告之日起计算。",
        "四年 | 公告之日",
        "a",
        "q",
    ]
    done = at_terminal(typed, "--from", "feedback")
    assert "没说从哪天算起" in done.out
    [kept] = listed(draft)
    assert (kept["question"], kept["type"]) == ("凭证能用多久？", "numeric")
    assert open_feedback(disliked) == []
    assert "没有待处理的差评" in draft("--from", "feedback").err


def test_dropped_feedback_is_handled_until_it_is_taken_back(at_terminal, disliked):
    [first] = open_feedback(disliked)
    with closing(Records(disliked)) as records:
        records.rate(replace(first, answer=replace(first.answer, answer_id="a2", question="怎么续期？")))
    at_terminal(["d", "b", "q"], "--from", "feedback")
    assert len(open_feedback(disliked)) == 2
    at_terminal(["d", "q"], "--from", "feedback")
    assert [f.answer.answer_id for f in open_feedback(disliked)] == ["a2"]


def test_feedback_stays_open_until_somebody_decides(at_terminal, draft, disliked):
    at_terminal(["q"], "--from", "feedback")
    assert len(open_feedback(disliked)) == 1
    [row] = proposed(draft, "--from", "feedback")
    assert row["note"].endswith("没说从哪天算起")


def test_without_feedback_it_says_so(draft):
    done = draft("--from", "feedback")
    assert (done.status, done.out) == (0, "")
    assert "policyqa web" in done.err
