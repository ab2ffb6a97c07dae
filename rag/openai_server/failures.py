"""What the failures of an OpenAI-compatible server mean."""

from json import JSONDecodeError
from typing import Any

import httpx

from rag.errors import ModelError
from rag.server.failure import Address, failure

_TOO_LONG = (
    "exceed_context_size",
    "context_length_exceeded",
    "maximum context length",
    "context size",
    "context length",
)


def failure_types() -> tuple[type[Exception], ...]:
    """What LlamaIndex's OpenAI lets through from `openai` and `httpx`, at the call or at any later iteration."""
    from openai import OpenAIError  # noqa: PLC0415

    # The last four come from a server that speaks otherwise: no JSON, or JSON of another shape.
    return (httpx.HTTPError, OpenAIError, JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError)


def translated(error: Exception, at: Address, *, begun: bool) -> ModelError:
    """Say what a failure means to the user.

    Args:
        error: One of `failure_types()`.
        at: Who was asked for what.
        begun: Whether a part of the answer had arrived.
    """
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APIStatusError):
        return _refused(error.status_code, said(error.body, error.message), at, begun=begun)
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return failure("no_server", at, str(cause))
    if isinstance(cause, httpx.TimeoutException):
        return failure("silent_midway" if begun else "silent", at)
    if isinstance(cause, httpx.TransportError):
        return failure("connection_broke", at, str(cause))
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIResponseValidationError):
        # An error inside a stream that had begun with status 200.
        words = said(error.body, error.message)
        return failure("too_long" if is_too_long(words, error.body) else "model_died", at, words)
    return failure("not_a_server", at, str(error))


def refused(response: httpx.Response, at: Address) -> ModelError:
    """Say what a status other than 200 means to a request that was made without `openai`."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return _refused(response.status_code, said(body, response.reason_phrase), at, begun=False)


def said(body: Any, otherwise: str) -> str:
    """Return the message in the body of an error, whichever way a server wraps it."""
    for _ in range(2):
        if isinstance(body, dict):
            body = body.get("error") or body.get("message") or body.get("detail")
    return body if isinstance(body, str) and body else otherwise


def is_too_long(words: str, body: Any) -> bool:
    """Tell whether an error is about the length of the prompt; servers agree on no code for it."""
    return any(sign in f"{words} {body}".lower() for sign in _TOO_LONG)


def _refused(status: int, words: str, at: Address, *, begun: bool) -> ModelError:
    if begun:
        return failure("model_died", at, words)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return failure("key", at, words)
    if status == httpx.codes.NOT_FOUND:
        return failure("no_model", at)
    if status in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}:
        return failure("busy", at, words)
    if status in {httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE} and is_too_long(words, ""):
        return failure("too_long", at, words)
    return failure("refused", at, f"{words} (status {status})")
