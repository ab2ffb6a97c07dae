"""An answer without a model: the best passages of the clauses that are meant, quoted as the kind of question asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.context.context import Context
from rag.locator.lookup import is_meant
from rag.quote.beside import beside, threatened
from rag.quote.extract import Extract
from rag.quote.force import in_force
from rag.quote.item import numbered_item
from rag.quote.listing import listed
from rag.quote.outline import headed
from rag.quote.piecewise import Pieces, besides, by_place, completed
from rag.quote.quoted import Quoted, quoted
from rag.quote.summary import summarised
from rag.quote.table import compared
from rag.quote.whole import whole
from rag.quote.within import extract_within
from rag.rerank import SentenceScorer
from rag.schema import Hit, Retrieval
from rag.text import Lang, is_chinese
from rag.trace import step

_SEVERAL = 5
"""Clauses of one number that are quoted when a question does not say of which document."""
_BEFORE: Mapping[tuple[Lang, bool], str] = {
    ("en", True): "Quotations are in the original Chinese.\n\n",
    ("en", False): "Quoted from the documents:\n\n",
    ("zh", False): "引文为英文原文。\n\n",
}
"""Language of the question, whether the quotations are Chinese → the line before them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with everything that a quoted answer may be made of."""

    retrieval: Retrieval
    """What was found, best first."""
    context: Context
    places: Sequence[str]
    """That the question names."""
    scorer: SentenceScorer
    lang: Lang


@step("quotation")
def extractive(
    retrieval: Retrieval, context: Context, places: Sequence[str], scorer: SentenceScorer, lang: Lang
) -> Quoted | None:
    """Quote what answers the question.

    Args:
        retrieval: What was found, best first.
        context: The question as it was searched for, the documents of the hits, and their clauses.
        places: That the question names; several are compared.
        scorer: Compares the question with sentences.
        lang: Of the words around the quotes.

    Returns:
        None when there is nothing to quote.
    """
    asking = Asking(retrieval, context, places, scorer, lang)
    found = next((answer for kind in _KINDS for answer in kind(asking)), None)
    if found is None or not found.text:
        return None
    chinese = any(is_chinese(citation.quote) for citation in found.citations)
    before = _BEFORE.get((lang, chinese), "") if found.citations else ""
    return replace(found, text=before + found.text)


def _whole(asking: Asking) -> Iterator[Quoted]:
    found = whole(asking.context.asked, asking.context, asking.lang)
    if found:
        yield found


def _headings(asking: Asking) -> Iterator[Quoted]:
    found = headed(asking.context, asking.retrieval.hits, asking.lang)
    if found:
        yield found


def _summary(asking: Asking) -> Iterator[Quoted]:
    found = summarised(asking.context, asking.retrieval.filters.inferred, asking.lang)
    if found:
        yield found


def _force(asking: Asking) -> Iterator[Quoted]:
    found = in_force(asking.context, asking.retrieval.filters.inferred, asking.places, asking.lang)
    if found:
        yield found


def _comparison(asking: Asking) -> Iterator[Quoted]:
    found = compared(
        asking.context,
        asking.retrieval.hits,
        asking.places,
        asking.retrieval.filters.inferred,
        asking.scorer,
        asking.lang,
    )
    if found:
        yield found


def _item(asking: Asking) -> Iterator[Quoted]:
    found = numbered_item(asking.context, asking.retrieval.hits, asking.scorer, asking.lang)
    if found:
        yield found


def _listing(asking: Asking) -> Iterator[Quoted]:
    hits = _meant(asking)
    if "ambiguous" in asking.retrieval.filters.inferred:
        return
    found = listed(asking.context, hits, asking.scorer, asking.lang)
    if found:
        yield found


def _passages(asking: Asking) -> Iterator[Quoted]:
    """Quote passages; of several places, or of several clauses of one number, each gets its best clause."""
    hits, context = _meant(asking), asking.context
    about = [[h for h in hits if context.is_for(h, place)] for place in asking.places]
    if "ambiguous" in asking.retrieval.filters.inferred:
        about = [[h] for h in hits if is_meant(h)][:_SEVERAL]
    chosen: list[Extract] = []
    for found in (_best_of(asking, group) for group in about if len(about) > 1):
        chosen += [p for p in found if p.hit is found[0].hit and p not in chosen]
    chosen = chosen or completed(context.asked, _best_of(asking, hits), asking.scorer)
    if chosen:
        chosen += beside(context.asked, chosen, context.companions)
        # Of several places each part has an answer of its own for each.
        more = Pieces() if len(asking.places) > 1 else besides(context.asked, chosen, hits, asking.scorer)
        fitting = [h for h in hits if not asking.places or any(context.is_for(h, p) for p in asking.places)]
        yield _partly(quoted([*chosen, *more.passages], fitting, asking.lang), more, asking.lang)


def _consequences(asking: Asking) -> Iterator[Quoted]:
    """Quote what follows from breaking a clause that is named by number, and the clause."""
    asked, hits = asking.context.asked, [h for h in asking.retrieval.hits if is_meant(h)]
    threats = threatened(asked, hits, asking.context.companions)
    # The clauses of that number in other documents have nothing to do with it.
    documents = {passage.hit.clause.document_id for passage in threats}
    own = [h for h in hits if h.clause.document_id in documents]
    if threats:
        pieces = by_place(asked, own, asking.scorer)
        broken = pieces.passages if pieces else extract_within(asked, own, asking.scorer, asked=asked)
        ids = {p.hit.clause.clause_id for p in threats}
        yield quoted([*threats, *(p for p in broken if p.hit.clause.clause_id not in ids)], own, asking.lang)


def _places(asking: Asking) -> Iterator[Quoted]:
    """Quote of each of several clauses that are named by number what is asked of them."""
    hits = [h for h in asking.retrieval.hits if is_meant(h)]
    if "ambiguous" in asking.retrieval.filters.inferred:
        return
    if pieces := by_place(asking.context.asked, hits, asking.scorer):
        chosen = [*pieces.passages]
        chosen += beside(asking.context.asked, chosen, asking.context.companions)
        yield quoted(chosen, hits, asking.lang)


def _partly(answer: Quoted, pieces: Pieces, lang: Lang) -> Quoted:
    marks = "“{}”" if lang == "zh" else '"{}"'
    return replace(answer, missing=tuple(map(marks.format, pieces.missing)))


def _best_of(asking: Asking, hits: Sequence[Hit]) -> list[Extract]:
    asked = asking.context.asked
    return extract_within(asked, hits, asking.scorer, asked=asked)


def _meant(asking: Asking) -> list[Hit]:
    """Return the hits; of a question that names 第X条 that clause and no other."""
    hits = [*asking.retrieval.hits]
    return [h for h in hits if is_meant(h)] or hits


_KINDS: tuple[Callable[[Asking], Iterator[Quoted]], ...] = (
    _whole, _item, _headings, _summary, _force, _consequences, _comparison, _places, _listing, _passages,
)  # fmt: skip
"""Each yields its answer, or nothing when the question is of another kind; the first answer counts."""
