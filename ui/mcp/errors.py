"""What an assistant is told when a tool cannot do what it was called for: message and fix, never a traceback."""

from fastapi.exceptions import RequestValidationError
from mcp.types import CallToolResult, TextContent
from pydantic import ValidationError

from rag.errors import NotFound, PolicyQAError
from ui.api.invalid import invalid
from ui.api.refusal import RequestRefused

_UNKNOWN = 404
_FIXES = (
    ("policyqa documents", ("call the tool documents", "调用工具 documents")),
    ("policyqa show", ("call the tool show without a locator", "调用工具 show，不填 locator")),
)
"""Commands that an assistant cannot run, and what it can do instead."""


def refused(error: PolicyQAError) -> CallToolResult:
    """Return the result of a call that failed with an error, in both languages where there are two."""
    message, fix = error.words("en")
    lines = [message, f"Fix: {_fix(error, fix, 0)}"]
    if error.chinese:
        lines += [error.chinese[0], f"处理方法：{_fix(error, error.chinese[1], 1)}"]
    return CallToolResult(content=[TextContent(type="text", text="\n".join(lines))], is_error=True)


def wrong_arguments(error: ValidationError) -> PolicyQAError:
    """Return what is wrong with the arguments of a call; what was sent is not said again."""
    found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
    said = invalid(RequestValidationError(found))
    fix = ("see the tool's inputSchema", "请参阅该工具的 inputSchema")
    return RequestRefused(said.status, said.message, fix[0], chinese=(said.words("zh")[0], fix[1]))


def no_such_tool(name: str, known: str) -> PolicyQAError:
    """Return what is said of a tool that does not exist."""
    return RequestRefused(
        _UNKNOWN,
        f"There is no tool {name!r}.",
        fix=f"use one of {known}",
        chinese=(f"没有工具 {name!r}。", f"可用的工具：{known}"),
    )


def _fix(error: PolicyQAError, fix: str, language: int) -> str:
    if isinstance(error, NotFound):
        for command, instead in _FIXES:
            if fix.startswith(command):
                return instead[language]
    return fix
