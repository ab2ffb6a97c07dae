"""Labels out of the words that name several at once: 第八、九条, 第一至三条, 第二章第二节、第三节."""

import re
from collections.abc import Sequence

from rag.locator.numerals import NUMERAL, to_chinese, to_int
from rag.locator.place import part_of

BLANK = r"[ \t\u3000\xa0]{0,8}"
NUMBER = re.compile(rf"{NUMERAL}(?:{BLANK}{NUMERAL}){{0,11}}")
_DIVISION = re.compile(r"第[^第]*?(?:分编|编|章|节|部分)")
_LONGEST_RANGE = 400
_HIGHEST = 10_000


def articles(words: str) -> list[str]:
    """Return the labels that words such as 第十条, 第八、九条 or 第一至三条 name, each as it would be printed alone."""
    words = re.sub(BLANK, "", words)
    head, _, sub = words.partition("条")
    numbers = NUMBER.findall(head)
    if len(numbers) == 1:
        return [words]
    labels = [f"第{number}条" for number in numbers]
    labels[-1] += sub
    if re.search("[至到—－–~～-]", head):
        labels[-1:-1] = between((to_int(numbers[-2]), 0), (to_int(numbers[-1]), 0))
    return labels


def between(first: tuple[int, int], last: tuple[int, int], *, arabic: bool = False) -> list[str]:
    """Return the labels between two articles, given as (number, sub-number); none when they are far apart or no range."""
    low, high = first[0] + 1, last[0] + (1 if last[1] else 0)
    if not first < last or high - low > _LONGEST_RANGE or high > _HIGHEST:
        return []
    return [f"第{n if arabic else to_chinese(n)}条" for n in range(low, high)]


def divisions(words: str) -> list[str]:
    """Return the labels in 第二编第三章."""
    return [re.sub(BLANK, "", label) for label in _DIVISION.findall(words)]


def beside(locator: str, labels: Sequence[str]) -> str:
    """Return the path of 第三节 in 第二章第二节、第三节: beside the one of its style; empty when there is none."""
    parts = locator.split("/")
    style = part_of(labels[0]).style
    at = next((i for i, label in enumerate(parts) if part_of(label).style == style), None)
    return "/".join([*parts[:at], *labels]) if at else ""
