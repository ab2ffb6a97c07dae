"""`/v1/…`: the product as a model of OpenAI's chat API, for front ends that know no other."""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rag.errors import NotFound, PolicyQAError
from rag.schema import Answer, Question, Settled
from rag.text import language_of
from ui.api.answers import Answers, watched
from ui.api.bodies import Completing
from ui.api.completion import MODEL, Completion, Telling
from ui.api.operation import operation
from ui.api.refusal import broken, error_shape
from ui.api.running import Answering
from ui.api.schemas import CompletionOut, ModelsOut, OpenAIErrorOut
from ui.api.sse import MEDIA_TYPE, Stream, spoken, sse
from ui.web.visitor import scoped

_DONE = "data: [DONE]\n\n"
_log = logging.getLogger(__name__)


def add(router: APIRouter, answers: Answers, web_url: str | None) -> None:
    """Add the routes."""

    @router.get(
        "/v1/models",
        **operation(
            "ask",
            ModelsOut,
            "列出模型 List models",
            "只有 policyqa。There is only policyqa.",
            sends=False,
            error=OpenAIErrorOut,
        ),
    )
    def models(request: Request) -> Response:
        scoped(request, "ask")
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return JSONResponse({"object": "list", "data": [model]})

    @router.post(
        "/v1/chat/completions",
        **operation(
            "ask",
            CompletionOut,
            "OpenAI 兼容的问答 Ask as OpenAI's chat API",
            "最后一条 user 消息是问题，其余是历史；system 消息和采样参数不起作用。"
            "The last user message is the question, those before it are the history; system messages and sampling do nothing.",
            busy=True,
            content={MEDIA_TYPE: {"schema": {"type": "string", "description": "stream: true"}}},
            error=OpenAIErrorOut,
        ),
    )
    async def completions(request: Request, body: Completing) -> Response:
        visitor = scoped(request, "ask")
        if body.model != MODEL:
            raise NotFound(
                f"There is no model {body.model[:100]!r}.",
                fix=f'use "model": "{MODEL}"',
                chinese=(f"没有模型 {body.model[:100]!r}。", f'请用 "model": "{MODEL}"'),
            )
        question = body.as_question()
        completion = Completion(language_of(question.text), web_url)
        if not body.stream:
            return JSONResponse(completion.whole(await answers.whole(request, question, visitor)))
        wants_usage = body.stream_options is not None and body.stream_options.include_usage
        answering = answers.begin(question, visitor)
        lines = _lines(request, question, completion, answering, wants_usage=wants_usage)
        return Stream(lines, answering.run)


async def _lines(
    request: Request, question: Question, completion: Completion, answering: Answering, *, wants_usage: bool
) -> AsyncIterator[str]:
    telling = Telling(language_of(question.text))
    try:
        yield sse(completion.chunk({"role": "assistant", "content": ""}))
        async with aclosing(spoken(watched(request, answering))) as events:
            async for event in events:
                if isinstance(event, str):
                    yield event
                elif isinstance(event, Settled) and (words := telling.settled(event.text)):
                    yield sse(completion.chunk({"content": words}))
                elif isinstance(event, Answer):
                    rest = telling.finished(event.text) + completion.tail(event)
                    yield sse(completion.chunk({"content": rest}))
                    yield sse(completion.end(event))
                    if wants_usage and (usage := completion.usage(event)):
                        yield sse(usage)
        yield _DONE
    except PolicyQAError as error:
        yield sse(error_shape(request, error))
    except Exception:
        _log.exception("an answer has failed")
        yield sse(error_shape(request, broken()))
