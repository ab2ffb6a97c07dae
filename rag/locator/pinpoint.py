"""A place inside a clause: 第二款第（三）项. A 款 is the n-th paragraph that is not a list item."""

import re

from rag.locator.numerals import to_chinese
from rag.text import wide_brackets

_ITEM = re.compile(r"\s*([（(][一二三四五六七八九十]+[）)])")


def pinpoint(text: str, start: int, label: str) -> str | None:
    """Return where in an article a quote stands.

    Args:
        text: The article's text.
        start: Where the quote begins in it.
        label: The clause's label; only 第X条 has 款 and 项.

    Returns:
        None when the clause is no article, or has a single paragraph without items.
    """
    if not label.startswith("第") or "条" not in label:
        return None
    paragraphs = text.split("\n")
    number, at = 0, 0
    item: str | None = None
    for paragraph in paragraphs:
        found = _ITEM.match(paragraph)
        item = wide_brackets(found.group(1)) if found else None
        number += found is None
        if start <= at + len(paragraph):
            break
        at += len(paragraph) + 1
    plain = sum(_ITEM.match(p) is None for p in paragraphs)
    paragraph_name = f"第{to_chinese(max(number, 1))}款" if plain > 1 else ""
    item_name = f"第{item}项" if item else ""
    return paragraph_name + item_name or None
