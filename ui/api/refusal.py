"""What is told to a program that does not get what it asked for: one shape for all errors, and one more for `/v1/`."""

import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from rag.errors import (
    AccessRefused,
    AccountError,
    CollectionError,
    FilterError,
    ModelBroke,
    NotFound,
    PolicyQAError,
    QuestionError,
)
from rag.text import Lang
from ui.shapes import Shape

_log = logging.getLogger(__name__)
OPENAI = "/v1"
_STATUS: tuple[tuple[type[PolicyQAError], int], ...] = (
    (NotFound, 404),
    (QuestionError, 422),
    (FilterError, 422),
    (AccessRefused, 403),
    (AccountError, 403),
    (ModelBroke, 502),
)
_UNAVAILABLE = 503
"""Of every other error: the administrator can mend it, the program cannot."""
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}  # fmt: skip
_BROKEN = 500


class RequestRefused(PolicyQAError):
    """A request that is not taken as it is."""

    def __init__(
        self,
        status: int,
        message: str,
        fix: str,
        *,
        chinese: tuple[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep both languages.

        Args:
            status: Of the response.
            message: What is wrong, in English.
            fix: What to do, in English.
            chinese: The same two in Chinese.
            headers: Of the response.
        """
        super().__init__(message, fix, chinese=chinese)
        self.status, self.headers = status, headers or {}


def broken() -> RequestRefused:
    """Return what is said of a bug; what it is stands in the log of the server alone."""
    return RequestRefused(
        _BROKEN,
        "The server has failed at this request.",
        fix="see the log of policyqa web, and report it",
        chinese=("服务器在处理该请求时出错。", "请查看 policyqa web 的日志并反馈"),
    )


def preferred_language(request: Request) -> Lang:
    """Return the language of errors: Chinese where the program asks for it first, else English."""
    return "zh" if request.headers.get("accept-language", "").strip().lower().startswith("zh") else "en"


def error_shape(request: Request, error: PolicyQAError) -> Shape:
    """Return an error as the path of a request has it: as OpenAI's API under `/v1`, else `{"error": {"message", "fix"}}`."""
    if isinstance(error, CollectionError) and status_of(error) == _UNAVAILABLE:
        error = _unavailable(error)
    message, fix = error.words(preferred_language(request))
    if not request.url.path.startswith(OPENAI):
        return {"error": {"message": message, "fix": fix}}
    status = status_of(error)
    kind = _TYPES.get(status, "invalid_request_error" if status < _BROKEN else "server_error")
    code = "model_not_found" if isinstance(error, NotFound) else None
    # Clients of that API show the message alone.
    return {"error": {"message": f"{message} {fix}", "type": kind, "param": None, "code": code}}


def _unavailable(error: PolicyQAError) -> RequestRefused:
    """Return what is told outside of an error of the collection; its paths and addresses stand in the log alone."""
    _log.error("%s %s", error.message, error.fix)
    return RequestRefused(
        _UNAVAILABLE,
        "The server cannot answer this now.",
        fix="tell the administrator: policyqa doctor, and the log of policyqa web, say what is wrong",
        chinese=("服务器现在无法回答。", "请告知管理员：policyqa doctor 和 policyqa web 的日志会说明原因"),
    )


def refusal(request: Request, error: PolicyQAError) -> JSONResponse:
    """Return the response to a request that failed with an error."""
    headers = dict(error.headers) if isinstance(error, RequestRefused) else {}
    headers |= {"vary": "accept-language", "cache-control": "no-store"}
    return JSONResponse(error_shape(request, error), status_of(error), headers)


def status_of(error: PolicyQAError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    if isinstance(error, RequestRefused):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), _UNAVAILABLE)
