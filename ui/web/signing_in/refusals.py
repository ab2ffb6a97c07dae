"""What those hear who may not come in: in words on the page, as JSON at the doors for programs."""

import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rag.errors import AccessRefused, AccountError, PolicyQAError
from ui.web.signing_in.cookies import language
from ui.web.signing_in.desk import refusal, told
from ui.web.signing_in.programs import is_for_programs, refused

ASKED_BYTES = 2 * 1024 * 1024
"""Most of what a program asks; the API says itself what it takes of that."""
_log = logging.getLogger(__name__)


def trouble(request: Request | None, error: PolicyQAError) -> Response:
    """Say that somebody may not come in, or that the accounts cannot be read."""
    is_refused = isinstance(error, (AccessRefused, AccountError))
    if not is_refused:
        # Its paths are nobody's business who has not signed in.
        _log.error("%s %s", error.message, error.fix)
        error = _unreadable()
    if request is not None and is_for_programs(request.scope["path"]):
        return refused(request, error, 403 if is_refused else 503)
    if request is not None and is_refused:
        return told(error, language(request), 403)
    return PlainTextResponse(f"{error}\n", 503)


def _unreadable() -> PolicyQAError:
    return PolicyQAError(
        "Who may come in cannot be looked up now.",
        fix="tell the administrator: policyqa doctor says what is wrong",
        chinese=("暂时无法查明谁可以访问。", "请告知管理员：policyqa doctor 会说明原因"),
    )


def too_large(request: Request, is_program: bool) -> Response:
    """Say that a request is too large."""
    if not is_program:
        return refusal(413, "too large")
    most = f"{ASKED_BYTES // 1024**2} MB"
    error = AccessRefused(
        f"The request is larger than {most}.",
        fix="send less at a time",
        chinese=(f"请求超过 {most}。", "请分次发送"),
    )
    return refused(request, error, 413)


def unknown_name() -> AccessRefused:
    """Return what is said to a name of another site that leads here."""
    return AccessRefused(
        "The page is not served under this name.",
        fix="open it as http://127.0.0.1:PORT, or set POLICYQA_WEB_URL to the address under which a proxy hands on",
        chinese=(
            "页面不以这个名称提供服务。",
            "请以 http://127.0.0.1:端口 打开，或将 POLICYQA_WEB_URL 设为代理转发所用的地址",
        ),
    )


def foreign() -> AccessRefused:
    """Return what is said to a page of another site."""
    return AccessRefused(
        "The request was sent by a page of another site.",
        fix="send it from a program, or set POLICYQA_WEB_URL to the public address of this page",
        chinese=("该请求来自其他网站的页面。", "请由程序发送，或将 POLICYQA_WEB_URL 设为本页面的公开地址"),
    )
