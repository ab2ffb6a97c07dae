"""The tool that asks: an answer, with progress while it is made."""

import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from rag.schema import Answer, Stage
from ui.api.answers import Answers
from ui.labels import label
from ui.mcp.arguments import Asking
from ui.mcp.reading import Reading
from ui.mcp.results import AnsweredOut, Told
from ui.mcp.text import answered_text
from ui.shapes import Shape, answer_shape
from ui.web.visitor import Visitor

Report = Callable[[float, str], Awaitable[None]]
"""Told seconds since the question and what is being done."""
_TOLD_EVERY_S = 5.0
"""Assistants give up on a tool that is silent for a minute; a model on a slow machine takes longer."""


async def ask(asked: Asking, visitor: Visitor, answers: Answers, reading: Reading, report: Report) -> Told:
    """Return an answer; when the call is cancelled, the model is stopped.

    Raises:
        PolicyQAError: It failed, or there are too many answers in the making.
    """
    started = told = time.perf_counter()
    doing = ""
    async with aclosing(answers.begin(asked.as_question(), visitor).events()) as events:
        async for event in events:
            if isinstance(event, Answer):
                shape = _shape(event, visitor, reading)
                return Told(answered_text(shape), shape)
            now = time.perf_counter()
            if isinstance(event, Stage):
                doing = f"{label(f'stage.{event.name}', 'zh')} {label(f'stage.{event.name}', 'en')}"
            if isinstance(event, Stage) or now - told >= _TOLD_EVERY_S:
                told = now
                await report(now - started, doing)
    raise RuntimeError("the stream ended without an answer")


def _shape(answer: Answer, visitor: Visitor, reading: Reading) -> Shape:
    shape = {k: v for k, v in answer_shape(None, answer, 0.0).items() if k in AnsweredOut.model_fields}
    shape["citations"] = [c | {"link": reading.link(c["clause_id"])} for c in shape["citations"]]
    shape["nearest"] = [reading.found_shape(hit, visitor.viewer) for hit in answer.nearest]
    return shape
