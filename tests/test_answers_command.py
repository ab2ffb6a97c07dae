"""`ask` stores what it answers; `answers` lists, shows, deletes and exports it; `replay` asks again."""

from contextlib import closing
from dataclasses import replace

import pytest

from ingest.readers.docx import read
from rag.records import Feedback, Records, has_records

TERM = "登记凭证的有效期是几年？"
OTHER = "数据流通管理办法什么时候施行？"


@pytest.fixture
def ask(call, own_collection, monkeypatch):
    """Run a command over a collection of one's own, without a model."""
    monkeypatch.setenv("POLICYQA_LLM", "none")
    return lambda *arguments: call(*arguments, "--data", own_collection)


@pytest.fixture
def asked(ask):
    """After two questions: the command, and the ids of their answers, newest first."""
    assert ask("ask", TERM).status == 0
    assert ask("ask", OTHER, "--filter", "region=青岛", "--json").status == 0
    return ask, [row["id"] for row in ask("answers", "--json").json]


def test_what_was_asked_is_listed_newest_first(asked):
    ask, _ = asked
    done = ask("answers", "--json")
    assert [row["question"] for row in done.json] == [OTHER, TERM]
    assert done.json[1].keys() == {
        "id", "at", "way", "person", "question", "verdict", "confidence", "answer", "documents", "warnings", "model", "feedback",
    }  # fmt: skip
    assert (done.json[1]["way"], done.json[1]["person"], done.json[1]["model"]) == ("cli", None, "extractive")
    listed = ask("answers", "--limit", "1").out
    assert OTHER in listed
    assert "1 个回答 answers，共 of 2（--limit）" in listed


def test_without_any_answer_the_list_is_empty(ask, own_collection):
    assert ask("answers", "--json").json == []
    assert ask("answers").out == "0 个回答 answers\n"
    assert not has_records(own_collection)
    done = ask("answers", "show", "abcd")
    assert (done.status, "\nNo answer is kept " in done.err) == (1, True)


@pytest.mark.parametrize(
    ("flags", "count"),
    [
        (["--grep", "凭证 几年"], 1), (["--document", "青岛市数据流通"], 2), (["--verdict", "refused"], 0), (["--rating", "up"], 0),
        (["--model", "extract"], 2), (["--since", "2024-01-31"], 2), (["--until", "2024-01-31"], 0), (["--person", "p"], 0),
    ],
    ids=str,
)  # fmt: skip
def test_answers_are_chosen_by_flags(asked, flags, count):
    ask, _ = asked
    assert len(ask("answers", *flags, "--json").json) == count


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["answers", "--verdict", "wrong"], 2, "possible are answered, partial, refused"),
        (["answers", "--rating", "good"], 2, "possible are up, down"),
        (["answers", "--since", "gestern"], 1, "Not a date: 'gestern'"),
        (["answers", "--json", "show", "abcd"], 2, "flags belong after the word show"),
        (["answers", "show", "nothing"], 1, "No answer 'nothing' is kept."),
        (["answers", "delete"], 2, "give either IDs"),
        (["answers", "delete", "abcd", "--before", "2024-01-31"], 2, "give either IDs"),
        (["answers", "delete", "abcd"], 2, "add --yes"),
        (["answers", "export", "abcd", "--format", "pdf"], 2, "possible are md, docx, html"),
        (["answers", "export", "abcd", "--format", "docx"], 2, "needs --out"),
        (["answers", "export", "abcd", "--out", "none/a.docx"], 1, "no such folder"),
        (["replay"], 2, "give an ID, or --all"),
        (["replay", "abcd", "--all"], 2, "give an ID, or --all"),
        (["replay", "abcd", "--since", "2024-01-31"], 2, "give an ID, or --all"),
        (["ask", "问", "--export", "a.pdf"], 2, "possible are md, docx, html"),
        (["ask", "--batch", "in", "--out", "-", "--export", "a.md"], 2, "--export is for one QUESTION"),
    ],
)
def test_what_is_wrong_is_said(asked, arguments, status, words):
    ask, _ = asked
    done = ask(*arguments)
    assert (done.status, done.out) == (status, "")
    assert words in done.err


def test_one_answer_is_shown_whole(asked):
    ask, (newest, first) = asked
    shown = ask("answers", "show", first[:8], "--json").json
    assert (shown["id"], shown["raw"], shown["person"]) == (first, None, None)
    [cited, *_] = shown["citations"]
    assert (cited["n"], cited["locator"], len(cited["text_hash"])) == (1, "第二章/第七条", 64)
    assert shown["hits"][0].keys() == {"clause_id", "document_id", "title", "locator", "text_hash"}
    assert shown["seconds"].keys() >= {"search", "whole"}
    assert ask("answers", "show", newest, "--json").json["filters"]["explicit"] == {"region": "青岛"}
    text = ask("answers", "show", first).out
    for words in (
        TERM,
        "第二章/第七条",
        "结论 verdict: 已回答 answered",
        "设置 settings: llm=none",
        "prompts ",
    ):
        assert words in text


def test_deleted_answers_are_named_and_gone(asked):
    ask, (newest, first) = asked
    done = ask("answers", "delete", first[:8], "--yes")
    assert (done.status, TERM in done.out) == (0, True)
    assert "已删除 deleted  1 个回答 answers" in done.out
    assert [row["id"] for row in ask("answers", "--json").json] == [newest]
    assert ask("answers", "delete", "--before", "2024-01-31", "--yes", "--json").json["answers"] == 0
    done = ask("answers", "delete", "--before", "2999-01-01", "--yes", "--json")
    assert done.json == {"deleted": [newest], "answers": 1, "ratings": 0, "clean": True}


def test_all_of_one_person_is_deleted(asked, own_collection):
    ask, (newest, first) = asked
    with closing(Records(own_collection)) as records:
        records.keep(replace(records.answer(first), answer_id="own", person="p1"))
        records.rate(Feedback(records.answer(newest), "p1", "down"))
    done = ask("answers", "delete", "--person", "p1", "--yes", "--json")
    assert (done.json["deleted"], done.json["answers"], done.json["ratings"]) == (["own"], 1, 1)


@pytest.mark.parametrize(("typed", "left"), [(True, 1), (False, 2)])
def test_deletion_is_confirmed_on_a_terminal(asked, monkeypatch, typed, left):
    ask, (_, first) = asked
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("ui.commands.answers.typer.confirm", lambda *words, **how: typed)
    assert ask("answers", "delete", first).status == (0 if typed else 1)
    assert len(ask("answers", "--json").json) == left


def test_a_batch_is_kept_unless_told_otherwise(ask, tmp_path):
    batch = tmp_path / "in.jsonl"
    batch.write_text(f'{{"id": 1, "question": "{TERM}"}}\n{{"id": 2, "question": ""}}\n', encoding="utf-8")
    assert ask("ask", "--batch", batch, "--out", tmp_path / "o", "--no-keep").status == 1
    assert ask("ask", TERM, "--no-keep").status == 0
    assert ask("answers", "--json").json == []
    ask("ask", "--batch", batch, "--out", tmp_path / "o")
    assert [(row["way"], row["question"]) for row in ask("answers", "--json").json] == [("batch", TERM)]


def test_damaged_records_cost_one_line_and_no_answer(ask, own_collection, tmp_path):
    (own_collection / "records.sqlite").write_bytes(b"poem" * 400)
    batch = tmp_path / "in.jsonl"
    batch.write_text(f'{{"id": 1, "question": "{TERM}"}}\n' * 3, encoding="utf-8")
    done = ask("ask", "--batch", batch, "--out", "-")
    assert (done.status, len(done.json_lines), done.err.count("The answer was not stored")) == (0, 3, 1)
    done = ask("ask", TERM)
    assert (done.status, "第二章/第七条" in done.out) == (0, True)
    assert "The answer was not stored" in done.err
    assert ask("answers").status == 1


def test_an_answer_is_exported_when_it_is_given_and_later(asked, tmp_path):
    ask, (_, first) = asked
    done = ask("ask", TERM, "--export", tmp_path / "now.docx", "--no-keep")
    assert (done.status, "第二章/第七条" in done.out) == (0, True)
    assert ask("answers", "export", first, "--out", tmp_path / "later.docx").status == 0
    now, later = (list(read(tmp_path / name).lines) for name in ("now.docx", "later.docx"))
    assert [line for line in now if "记录编号" not in line] == [
        line for line in later if "记录编号" not in line
    ]
    assert any(line.startswith("[注1] 《青岛市数据流通管理办法》") for line in later)
    assert ask("answers", "export", first).out.startswith("# 政策问答记录\n")


def test_an_answer_that_is_asked_again_is_the_same(asked):
    ask, (_, first) = asked
    done = ask("replay", first, "--json")
    assert (done.status, done.json["differs"], done.json["circumstances"]) == (0, [], {})
    assert done.json["cited"] == {"new": [], "gone": [], "changed": []}
    assert "回答相同 the same answer" in ask("replay", first).out
    assert len(ask("answers", "--json").json) == 2


def test_a_replay_tells_what_differs_and_why(asked, own_collection):
    ask, (_, first) = asked
    with closing(Records(own_collection)) as records:
        kept = records.answer(first)
        cited = kept.citations[0].clause_id
        clauses = kept.clauses | {cited: replace(kept.clauses[cited], text_hash="0" * 64)}
        settings = kept.settings | {"num_ctx": 4096}
        records.keep(
            replace(
                kept,
                answer_id="old",
                text=f"五年[1]。{kept.text}",
                clauses=clauses,
                settings=settings,
                verdict="partial",
            )
        )
    found = ask("replay", "old", "--json").json
    assert found["differs"] == ["verdict", "text", "cited"]
    assert found["circumstances"] == {"num_ctx": [4096, 8192]}
    assert [c["clause_id"] for c in found["cited"]["changed"]] == [cited]
    assert found["text"]["diff"][0] == {"sign": "-", "text": "五年[1]。"}
    text = ask("replay", "old").out
    assert "- 五年[1]。" in text
    assert "条文变了 text changed: 《青岛市数据流通管理办法》第二章/第七条" in text
    assert "num_ctx: 4096 → 8192" in text


def test_an_answer_whose_document_was_removed_is_replayed_and_exported(asked):
    ask, (_, first) = asked
    assert ask("remove", "青岛市数据流通管理办法").status == 0
    found = ask("replay", first, "--json").json
    assert "第二章/第七条" in [c["locator"] for c in found["left"]]
    assert "cited" in found["differs"]
    assert (
        "已不在库中 no longer in the collection: 《青岛市数据流通管理办法》第二章/第七条"
        in ask("replay", first).out
    )
    assert "青岛市数据流通管理办法" in ask("answers", "export", first).out


def test_many_are_replayed_with_a_summary(asked, own_collection):
    ask, (_, first) = asked
    with closing(Records(own_collection)) as records:
        records.keep(replace(records.answer(first), answer_id="other", text="别的"))
        records.keep(replace(records.answer(first), answer_id="broken", filters={"color": "red"}))
    done = ask("replay", "--all", "--json")
    assert done.status == 1
    assert done.json["summary"] == {
        "replayed": 3, "same": 2, "verdict": 0, "text": 1, "cited": 0, "warnings": 0, "failed": 1,
    }  # fmt: skip
    assert [f["id"] for f in done.json["failed"]] == ["broken"]
    text = ask("replay", "--all", "--limit", "3")
    assert "other" in text.out
    assert "相同 same" in text.out
    assert ask("replay", "--all", "--until", "2024-01-31").out.startswith("重放 replayed 0")
