"""Questions that need two documents, or a clause and the one that it refers to."""

from collections.abc import Iterator, Sequence
from random import Random

from eval.draft.proposal import Proposal, propose
from eval.draft.rule.definitions import definition
from eval.draft.rule.force import date_status
from eval.draft.rule.numeric import figures_of
from eval.draft.shelf import Shelf, gold, place_of
from eval.draft.wording import alternatives, parts_of
from rag.schema import Document
from rag.text import sentences, terms


def cross_doc(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Compare the document with a later one of the collection: a word that both define, a term that both set."""
    later = shelf.documents[shelf.documents.index(document) + 1 :]
    yield from _same_term(shelf, document, later)
    yield from _same_limit(shelf, document, later)
    yield from _both_dates(shelf, document, later)


def referred(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for a clause together with the clause of the same document that it refers to."""
    texts = {clause.clause_id: clause for clause in shelf.of(document)}
    for clause in shelf.of(document):
        for reference in clause.references:
            target = texts.get(reference.clause_id or "")
            if target is None or target is clause:
                continue
            around = next(
                (clause.text[a:b] for a, b in sentences(clause.text) if a <= reference.span[0] < b), ""
            )
            there = next((target.text[a:b] for a, b in sentences(target.text) if b - a > 12), "")
            facts = [
                [p for p in parts_of(words, 4, shortest=4, longest=20) if "第" not in p][:1]
                for words in (around, there)
            ]
            if not all(facts) or len(around) > _LONGEST:
                continue
            question = f"{shelf.name(document)}{clause.label}要结合{target.label}来看，这两条各是怎么规定的？"
            yield propose(
                "referred", "multi_clause", question, f"{there}{around}", [gold(target, there), gold(clause, around)], facts,
                difficulty="hard",
            )  # fmt: skip


_LONGEST = 140
_ALIKE = 4
"""Pairs of characters that the names of two documents share which one compares."""


def _same_term(shelf: Shelf, document: Document, later: Sequence[Document]) -> Iterator[Proposal]:
    own = {_term(made): made for made in _definitions(shelf, document)}
    for other in later if own else ():
        for made in _definitions(shelf, other):
            term = _term(made)
            if term in own:
                question = f"{shelf.name(document)}和{shelf.name(other)}都讲到“{term}”，两边说的是一回事吗？"
                both = [own[term], made]
                yield propose(
                    "cross_doc", "cross_doc", question,
                    "".join(f"《{p.case.gold[0].title}》：{p.case.answer}" for p in both),
                    [p.case.gold[0] for p in both], [p.case.key_facts[0] for p in both], difficulty="hard",
                )  # fmt: skip


def _definitions(shelf: Shelf, document: Document) -> list[Proposal]:
    return shelf.once(
        f"definitions {document.document_id}",
        lambda: list(definition(shelf, document, Random(0))),  # noqa: S311 - it guards nothing
    )


def _term(made: Proposal) -> str:
    return made.case.answer.partition("是指")[0]


def _same_limit(shelf: Shelf, document: Document, later: Sequence[Document]) -> Iterator[Proposal]:
    own = [f for f, _ in figures_of(shelf, document) if f.kind in ("term", "public")]
    for other in later if own else ():
        for figure in (f for f, _ in figures_of(shelf, other) if f.kind in ("term", "public")):
            mine = next((f for f in own if f.kind == figure.kind and _shared(f.about, figure.about)), None)
            here, there = place_of(document), place_of(other)
            if mine is None or here == there or not (here and there):
                continue
            question = f"{shelf.name(document)}里的{mine.about}，{shelf.name(other)}里的{figure.about}，期限各是多久？哪边长？"
            yield propose(
                "cross_doc", "cross_doc", question, f"{here}：{mine.claim.format(mine.value)}。{there}：{figure.claim.format(figure.value)}。",
                [gold(f.clause, f.evidence) for f in (mine, figure)], [alternatives(f.value) for f in (mine, figure)], difficulty="hard",
            )  # fmt: skip


def _shared(one: str, other: str) -> set[str]:
    """Return the pairs of characters that two names share."""
    return {t for t in terms(one) if len(t) > 1} & {t for t in terms(other) if len(t) > 1}


def _both_dates(shelf: Shelf, document: Document, later: Sequence[Document]) -> Iterator[Proposal]:
    for other in later if document.effective_date else ():
        if not other.effective_date or len(_shared(shelf.name(document), shelf.name(other))) < _ALIKE:
            continue
        made = [next(date_status(shelf, d, Random(0)), None) for d in (document, other)]  # noqa: S311 - it guards nothing
        if all(p and "年" in p.case.answer for p in made):
            both = [p for p in made if p]
            question = f"{shelf.name(document)}和{shelf.name(other)}，哪个先开始执行？"
            yield propose(
                "cross_doc", "cross_doc", question, "".join(f"《{p.case.gold[0].title}》{p.case.answer}" for p in both),
                [p.case.gold[0] for p in both], [p.case.key_facts[0] for p in both],
            )  # fmt: skip
