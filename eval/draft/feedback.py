"""Cases from the chat: a thumbs-down becomes a proposal that a person corrects."""

import re
from collections.abc import Iterable, Iterator, Sequence

from eval.cases import Case, CaseType, Gold
from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf
from rag.records import CitedClause, Feedback, Reason
from rag.schema import Clause
from rag.text import bare, is_chinese, language_of
from rag.verdict.question_type import Asked, asked_for

_TYPES: dict[Asked, CaseType] = {
    "money": "numeric", "percent": "numeric", "duration": "numeric", "count": "numeric", "date": "date_status", "list": "list",
}  # fmt: skip
_REASONS: dict[Reason, str] = {
    "wrong": "答错了 wrong",
    "incomplete": "不完整 incomplete",
    "wrong_clause": "引错条款 wrong clause cited",
    "should_refuse": "不该回答 should have refused",
    "should_answer": "不该拒答 should not have refused",
    "other": "其他 other",
}
_MARKER = re.compile(r"\[\d{1,3}\]")
_REFUSED = {"zh": "现有文件里没有写。", "en": "The documents do not say it."}
_MOST_CHOICES = 8


def from_feedback(given: Iterable[Feedback], shelf: Shelf, known: Sequence[Case]) -> Iterator[Proposal]:
    """Yield a proposal for each thumbs-down, oldest first; one whose question is in the own set already is left out.

    The clauses that were cited are proposed as right ones where the person did not say otherwise; the facts are empty:
    somebody has to say what a right answer holds.

    Args:
        given: What people said.
        shelf: The collection; clauses that have left it are no choices.
        known: The own set.
    """
    asked = {_words(case.question, case.history) for case in known}
    clauses = {c.clause_id: c for d in shelf.documents for c in shelf.of(d)}
    for feedback in given:
        if (
            feedback.rating == "down"
            and _words(feedback.answer.question, feedback.answer.history) not in asked
        ):
            yield _proposed(feedback, clauses)


def kind_of(question: str, history: Sequence[tuple[str, str]], gold: Sequence[Gold]) -> CaseType:
    """Return the type that a question has by its words, and by whether there is a right clause."""
    if not gold:
        return "unanswerable"
    if history:
        return "followup"
    if not is_chinese(question):
        return "english"
    if len({g.key[0] for g in gold}) > 1:
        return "cross_doc"
    return next((_TYPES[kind] for kind in asked_for(question) if kind in _TYPES), "lookup")


def _proposed(feedback: Feedback, clauses: dict[str, Clause]) -> Proposal:
    answer = feedback.answer
    cited = [_gold(c, clauses) for c in answer.citations if _stands(c, clauses)]
    gold = [] if feedback.reason in ("should_refuse", "wrong_clause") else cited
    kind = kind_of(answer.question, answer.history, gold)
    # A set knows no earlier turn of a question that nothing answers.
    joined = kind == "unanswerable"
    asked = (*(user for user, _ in answer.history), answer.question) if joined else (answer.question,)
    near = list(dict.fromkeys(Gold(g.title, g.locator) for g in cited)) if joined else []
    made = propose(
        "feedback", kind, " ".join(asked), _said(feedback), gold, nearest=near, history=() if joined else answer.history
    )  # fmt: skip
    found = (Gold(clauses[i].title, clauses[i].locator) for i in answer.found if i in clauses)
    named = {g.key for g in cited}
    choices = (*cited, *(g for g in found if g.key not in named))[:_MOST_CHOICES]
    of = (answer.answer_id, feedback.person)
    return Proposal(made.case, "feedback", f"feedback {' '.join(of)}", _note(feedback), choices, of)


def _said(feedback: Feedback) -> str:
    if feedback.reason == "should_refuse":
        return _REFUSED[language_of(feedback.answer.question)]
    return _MARKER.sub("", feedback.answer.text).strip()


def _gold(cited: CitedClause, clauses: dict[str, Clause]) -> Gold:
    clause = clauses[cited.clause_id]
    return Gold(clause.title, clause.locator, cited.quote)


def _stands(cited: CitedClause, clauses: dict[str, Clause]) -> bool:
    return cited.clause_id in clauses and bare(cited.quote) in bare(clauses[cited.clause_id].text)


def _note(feedback: Feedback) -> str:
    reason = _REASONS[feedback.reason] if feedback.reason else "没有说原因 no reason given"
    words = f"：{feedback.words}" if feedback.words else ""
    return f"{feedback.at[:10]} {reason}{words}"


def _words(question: str, history: Sequence[tuple[str, str]]) -> str:
    return bare("".join((*(user for user, _ in history), question)))
