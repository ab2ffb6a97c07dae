"""Which questions are proposed: rules over every document, spread over documents and types, the same for the same seed."""

from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from random import Random

from eval.cases import Case, clause_key
from eval.draft.own import problems_of
from eval.draft.proposal import Proposal
from eval.draft.rule.definitions import definition
from eval.draft.rule.duties import ban, duty
from eval.draft.rule.force import date_status, english
from eval.draft.rule.lists import lists, named
from eval.draft.rule.missing import absent, elsewhere
from eval.draft.rule.numeric import false_premise, followup, multi_clause, numeric
from eval.draft.rule.pairs import cross_doc, referred
from eval.draft.rule.places import by_number, in_charge, plans
from eval.draft.shelf import Shelf
from eval.validation import overlap
from rag.schema import Document
from rag.validity import is_draft

Rule = Callable[[Shelf, Document, Random], Iterator[Proposal]]
RULES: tuple[Rule, ...] = (
    definition, lists, named, numeric, duty, ban, date_status, english, by_number, plans, in_charge, false_premise, followup,
    multi_clause, referred, cross_doc, elsewhere, absent,
)  # fmt: skip
_LONGEST_QUESTION, _MOST_COPIED, _FREE = 110, 0.85, 0.5
_WEIGHTS = {
    "unanswerable": 1.5, "numeric": 2.0, "lookup": 1.7, "by_number": 0.5, "english": 0.5, "followup": 0.7,
    "multi_clause": 0.7,
}  # fmt: skip
"""How often a type is asked, against the others."""
_MOST_A_DOCUMENT = {"absent": 3, "elsewhere": 3, "by_number": 4, "referred": 2}
"""Of what could be asked about every clause, so many questions a document are enough."""


def by_rules(
    shelf: Shelf, seed: int, known: Container[str] = (), documents: Container[str] | None = None
) -> Iterator[Proposal]:
    """Yield proposals one at a time: from each document in turn, each time of the type that was asked least.

    Args:
        shelf: The collection.
        seed: The same seed gives the same proposals in the same order.
        known: Keys of proposals that are not made again.
        documents: Ids of the only documents to ask about; None for all.

    Returns:
        Until every document has nothing left; each is sound by `eval.validation`.
    """
    chosen = [d for d in shelf.documents if documents is None or d.document_id in documents]
    Random(seed).shuffle(chosen)  # noqa: S311 - it guards nothing
    left: dict[str, list[Proposal]] = {}
    asked: Counter[str] = Counter()
    used: set[object] = set()
    while chosen:
        for document in list(chosen):
            if document.document_id not in left:
                left[document.document_id] = [p for p in _sound(shelf, document, seed) if p.key not in known]
            offered = [p for p in left[document.document_id] if not used & _words(p)]
            left[document.document_id] = offered
            if not offered:
                chosen.remove(document)
                continue
            made = min(offered, key=lambda p: _heard(p, asked))
            asked.update((made.case.type, made.origin, _form(made)))
            used |= _words(made)
            yield made


def _heard(made: Proposal, asked: Counter[str]) -> tuple[float, int, int]:
    """Return how often the like was asked, for the choice of what is new."""
    kind = made.case.type
    return asked[kind] / _WEIGHTS.get(kind, 1.0), asked[made.origin], asked[_form(made)]


def _words(made: Proposal) -> set[object]:
    """Return what two proposals must not share: words as evidence, so that a number is not asked for and doubted as well."""
    return {made.key, *((gold.key, gold.evidence) for gold in made.case.gold)}


def _form(made: Proposal) -> str:
    """Return how the question ends, so that no turn of phrase is heard all the time."""
    return made.case.question[-7:]


def _sound(shelf: Shelf, document: Document, seed: int) -> list[Proposal]:
    """Return a document's proposals that stand every check, in an order of chance with freely worded ones first."""
    luck = Random(f"{seed} {document.document_id}")  # noqa: S311 - it guards nothing
    made = [
        _with_notices(p, shelf)
        for rule in RULES
        for p in rule(shelf, document, luck)
        if len(p.case.question) <= _LONGEST_QUESTION
    ]
    luck.shuffle(made)
    kept = [
        p for p in made if _copied(p.case, shelf) <= _MOST_COPIED and not problems_of(p.case, shelf.texts)
    ]
    seen: Counter[str] = Counter()
    few: list[Proposal] = []
    for p in sorted(kept, key=lambda p: _copied(p.case, shelf) > _FREE):
        seen[p.origin] += 1
        if seen[p.origin] <= _MOST_A_DOCUMENT.get(p.origin, len(kept)):
            few.append(p)
    return few


def _with_notices(made: Proposal, shelf: Shelf) -> Proposal:
    """Say that an answer out of a draft has to say so."""
    drafts = {clause_key(d.title, "")[0] for d in shelf.documents if is_draft(d)}
    if not drafts & {gold.key[0] for gold in made.case.gold}:
        return made
    return replace(made, case=replace(made.case, warnings=("draft",)))


def _copied(case: Case, shelf: Shelf) -> float:
    if not case.gold:
        return 0.0
    return overlap(
        case.question, [g.title for g in case.gold], [shelf.texts.get(g.key, "") for g in case.gold]
    )
