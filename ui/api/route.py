"""What is the same for every route: who may send what, how much of it, and how errors are told."""

import logging
from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rag.errors import PolicyQAError
from ui.api.invalid import invalid, not_json
from ui.api.refusal import RequestRefused, broken, refusal
from ui.web.signing_in.origin import is_foreign, is_own_name
from ui.web.visitor import STATE

BODY_BYTES = 1024 * 1024
"""Most of the body of a request."""
_JSON = "application/json"
_GONE = 499
"""Nobody reads it; in the log it is no failure of the server's. The number is nginx's."""
_log = logging.getLogger(__name__)


def route_class(web_url: str | None) -> type[APIRoute]:
    """Return the class of the routes of a server whose public address is `web_url`; None when it has none."""

    class Route(APIRoute):
        """Looks at a request before its body is read, and turns every error into a response."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                try:
                    check_sender(request, web_url)
                    return _safe(await handle(await _with_body(request)))
                except RequestValidationError as error:
                    return refusal(request, invalid(error))
                except PolicyQAError as error:
                    return refusal(request, error)
                except HTTPException:
                    return refusal(request, not_json())
                except ClientDisconnect:
                    return Response(status_code=_GONE)
                except Exception:
                    _log.exception("%s %s", request.method, request.url.path)
                    return refusal(request, broken())

            return handled

    return Route


def check_sender(request: Request, web_url: str | None) -> None:
    """Refuse what a page of another site sends from a visitor's browser.

    Raises:
        RequestRefused: It does, or may.
    """
    known = (request.scope.get("state") or {}).get(STATE)
    is_own = known is not None or is_own_name(request.headers, web_url)
    # A key is nothing that a browser adds by itself; a front end may hand on where its own page asked from.
    has_key = known is not None and known.scopes is not None
    if not is_own or (not has_key and is_foreign(request.method, request.headers, web_url)):
        raise RequestRefused(
            403,
            "The request was sent by a page of another site, or to a name that is not this server's.",
            fix="ask from a program of your server, at the address of the page; set POLICYQA_WEB_URL if it has a name",
            chinese=(
                "请求来自其他网站的页面，或发往了不属于本服务器的名称。",
                "请在服务器端程序中按页面的地址调用；如有域名请设置 POLICYQA_WEB_URL",
            ),
        )
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # A browser sends JSON to another site only when that site allows it beforehand, which this one never does.
    if request.method == "POST" and sent != _JSON:
        raise RequestRefused(
            415,
            "The body must be JSON.",
            fix="send the header Content-Type: application/json",
            chinese=("请求正文必须是 JSON。", "请发送请求头 Content-Type: application/json"),
        )


async def _with_body(request: Request) -> Request:
    """Return the request with its body read.

    Raises:
        RequestRefused: The body is too large; it is not read to its end.
    """
    if request.method != "POST":
        return request
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise RequestRefused(
                413,
                f"The request is larger than {BODY_BYTES // 1024} KiB.",
                fix="send the question itself and fewer earlier turns; add documents with policyqa ingest",
                chinese=(
                    f"请求超过 {BODY_BYTES // 1024} KiB。",
                    "请只发送问题本身和较少的历史；文件请用 policyqa ingest 加入",
                ),
            )
    waiting = [bytes(body)]

    async def receive() -> MutableMapping[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await request.receive()

    return Request(request.scope, receive)


def _safe(response: Response) -> Response:
    response.headers.setdefault("cache-control", "no-store")
    response.headers["x-content-type-options"] = "nosniff"
    return response
