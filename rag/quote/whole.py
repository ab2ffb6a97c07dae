"""Clauses that a question names by number and asks for as they are: 第X条说了什么."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.context.context import Context
from rag.locator.lookup import is_meant, stands_at
from rag.locator.named import Named, named_places, without_places
from rag.locator.pinpoint import find_pinpoint
from rag.quote.extract import Extract
from rag.quote.named import without_title
from rag.quote.parts import told
from rag.quote.quoted import Quoted, Quotes, name_of
from rag.quote.tree import as_hit, first_words
from rag.schema import Clause, Hit
from rag.text import Lang, sentences

_ASKS = re.compile(
    r"说了?(?:什么|啥|的?是什么)|讲了?(?:什么|啥|的?是什么)|(?:的)?(?:具体|全部|完整|主要)?(?:内容|原文|全文|条文)(?:是什么|有哪些|是啥)?|规定了?(?:些|的?是)?(?:什么|啥|哪些内容)?"
    r"|怎么(?:说|讲|规定|写)的?|写了?(?:些)?(?:什么|啥)|是(?:什么|啥|怎么(?:说|规定|写)的)|念|读|给我看看?|看看?|引用?一下|列出来?|列一下|有哪些|请问?|麻烦|帮我|一下|分别|都|各|的|里面|里|中|和|与|至|到|？"
    r"|what (?:does|do|is|are|did)|say(?:s)?|stipulate[sd]?|provide[sd]?|quote|show|give|me|read|out|full text|text|wording|content|in full|the|of|in|and|to|please|under|about",
    re.IGNORECASE,
)
_LITTLE = 3
"""Characters that a question may have besides: 这个, 那份."""
_LONGEST = 200
"""Characters of a question that may be nothing but a place."""
_SEVERAL = 5
"""Documents that are quoted when a question names only a number."""
_MOST = 6000
"""Characters that are quoted whole; of more clauses the first sentence of each."""
_LONG = 3000
"""Characters of one clause; of a longer one the first sentences."""
_CUT: Mapping[Lang, str] = {
    "zh": "（以上各条较长，只引每条首句；全文见文件。）",
    "en": "(These clauses are long; the first sentence of each is quoted. See the document for the rest.)",
}
_NO_PLACE: Mapping[Lang, str] = {
    "zh": "（没有所问的{}，引全条）",
    "en": " (there is no {}; the whole is quoted)",
}
_HAN_OR_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9]+")


def whole(asked: str, context: Context, lang: Lang) -> Quoted | None:
    """Quote the named clauses from the first to the last word, or the 款 and 项 of them that are named.

    Returns:
        None when the question names no clause that was found, or asks something particular of one.
    """
    meant = [hit for hit in context.hits if is_meant(hit)]
    places = named_places(asked)
    if not meant or not places or not asks_for_content(asked, [hit.clause.title for hit in meant]):
        return None
    clauses = _all_of(meant, places, context)
    chosen = [passage for clause in clauses for passage in _passages(clause, places)]
    quotes = Quotes()
    long = sum(len(p.text) for p in chosen) > _MOST
    missing = [asked[slice(*p.span)].strip() for p in places if not any(stands_at(c, p) for c in clauses)]
    if long and len({c.document_id for c in clauses}) == 1:
        text = "\n".join([f"《{clauses[0].title}》", *told(clauses, quotes, lang), _CUT[lang]])
        return quotes.quoted(text, tuple(dict.fromkeys(missing)))
    blocks = [_block(quotes, p, places, lang, short=long) for p in chosen]
    return quotes.quoted(
        "\n\n".join([*blocks, *([_CUT[lang]] if long else [])]), tuple(dict.fromkeys(missing))
    )


def asks_for_content(asked: str, titles: Sequence[str]) -> bool:
    """Tell whether a question only says which clause it wants, not what it wants to know of it."""
    if len(asked) > _LONGEST:
        return False
    rest = re.sub("《[^》]*》", " ", without_places(asked))
    for title in titles:
        rest = without_title(rest, title)
    return len(_HAN_OR_WORD.findall(_ASKS.sub(" ", rest))) <= _LITTLE


def _all_of(meant: Sequence[Hit], places: Sequence[Named], context: Context) -> list[Clause]:
    """Return the named clauses in printed order, all of a named chapter; documents by their best hit."""
    found: list[Clause] = []
    for document_id in [*dict.fromkeys(hit.clause.document_id for hit in meant)][:_SEVERAL]:
        own = {h.clause.clause_id: h.clause for h in meant if h.clause.document_id == document_id}
        named = [p for p in places if any(stands_at(c, p) for c in own.values())]
        several = [p for p in named if p.parts[-1].style != "条"]
        more = {
            c.clause_id: c for c in context.clauses_of(document_id) if any(stands_at(c, p) for p in several)
        }
        found += sorted((own | more).values(), key=lambda c: c.ordinal)
    return found


def _passages(clause: Clause, places: Sequence[Named]) -> Iterator[Extract]:
    """Yield the pinpoints of a clause that are named, else all of it."""
    hit = as_hit(clause)
    spans = [
        find_pinpoint(clause.text, place.pinpoint)
        for place in places
        if place.pinpoint and stands_at(clause, place)
    ]
    found = sorted({span for span in spans if span})
    yield from (Extract(hit, *span) for span in found or [(0, len(clause.text))])


def _block(quotes: Quotes, passage: Extract, places: Sequence[Named], lang: Lang, *, short: bool) -> str:
    clause = passage.hit.clause
    name = name_of(clause)
    asked = [p for p in places if p.pinpoint and stands_at(clause, p)]
    if (
        asked
        and len(passage.text) == len(clause.text)
        and not any(find_pinpoint(clause.text, p.pinpoint) for p in asked if p.pinpoint)
    ):
        name += _NO_PLACE[lang].format(_called(asked[0]))
    if short:
        return f"{name}：{quotes.words(first_words(clause))}"
    if len(passage.text) > _LONG:
        ends = [b for _, b in sentences(passage.text) if b <= _LONG]
        passage = Extract(passage.hit, passage.start, passage.start + (ends[-1] if ends else _LONG))
        return f"{name}：{quotes.words(passage)}……"
    return f"{name}：{quotes.words(passage)}"


def _called(place: Named) -> str:
    """Return a pinpoint in words: 第2款第3项."""
    point = place.pinpoint
    if point is None:
        return ""
    parts = ((point.paragraph, "款"), (point.item, "项"), (point.point, "目"))
    return "".join(f"第{number}{unit}" for number, unit in parts if number is not None)
