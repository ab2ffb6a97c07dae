"""A request whose fields are not as they must be, said in words: which field, and what of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from ui.api.refusal import RequestRefused

_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "缺少此项"),
    "extra_forbidden": ("is not known here", "没有这一项"),
    "day": ("must be written as 2024-01-31", "应写成 2024-01-31"),
    "part": ("must be written as 2024-01-31, 2024-01 or 2024", "应写成 2024-01-31、2024-01 或 2024"),
    "string_type": ("must be text", "应为文字"),
    "string_unicode": ("holds half a character (a lone surrogate)", "含有不完整的字符"),
    "string_too_short": ("must have at least {min_length} character(s)", "至少 {min_length} 个字"),
    "string_too_long": ("has more than {max_length} characters", "超过 {max_length} 个字"),
    "string_pattern_mismatch": ("is not written as it must be", "写法不对"),
    "int_type": ("must be a whole number", "应为整数"),
    "int_parsing": ("must be a whole number", "应为整数"),
    "int_from_float": ("must be a whole number", "应为整数"),
    "bool_type": ("must be true or false", "应为 true 或 false"),
    "bool_parsing": ("must be true or false", "应为 true 或 false"),
    "greater_than_equal": ("must be at least {ge}", "至少为 {ge}"),
    "less_than_equal": ("must be at most {le}", "至多为 {le}"),
    "too_long": ("has more than {max_length} entries", "超过 {max_length} 项"),
    "too_short": ("must have at least {min_length} entries", "至少 {min_length} 项"),
    "list_type": ("must be a list", "应为列表"),
    "dict_type": ("must be an object", "应为对象"),
    "model_attributes_type": ("must be an object", "应为对象"),
    "literal_error": ("must be {expected}", "应为 {expected}"),
}
_OTHER = ("is not as it must be", "不符合要求")
_FORMS = ("str", "int")
"""What pydantic adds to the place of a value that may have several forms."""
_SHOWN = 5
_LONGEST = 100


def invalid(error: RequestValidationError) -> RequestRefused:
    """Return what is wrong with the fields of a request; what was sent is not said again."""
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return not_json()
    # A value that may have several forms is complained of once for each.
    found = {(_place(e["loc"]), e["type"]): e for e in error.errors()}
    first = [*found.items()][:_SHOWN]
    english = "; ".join(f"{place or 'The body'} {_said(e, 0)}" for (place, _), e in first)
    chinese = "；".join(f"{place or '正文'}：{_said(e, 1)}" for (place, _), e in first)
    return RequestRefused(
        422, f"{english}.", fix="see /api/docs", chinese=(f"{chinese}。", "请参阅 /api/docs")
    )


def not_json() -> RequestRefused:
    """Return what is said of a body that cannot be read."""
    return RequestRefused(
        400,
        "The body is not JSON that can be read.",
        fix="send one JSON object in UTF-8",
        chinese=("请求正文不是可读的 JSON。", "请发送一个 UTF-8 编码的 JSON 对象"),
    )


def _place(loc: Sequence[int | str]) -> str:
    """Return where a field stands: `question`, `history.0.1`; empty for the whole."""
    names = [str(part) for part in loc[1:] if part not in _FORMS and not str(part).startswith("list[")]
    return ".".join(names)[:_LONGEST]


def _said(error: Mapping[str, Any], language: int) -> str:
    return _WORDS.get(error["type"], _OTHER)[language].format_map(error.get("ctx", {}))
