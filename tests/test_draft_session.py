"""`policyqa eval draft` for a person at a terminal: one proposal after another."""

import sys

import pexpect
from conftest import CHECKOUT
from fakes_draft import listed, proposed

MEASURE = "青岛市数据流通管理办法"


def test_accepted_is_written_at_once_and_never_proposed_again(at_terminal, draft):
    first = proposed(draft)
    done = at_terminal(["a", "d", "q"])
    assert done.status == 0
    assert "接受 accepted 1  丢弃 dropped 1" in done.out
    assert [row["question"] for row in listed(draft)] == [first[0]["question"]]
    again = [row["question"] for row in proposed(draft)]
    assert not {first[0]["question"], first[1]["question"]} & set(again)


def test_a_stopped_session_loses_nothing(at_terminal, draft):
    done = at_terminal(["a", "a", KeyboardInterrupt()])
    assert done.status == 130
    assert len(listed(draft)) == 2


def test_the_clause_is_shown_with_its_evidence_marked(at_terminal):
    done = at_terminal(["q"], "--document", "青岛")
    assert f"《{MEASURE}》" in done.out
    assert "\x1b[31m" in done.out or "相近" in done.out
    assert "[a] 接受 accept" in done.out or "问题 question" in done.out


def test_a_correction_keeps_what_is_entered_empty(at_terminal, draft):
    first = next(row for row in proposed(draft, "--document", "青岛") if row["gold"])
    skipped = proposed(draft, "--document", "青岛").index(first)
    done = at_terminal([*["d"] * skipped, "c", "换个问法？", "", "", "a", "q"], "--document", "青岛")
    assert done.status == 0
    [kept] = listed(draft)
    assert (kept["question"], kept["answer"]) == ("换个问法？", first["answer"])
    assert kept["key_facts"] == first["key_facts"]


def test_an_unsound_correction_is_not_accepted(at_terminal, draft):
    rows = proposed(draft, "--document", "青岛")
    skipped = next(i for i, row in enumerate(rows) if row["gold"])
    done = at_terminal([*["d"] * skipped, "c", "", "", "不在答案里", "a", "q"], "--document", "青岛")
    assert "不能接受" in done.out
    assert "does not stand in the answer" in done.out
    assert listed(draft) == []


def test_back_takes_the_last_decision_back(at_terminal, draft):
    done = at_terminal(["b", "a", "b", "d", "a", "q"])
    assert "这是第一个" in done.out
    assert "接受 accepted 1  丢弃 dropped 1" in done.out
    assert [row["id"] for row in listed(draft)] == ["own-2"]


def test_a_question_without_a_clause_becomes_unanswerable(at_terminal, draft):
    rows = proposed(draft, "--document", "青岛")
    skipped = next(i for i, row in enumerate(rows) if row["gold"] and not row["history"])
    at_terminal([*["d"] * skipped, "g", "-", "a", "q"], "--document", "青岛")
    [kept] = listed(draft)
    assert (kept["type"], kept["gold"], kept["key_facts"]) == ("unanswerable", [], [])


def test_a_clause_is_chosen_by_title_and_locator(at_terminal, draft):
    rows = proposed(draft, "--document", "青岛")
    skipped = next(i for i, row in enumerate(rows) if row["type"] == "unanswerable")
    typed = [
        "g",
        "西藏 第一条",
        "g",
        "青岛市数据流通 第七条",
        "有效期为四年",
        "c",
        "能用几年？",
        "四年。",
        "四年/4年",
        "a",
        "q",
    ]
    done = at_terminal([*["d"] * skipped, *typed], "--document", "青岛")
    assert "没有这样的条款" in done.out
    [kept] = listed(draft)
    assert kept["gold"] == [{"title": MEASURE, "locator": "第二章/第七条", "evidence": "有效期为四年"}]
    assert (kept["key_facts"], kept["nearest"]) == ([["四年", "4年"]], [])


def test_the_end_of_the_proposals_is_said(at_terminal):
    done = at_terminal(["d"] * 200, "--document", "湖南", "--count", "200")
    assert "没有更多可以提出的问题" in done.out


def test_a_person_at_a_real_terminal(draft, own_collection, environment):
    code = "import offline; offline.cut_off(); from ui.cli import main; main()"
    terminal = pexpect.spawn(
        sys.executable,
        ["-c", code, "eval", "draft", "--count", "2", "--data", str(own_collection)],
        env=environment | {"TERM": "xterm", "POLICYQA_LLM": "none"},
        cwd=CHECKOUT,
        encoding="utf-8",
        dimensions=(50, 200),
        timeout=60,
    )
    menu, field = "退出 quit: ", "Enter keeps it: "
    typed = [(menu, "c"), (field, "换个问法？"), (field, ""), (field, ""), (menu, "a"), (menu, "q")]
    try:
        for prompt, line in typed:
            terminal.expect_exact(prompt)
            terminal.sendline(line)
        terminal.expect_exact("policyqa eval run --set own")
        terminal.expect(pexpect.EOF)
        assert terminal.wait() == 0
    finally:
        terminal.close(force=True)
    assert [(row["id"], row["question"]) for row in listed(draft)] == [("own-1", "换个问法？")]
