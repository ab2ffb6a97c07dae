"""Passages from the place inside a clause that a question names, such as 第二款, and from nowhere else in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.locator.lookup import stands_at
from rag.locator.named import Named, named_places
from rag.locator.pinpoint import find_pinpoint, headed_item
from rag.quote.extract import Extract, extract
from rag.rerank import SentenceScorer
from rag.schema import Hit


@dataclass(frozen=True, slots=True)
class _Cut:
    """A hit of which only a place counts."""

    whole: Hit
    part: Hit
    start: int


def extract_within(
    question: str, hits: Sequence[Hit], scorer: SentenceScorer, *, asked: str, most: int = 2
) -> list[Extract]:
    """Choose passages as `extract` does, of clauses whose 款 or 项 the question names from there alone.

    Args:
        question: That sentences are compared with.
        hits: Best first.
        scorer: Compares the question with sentences.
        asked: The question with the places that it names.
        most: Most clauses to quote from.
    """
    places = named_places(asked)
    cuts = [_cut(hit, places, asked) for hit in hits]
    by_part = {id(cut.part): cut for cut in cuts}
    found = extract(question, [cut.part for cut in cuts], scorer, most=most)
    moved = [(by_part[id(p.hit)], p) for p in found]
    return [Extract(cut.whole, p.start + cut.start, p.end + cut.start) for cut, p in moved]


def _cut(hit: Hit, places: Sequence[Named], asked: str) -> _Cut:
    text = hit.clause.text
    own = [place for place in places if stands_at(hit.clause, place)]
    spans = [span for p in own if p.pinpoint and (span := find_pinpoint(text, p.pinpoint))]
    # 第四十条对算法模型怎么定义 names an item by its heading.
    if not spans and own and (item := headed_item(text, asked)):
        spans = [item]
    if not spans:
        return _Cut(hit, hit, 0)
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    clause = replace(hit.clause, text=text[start:end], definitions=(), references=())
    return _Cut(hit, replace(hit, clause=clause), start)
