"""One visitor's conversation, without any widget: what to show at each moment of an answer."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any

from rag.errors import NotFound, PolicyQAError
from rag.record.kept import Rating
from rag.schema import Answer, Delta, Question, Settled, Stage
from rag.text import Lang
from ui import render
from ui.labels import label
from ui.record.labels import record_label
from ui.web.chat.bubble import bubble, growing, plain_markdown
from ui.web.chat.run import Run
from ui.web.chat.turn import Keep, Panel, Turn, Visit
from ui.web.service import Assistant

_STAGES = ("search", "read", "write")


@dataclass(frozen=True)
class View:
    """What the page shows at one moment."""

    messages: list[dict[str, str]]
    """`role` and Markdown `content` of each bubble, oldest first."""
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


def respond(
    assistant: Assistant, visit: Visit, text: str, lang: Lang, keep: Keep | None = None
) -> Iterator[View]:
    """Ask one question and yield what to show until the answer stands; closing the iterator stops the assistant.

    Errors that a visitor can fix are shown in the conversation. `keep` stores the answer; None stores none.

    Raises:
        Exception: Any other error, after a last view that ends the answer.
    """
    question = Question(text, history=visit.history())
    turn = Turn(text, question)
    visit.panel, visit.rated, visit.trouble = "closed", None, ""
    visit.turns.append(turn)
    run = visit.run = Run(lambda: assistant.stream(question))
    try:
        yield from _follow(assistant, visit, turn, run, lang)
        if keep and turn.answer:
            keep(turn)
        if run.stopped:
            turn.note = label("stopped", lang)
    except PolicyQAError as error:
        turn.note = _explained(error, lang)
    except Exception:
        turn.note = label("broke_off", lang)
        yield show(visit, lang)
        raise
    finally:
        run.stop()
        visit.run = None
    yield show(visit, lang)


def again(assistant: Assistant, visit: Visit, lang: Lang, keep: Keep | None = None) -> Iterator[View]:
    """Ask the last question once more in place of its answer; shows the page unchanged when there is none."""
    if visit.turns:
        yield from respond(assistant, visit, visit.turns.pop().question, lang, keep)
    else:
        yield show(visit, lang)


def show(visit: Visit, lang: Lang) -> View:
    """Return the conversation at rest."""
    last = visit.turns[-1].answer if visit.turns else None
    copy = render.terminal(last, lang) if last else ""
    return View(_messages(visit, lang), _sources(visit, lang), copy, **_rated(visit))


def _follow(assistant: Assistant, visit: Visit, turn: Turn, run: Run, lang: Lang) -> Iterator[View]:
    stage, found, since = "search", "", time.monotonic()
    yield _live(visit, stage, found, since, lang)
    for batch in run.batches():
        for event in batch:
            if isinstance(event, Stage):
                stage = event.name
                turn.waiting = event.notice.text if event.notice else ""
                found = (
                    render.hit_list(event.retrieval.hits, "reading", {}, lang) if event.retrieval else found
                )
            elif isinstance(event, Delta):
                turn.partial += event.text
                turn.waiting = ""
                turn.seconds.setdefault("first_token", time.monotonic() - since)
            elif isinstance(event, Settled):
                turn.settled, turn.partial = turn.settled + event.text, ""
            else:
                _take(assistant, turn, event)
                turn.seconds["whole"] = time.monotonic() - since
        if turn.answer is None:
            yield _live(visit, stage, found, since, lang)


def _take(assistant: Assistant, turn: Turn, answer: Answer) -> None:
    """Keep the answer, and look up what its sources need; what has left the collection meanwhile stays out."""
    found = {hit.clause.clause_id: hit.clause for hit in (*answer.retrieval.hits, *answer.nearest)}
    for clause_id in {cited.clause_id for cited in answer.citations} - found.keys():
        with suppress(NotFound):
            turn.clauses[clause_id] = assistant.clause(clause_id)
    for document_id in {clause.document_id for clause in (found | turn.clauses).values()}:
        with suppress(NotFound):
            turn.documents[document_id] = assistant.document(document_id)
    turn.answer = answer


def _live(visit: Visit, stage: str, found: str, since: float, lang: Lang) -> View:
    messages = _messages(visit, lang)
    steps = "".join(
        f'<span class="{"pq-now" if name == stage else "pq-step"}">{label(f"stage.{name}", lang)}</span>'
        for name in _STAGES
    )
    seconds = label("seconds", lang).format(n=int(time.monotonic() - since))
    progress = f'<div class="pq-stages">{steps}<small>{seconds}</small></div>'
    turn = visit.turns[-1]
    waiting = plain_markdown(turn.waiting)
    messages[-1]["content"] = f"{progress}\n\n{growing(turn.settled, turn.partial)}{waiting}"
    return View(messages, found or _sources(visit, lang), running=True, **_rated(visit))


def _rated(visit: Visit) -> dict[str, Any]:
    ratings = tuple(turn.rating for turn in visit.turns)
    about = visit.rated.question if visit.rated else ""
    return {"ratings": ratings, "panel": visit.panel, "about": about, "trouble": visit.trouble}


def _messages(visit: Visit, lang: Lang) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = []
    for number, turn in enumerate(visit.turns, start=1):
        asked = turn.question.strip() or label("blank", lang)
        messages.append({"role": "user", "content": plain_markdown(asked)})
        if turn.answer:
            said = bubble(turn.answer, lang, number)
            if turn.unkept:
                said += "\n\n⚠ " + plain_markdown(f"{record_label('not_stored', lang)}: {turn.unkept}")
        else:
            said = "\n\n".join(part for part in (growing(turn.settled, turn.partial), turn.note) if part)
        messages.append({"role": "assistant", "content": said})
    return messages


def _sources(visit: Visit, lang: Lang) -> str:
    """Return the cards of every answered turn, the newest open and the earlier ones folded."""
    parts: list[str] = []
    for number, turn in reversed(list(enumerate(visit.turns, start=1))):
        if not turn.answer:
            continue
        cards = render.source_cards(turn.answer, turn.documents, turn.clauses, lang=lang, turn=number)
        asked = f"{label('earlier', lang)} {number}<span>{escape(turn.question)}</span>"
        is_newest = turn is visit.turns[-1]
        parts.append(
            cards if is_newest else f'<details class="pq-turn"><summary>{asked}</summary>{cards}</details>'
        )
    return "".join(parts) or f'<p class="pq-hint">{label("sources_empty", lang)}</p>'


def _explained(error: PolicyQAError, lang: Lang) -> str:
    message, remedy = error.words(lang)
    fix = label("with_colon", lang).format(name=f"**{label('fix', lang)}**", text=plain_markdown(remedy))
    return f"{plain_markdown(message)}\n\n{fix}"
