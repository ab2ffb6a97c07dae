"""What the description of the API says of a route: its words, its responses and the scope that a key needs."""

from typing import Any

from pydantic import BaseModel

from ui.api.schemas import ErrorOut

_WHEN = {
    400: "不是 JSON。Not JSON.",
    401: "没有密钥，或密钥无效。No key, or none that is valid.",
    403: "密钥没有该范围，或请求来自其他网站。The key lacks the scope, or another site has sent the request.",
    404: "没有，或看不到。Not there, or not for this person.",
    413: "请求太大。The request is too large.",
    415: "正文不是 JSON。The body is not JSON.",
    422: "有一项不对，或问题太长。A field is wrong, or the question too long.",
    429: "正在撰写的回答太多；见 Retry-After。Too many answers are being written; see Retry-After.",
    500: "程序错误。A bug.",
    502: "模型中途停止。The model broke off.",
    503: "模型服务器或文件库暂不可用。The model's server or the collection cannot be used.",
}


def operation(
    scope: str,
    shape: Any,
    summary: str,
    description: str,
    *,
    sends: bool = True,
    busy: bool = False,
    content: dict[str, Any] | None = None,
    error: type[BaseModel] = ErrorOut,
) -> dict[str, Any]:
    """Return the arguments of a route.

    Args:
        scope: That a key needs.
        shape: Of the response.
        summary: In both languages.
        description: In both languages.
        sends: A body is sent.
        busy: Answers are written, of which there may be too many.
        content: Other forms of the response, by media type.
        error: Shape of errors.
    """
    statuses = [
        401,
        403,
        404,
        422,
        500,
        503,
        *((400, 413, 415) if sends else ()),
        *((429, 502) if busy else ()),
    ]
    told: dict[int | str, dict[str, Any]] = {
        status: {"model": error, "description": _WHEN[status]} for status in sorted(statuses)
    }
    told[200] = {"model": shape, "description": "好 Done"} | ({"content": content} if content else {})
    return {
        "summary": summary,
        "description": description,
        "tags": [scope],
        "response_model": None,
        "responses": told,
    }
