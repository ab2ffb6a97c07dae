"""The n-th item of a list that a question describes: 申请表的第七项, with the sentence that leads to it and how many there are."""

from collections.abc import Sequence

from rag.context.context import Context
from rag.locator.lookup import is_meant
from rag.locator.named import Named, named_places
from rag.quote.extract import Extract, best_sentences
from rag.quote.listing import COUNTED, Listing, lists_in
from rag.quote.quoted import Quoted, Quotes, name_of
from rag.quote.unfit import says_the_same
from rag.rerank import SentenceScorer
from rag.schema import Hit
from rag.text import Lang

_DEPTH = 5


def numbered_item(context: Context, hits: Sequence[Hit], scorer: SentenceScorer, lang: Lang) -> Quoted | None:
    """Quote the item of this number from the list that fits best what the question says of it.

    Args:
        context: The question.
        hits: Best first; the first five are read.
        scorer: Compares the question with sentences.
        lang: Of the words around the quotes.

    Returns:
        None when the question names no 第N项, or an article besides, or no clause that was found holds a list. A list without
        that item is quoted whole, and the item is missing.
    """
    place = _item_of(context.asked)
    if place is None or any(is_meant(hit) for hit in hits):
        return None
    start, end = place.span
    # 不得解除的第三项 asks which of what is forbidden: so the sentences are compared with it.
    described = f"{context.asked[:start]}哪些{context.asked[end:]}"
    found = _list_for(described, hits[:_DEPTH], scorer)
    if found is None:
        return None
    hit, listing = found
    quotes, number = Quotes(), place.parts[-1].number
    name = f"{name_of(hit.clause)}{COUNTED[lang].format(len(listing.items))}：\n"
    if not 1 <= number <= len(listing.items):
        printed = context.asked[slice(*place.span)].strip()
        return quotes.quoted(name + quotes.words(Extract(hit, *listing.span)), (printed,))
    spans = [*([listing.lead] if listing.lead else []), listing.items[number - 1]]
    return quotes.quoted(name + "\n".join(quotes.words(Extract(hit, *span)) for span in spans))


def _item_of(asked: str) -> Named | None:
    """Return the only place that a question names, if it is a 第N项."""
    places = named_places(asked)
    if len(places) != 1 or not places[0].is_item(asked):
        return None
    return places[0]


def _list_for(described: str, hits: Sequence[Hit], scorer: SentenceScorer) -> tuple[Hit, Listing] | None:
    """Return the list in which the best sentence for a description stands, or that follows it; None where no clause has one."""
    for sentence in best_sentences(described, hits, scorer):
        hit = hits[sentence.hit]
        for listing in lists_in(hit.clause.text):
            lead = hit.clause.text[slice(*(listing.lead or (0, 0)))]
            inside = listing.span[0] <= sentence.start < listing.span[1]
            if inside and says_the_same(described, lead):
                return hit, listing
    return None
