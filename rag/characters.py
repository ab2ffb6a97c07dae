"""Traditional Chinese characters as simplified ones, for what is searched for; documents and quotations stay as printed."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_IN_BOTH = frozenset("後於徵")
"""Traditional characters that GB 2312 holds besides the simplified ones, but that simplified text hardly uses."""
_FIRST, _LAST = "\u3400", "\u9fff"


def simplified(text: str) -> str:
    """Return a text in simplified characters; the text itself when it has no traditional one.

    By words where characters alone do not decide: 乾隆 stays, 乾淨 becomes 干净.
    """
    rare = "".join({c for c in text if _FIRST <= c <= _LAST and _is_rare(c)})
    # Simplified text with a rare character stays as it is: 乾县 would become 干县.
    if not rare or _converter().convert(rare) == rare:
        return text
    return _converter().convert(text)


@lru_cache(maxsize=4096)
def _is_rare(character: str) -> bool:
    """Tell whether a character is none of simplified text's usual ones, so that it may be a traditional one."""
    return character in _IN_BOTH or not character.encode("gb2312", "ignore")


@lru_cache(maxsize=1)
def _converter() -> "OpenCC":
    # Its dictionaries take a tenth of a second to load, and few questions need them.
    from opencc import OpenCC  # noqa: PLC0415

    # With the variants of Hong Kong, such as 衞 for 衛; all else is as in the general table.
    return OpenCC("hk2s")
