"""What stands under a heading that a question names: 重点任务 of a plan, counted, each with what it is about."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rag.context.context import Context
from rag.locator.numerals import NUMERAL
from rag.quote.extract import Extract
from rag.quote.listing import COUNTED
from rag.quote.quoted import Quoted, Quotes
from rag.quote.summary import asks_of_part, asks_to_be_told
from rag.quote.tree import Branch, as_hit, branches, leading
from rag.schema import Clause, Hit
from rag.text import Lang, sentences, terms
from rag.verdict.question_type import asked_for

_READ = 3
"""First hits whose documents are looked into."""
_HEADED = 0.6
"""Share of a heading's character pairs that the question must have for the headings under it to be meant."""
_LEAST = 2
_MOST = 40
_UNDER = 8
"""Most clauses that are told of one heading."""
_HEADING_CHARS = 20
"""Up to this length a first sentence is a heading, which summarises nothing: 强化组织领导。"""
_MORE: Mapping[Lang, str] = {"zh": "（其余 {} 项从略。）", "en": "({} more are left out.)"}
_NUMBER = re.compile(rf"^(?:第{NUMERAL}+[章节编部]分?|[（(]?[一二三四五六七八九十\d]{{1,3}}[）)、.．]?)\s*")

_ASKS_WHERE = re.compile(
    r"(?:哪些|哪几个?)(?:地方|地区|区域?|[市县城省州](?!场)|城市|园区)|\bwhich (?:places|districts|cities|areas|regions)\b",
    re.IGNORECASE,
)
"""A question for places: they stand in a sentence, while headings say what is done there."""


def headed(context: Context, hits: Sequence[Hit], lang: Lang) -> Quoted | None:
    """List what stands under the heading that a question names.

    Returns:
        None when it asks for no list and no summary, or names no heading with others under it. A summary may be of a chapter
        of articles, too.
    """
    told = asks_to_be_told(context.asked)
    if ("list" not in asked_for(context.asked) and not told) or _ASKS_WHERE.search(context.asked):
        return None
    found = _named_heading(context, hits)
    if found is None:
        return None
    heading, below = found
    quotes = Quotes()
    lines = [f"《{below[0].clauses[0].title}》{heading}{COUNTED[lang].format(len(below))}："]
    first = _beginning if asks_to_be_told(context.asked) else leading
    lines += [_line(branch, quotes, first) for branch in below[:_MOST]]
    if len(below) > _MOST:
        lines.append(_MORE[lang].format(len(below) - _MOST))
    return quotes.quoted("\n".join(lines))


def _named_heading(context: Context, hits: Sequence[Hit]) -> tuple[str, list[Branch]] | None:
    """Return the heading whose words the question has, with the branches under it."""
    asked, listed = _pairs(context.asked), "list" in asked_for(context.asked)
    for document_id in dict.fromkeys(hit.clause.document_id for hit in hits[:_READ]):
        clauses = context.clauses_of(document_id)
        title = _pairs(clauses[0].title) if clauses else set()
        for depth in (0, 1):
            lower = [c for c in clauses if len(c.locator.split("/")) > depth + 1]
            for branch in branches(lower, depth):
                words = _pairs(_NUMBER.sub("", branch.heading))
                below = _of_one_style(branches(branch.clauses, depth + 1))
                meant = words and len(words & asked) >= _HEADED * len(words) and (words - title) & asked
                if not meant or len(below) < _LEAST:
                    continue
                # Articles under a chapter are no list, but what a summary of it goes through.
                list_of = listed and not branch.clauses[0].label.startswith("第")
                if list_of or asks_of_part(context.asked, context.documents[document_id], branch.heading):
                    return branch.heading, below
    return None


def _of_one_style(found: Sequence[Branch]) -> list[Branch]:
    """Return the branches that are numbered alike; what leads to them is none of them."""
    usual = Counter(branch.style for branch in found).most_common(1)
    return [branch for branch in found if (branch.style, usual[0][1]) == usual[0]]


def _pairs(text: str) -> set[str]:
    return {term for term in terms(text) if len(term) > 1}


def _line(branch: Branch, quotes: Quotes, first: Callable[[Clause], Extract]) -> str:
    told = "；".join(quotes.line([first(clause)]) for clause in branch.clauses[:_UNDER])
    return f"- {branch.heading} {told}"


def _beginning(clause: Clause) -> Extract:
    """Return what a clause begins with, to the end of its first sentence that is more than a heading."""
    ends = [end for _, end in sentences(clause.text)]
    return Extract(as_hit(clause), 0, next((end for end in ends if end > _HEADING_CHARS), len(clause.text)))
