"""Questions about numbers: how many, how long, how much; and such as take a wrong number for granted."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from eval.cases import Gold
from eval.draft.proposal import Proposal, propose
from eval.draft.rule.figures import Figure, figures_in
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import alternatives, other_figure
from rag.schema import Document
from rag.text import bare


def figures_of(shelf: Shelf, document: Document) -> list[tuple[Figure, list[Gold]]]:
    """Return the numbers of a document that can be asked for, each with other clauses that print it too.

    What the document prints with two values is left out: nobody could tell which is meant.
    """
    return shelf.once(f"figures {document.document_id}", lambda: _figures_of(shelf, document))


def _figures_of(shelf: Shelf, document: Document) -> list[tuple[Figure, list[Gold]]]:
    found: dict[str, list[Figure]] = defaultdict(list)
    for clause in shelf.of(document):
        for figure in figures_in(clause, document):
            found[bare(figure.ask)].append(figure)
    kept: list[tuple[Figure, list[Gold]]] = []
    for same in found.values():
        if len({bare(figure.value) for figure in same}) == 1:
            others = [gold(f.clause, f.evidence) for f in same[1:] if f.clause is not same[0].clause]
            kept.append((same[0], others))
    return kept


def numeric(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for a number that the document prints."""
    for figure, others in figures_of(shelf, document):
        question = shelf.by(document, luck, figure.about) + figure.ask
        made = propose(
            "numeric", "numeric", question, _said(figure), [gold(figure.clause, figure.evidence)], [alternatives(figure.value)]
        )  # fmt: skip
        yield replace(made, case=replace(made.case, also_right=tuple(others)))


def false_premise(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Take a number for granted that the document contradicts."""
    for figure, others in figures_of(shelf, document):
        wrong = other_figure(figure.value, luck)
        if wrong is None:
            continue
        opening = luck.choice(("听说", "我记得", "同事说"))
        ending = luck.choice(("，对吗？", "，是不是？", "，没错吧？"))
        by = re.sub("(?<=[里边])，|(?<=^在.{2})，", "", shelf.by(document, luck, figure.about))
        question = f"{opening}{by}{figure.claim.format(wrong)}{ending}"
        made = propose(
            "false_premise", "false_premise", question, f"不对，不是{wrong}。{_said(figure)}",
            [gold(figure.clause, figure.evidence)], [alternatives(figure.value)],
        )  # fmt: skip
        yield replace(made, case=replace(made.case, also_right=tuple(others)))


def followup(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for a second number of a clause with words that need the first question."""
    found = [figure for figure, others in figures_of(shelf, document) if not others]
    for first, second in _in_one_clause(found):
        asked = shelf.by(document, luck, first.about) + first.ask
        question = luck.choice((f"那{second.about}呢？", f"那{second.about}又是多少？"))
        yield propose(
            "followup", "followup", question, _said(second), [gold(second.clause, second.evidence)],
            [alternatives(second.value)], history=[(asked, _said(first))],
        )  # fmt: skip


def multi_clause(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for two terms that stand in two clauses of one document."""
    terms = [
        f
        for f, others in figures_of(shelf, document)
        if f.kind in ("deadline", "term", "public") and not others
    ]
    for first, second in pairwise(terms):
        if first.clause is second.clause:
            continue
        question = f"{shelf.by(document, luck)}{first.ask.removesuffix('？')}？另外，{second.ask}"
        yield propose(
            "multi_clause", "multi_clause", question, f"{_said(first)}{_said(second)}",
            [gold(f.clause, f.evidence) for f in (first, second)],
            [alternatives(f.value) for f in (first, second)], difficulty="hard",
        )  # fmt: skip


def _in_one_clause(found: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    for first, second in pairwise(found):
        if (
            first.clause is second.clause
            and first.kind == second.kind in ("target", "level")
            and first.about != second.about
        ):
            yield first, second


def _said(figure: Figure) -> str:
    return f"{figure.claim.format(figure.value)}。"
