"""How a command ends: its exit status, its messages, and what is left after it was stopped."""

import signal
import subprocess
import time

import pytest

from rag.errors import PolicyQAError
from ui import cli


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"], ["ingest"], ["show"], ["ask"], ["search", "问", "--limit", "0"], ["search", "问", "--limit", "501"],
        ["documents", "--colour"], ["web", "--port", "x"], ["eval"], ["remove"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_2_and_prints_no_result(call, arguments):
    done = call(*arguments)
    assert done.status == 2
    assert "Traceback" not in done.err
    if arguments != ["eval"]:
        assert done.out == ""
        assert "Usage" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["show", "没有的办法"], "No document '没有的办法'.\nFix: policyqa documents\n", id="no document"
        ),
        pytest.param(["show", "数据"], "documents fit '数据'", id="several documents"),
        pytest.param(["show", "青岛", "第九十九条"], "has no clause '第九十九条'.\nFix: ", id="no clause"),
        pytest.param(["remove", "青岛", "--undo"], "No document '青岛'", id="nothing to bring back"),
        pytest.param(
            ["search", "问", "--filter", "color=red"], "No filter 'color'.\nFix: use one of", id="no filter"
        ),
        pytest.param(
            ["search", "问", "--filter", "region"], "Not a filter: 'region'.\nFix: ", id="half a filter"
        ),
        pytest.param(["ask", "问", "--as-of", "2024"], "Not a date: '2024'.\nFix: ", id="no date"),
        pytest.param(["export", "--out", "none/x"], "Cannot write none/x", id="no such folder"),
        pytest.param(["search", "--batch", "none", "--out", "-"], "Cannot read none", id="no such batch"),
    ],
)
def test_what_the_user_can_fix_is_1_with_its_fix_and_no_traceback(call, collection, arguments, message):
    done = call(*arguments, "--data", collection)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert "\nFix: " in done.err
    assert "Traceback" not in done.err


def test_a_bug_is_70_with_its_traceback(call, collection, monkeypatch):
    monkeypatch.setattr("ui.commands.documents.document_shape", lambda document: 1 / 0)
    done = call("documents", "--json", "--data", collection)
    assert (done.status, done.out) == (70, "")
    assert "ZeroDivisionError" in done.err
    assert "bug of policyqa" in done.err


def test_an_interrupt_is_130(call, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", interrupted)
    done = call("documents")
    assert done.status == 130
    assert "run the command again" in done.err


def test_an_error_of_the_base_class_is_printed_too(call, monkeypatch):
    def refused(*args, **kwargs):
        raise PolicyQAError("Nothing works.", fix="turn it on")

    monkeypatch.setattr(cli, "app", refused)
    assert call("documents").err == "Nothing works.\nFix: turn it on\n"


def wait_for(stream, words, seconds=60):
    """Read a process's messages until one holds these words."""
    end = time.monotonic() + seconds
    seen = ""
    while words not in seen:
        assert time.monotonic() < end, seen
        line = stream.readline()
        assert line, seen
        seen += line
    return seen


def test_ctrl_c_while_embedding_is_130_and_the_next_run_does_it_all(start, run, call, documents, tmp_path):
    here = ("--data", tmp_path / "data")
    process = start("ingest", documents, *here)
    wait_for(process.stderr, "embedding 0/37")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run the command again to go on" in err
    assert "Traceback" not in err
    assert call("documents", "--json", *here).json == []
    again = run("ingest", documents, *here)
    assert (again.status, again.out.count("新增 added")) == (0, 3)
    assert "37/37" in again.err
    assert call("check", "--json", *here).json["sound"]


def test_a_killed_run_leaves_no_lock_and_loses_nothing(start, run, call, documents, tmp_path):
    here = ("--data", tmp_path / "data")
    process = start("ingest", documents, *here)
    wait_for(process.stderr, "indexing 0/37")
    process.kill()
    process.communicate(timeout=60)
    assert run("ingest", documents, *here).status == 0
    assert call("check", "--json", *here).json["sound"]


@pytest.mark.parametrize("arguments", [["export"], ["documents"], ["show", "青岛"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(start, collection, arguments):
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    process = start(*arguments, "--data", collection, stdout=reader.stdin)
    reader.stdin.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_the_first_lines_can_be_taken_from_a_long_result(start, collection):
    process = start("export", "--data", collection)
    assert process.stdout.readline().startswith('{"type": "document"')
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_chinese_goes_in_and_out_in_any_locale(run, collection, locale):
    done = run("show", "青岛", "第七条", "--data", collection, env={"LC_ALL": locale, "LANG": locale})
    assert done.status == 0
    assert "登记凭证的有效期为四年" in done.out


def test_chinese_messages_come_in_a_c_locale_without_utf8_mode(run, collection):
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("documents", "--data", collection, env=env)
    assert "青岛市数据流通管理办法" in done.out


def test_the_whole_program_answers_from_a_process_of_its_own(run, collection):
    done = run("ask", "登记凭证的有效期是几年？", "--json", "--data", collection)
    assert (done.status, done.err) == (0, "")
    assert done.json["citations"][0]["locator"] == "第二章/第七条"


def test_a_setting_from_the_environment_and_from_the_file_is_used(run, collection, tmp_path):
    assert len(run("documents", "--json", env={"POLICYQA_DATA": str(collection)}).json) == 3
    (tmp_path / ".env").write_text(f"POLICYQA_DATA={collection}\nOTHER=1\n", encoding="utf-8")
    assert len(run("documents", "--json", cwd=tmp_path).json) == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "POLICYQA_NUMCTX",
            "没有 POLICYQA_NUMCTX 这个设置项。\n解决：是否指 POLICYQA_NUM_CTX？\n"
            "Unknown setting POLICYQA_NUMCTX.\nFix: did you mean POLICYQA_NUM_CTX?\n",
        ),
        ("POLICYQA_NUM_CTX", "POLICYQA_NUM_CTX 的值 'many' 无效："),
    ],
)
def test_a_wrong_setting_is_1_and_named(call, monkeypatch, name, message):
    monkeypatch.setenv(name, "many")
    done = call("documents")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(message)
