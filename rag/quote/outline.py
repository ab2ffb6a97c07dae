"""What stands under a heading that a question names: 重点任务 of a plan, counted, each with what it is about."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile

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
_WORD = 2
"""Fewest characters that names under one heading must share to be of one kind."""
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

_Parts = Sequence[tuple[Branch, list[Branch]]]
"""Headings, each with the branches under it."""


def headed(context: Context, hits: Sequence[Hit], lang: Lang) -> Quoted | None:
    """List what stands under the heading that a question names.

    Returns:
        None when it asks for no list and no summary, or names no heading with others under it. A summary may be of a chapter
        of articles, too.
    """
    told = asks_to_be_told(context.asked)
    if ("list" not in asked_for(context.asked) and not told) or _ASKS_WHERE.search(context.asked):
        return None
    parts = list(_parts(context, hits))
    found = None if told else _of_one_kind(context, parts)
    found = found or _named_heading(context, parts)
    if found is None and not told:
        found = _of_one_beginning(context, hits, parts)
    if found is None:
        return None
    heading, below = found
    quotes = Quotes()
    lines = [f"《{below[0].clauses[0].title}》{heading}{COUNTED[lang].format(len(below))}："]
    first = _beginning if told else leading
    lines += [_line(branch, quotes, first) for branch in below[:_MOST]]
    if len(below) > _MOST:
        lines.append(_MORE[lang].format(len(below) - _MOST))
    return quotes.quoted("\n".join(lines))


def _named_heading(context: Context, parts: _Parts) -> tuple[str, list[Branch]] | None:
    """Return the heading whose words the question has, with the branches under it."""
    asked, listed = _pairs(context.asked), "list" in asked_for(context.asked)
    for part, below in parts:
        words, title = _pairs(_NUMBER.sub("", part.heading)), _pairs(part.clauses[0].title)
        if not (words and len(words & asked) >= _HEADED * len(words) and (words - title) & asked):
            continue
        # Articles under a chapter are no list, but what a summary of it goes through.
        list_of = listed and not part.clauses[0].label.startswith("第")
        document = context.documents[part.clauses[0].document_id]
        if list_of or asks_of_part(context.asked, document, part.heading):
            return part.heading, below
    return None


def _of_one_kind(context: Context, parts: _Parts) -> tuple[str, list[Branch]] | None:
    """Return branches whose names end with what the question asks for: 哪些行动 for 引领行动, 突破行动 and so on."""
    for part, below in parts:
        kind = _shared([_name(branch)[::-1] for branch in below])[::-1]
        # Right behind the word that asks: 数据中心建设有哪些要求 asks for no 建设.
        asks = rf"哪(?:些|几[个项类大])[^，,。]{{0,4}}{re.escape(kind)}"
        if len(kind) >= _WORD and len(below) > _LEAST and re.search(asks, context.asked):
            return part.heading, below
    return None


def _of_one_beginning(
    context: Context, hits: Sequence[Hit], parts: _Parts
) -> tuple[str, list[Branch]] | None:
    """Return branches of which two were found and whose names begin with a word of the question: 未来信息, 未来健康."""
    for part, below in parts:
        beginning = _shared([_name(branch) for branch in below])
        met = sum(any(hit.clause in branch.clauses for hit in hits[:_READ]) for branch in below)
        # 加强 begins names of any matter; what the document or the heading is about does not.
        matter = beginning in f"{part.clauses[0].title} {part.heading}" and beginning in context.asked
        if met >= _LEAST and len(below) > _LEAST and len(beginning) >= _WORD and matter:
            return part.heading, below
    return None


def _parts(context: Context, hits: Sequence[Hit]) -> Iterator[tuple[Branch, list[Branch]]]:
    """Yield each heading of the documents of the first hits, with the branches under it; those with one branch are left out."""
    for document_id in dict.fromkeys(hit.clause.document_id for hit in hits[:_READ]):
        clauses = context.clauses_of(document_id)
        for depth in (0, 1):
            for part in branches([c for c in clauses if c.locator.count("/") > depth], depth):
                below = _of_one_style(branches(part.clauses, depth + 1))
                if len(below) >= _LEAST:
                    yield part, below


def _shared(names: Sequence[str]) -> str:
    """Return the characters with which all names begin."""
    return "".join(
        letters[0] for letters in takewhile(lambda each: len(set(each)) == 1, zip(*names, strict=False))
    )


def _name(branch: Branch) -> str:
    """Return the heading of a branch without its number; of a clause alone what it begins with, when that is short."""
    begins = leading(branch.clauses[0])
    own = begins.text if len(begins.text) <= _HEADING_CHARS else ""
    return (_NUMBER.sub("", branch.heading) or own).rstrip("。：: ")


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
