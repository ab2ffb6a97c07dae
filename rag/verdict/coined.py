"""Names that a question gives as known, “金钥匙计划” or 仲裁委员会, and that no clause found mentions."""

import re

from rag.text import loose, terms
from rag.verdict.signals import SEEN, Found

# 老板说“明天不用来了” quotes speech; 文件里说的“金钥匙计划” names.
_QUOTED = re.compile(
    r"(?P<said>[说讲问喊][了着：:，,]?)?[“「\"](?P<name>[^“”「」\"，。？！]*[\u4e00-\u9fff][^“”「」\"，。？！]*)[”」\"]"
)
_KINDS = "委员会|总署|总局|法庭|仲裁院|基金会|交易所|协会|联盟|白名单|红名单|黑名单"
_BODY = re.compile(rf"[\u4e00-\u9fff]{{2,12}}?(?:{_KINDS})")
_SCHEME = re.compile(
    "(?:计划|工程|行动|项目|专项|政策|方案|制度|机制|模式|平台|基金|指数|大赛|白名单|红名单|黑名单|[奖券卡码证])$"
)
"""How a scheme's name ends. “一房多租” and “以租代征” are words of practice: a clause about them has others."""
_LEAST = 4
"""Characters of a quoted name; shorter ones are words that are talked about."""
_SPEAKER = re.compile("[你您我咱]")
"""“你被开除了” is what somebody said, not a name."""
_BEFORE = 2
"""Characters before the kind that tell a body's name; where the whole of it begins cannot be told."""
_LEADING = re.compile(
    r"[哪谁何么些这那该的有和与或在去找向由到个]|上述|设立|成立|加入|参加|什么|怎么|你们|我们|他们"
)
_MENTIONED = 0.5
"""Share of a quoted name's character pairs that a clause must have to mean it: “套娃”收费 in one that says 套娃式收费."""


def coined_name(found: Found) -> str | None:
    """Return the only name of a scheme or a body that a question gives and no clause found mentions; None otherwise.

    Args:
        found: The search; at least one hit.
    """
    quoted = [match["name"] for match in _QUOTED.finditer(found.text) if _is_name(match)]
    absent = [name for name in quoted if not _meant(name, found)]
    if absent and len(absent) == len(quoted):
        return absent[0]
    bodies = [body[0] for body in _BODY.finditer(found.text)]
    missing = [tail for body in bodies if (tail := _tail(body)) and not _stands(tail, found)]
    return missing[0] if missing and len(missing) == len(bodies) else None


def _is_name(quoted: re.Match[str]) -> bool:
    name = quoted["name"]
    scheme = len(name) >= _LEAST and _SCHEME.search(name) is not None
    return scheme and not quoted["said"] and not _SPEAKER.search(name)


def _tail(body: str) -> str:
    kind = re.search(f"(?:{_KINDS})$", body)
    start = kind.start() if kind else 0
    before = body[max(0, start - _BEFORE) : start]
    return "" if _LEADING.search(before) else before + body[start:]


def _stands(name: str, found: Found) -> bool:
    return any(loose(name) in loose(found.words(hit)) for hit in found.hits[:SEEN])


def _meant(name: str, found: Found) -> bool:
    if _stands(name, found):
        return True
    pairs = {term for term in terms(name) if len(term) > 1}
    pages = [set(terms(found.words(hit))) for hit in found.hits[:SEEN]]
    return not pairs or any(len(pairs & page) >= _MENTIONED * len(pairs) for page in pages)
