"""Names of accounts: shown as they were given, compared so that two that look alike are one."""

import re
import unicodedata

from rag.errors import AccountError

MAX_CHARS = 100
_BLANKS = re.compile(r"\s+")
# Letters by their category, but nothing is seen of them.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def check_name(text: str) -> str:
    """Return a name as it is kept: NFKC, without blanks at its ends, one blank for several.

    Raises:
        AccountError: It is empty, too long, or holds characters that cannot be seen.
    """
    name = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    if not name or len(name) > MAX_CHARS or not all(map(_is_seen, text.strip())):
        raise AccountError(
            f"{text[:MAX_CHARS]!r} cannot be the name of an account.",
            fix=f"use 1 to {MAX_CHARS} characters that can be seen",
            chinese=(f"{text[:MAX_CHARS]!r} 不能用作用户名。", f"请用 1 至 {MAX_CHARS} 个可见字符"),
        )
    return name


def folded(text: str) -> str:
    """Return a name as names are compared: width, case, composition and the number of blanks make no difference."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BLANKS.sub(" ", plain).strip()


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are one."""
    return folded(one) == folded(other)


def _is_seen(character: str) -> bool:
    # C: control characters, marks of direction, halves of characters, and what is not assigned.
    return not unicodedata.category(character).startswith("C") and character not in _UNSEEN
