"""Visitors of the page without a browser: each speaks to the server as Gradio's own page does."""

import json
import time
from contextlib import contextmanager
from secrets import token_hex

import httpx

_WORDS = {"process_generating", "process_completed"}


class Visitor:
    """One browser tab: asks questions of the page at an address and times the answers."""

    def __init__(self, address):
        self._http = httpx.Client(base_url=address, timeout=60)
        self._http.get("/")  # gives the visitor a cookie
        self._config = self._http.get("/config").json()
        self._session = token_hex(6)
        self.heard = ""
        """All that the page sent for the last question."""
        self.arrivals = []
        """Each message of it with the time at which it came, in seconds since 1970."""
        self._asking = self._handler("pq-question", "submit")

    def close(self):
        self._http.close()

    def open_tab(self):
        """Go on in another tab of the same browser."""
        self._session = token_hex(6)

    @contextmanager
    def staying(self):
        """Keep the tab open, as a browser does, and close it at the end."""
        with self._http.stream("GET", self._route(f"/heartbeat/{self._session}")):
            yield

    def press(self, turn, *, liked):
        """Press a thumb under the answer of a turn, from 0; raises AssertionError on an error."""
        handler = self._handler("pq-chat", "like")
        job = {
            "data": [self._value(c) for c in handler["inputs"]],
            "fn_index": handler["id"],
            "session_hash": self._session,
            "event_data": {"index": 2 * turn + 1, "value": "", "liked": liked},
        }
        said = self._http.post(self._route("/run/predict"), json=job)
        assert said.status_code == 200, said.text

    def ask(self, text):
        """Return seconds until the first word of the answer and until its end; raises AssertionError on an error."""
        start = time.perf_counter()
        first, self.heard, self.arrivals = None, "", []
        inputs = [text if c == self._id("pq-question") else self._value(c) for c in self._asking["inputs"]]
        job = {
            "data": inputs,
            "fn_index": self._asking["id"],
            "session_hash": self._session,
            "trigger_id": None,
        }
        joined = self._http.post(self._route("/queue/join"), json=job)
        assert joined.status_code == 200, joined.text
        with self._http.stream(
            "GET", self._route("/queue/data"), params={"session_hash": self._session}
        ) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                said = json.loads(line[5:])
                self.arrivals.append((time.time(), json.dumps(said, ensure_ascii=False)))
                self.heard += self.arrivals[-1][1]
                assert said["msg"] != "unexpected_error", said
                if said["msg"] in _WORDS and first is None and _has_answer(said):
                    first = time.perf_counter() - start
                if said["msg"] == "process_completed":
                    assert said["success"], said["output"]
                if said["msg"] == "close_stream":
                    break
        whole = time.perf_counter() - start
        return (whole if first is None else first), whole

    def _route(self, path):
        return f"{self._config.get('api_prefix', '/gradio_api')}{path}"

    def _id(self, name):
        return next(c["id"] for c in self._config["components"] if c["props"].get("elem_id") == name)

    def _handler(self, name, event):
        target = [self._id(name), event]
        return next(d for d in self._config["dependencies"] if target in d["targets"])

    def _value(self, component_id):
        found = next(c for c in self._config["components"] if c["id"] == component_id)
        return None if found["type"] == "state" else found["props"].get("value")


def _has_answer(said):
    return "pq-n" in json.dumps(said, ensure_ascii=False) or "cite-1-1" in json.dumps(said)
