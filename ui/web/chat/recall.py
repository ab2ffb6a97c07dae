"""A conversation shown again from its kept answers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from rag.conversations import KeptTurn
from rag.errors import NotFound
from rag.record.kept import KeptAnswer
from rag.schema import Answer, Check, Citation, Clause, Filters, Hit, Retrieval, Viewer
from ui.service import Assistant
from ui.web.chat.conversation import fill
from ui.web.chat.turn import Turn, Visit


def recalled(
    assistant: Assistant, conversation_id: str, turns: Sequence[KeptTurn], viewer: Viewer | None = None
) -> Visit:
    """Return a kept conversation as its visitor left it; a clause that has changed since is shown as it was quoted.

    Args:
        assistant: Looks up clauses and documents as they are today.
        conversation_id: Under which it is kept.
        turns: Its turns, oldest first.
        viewer: Whose it is; None for one who sees public documents only.
    """
    visit = Visit(conversation=conversation_id, viewer=viewer or Viewer())
    for one in turns:
        history = visit.history()
        # Each stored answer has a copy of all turns before it.
        kept = replace(one.answer, history=history) if one.answer.history == history else one.answer
        turn = Turn(
            kept.question,
            kept.asked,
            key=kept.answer_id,
            kept=kept,
            rating=one.rating,
            seconds=dict(kept.seconds),
        )
        fill(assistant, visit, turn, _answer(kept, assistant, visit.viewer))
        for changed in _changed(turn):
            turn.clauses.pop(changed, None)
        visit.turns.append(turn)
    return visit


def _answer(kept: KeptAnswer, assistant: Assistant, viewer: Viewer) -> Answer:
    citations = tuple(
        Citation(c.n, c.clause_id, c.title, c.locator, c.pinpoint, c.quote, c.pages) for c in kept.citations
    )
    quotes = {c.clause_id: c.quote for c in reversed(citations)}
    hits = _hits(kept.found, assistant, viewer, quotes)
    return Answer(
        kept.verdict,
        kept.text,
        citations,
        kept.warnings,
        _hits(kept.nearest, assistant, viewer, quotes),
        Retrieval(hits, Filters(dict(kept.filters), dict(kept.inferred)), kept.seconds.get("search", 0.0)),
        kept.model,
        kept.prompt_version,
        kept.confidence,
        kept.usage,
        kept.raw,
        tuple(Check(c.text, c.codes, "marked" if c.codes else "confirmed") for c in kept.checks),
        dict(kept.seconds),
    )


def _hits(
    clause_ids: Sequence[str], assistant: Assistant, viewer: Viewer, quotes: dict[str, str]
) -> tuple[Hit, ...]:
    found: list[Clause] = []
    for clause_id in clause_ids:
        with suppress(NotFound):
            clause = assistant.clause(clause_id, viewer)
            if quotes.get(clause_id, "") in clause.text:
                found.append(clause)
    return tuple(Hit(clause, 0.0) for clause in found)


def _changed(turn: Turn) -> list[str]:
    """Return ids of cited clauses in which the quoted words no longer stand."""
    cited = turn.answer.citations if turn.answer else ()
    return [
        c.clause_id
        for c in cited
        if c.clause_id in turn.clauses and c.quote not in turn.clauses[c.clause_id].text
    ]
