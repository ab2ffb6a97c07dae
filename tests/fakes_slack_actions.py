"""A bot whose buttons are pressed in the fake Slack: kept answers, a real app, and what was handed on to be answered."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fake_assistant import FakeAssistant
from fake_slack import APP_TOKEN, BOT, BOT_TOKEN, FakeSlack
from fakes import fake_settings
from slack_bolt import App
from slack_sdk import WebClient

from rag.record.kept import Feedback, KeptAnswer
from rag.record.recorder import Recorder
from rag.records import Records
from rag.schema import Question, Viewer
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.access.rules import Rules
from ui.slack.button.actions import register_actions
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import Ledger
from ui.slack.inbound.connection import connect
from ui.slack.inquiry import Inquiry
from ui.slack.reply.budget import Budget
from ui.slack.shape.answer import answer_messages

GROUP_DOCUMENTS = frozenset({"b1"})


class GuardedAssistant(FakeAssistant):
    """Shows the Beijing document to the group `局` alone once it is closed."""

    closed = False

    def document(self, document_id, viewer=None):
        found = super().document(document_id)
        if self.closed and document_id in GROUP_DOCUMENTS and "局" not in (viewer or Viewer()).groups:
            return super().document("nothing")
        return found

    def clause(self, clause_id, viewer=None):
        found = super().clause(clause_id)
        self.document(found.document_id, viewer)
        return found


class RecordingBot:
    """Keeps what it is to answer."""

    def __init__(self) -> None:
        self.received: list[Inquiry] = []
        self.repeated: list[Inquiry] = []

    def receive(self, inquiry: Inquiry, *, admitted: bool = False) -> None:
        assert admitted, "counted before anything was said to all"
        self.received.append(inquiry)

    def again(self, inquiry: Inquiry) -> None:
        self.repeated.append(inquiry)


@dataclass
class Stand:
    """Everything that a test looks at."""

    slack: FakeSlack
    folder: Path
    assistant: GuardedAssistant
    recorder: Recorder
    ledger: Ledger
    bot: RecordingBot = field(default_factory=RecordingBot)
    errands: Errands = field(default_factory=lambda: Errands("slack-press"))
    resume: Callable[[], None] = lambda: None
    """Does what an earlier process left."""

    def keep(self, question: str = "登记证书的有效期？", groups: tuple[str, ...] = ()) -> KeptAnswer:
        """Answer a question and keep it."""
        asked = Question(question)
        kept = self.recorder.record(
            asked, self.assistant.ask(asked), person="slack:T1:U1", viewer=Viewer(frozenset(groups))
        )
        assert self.recorder.keep(kept) is None
        return kept

    def post(self, kept: KeptAnswer, channel: str = "C1", thread: str | None = "1.1") -> str:
        """Put an answer into Slack as the bot does; return its ts."""
        [message] = answer_messages(kept, "zh", web_url=None)
        web = WebClient(token=BOT_TOKEN, base_url=self.slack.url)
        return web.chat_postMessage(
            channel=channel, thread_ts=thread, text=message.text, blocks=list(message.blocks)
        )["ts"]

    def feedback(self) -> list[Feedback]:
        """Return all ratings, oldest first."""
        with closing(Records(self.folder)) as records:
            return list(records.feedback())

    def wait(self, done):
        """Wait until something is so."""
        return self.slack.wait(done)

    def told(self, number: int = 1) -> str:
        """Wait for so many words to the presser alone and return the last ones."""
        self.wait(lambda: len(self.slack.store.ephemeral) >= number)
        return self.slack.store.ephemeral[-1]["text"]


@contextmanager
def standing(slack: FakeSlack, folder: Path, rules: Rules | None = None, **service) -> Iterator[Stand]:
    """Run an app with nothing but the buttons, connected to the fake Slack."""
    settings = fake_settings(folder, **service.pop("settings", {}))
    recorder = Recorder(settings, "slack")
    ledger = Ledger(folder, 90)
    stand = Stand(slack, folder, GuardedAssistant(), recorder, ledger)
    app = App(client=WebClient(token=BOT_TOKEN, base_url=slack.url), raise_error_for_unhandled_request=True)
    app.error(lambda error: None)
    access = Access(rules or Rules(), home="T1")
    built = Service(stand.assistant, folder, recorder, **service)
    stand.resume = register_actions(
        app, stand.bot, built, access, ledger, BOT, Budget(per_minute=1000), stand.errands
    )
    # Nobody listens to messages here.
    slack.echo = False
    disconnect = connect(app, APP_TOKEN)
    try:
        slack.wait_connected()
        yield stand
        slack.wait(lambda: not slack.socket.waiting)
    finally:
        disconnect()
        stand.errands.stop(5)
        app.listener_runner.listener_executor.shutdown()
        ledger.close()


def view_values(reason: str | None, words: str | None) -> dict:
    """Return what a modal that asks for a reason sends back."""
    option = {"selected_option": {"value": reason} if reason else None, "type": "radio_buttons"}
    return {
        "pq_reason": {"pq_reason": option},
        "pq_words": {"pq_words": {"type": "plain_text_input", "value": words}},
    }


def buttons_of(message: dict) -> dict[str, dict]:
    """Return the buttons below a message by action_id."""
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row["elements"]}


def words_of(part) -> str:
    """Return all texts of blocks or of a view."""
    if isinstance(part, list | tuple):
        return "\n".join(filter(None, map(words_of, part)))
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return "\n".join(
            filter(None, [*own, *(words_of(value) for value in part.values() if not isinstance(value, str))])
        )
    return ""
