"""Questions for the conditions of something, and clauses that set conditions."""

import re

_ASKS = re.compile(
    r"条件|(?:什么|哪些|哪几种|何种)(?:情形|情况)|\bunder what circumstances\b|\bin (?:which|what) cases\b|\bconditions?\b",
    re.IGNORECASE,
)
_SETS = re.compile(
    r"(?:下列|以下|如下)(?:情形|情况|条件|要求)|(?:具备|符合|满足)[^，。；]{0,16}条件|following (?:conditions|circumstances|cases)",
    re.IGNORECASE,
)


def asks_conditions(question: str) -> bool:
    """Tell whether a question asks under which conditions something may, must or will be: 要什么条件, 什么情况下."""
    return _ASKS.search(question) is not None


def sets_conditions(text: str) -> bool:
    """Tell whether a text sets conditions: 有下列情形之一的, 应当具备以下条件."""
    return _SETS.search(text) is not None
