"""How a document is divided, and what stands above its articles."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.layout import Line
from ingest.numbering import marker
from rag.schema import Scheme
from rag.text import bare, wide_brackets

NORMATIVE = "(法|条例|规定|办法|细则|规则|决定|意见|方案|计划|措施|要点|通知|规划|纲要|宣言|安排|指引|指南|标准|公告|解释|批复|解答|命令|修正案|决议)"
"""Last words of titles that lay something down; other texts are reports."""
_MIN_ARTICLES = 2
_NAMED_PARTS = ("总则", "附则")


def scheme_of(title: str, body: Sequence[Line]) -> Scheme:
    """Return how a document is divided: by 第X条, by an outline of numbers, or as a report with free headings."""
    articles = [m for m in (marker(line.text) for line in body) if m and m.kind == "article"]
    rising = sum(b.number == a.number + 1 for a, b in pairwise(articles))
    if rising + 1 >= _MIN_ARTICLES and articles:
        return "articles"
    plain = re.sub(r"(（[^（）]*）)+$", "", wide_brackets(title))
    return "outline" if re.search(f"{NORMATIVE}$", plain) else "report"


def parts(body: Sequence[Line]) -> frozenset[int]:
    """Return the lines that part the articles of a judicial interpretation: 一、管辖, （一）动产质押, right before an article."""
    found: set[int] = set()
    above_article = False
    for line in reversed([x for x in body if not x.is_trace]):
        label = marker(line.text)
        is_part = (
            label is not None
            and label.kind in ("han", "han_bracket")
            and line.is_heading
            and not (line.is_finished or line.text[-1] in "，、")
        ) or bare(line.text) in _NAMED_PARTS
        if is_part and above_article:
            found.add(line.number)
        else:
            above_article = label is not None and label.kind == "article"
    return frozenset(found)
