"""What a person at a terminal sees."""

import json
import os
import re

import pytest
from fake_ollama import FakeOllama, chunk, installed, reply

pty = pytest.importorskip("pty")


@pytest.fixture
def on_terminal(start):
    """Run `policyqa` on a terminal of its own and return everything that was shown there."""

    def _on_terminal(*arguments, env=None):
        ours, theirs = pty.openpty()
        process = start(
            *arguments, env={"TERM": "xterm"} | (env or {}), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:
            # Linux reports the end of the other side as an error.
            pass
        os.close(ours)
        assert process.wait(timeout=60) == 0, shown.decode()
        return shown.decode().replace("\r\n", "\n")

    return _on_terminal


def test_only_the_clause_that_was_asked_for_is_bold(on_terminal, collection):
    lines = on_terminal("show", "青岛", "第七条", "--data", collection).split("\n")
    heads = [line for line in lines if "《青岛市数据流通管理办法》" in line]
    assert [head.startswith("\x1b[1m▶ ") for head in heads] == [False, True, False]
    assert [head.startswith("  《") for head in heads] == [True, False, True]
    # No leftover of a sequence whose first sign was taken away.
    assert not [line for line in lines if line.replace("\x1b[1m", "").replace("\x1b[0m", "").startswith("[")]


def test_progress_is_a_bar(on_terminal, documents, tmp_path):
    shown = on_terminal("ingest", documents / "青岛市数据流通管理办法.txt", "--data", tmp_path / "data")
    assert "━" in shown
    assert "新增 added  青岛市数据流通管理办法\n" in shown


@pytest.fixture
def model():
    """A model that answers in pieces, of which one holds a sequence that clears a terminal."""
    pieces = ["登记凭证的", "有效期\x1b[2J为四年", "[1]", "。"]
    lines = [*map(chunk, pieces), json.dumps({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 900, "eval_count": 9}) + "\n"]  # fmt: skip
    with FakeOllama({"/api/tags": installed("m:latest"), "/api/chat": reply(*lines)}) as server:
        yield {"POLICYQA_LLM": "ollama:m:latest", "POLICYQA_LLM_URL": server.url}


def _left_on(shown):
    """Return what stands on the terminal in the end: the lines that were not taken back."""
    lines = [""]
    for part in re.split(r"(\x1b\[1A|\x1b\[2K|\n|\r)", shown):
        if part == "\x1b[1A":
            lines.pop()
        elif part == "\x1b[2K":
            lines[-1] = ""
        elif part == "\n":
            lines.append("")
        elif part != "\r":
            lines[-1] += part
    return "\n".join(lines)


def test_a_streamed_answer_is_not_shown_twice(on_terminal, collection, model):
    shown = on_terminal("ask", "登记凭证的有效期是几年？", "--data", collection, env=model)
    answer, _, citations = _left_on(shown).partition("引用")
    assert answer.count("为四年") == 1
    assert "[1] 《青岛市数据流通管理办法》 第二章/第七条" in citations


def test_a_model_cannot_command_the_terminal(on_terminal, collection, model):
    shown = on_terminal("ask", "登记凭证的有效期是几年？", "--data", collection, env=model)
    assert "为四年" in shown
    assert "\x1b[2J" not in shown
