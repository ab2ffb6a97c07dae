"""The whole product, one part after the other, over a small collection: `python whole_product.py FOLDER`.

Each part is a process of `policyqa`, with an Ollama and a Slack of our own on loopback. Prints how each ended, as JSON.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from fake_chroma import ChromaProcess
from fake_ollama import FakeOllama, chunk, reply
from fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from whole_product_served import api, page, sign_on

HERE = Path(__file__).parent
QUESTION = "数据交易资料应当保存多少年？"
# Without a guard in Python unless the caller wants one: what a library does when it is not watched is looked for.
START = "from ui.cli import main; main()"
GUARDED = "import offline; offline.cut_off(); " + START


class Product:
    """Commands over one data folder."""

    def __init__(self, folder: Path, start: str) -> None:
        self.data = folder / "data"
        self._folder, self._start = folder, start
        path = os.pathsep.join([str(HERE.parent), str(HERE)])
        self._environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": path, "POLICYQA_LLM": "none",
            "OMP_NUM_THREADS": "1",
        }  # fmt: skip

    def start(self, *arguments: object, **settings: str) -> subprocess.Popen:
        command = [sys.executable, "-c", self._start, *map(str, arguments), "--data", str(self.data)]
        environment = self._environment | {f"POLICYQA_{name}": value for name, value in settings.items()}
        log = (self._folder / "log").open("ab")
        with log:
            return subprocess.Popen(
                command,
                env=environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )

    def run(self, *arguments: object, **settings: str) -> tuple[int, str]:
        process = self.start(*arguments, **settings)
        out, _ = process.communicate(timeout=120)
        return process.returncode, out


def _commands(product: Product) -> dict[str, bool]:
    status, kept = {}, product.data.parent / "kept.zip"
    for name, arguments, expected in (
        ("ingest", ["ingest", HERE / "data" / "small"], ""),
        ("search", ["search", QUESTION], "条"),
        ("ask", ["ask", QUESTION], "[1]"),
        ("export", ["export"], '"clause_id"'),
        ("check", ["check"], ""),
        ("answers", ["answers"], QUESTION),
        ("doctor", ["doctor"], "无 none"),
        ("eval", ["eval", "run", "--set", HERE / "data" / "small-cases.jsonl", "--out", product.data.parent / "run"], "cases: 3"),
        ("backup", ["backup", kept], ""),
        ("restore", ["restore", kept, "--force"], ""),
        ("rebuild", ["rebuild"], ""),
    ):  # fmt: skip
        code, out = product.run(*arguments)
        status[name] = code == 0 and expected in out
    return status


def _model(product: Product) -> bool:
    said = reply(chunk("数据交易资料保存不少于十年[1]。"), json.dumps({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 900, "eval_count": 20}) + "\n")  # fmt: skip
    with FakeOllama({"/api/chat": said}) as server:
        code, _ = product.run("ask", QUESTION, LLM="ollama:smollm2", LLM_URL=server.url)
        return code == 0 and bool(server.asked("/api/chat"))


def _mcp(product: Product) -> bool:
    client = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    with product.start("mcp") as process:
        try:
            for n, method, params in (
                (1, "initialize", client),
                (2, "tools/call", {"name": "ask", "arguments": {"question": QUESTION}}),
            ):
                process.stdin.write(
                    json.dumps({"jsonrpc": "2.0", "id": n, "method": method, "params": params}) + "\n"
                )
                process.stdin.flush()
                said = json.loads(process.stdout.readline())
            return said["result"]["structuredContent"]["verdict"] == "answered"
        finally:
            process.communicate(timeout=20)


def _slack(product: Product) -> bool:
    with FakeSlack() as slack:
        tokens = {"SLACK_URL": slack.url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        with product.start("slack", **tokens) as process:
            try:
                slack.wait_connected(60)
                ts = slack.ask(QUESTION)
                answered = slack.wait(
                    lambda: [m for m in slack.posted("D1", ts) if not m.get("streaming") and m["blocks"]], 30
                )
                return bool(answered)
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=20)


def _chroma_server(product: Product) -> bool:
    server = ChromaProcess(product.data.parent / "chroma")
    server.start()
    try:
        done = [
            product.run(*arguments, CHROMA_URL=server.url) for arguments in (["rebuild"], ["ask", QUESTION])
        ]
        return [code for code, _ in done] == [0, 0] and "[1]" in done[1][1]
    finally:
        server.kill()
        product.run("rebuild")


def _main(folder: Path, start: str) -> None:
    product = Product(folder, start)
    status = _commands(product)
    parts = {
        "model": _model, "page": page, "api": api, "sign-on": sign_on, "mcp": _mcp, "slack": _slack, "chroma server": _chroma_server,
    }  # fmt: skip
    for name, part in parts.items():
        status[name] = part(product)
    print(json.dumps(status))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), GUARDED if "--guarded" in sys.argv else START)
