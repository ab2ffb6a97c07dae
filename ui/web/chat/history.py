"""A person's conversations as a list: what stands in it, and how it looks."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from rag.conversations import Conversation
from rag.errors import PolicyQAError
from rag.record.kept import now
from rag.record.recorder import Recorder
from rag.schema import Viewer
from rag.text import Lang
from ui.labels import label
from ui.render import CONTROL, one_line
from ui.service import Assistant
from ui.web.chat.mark import Mark
from ui.web.chat.recall import recalled
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits
from ui.web.sources.text import shown

_WEEK = 7
_ICONS = {
    "rename": "M11 1.5 14.5 5 5.5 14H2v-3.5zM3.4 11.1v1.5h1.5l6.2-6.2-1.5-1.5z",
    "delete": "M6 1h4l1 1.5h3V4H2V2.5h3zM3 5h10l-.8 10H3.8zm1.6 1.4.6 7.2h5.6l.6-7.2z",
}
"""Paths in a square of 16."""


@dataclass
class Tab:
    """What one tab of a browser shows; lives in its session."""

    visit: Visit = field(default_factory=Visit)
    lang: Lang = "zh"
    editing: str = ""
    """Key of the turn that the next question replaces; empty for none."""
    refused: str = ""
    """Why the last question was not taken; empty when it was."""
    words: str = ""
    """What the list of conversations is searched for."""
    deleted: Conversation | None = None
    """What was deleted last and can be brought back."""
    trouble: str = ""
    """Why the history could not be read or changed."""
    streams: int = 0
    """How many times an answer was followed; an earlier follower ends when another begins."""
    waits: bool = False
    """Whether the end of answers in conversations that are not shown is waited for."""
    running: frozenset[str] = frozenset()
    """Which conversations were being answered when the list was drawn last."""
    arrived: bool = False
    """Whether it is settled which conversation the tab shows."""
    mark: Mark = field(default_factory=Mark)

    def __hash__(self) -> int:
        # Gradio asks for it to tell whether a state was exchanged.
        return id(self)


@dataclass(frozen=True)
class Line:
    """One conversation of the list."""

    conversation: Conversation
    is_open: bool
    is_running: bool


class History:
    """The kept conversations of a page; nothing about one person stays on it."""

    def __init__(self, recorder: Recorder, visits: Visits, assistant: Assistant) -> None:
        self._recorder, self._visits, self._assistant = recorder, visits, assistant

    def lines(self, person: str, tab: Tab) -> list[Line]:
        """Return what the list shows, newest first: kept conversations, and new ones that are being answered."""
        running = {visit.conversation: visit for visit in self._visits.running(person)}
        kept: list[Conversation] = []
        try:
            with closing(self._recorder.conversations()) as conversations:
                kept = conversations.of(person, tab.words)
        except PolicyQAError as error:
            tab.trouble = " ".join(error.words(tab.lang))
        known = {conversation.conversation_id for conversation in kept}
        begun = [
            Conversation(visit.conversation, visit.turns[0].question, now())
            for visit in reversed(running.values())
            if visit.conversation not in known and visit.turns and not tab.words
        ]
        return [
            Line(one, one.conversation_id == tab.visit.conversation, one.conversation_id in running)
            for one in (*begun, *kept)
        ]

    def open(self, person: str, conversation_id: str, viewer: Viewer | None = None) -> Visit | None:
        """Return a conversation of this person, as it is held or as it is kept; None when there is none.

        Args:
            person: Whose.
            conversation_id: Of the list.
            viewer: The same person; None for one who sees public documents only.
        """
        if held := self._visits.find(person, conversation_id):
            return held
        try:
            with closing(self._recorder.conversations()) as conversations:
                turns = conversations.turns(conversation_id, person)
        except PolicyQAError:
            return None
        visit = recalled(self._assistant, conversation_id, turns, viewer) if turns else None
        if visit:
            self._visits.adopt(person, visit)
        return visit

    def change(self, person: str, tab: Tab, act: str, conversation_id: str, name: str = "") -> None:
        """Rename, delete or restore a conversation; why it did not work is said in `tab.trouble`.

        Args:
            person: Whose; the conversation of another stays as it is.
            tab: Remembers what was deleted.
            act: `rename`, `delete` or `restore`; anything else does nothing.
            conversation_id: Of the list.
            name: The new name; only to rename.
        """
        tab.trouble = ""
        try:
            with closing(self._recorder.conversations()) as conversations:
                if act == "rename":
                    conversations.rename(conversation_id, person, name)
                elif act == "delete":
                    lines = [line.conversation for line in self.lines(person, tab)]
                    tab.deleted = next((c for c in lines if c.conversation_id == conversation_id), None)
                    self._visits.drop(person, conversation_id)
                    conversations.delete(conversation_id, person)
                elif act == "restore":
                    conversations.restore(conversation_id, person)
                    tab.deleted = None
        except PolicyQAError as error:
            tab.trouble = " ".join(error.words(tab.lang))


def history_html(lines: Sequence[Line], tab: Tab, today: date) -> str:
    """Return the list as HTML, by day; its buttons carry what they do in `data-do`."""
    lang = tab.lang
    parts: list[str] = []
    if tab.trouble:
        parts.append(f'<p class="pq-history-note" role="alert">{shown(tab.trouble)}</p>')
    if tab.deleted:
        gone = label("chat.deleted", lang).format(name=_short(tab.deleted.name))
        parts.append(
            f'<p class="pq-history-note" role="status"><span>{shown(gone)}</span>'
            f"{_button('restore', tab.deleted.conversation_id, label('chat.undo', lang))}</p>"
        )
    if not lines:
        parts.append(
            f'<p class="pq-hint">{label("chat.none_found" if tab.words else "chat.none_yet", lang)}</p>'
        )
    for heading, group in _by_day(lines, today, lang):
        items = "".join(_item(line, lang) for line in group)
        parts.append(f"<h3>{heading}</h3><ul>{items}</ul>")
    return "".join(parts)


def _by_day(lines: Sequence[Line], today: date, lang: Lang) -> Iterator[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        days = (today - _local_day(line.conversation.at)).days
        key = "today" if days <= 0 else "yesterday" if days == 1 else "week" if days < _WEEK else "older"
        groups.setdefault(key, []).append(line)
    for key, group in groups.items():
        yield label(f"chat.{key}", lang), group


def _local_day(at: str) -> date:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone().date()


def _item(line: Line, lang: Lang) -> str:
    name = _short(line.conversation.name)
    current = ' aria-current="true"' if line.is_open else ""
    running = f'<i role="img" aria-label="{label("chat.running", lang)}"></i>' if line.is_running else ""
    identity = shown(line.conversation.conversation_id)
    tools = "".join(
        f'<button type="button" class="pq-history-tool pq-{act}" data-do="{act}" data-id="{identity}" '
        f'title="{label(f"chat.{act}", lang)}" aria-label="{shown(label(f"chat.{act}_this", lang).format(name=name))}">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg></button>'
        for act, path in _ICONS.items()
    )
    return (
        f'<li{current and " class=pq-current"}><button type="button" class="pq-history-open" data-do="open" data-id="{identity}"'
        f'{current} title="{shown(name)}">{running}<span>{shown(name)}</span></button>{tools}</li>'
    )


def _button(act: str, identity: str, words: str) -> str:
    return f'<button type="button" data-do="{act}" data-id="{shown(identity)}">{words}</button>'


def _short(name: str) -> str:
    return one_line(CONTROL.sub("", name))[:80]
