"""What goes wrong in the soak: a model's server that misbehaves, people who go away in the middle of an answer, wrong requests."""

import re
import time
from collections import deque
from secrets import token_hex

import httpx
from fake_ollama import FakeOllama, chunk, installed, reply

FAULT_S = 4.0
_FIRST_SOURCE = re.compile(r"^\[1\]《.*》.*\n\s+([^。；\n]+)", re.MULTILINE)
_WHOLE_QUESTION = "登记凭证的有效期是几年？"
_QUESTION = {"question": "青岛的登记凭证有效期是几年？"}
_SAYS = {
    "refuses": reply('{"error": "model requires more system memory"}', status=500),
    "garbage": reply("<html><body>It works!</body></html>\n"),
    "breaks off": reply(chunk("登记凭证的"), '{"error": "llama runner process has terminated"}\n'),
}
_WRONG = (
    ("POST", "/api/ask", {"json": {}}, 422),
    ("POST", "/api/ask", {"json": {"question": "？！"}}, 422),
    ("POST", "/api/ask", {"json": _QUESTION | {"regin": "青岛市"}}, 422),
    ("POST", "/api/ask", {"json": {"question": "问" * 20_001}}, 422),
    ("POST", "/api/ask", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
    ("POST", "/api/ask", {"content": b"question=1"}, 415),
    ("POST", "/api/ask", {"json": _QUESTION, "headers": {"origin": "https://example.org"}}, 403),
    ("POST", "/api/search", {"json": _QUESTION | {"limit": 0}}, 422),
    ("POST", "/v1/chat/completions", {"json": {"model": "gpt", "messages": [{"role": "user", "content": "问"}]}}, 404),
    ("GET", "/api/ask", {}, 405),
    ("GET", "/api/nothing", {}, 404),
    ("GET", "/api/clauses/nothing", {}, 404),
)  # fmt: skip


class QuotingOllama(FakeOllama):
    """Answers with the first sentence of the first source that it is given, and completes every question to the same one."""

    def __init__(self, port=0):
        super().__init__({"/api/tags": installed("m")}, port=port)
        self.requests = deque(maxlen=50)
        self.routes = _Quoting(self.routes, self.requests)


class _Quoting(dict):
    """Routes whose chat quotes the newest request, unless it is told to say something else."""

    def __init__(self, routes, requests):
        super().__init__(routes)
        self._requests = requests

    def get(self, path):
        told = super().get(path)
        if told is not None or path != "/api/chat":
            return told
        source = _FIRST_SOURCE.search(self._requests[-1].json["messages"][-1]["content"])
        text = f"{source[1]}[1]。" if source else _WHOLE_QUESTION
        end = chunk("", done=True, done_reason="stop", prompt_eval_count=900, eval_count=20)
        return reply(*(chunk(text[n : n + 8]) for n in range(0, len(text), 8)), end)


class Model:
    """A model's server on one port, which has one fault after the other, in rounds that hold each of them once."""

    def __init__(self, tally, dice):
        self._tally, self._dice = tally, dice
        self._round = []
        self._server = QuotingOllama()

    @property
    def url(self):
        return self._server.url

    def __enter__(self):
        self._server.__enter__()
        return self

    def __exit__(self, *_):
        self._server.__exit__()

    def step(self):
        if not self._round:
            self._round = self._dice.sample((*_SAYS, "silent", "down"), len(_SAYS) + 2)
        kind = self._round.pop()
        self._tally.injected(f"model {kind}")
        if kind == "down":
            self._server.__exit__()
            time.sleep(FAULT_S)
            self._server = QuotingOllama(self._server.port).__enter__()
        elif kind == "silent":
            server, server.stall_after = self._server, self._dice.choice((0, 1))
            time.sleep(FAULT_S)
            # Whoever still waits is answered late.
            server.__exit__()
            self._server = QuotingOllama(server.port).__enter__()
        else:
            self._server.routes["/api/chat"] = _SAYS[kind]
            time.sleep(FAULT_S)
            del self._server.routes["/api/chat"]


class Nuisance:
    """People who do not wait for the end of an answer, and programs that send what cannot be answered."""

    def __init__(self, address, tally, dice):
        self._address, self._tally, self._dice = address, tally, dice

    def step(self):
        # Everybody is somebody else: an answer that nobody waits for counts for its person until the model has let go.
        cookies = {"policyqa_person": token_hex(8)}
        with httpx.Client(base_url=self._address, timeout=60, cookies=cookies) as client:
            self._dice.choice((self._leave_stream, self._leave, self._send_wrong, self._send_wrong))(client)

    def _leave_stream(self, client):
        """Hang up after the first stage, or at a later one."""
        stop_at = self._dice.randint(1, 8)
        with client.stream(
            "POST", "/api/ask", json=_QUESTION, headers={"accept": "text/event-stream"}
        ) as response:
            assert response.status_code == 200, f"a stream to be left: {response.status_code}"
            for number, _ in enumerate(response.iter_lines(), start=1):
                if number >= stop_at:
                    break
        self._tally.injected("left in the middle")

    def _leave(self, client):
        path, body = self._dice.choice(
            (
                ("/api/ask", _QUESTION),
                ("/v1/chat/completions",
                 {"model": "policyqa", "messages": [{"role": "user", "content": _QUESTION["question"]}]}),
            )
        )  # fmt: skip
        try:
            client.post(path, json=body, timeout=self._dice.uniform(0.02, 0.5))
        except httpx.TimeoutException:
            self._tally.injected("left in the middle")

    def _send_wrong(self, client):
        method, path, how, status = self._dice.choice(_WRONG)
        response = client.request(method, path, **how)
        found = f"{method} {path} {str(how)[:100]}: {response.status_code} {response.text[:300]}"
        assert response.status_code == status, found
        assert response.json()["error"]["message"], found
        self._tally.injected("wrong request")
