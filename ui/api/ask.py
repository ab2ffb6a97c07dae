"""`/api/ask`: an answer with its citations, whole or as it is written."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rag.errors import PolicyQAError
from rag.schema import Answer, Delta, Event, Notice, Settled
from ui.api.answers import Answers, watched
from ui.api.bodies import Asked
from ui.api.operation import operation
from ui.api.refusal import broken, error_shape
from ui.api.running import Answering
from ui.api.schemas import AnswerOut
from ui.api.sse import MEDIA_TYPE, Stream, spoken, sse
from ui.shapes import Shape, answer_shape, hit_shape
from ui.web.visitor import scoped

_EVENTS = (
    "依次为 stage、delta（未核对的字）、settled（核对过的句子，取代此前的 delta）、answer（与 application/json 相同）或 error。"
    "In turn: stage, delta (words not checked), settled (a checked sentence in place of the deltas before it), "
    "answer (as in application/json) or error."
)
_log = logging.getLogger(__name__)


def add(router: APIRouter, answers: Answers) -> None:
    """Add the route."""

    @router.post(
        "/api/ask",
        **operation(
            "ask",
            AnswerOut,
            "提问 Ask a question",
            "回答的每一句都注明出处；请求头 Accept: text/event-stream 得到边写边发的事件。"
            "Every statement cites its clause; with Accept: text/event-stream it comes as events while it is written.",
            busy=True,
            content={
                MEDIA_TYPE: {"schema": {"type": "string", "description": _EVENTS}},
            },
        ),
    )
    async def ask(request: Request, body: Asked) -> Response:
        visitor = scoped(request, "ask")
        question = body.as_question()
        if MEDIA_TYPE in request.headers.get("accept", ""):
            answering = answers.begin(question, visitor)
            return Stream(_lines(request, body.id, answering), answering.run)
        started = time.perf_counter()
        answer = await answers.whole(request, question, visitor)
        return JSONResponse(answer_shape(body.id, answer, time.perf_counter() - started))


async def _lines(request: Request, case: str | int | None, answering: Answering) -> AsyncIterator[str]:
    started = time.perf_counter()
    try:
        async with aclosing(spoken(watched(request, answering))) as events:
            async for event in events:
                if isinstance(event, str):
                    yield event
                elif isinstance(event, Answer):
                    yield sse(answer_shape(case, event, time.perf_counter() - started), "answer")
                else:
                    yield _told(event)
    except PolicyQAError as error:
        yield sse(error_shape(request, error), "error")
    except Exception:
        _log.exception("an answer has failed")
        yield sse(error_shape(request, broken()), "error")


def _told(event: Event) -> str:
    if isinstance(event, Delta):
        return sse({"text": event.text}, "delta")
    if isinstance(event, Settled):
        return sse({"text": event.text}, "settled")
    if isinstance(event, Answer):
        raise TypeError("an answer is told with its id")
    hits = [hit_shape(hit) for hit in event.retrieval.hits] if event.retrieval else None
    return sse({"name": event.name, "hits": hits, "notice": _notice(event.notice)}, "stage")


def _notice(notice: Notice | None) -> Shape | None:
    return {"code": notice.code, "text": notice.text, "clause_id": notice.clause_id} if notice else None
