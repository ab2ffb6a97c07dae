"""What the tests of replies in Slack share: an answer, time that passes quickly, and what stands in a thread."""

import time
from typing import Any

from fake_slack import BOT_TOKEN, FakeSlack
from slack_sdk import WebClient

from rag.record.kept import CitedClause, KeptAnswer, KeptClause
from ui.slack.inquiry import Inquiry
from ui.slack.reply.budget import Budget
from ui.slack.reply.reply import Reply, reply_to

FIRST, SECOND, LAST = (
    "试用期最长不超过六个月[1]。",
    "试用期工资不低于约定工资的百分之八十[2]。",
    "以上自签订之日起算[1]。",
)
SENTENCES = (FIRST, SECOND, LAST)
QUOTES = ("三年以上固定期限的，试用期不得超过六个月", "不得低于劳动合同约定工资的百分之八十")


class Time:
    """A clock that runs on when somebody waits, at a speed of its own."""

    def __init__(self, speed: float = 50.0) -> None:
        self.speed = speed
        self.waited: list[float] = []

    def clock(self) -> float:
        """Return seconds of this clock."""
        return time.monotonic() * self.speed

    def wait(self, seconds: float) -> None:
        """Let so many seconds of this clock pass."""
        self.waited.append(seconds)
        time.sleep(seconds / self.speed)


def answer(text: str = "".join(SENTENCES), **more: Any) -> KeptAnswer:
    """Return an answer that is kept, with two sources."""
    fields: dict[str, Any] = {
        "answer_id": "a1b2", "at": "2026-01-02T03:04:05+00:00", "person": "slack:T1:U1", "question": "试用期多久？",
        "history": (), "filters": {}, "as_of": None, "verdict": "answered", "text": text,
        "citations": tuple(CitedClause(f"d1:{n}", "劳动合同法", f"第{n}条", quote, n) for n, quote in enumerate(QUOTES, 1)),
        "found": ("d1:1", "d1:2"), "model": "ollama:test", "prompt_version": "1", "way": "slack",
        "clauses": {f"d1:{n}": KeptClause("劳动合同法", f"第{n}条", None) for n in (1, 2)},
    }  # fmt: skip
    return KeptAnswer(**fields | more)


class Desk:
    """A person who asks, and the reply to them."""

    def __init__(
        self, slack: FakeSlack, *, speed: float = 50.0, per_minute: int = 40, timeout: float = 0.25
    ) -> None:
        self.slack = slack
        self.time = Time(speed)
        self.budget = Budget(per_minute, clock=self.time.clock, wait=self.time.wait)
        self.client = WebClient(BOT_TOKEN, base_url=slack.url, timeout=timeout)  # type: ignore[arg-type]
        self.response = None
        self.asked = ""

    def reply(self, way: str = "thread", channel: str = "C1", **more: Any) -> Reply:
        """Return the reply to a question that was put in a thread, in a channel where Slack neither streams nor shows a status (`plain`), or by a command."""
        if way == "command":
            _, self.response, given = self.slack._answerable(channel, "U1")
            at = given["trigger_id"]
            self.inquiry = Inquiry(
                "T1", channel, "U1", "试用期多久？", "command", at, response_url=given["response_url"]
            )
        else:
            self.asked = self.slack.ask("试用期多久？", channel=channel)
            self.inquiry = Inquiry("T1", channel, "U1", "试用期多久？", "mention", self.asked, self.asked)
            if way == "plain":
                for feature in ("assistant.threads.setStatus", "chat.startStream"):
                    self.budget.lacks(f"{feature} {channel}")
        return self.once_more(**more)

    def once_more(self, **more: Any) -> Reply:
        """Return another reply to the same question."""
        return reply_to(self.inquiry, self.client, self.budget, web_url=None, **more)

    def pass_time(self, seconds: float = 1.1) -> None:
        """Let time pass between two sentences."""
        time.sleep(seconds / self.time.speed)

    def grow(self, reply: Reply, sentences: int = 2) -> None:
        """Let an answer grow by some sentences, each of them in time for an update."""
        for count in range(1, sentences + 1):
            self.pass_time()
            reply.grow("".join(SENTENCES[:count]))


def said(message: dict[str, Any]) -> str:
    """Return everything that a message shows; its text only where it has no blocks, as clients do."""
    if message.get("markdown") and "edited" not in message:
        return f"{message['markdown']}\n{shown_in(message['blocks'])}"
    return shown_in(message["blocks"]) if message.get("blocks") else str(message["text"])


def shown_in(part: Any) -> str:
    """Return all texts in blocks."""
    if isinstance(part, dict):
        own = part["text"] if isinstance(part.get("text"), str) else ""
        return own + "".join(shown_in(value) for value in part.values() if not isinstance(value, str))
    return "\n".join(map(shown_in, part)) if isinstance(part, list) else ""
