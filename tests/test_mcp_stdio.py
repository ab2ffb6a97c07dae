"""`policyqa mcp` as assistant programs on this machine start it."""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import closing

from fakes_mcp import call, over_stdio

from rag.records import Records

_INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip


def test_a_program_finds_reads_and_asks(own_collection, environment):
    async def used():
        async with over_stdio(environment, own_collection) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return (
                tools,
                await call(client, "documents"),
                await call(client, "search", question="流通合同应当保存多少年", limit=3),
                await call(client, "show", title="青岛市数据流通", locator="第八条"),
                await call(client, "ask", question="流通合同、交付记录应当保存多少年？"),
                await call(client, "show", title="没有的"),
            )

    tools, documents, found, shown, answer, wrong = asyncio.run(used())
    assert tools == ["search", "show", "ask", "documents"]
    assert documents[2]["total"] == 3
    assert "第二章/第八条" in [clause["locator"] for clause in found[2]["clauses"]]
    assert shown[2]["clause"]["text"] == "流通合同、交付记录和结算凭证应当保存不少于十五年。"
    assert answer[2]["verdict"] == "answered"
    assert "不少于十五年" in answer[2]["citations"][0]["quote"]
    assert wrong[0]
    with closing(Records(own_collection)) as records:
        [kept] = records.answers()
    assert (kept.way, kept.question) == ("mcp", "流通合同、交付记录应当保存多少年？")


def test_nothing_but_the_protocol_is_on_stdout_and_the_end_of_stdin_ends_it(own_collection, start):
    process = start(
        "mcp", "--data", own_collection, stdin=subprocess.PIPE, env={"POLICYQA_LLM": "none", "POLICYQA_LOG_LEVEL": "info"}
    )  # fmt: skip
    calls = [
        _INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "登记凭证的有效期是几年？"}}},
    ]  # fmt: skip
    lines = [json.dumps(each) for each in calls]
    process.stdin.write("\n".join([*lines, "no JSON"]) + "\n")
    process.stdin.flush()
    said = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert {message.get("id") for message in said} >= {1, 2}
    rest, err = process.communicate(timeout=60)
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert process.returncode == 0
    assert "way=mcp" in err
    assert "登记凭证" not in err


def test_ctrl_c_ends_it(environment):
    code = (
        "from fake_assistant import FakeAssistant; from rag.settings import load_settings; from ui.mcp.stdio import serve_stdio; "
        "assistant = FakeAssistant(); assistant.settings = load_settings(None); serve_stdio(assistant)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, **pipes) as process:
        process.stdin.write(json.dumps(_INITIALIZE) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_without_a_collection_it_says_what_to_do(run, tmp_path):
    done = run("mcp", "--data", tmp_path / "nowhere", stdin=subprocess.DEVNULL)
    assert (done.status, done.out) == (1, "")
    assert "Fix: policyqa ingest" in done.err
