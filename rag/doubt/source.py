"""A clause as sentences that cite it are compared with it: its words, its figures, what is known about its document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.doubt.amount import levelled
from rag.doubt.figure import Figures, figures_in
from rag.schema import Clause, Document, Hit
from rag.text import terms


@dataclass(frozen=True, slots=True)
class Known:
    """What sentences of one answer may lean on besides the clauses that they cite."""

    asked: str = ""
    """The question and what was said before; its words may be repeated."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """By id; of those that are there, issuer, 文号 and days count as known."""
    sources: Sequence[Hit] = ()
    """All clauses that the answer was written from."""


@dataclass(frozen=True, slots=True)
class Source:
    """A clause that was read once."""

    clause: Clause
    text: str
    """Of the clause, levelled."""
    about: str
    """Title, place, headings, and what is known about the document; levelled."""
    figures: Figures
    about_figures: Figures
    terms: frozenset[str]
    """Of all of it."""


def source_of(clause: Clause, known: Known) -> Source:
    """Return a clause as it is compared; the same object for the same clause and document."""
    document = known.documents.get(clause.document_id)
    facts = (document.issuer, document.region, document.doc_number,
             document.effective_date and f"自{document.effective_date}起施行",
             document.expiry_date and f"有效期至{document.expiry_date}",
             document.adopted_on, document.issue_date, document.status, document.subtitle, document.period,
             document.repealed_on, document.effective_text) if document else ()  # fmt: skip
    return _read(clause, "\n".join(fact for fact in facts if fact))


@lru_cache(maxsize=1024)
def _read(clause: Clause, facts: str) -> Source:
    about = "\n".join((clause.title, clause.locator.replace("/", "\n"), clause.headings, facts))
    return Source(
        clause,
        levelled(clause.text),
        levelled(about),
        figures_in(clause.text),
        figures_in(about),
        frozenset(terms(f"{clause.text}\n{about}")),
    )
