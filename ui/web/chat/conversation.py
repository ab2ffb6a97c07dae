"""One visitor's conversation, without any widget: how an answer comes into it, and what to show at each moment."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from rag.errors import NotFound, PolicyQAError
from rag.record.kept import Rating
from rag.schema import Answer, Delta, Event, Hit, Question, Settled, Stage
from rag.text import Lang
from ui import render
from ui.labels import label
from ui.record.labels import record_label
from ui.service import Assistant
from ui.web.chat.bubble import bubble, growing, plain_markdown
from ui.web.chat.gate import Gate
from ui.web.chat.run import Run
from ui.web.chat.shared import shared
from ui.web.chat.suggestions import suggested
from ui.web.chat.turn import Keep, Panel, Turn, Visit
from ui.web.sources.cards import hit_list
from ui.web.sources.turns import conversation_sources

_STAGES = ("search", "read", "write")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class View:
    """What the page shows at one moment."""

    messages: list[dict[str, Any]]
    """`role` and Markdown `content` of each bubble, oldest first; `options` of the last one are questions to go on with."""
    sources: str
    """HTML of the pane of sources."""
    copy: str = ""
    """The last answer as plain text; empty when there is none."""
    running: bool = False
    ratings: tuple[Rating | None, ...] = ()
    """One for each answer, oldest first."""
    panel: Panel = "closed"
    about: str = ""
    """The question whose answer the panel is about."""
    trouble: str = ""


def begin(
    assistant: Assistant, visit: Visit, question: Question, keep: Keep | None = None, *,
    gate: Gate | None = None, replaces: str = "",
) -> None:  # fmt: skip
    """Put a question to the assistant; the answer is made whether anybody looks on or not.

    Args:
        assistant: Shared by all visitors.
        visit: The conversation that the question ends; no answer is in the making in it.
        question: With its history and filters.
        keep: Stores the answer; None stores none.
        gate: How many answers are made at once; None waits for no other.
        replaces: Key of the kept turn in whose place it stands; empty for none.
    """
    turn = Turn(question.text, question, replaces=replaces)

    def take(event: Event) -> None:
        _take(assistant, visit, turn, event)
        if keep and turn.answer:
            keep(turn)

    def end(failure: Exception | None) -> None:
        _end(turn, failure)
        visit.run = None

    visit.panel, visit.rated, visit.trouble = "closed", None, None
    visit.turns.append(turn)
    visit.run = Run(lambda: assistant.stream(question, visit.viewer), take, end, gate or Gate(1))
    visit.run.begin()


def follow(visit: Visit, lang: Callable[[], Lang]) -> Iterator[View]:
    """Yield what to show until no answer is in the making; closing the iterator stops nothing.

    Args:
        visit: The conversation.
        lang: Asked before each view: it may be switched meanwhile.
    """
    if run := visit.run:
        yield show(visit, lang())
        for _ in run.changes():
            if visit.run is run:
                yield show(visit, lang())
    yield show(visit, lang())


def respond(
    assistant: Assistant, visit: Visit, text: str, lang: Lang, keep: Keep | None = None
) -> Iterator[View]:
    """Ask one question and yield what to show until the answer stands; errors are shown in the conversation."""
    begin(assistant, visit, Question(text, history=visit.history()), keep)
    yield from follow(visit, lambda: lang)


def withdraw(visit: Visit) -> Turn | None:
    """Take the last turn out of a conversation, so that another takes its place; None when there is none."""
    return visit.turns.pop() if visit.turns else None


def again(assistant: Assistant, visit: Visit, lang: Lang, keep: Keep | None = None) -> Iterator[View]:
    """Ask the last question once more in place of its answer; shows the page unchanged when there is none."""
    if last := withdraw(visit):
        begin(assistant, visit, last.asked, keep, replaces=place_of(last))
    yield from follow(visit, lambda: lang)


def place_of(turn: Turn) -> str:
    """Return the key of the kept turn whose place is free once this one is withdrawn; empty for none."""
    return turn.key if turn.kept else turn.replaces


def show(visit: Visit, lang: Lang) -> View:
    """Return the conversation as it stands, with the progress of an answer in the making."""
    last = visit.turns[-1] if visit.turns else None
    run = visit.run
    messages = _messages(visit, lang)
    rated: dict[str, Any] = {
        "ratings": tuple(turn.rating for turn in visit.turns),
        "panel": visit.panel,
        "about": visit.rated.question if visit.rated else "",
        "trouble": _in_words(visit.trouble, lang),
    }
    if run and last:
        if not last.answer:
            messages[-1]["content"] = _progress(last, run.position, lang)
        sources = hit_list(last.reading, "reading", {}, lang) or conversation_sources(visit, lang)
        return View(messages, sources, running=True, **rated)
    if last and last.suggested:
        messages[-1]["options"] = [{"value": text, "label": text} for text in last.suggested]
    copy = render.terminal(last.answer, lang) if last and last.answer else ""
    return View(messages, conversation_sources(visit, lang), copy, **rated)


def fill(assistant: Assistant, visit: Visit, turn: Turn, answer: Answer) -> None:
    """Give a turn its answer and what its sources need; what has left the collection meanwhile stays out."""
    answer = _at_rest(answer)
    found = {hit.clause.clause_id: hit.clause for hit in (*answer.retrieval.hits, *answer.nearest)}
    for clause_id in {cited.clause_id for cited in answer.citations} - found.keys():
        with suppress(NotFound):
            turn.clauses[clause_id] = shared(assistant.clause(clause_id, visit.viewer))
    for document_id in {clause.document_id for clause in (found | turn.clauses).values()}:
        with suppress(NotFound):
            turn.documents[document_id] = shared(assistant.document(document_id, visit.viewer))
    turn.suggested = suggested(assistant, answer, turn.question, visit.viewer)
    turn.answer = answer
    turn.reading, turn.settled, turn.partial = (), "", ""


def _at_rest(answer: Answer) -> Answer:
    """Return an answer without what nobody looks at once it stands: the page holds it for an hour."""

    def lean(hits: Iterable[Hit]) -> tuple[Hit, ...]:
        return tuple(Hit(shared(hit.clause), hit.score) for hit in hits)

    retrieval = replace(answer.retrieval, hits=lean(answer.retrieval.hits))
    return replace(answer, nearest=lean(answer.nearest), retrieval=retrieval)


def _take(assistant: Assistant, visit: Visit, turn: Turn, event: Event) -> None:
    if isinstance(event, Stage):
        turn.stage = event.name
        turn.waiting = event.notice.text if event.notice else ""
        turn.reading = event.retrieval.hits if event.retrieval else turn.reading
    elif isinstance(event, Delta):
        turn.partial += event.text
        turn.waiting = ""
        turn.seconds.setdefault("first_token", time.monotonic() - turn.since)
    elif isinstance(event, Settled):
        turn.settled, turn.partial = turn.settled + event.text, ""
    else:
        turn.seconds["whole"] = time.monotonic() - turn.since
        # The one under which it was logged.
        turn.key = event.answer_id or turn.key
        fill(assistant, visit, turn, event)


def _end(turn: Turn, failure: Exception | None) -> None:
    if isinstance(failure, PolicyQAError):
        turn.ended, turn.error = "failed", failure
    elif failure:
        turn.ended = "broke_off"
        _log.error("an answer broke off", exc_info=failure)
    elif turn.answer is None:
        turn.ended = "stopped"


def _progress(turn: Turn, position: int, lang: Lang) -> str:
    if position:
        return f'<div class="pq-stages"><span class="pq-now">{label("chat.in_line", lang).format(n=position)}</span></div>'
    steps = "".join(
        f'<span class="{"pq-now" if name == turn.stage else "pq-step"}">{label(f"stage.{name}", lang)}</span>'
        for name in _STAGES
    )
    seconds = label("seconds", lang).format(n=int(time.monotonic() - turn.since))
    steps = f'<div class="pq-stages">{steps}<small>{seconds}</small></div>'
    return f"{steps}\n\n{growing(turn.settled, turn.partial)}{plain_markdown(turn.waiting)}"


def _messages(visit: Visit, lang: Lang) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for number, turn in enumerate(visit.turns, start=1):
        asked = turn.question.strip() or label("blank", lang)
        messages.append({"role": "user", "content": plain_markdown(asked)})
        messages.append({"role": "assistant", "content": _said(turn, number, lang)})
    return messages


def _in_words(error: PolicyQAError | None, lang: Lang) -> str:
    return " ".join(error.words(lang)) if error else ""


def _said(turn: Turn, number: int, lang: Lang) -> str:
    if turn.answer:
        why = _in_words(turn.unkept, lang)
        unkept = plain_markdown(f"{record_label('not_stored', lang)}: {why}") if why else ""
        return bubble(turn.answer, lang, number) + (f"\n\n⚠ {unkept}" if unkept else "")
    note = _explained(turn.error, lang) if turn.error else label(turn.ended, lang) if turn.ended else ""
    return "\n\n".join(part for part in (growing(turn.settled, turn.partial), note) if part)


def _explained(error: PolicyQAError, lang: Lang) -> str:
    message, remedy = error.words(lang)
    fix = label("with_colon", lang).format(name=f"**{label('fix', lang)}**", text=plain_markdown(remedy))
    return f"{plain_markdown(message)}\n\n{fix}"
