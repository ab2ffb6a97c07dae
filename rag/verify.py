"""Sentences and quotes of an answer, checked by code against the clauses that they cite."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.citation.statement import statements
from rag.doubt.attribution import attribution_doubts
from rag.doubt.body import body_doubts
from rag.doubt.claim import is_claim, is_refusal
from rag.doubt.doubt import Doubt
from rag.doubt.duty import duty_doubts
from rag.doubt.figure import figure_doubts, figures_in
from rag.doubt.negation import exception_doubts, negation_doubts
from rag.doubt.quotation import quotation_doubts
from rag.doubt.repair import Repair, repaired
from rag.doubt.source import Known, Source, source_of
from rag.doubt.wording import mostly_chinese, without_list_numbers, word_doubts
from rag.locator.pinpoint import pinpoint
from rag.schema import Citation, Hit
from rag.text import bare, sentences, terms

__all__ = ["Known", "Repair", "citations_of", "cite", "doubts", "is_verbatim", "repaired", "support"]


def doubts(statement: str, cited: Sequence[Hit], known: Known) -> list[Doubt]:
    """Return what in one sentence is not found in a clause that it cites, or in the question.

    Checked are quotations, titles, 文号, places as 第X条, numbers with units, dates, limits (at least, at most), named bodies,
    words of duty (must, may, must not), negations, exceptions, and how much of the sentence the clauses have at all. A
    sentence in another language than its clauses is checked for numbers, dates, titles and places only.

    Args:
        statement: Without markers.
        cited: The clauses of its markers; a sentence without any that states something is `uncited`, and what it names is
            looked for in all sources.
        known: The question with what was said before, and the documents and sources that the answer was written from.

    Returns:
        In order of kind, each once; empty when nothing is wrong.
    """
    if not cited and is_claim(statement):
        return [Doubt("uncited", statement)]
    sources = [source_of(hit.clause, known) for hit in cited or known.sources]
    if not sources or is_refusal(statement):
        return []
    found = list(_figure_doubts(statement, sources, known))
    if cited:
        found += _word_doubts(statement, sources, known)
    return list(dict.fromkeys(found))


def _figure_doubts(statement: str, sources: Sequence[Source], known: Known) -> Iterator[Doubt]:
    """Yield what can be compared across languages: quotations, names of places and documents, numbers."""
    said, asked = figures_in(without_list_numbers(statement)), figures_in(known.asked)
    yield from quotation_doubts(statement, [source.clause for source in sources], known.asked)
    yield from attribution_doubts(statement, said, sources, asked)
    texts, about = [source.figures for source in sources], [source.about_figures for source in sources]
    for doubt in figure_doubts(said, texts, about, asked):
        yield replace(doubt, clause_id=sources[0].clause.clause_id)


def _word_doubts(statement: str, sources: Sequence[Source], known: Known) -> Iterator[Doubt]:
    said, asked = figures_in(without_list_numbers(statement)).text, figures_in(known.asked).text
    turned = list(duty_doubts(said, sources))
    yield from turned
    if mostly_chinese(statement):
        seen = [text for source in sources for text in (source.text, source.about)]
        yield from body_doubts(said, [*seen, asked], sources[0].clause.clause_id)
        if not turned:
            yield from negation_doubts(said, sources)
    yield from exception_doubts(said, sources, asked)
    yield from word_doubts(statement, sources, known.asked)


def cite(n: int, hit: Hit, start: int, end: int) -> Citation:
    """Return the citation of a span of a clause's text."""
    clause = hit.clause
    return Citation(
        n,
        clause.clause_id,
        clause.title,
        clause.locator,
        pinpoint(clause.text, start, clause.label, end),
        clause.text[start:end],
        (clause.page_first, clause.page_last or clause.page_first) if clause.page_first else None,
    )


def support(statement: str, text: str) -> tuple[int, int]:
    """Return the span of the sentence in a clause that shares most with a statement; the whole of a text without sentences."""
    wanted = set(terms(statement))
    best, best_share = (0, len(text)), -1.0
    for start, end in sentences(text):
        found = set(terms(text[start:end]))
        share = len(wanted & found) / (len(found) + 8) ** 0.5
        if share > best_share:
            best, best_share = (start, end), share
    return best


def citations_of(text: str, cited: Sequence[Hit]) -> list[Citation]:
    """Return one citation for each statement and marker; `cited[n - 1]` is the clause of [n]. Equal quotes are given once."""
    found: dict[tuple[int, str], Citation] = {}
    for statement in statements(text):
        for n in statement.numbers:
            hit = cited[n - 1]
            citation = cite(n, hit, *support(statement.text, hit.clause.text))
            found.setdefault((n, citation.quote), citation)
    return sorted(found.values(), key=lambda c: c.n)


def is_verbatim(citation: Citation, clause_text: str) -> bool:
    """Tell whether the quote stands in the clause word for word, apart from blanks and width."""
    return bool(citation.quote.strip()) and bare(citation.quote) in bare(clause_text)
