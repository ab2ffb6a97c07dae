"""The load of the soak: people who ask, read and rate at a page and its API, each answer compared with the clauses that it cites."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import quote

import httpx
from fakes_visitors import Visitor

PATIENCE_S = 60
_CITIES = ("长沙", "成都", "武汉", "杭州", "南京", "合肥")
_DIGITS = "一二三四五六七八九"
_NUMBERS = (*_DIGITS, "十", *(f"十{digit}" for digit in _DIGITS), "二十")
_SHORTEST = 8
_ASKED = (
    "登记凭证的有效期是几年？",
    "数据经纪人不得做什么？",
    "青岛市数据流通管理办法第八条说了什么？",
    "公共数据目录每年更新几次？",
    "登记要提交哪些材料？",
    "湖南省数据要素促进条例第十条怎么处罚？",
    "婚假可以休多少天？",
    "How long is a registration certificate valid in Qingdao?",
    *(f"{city}市公共数据授权运营管理办法第{number}条怎么规定？" for city in _CITIES for number in "三七"),
    *(f"{city}的第二类数据产品授权运营期限是几年？" for city in _CITIES),
)
_EARLIER = [["湖南的公共数据目录多久更新一次？", "每年至少更新两次。"]]


class Laws:
    """A folder of laws that grow by one article at a time, up to twenty and then anew; an article never changes its words."""

    def __init__(self, folder):
        self.folder = folder
        self.titles = [f"{city}市公共数据授权运营管理办法" for city in _CITIES]
        self.printed = {title: self._text(title, len(_NUMBERS)) for title in self.titles}
        """The longest edition of each law, by title."""
        self._lengths = dict.fromkeys(self.titles, _SHORTEST)
        folder.mkdir()
        for title in self.titles:
            self._write(title)

    def grow(self, title):
        longer = self._lengths[title] + 1
        self._lengths[title] = longer if longer <= len(_NUMBERS) else _SHORTEST
        self._write(title)

    def _write(self, title):
        text = self._text(title, self._lengths[title])
        (self.folder / f"{title}.txt").write_text(text, encoding="utf-8")

    @staticmethod
    def _text(title, articles):
        city = title[:3]
        lines = [
            f"第{number}条 {city}第{number}类数据产品的授权运营期限为{n + 1}年，运营机构应当在期满前{n * 10 + 5}日内"
            f"报{city}数据主管部门备案，运营记录保存不少于{n + 10}年。"
            for n, number in enumerate(_NUMBERS[:articles])
        ]
        return "\n\n".join([title, *lines]) + "\n"


class Tally:
    """What was done, and how it ended; many threads note it."""

    def __init__(self):
        self._lock = threading.Lock()
        self.seconds: list[float] = []
        """Of each answer, asked of the API or the page."""
        self.done: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.wrong: list[str] = []

    def did(self, kind):
        with self._lock:
            self.done[kind] += 1

    def injected(self, kind):
        with self._lock:
            self.faults[kind] += 1

    def answered(self, kind, seconds):
        with self._lock:
            self.seconds.append(seconds)
            self.done[kind] += 1

    def p95(self):
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else 0.0


@contextmanager
def repeating(tally, *steps):
    """Take each of the steps, (function, pause in seconds), again and again in a thread of its own; what goes wrong is noted."""
    ended = threading.Event()

    def repeat(step, pause_s):
        while not ended.is_set():
            try:
                step()
            except Exception as error:  # told at the end, with all that went on
                tally.wrong.append(f"{time.strftime('%H:%M:%S')} {step.__qualname__}: {error!r}"[:1000])
            ended.wait(pause_s)

    threads = [threading.Thread(target=repeat, args=step) for step in steps]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def events(response):
    """Yield (name, value) of each server-sent event; the name is empty where none was sent, comments are left out."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: ") and line != "data: [DONE]":
            yield name, json.loads(line[6:])
            name = ""


class Reader:
    """One person who asks, searches and reads through the API, every time in another of its ways."""

    def __init__(self, address, laws, tally, dice):
        self._http = httpx.Client(
            base_url=address, timeout=PATIENCE_S, cookies={"policyqa_person": token_hex(8)}
        )
        self._laws, self._tally, self._dice = laws, tally, dice
        self._ways = (
            self._ask, self._ask, self._ask_streamed, self._ask_streamed, self._complete,
            self._complete_streamed, self._search, self._read,
        )  # fmt: skip

    def close(self):
        self._http.close()

    def step(self):
        self._dice.choice(self._ways)()

    def _question(self):
        follows = self._dice.random() < 0.15
        return ("那数据经纪人呢？", _EARLIER) if follows else (self._dice.choice(_ASKED), [])

    def _ask(self):
        question, history = self._question()
        began = time.monotonic()
        said = self._sent("/api/ask", {"question": question, "history": history})
        self._checked(said, time.monotonic() - began, "ask")

    def _ask_streamed(self):
        question, history = self._question()
        began = time.monotonic()
        body, kind = {"question": question, "history": history}, {"accept": "text/event-stream"}
        with self._http.stream("POST", "/api/ask", json=body, headers=kind) as response:
            _expect(response.status_code == 200, f"ask: {response.status_code}")
            found = list(events(response))
        _expect(found[-1][0] == "answer", f"the last event is {found[-1]}")
        self._checked(found[-1][1], time.monotonic() - began, "ask, streamed")

    def _complete(self):
        began = time.monotonic()
        said = self._sent("/v1/chat/completions", self._completing())
        self._checked(said["choices"][0]["message"], time.monotonic() - began, "complete")

    def _complete_streamed(self):
        began = time.monotonic()
        body = self._completing() | {"stream": True}
        with self._http.stream("POST", "/v1/chat/completions", json=body) as response:
            _expect(response.status_code == 200, f"complete: {response.status_code}")
            found = [value for _, value in events(response)]
        _expect("choices" in found[-1], f"the last chunk is {found[-1]}")
        self._checked(found[-1]["choices"][0]["delta"], time.monotonic() - began, "complete, streamed")

    def _completing(self):
        question, history = self._question()
        turns = [
            {"role": role, "content": text}
            for turn in history
            for role, text in zip(("user", "assistant"), turn, strict=True)
        ]
        return {"model": "policyqa", "messages": [*turns, {"role": "user", "content": question}]}

    def _search(self):
        found = self._sent("/api/search", {"question": self._question()[0], "limit": 5})
        _expect(len(found["hits"]) == 5, f"{len(found['hits'])} hits")
        self._tally.did("search")

    def _read(self):
        response = self._http.get("/api/documents")
        _expect(response.status_code == 200, f"documents: {response.status_code}")
        _expect(len(response.json()) >= 3, "too few documents")
        self._tally.did("read")

    def _sent(self, path, body):
        response = self._http.post(path, json=body)
        _expect(response.status_code == 200, f"{path}: {response.status_code} {response.text[:300]}")
        return response.json()

    def _checked(self, said, seconds, way):
        """Compare an answer with the clauses that it cites, as they are now."""
        _expect(said["verdict"] in ("answered", "partial", "refused"), f"verdict {said['verdict']}")
        _expect(bool(said["citations"]) or said["verdict"] != "answered", f"nothing cited: {said}")
        for cited in said["citations"]:
            response = self._http.get(f"/api/clauses/{quote(cited['clause_id'], safe='/:')}")
            _expect(response.status_code in (200, 404), f"a cited clause: {response.status_code}")
            # A clause that has been taken out since stood in the longest edition; what is there has kept its words.
            whole = (
                response.json()["text"]
                if response.status_code == 200
                else self._laws.printed.get(cited["title"], "")
            )
            _expect(cited["quote"] in whole, f"not verbatim ({response.status_code}): {cited}")
        self._tally.answered(way, seconds)


class Guest:
    """One person at the page after the other, each with a conversation of three questions whose answers they rate."""

    def __init__(self, address, tally, dice):
        self._address, self._tally, self._dice = address, tally, dice

    def step(self):
        visitor = Visitor(self._address)
        try:
            with visitor.staying():
                for turn in range(3):
                    _, seconds = visitor.ask(self._dice.choice(_ASKED))
                    self._tally.answered("page", seconds)
                    visitor.press(turn, liked=self._dice.random() < 0.7)
                    self._tally.did("rate")
        finally:
            visitor.close()


def _expect(holds, otherwise):
    if not holds:
        raise AssertionError(otherwise)
