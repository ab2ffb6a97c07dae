"""Whether a set of cases is sound: each case against the clauses that it names, and the bundled sets as a whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import get_args

from eval.cases import Case, CaseType, ClauseKey
from rag.text import bare

MOST_OVERLAP = 0.4
"""Below it, a question is worded freely."""
LEAST_PAIRS, LEAST_UNANSWERABLE, LEAST_A_DOCUMENT = 300, 60, 4
WARNINGS = frozenset({"draft", "not_yet", "expired", "repealed", "undated", "superseded"})
"""Codes of the notices that can be due."""
FACTS_ELSEWHERE = {
    "cross-03": "one fact is that a text does not name something",
}
"""Cases of the bundled sets with a fact that no clause prints, and why."""
_ON_A_DAY = frozenset({"not_yet", "undated"})
_LEAST_EVIDENCE = 2
_STOP = frozenset(
    "的了吗呢么吧啊是有在和与及或等到为对把被给让从向以将就都也还要会能可个些这那哪什怎样谁几多少请问我你他她它们之其所上下中里"
    "，。？！、；：“”‘’（）《》()?!,.;:-—"
)


def validate(cases: Sequence[Case], clauses: Mapping[ClauseKey, str]) -> list[str]:
    """Check each case of a set against the collection that it asks about.

    Args:
        cases: The set.
        clauses: Text of every clause, by `clause_key`.

    Returns:
        One sentence a problem, each beginning with the case's id; empty when all is well.
    """
    bare_clauses = {key: bare(text) for key, text in clauses.items()}
    return [f"{case.id}: {problem}" for case in cases for problem in _problems(case, bare_clauses)]


def validate_sets(dev: Sequence[Case], test: Sequence[Case], clauses: Mapping[ClauseKey, str]) -> list[str]:
    """Check what the two bundled sets promise together: size, mix, split by document, free wording.

    Args:
        dev: The set to tune with.
        test: The set to report.
        clauses: Text of every clause of the whole collection, by `clause_key`.

    Returns:
        One sentence a problem; empty when all is well.
    """
    cases = [*dev, *test]
    return [
        *_twice("id", [case.id for case in cases]),
        *_twice("question", [f"{case.question} {case.history or ''}".strip() for case in cases]),
        *_sizes(cases),
        *(f"{name} has no case of type {each}" for name, part in (("dev", dev), ("test", test)) for each in _lacking(part)),
        *(f"{title} is on both sides" for title in sorted(_documents(dev) & _documents(test))),
        *_seldom_asked(cases, {title for title, _ in clauses}),
        *_close_wording(cases, clauses),
    ]  # fmt: skip


def overlap(question: str, titles: Sequence[str], texts: Sequence[str]) -> float:
    """Return which share of a question's character pairs is copied from the clauses that answer it.

    Pairs with a stop character (的, 了, 什, 、 …) and pairs that stand in a document's title do not count.

    Args:
        question: As it is asked.
        titles: Of the documents of the right clauses.
        texts: Of the right clauses.

    Returns:
        A share in [0, 1]; 0 when no pair is left. A pair that occurs twice in the question counts twice.
    """
    named = "".join(map(bare, titles))
    body = "\n".join(map(bare, texts))
    plain = bare(question)
    pairs = [a + b for a, b in pairwise(plain) if not {a, b} & _STOP]
    counted = [pair for pair in pairs if pair not in named]
    return sum(pair in body for pair in counted) / len(counted) if counted else 0.0


def _problems(case: Case, clauses: Mapping[ClauseKey, str]) -> Iterator[str]:
    for gold in (*case.gold, *case.also_right, *case.nearest):
        text = clauses.get(gold.key)
        if text is None:
            yield f"there is no clause {gold.title} {gold.locator}"
        elif bare(gold.evidence) not in text:
            yield f"the evidence {gold.evidence!r} does not stand in {gold.locator}"
    if any(not gold.evidence for gold in (*case.gold, *case.also_right)):
        yield "a right clause has no evidence"
    elif any(len(bare(gold.evidence)) < _LEAST_EVIDENCE for gold in (*case.gold, *case.also_right)):
        yield f"evidence is shorter than {_LEAST_EVIDENCE} characters"
    yield from _fact_problems(case, clauses)
    yield from _contradictions(case)
    yield from _date_problems(case)


def _fact_problems(case: Case, clauses: Mapping[ClauseKey, str]) -> Iterator[str]:
    right = (*case.gold, *case.also_right)
    printed = "\n".join(bare(g.title) + clauses.get(g.key, "") for g in right).casefold()
    for fact in case.key_facts:
        if not fact or not all(bare(wording) for wording in fact):
            yield "a key fact is empty"
            continue
        if bare(fact[0]) not in bare(case.answer):
            yield f"the fact {fact[0]!r} does not stand in the answer"
        # A clause that is right by its title (草案, 试行) prints the fact there.
        if case.id not in FACTS_ELSEWHERE and not any(bare(w).casefold() in printed for w in fact):
            yield f"the fact {fact[0]!r} stands in no right clause, in none of its wordings"


def _contradictions(case: Case) -> Iterator[str]:
    if not (bare(case.question) and bare(case.answer)):
        yield "question or answer is empty"
    if case.answerable == (case.type == "unanswerable"):
        yield f"type is {case.type} with {len(case.gold)} right clauses"
    if not case.answerable and (case.key_facts or case.also_right or case.warnings):
        yield "an unanswerable question has facts, clauses or warnings"
    if case.answerable and not case.key_facts:
        yield "there is no key fact"
    if (case.type == "followup") != bool(case.history):
        yield f"type is {case.type} with {len(case.history)} earlier turns"


def _date_problems(case: Case) -> Iterator[str]:
    unknown = sorted(set(case.warnings) - WARNINGS)
    if unknown:
        yield f"no warning is called {unknown[0]!r}"
    if case.as_of is None:
        for code in sorted({*case.warnings} & _ON_A_DAY):
            yield f"{code} holds on some days only, and there is no as_of"
    elif not _is_day(case.as_of):
        yield f"as_of {case.as_of!r} is no date like 2024-01-31"


def _is_day(text: str) -> bool:
    try:
        # fromisoformat takes 20240131 and 2024-W05-3 too.
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _twice(what: str, values: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} {value!r} occurs {n} times" for value, n in Counter(values).items() if n > 1)


def _sizes(cases: Sequence[Case]) -> Iterator[str]:
    unanswerable = [case for case in cases if not case.answerable]
    near = sum(bool(case.nearest) for case in unanswerable)
    if len(cases) < LEAST_PAIRS:
        yield f"{len(cases)} pairs, fewer than {LEAST_PAIRS}"
    if len(unanswerable) < LEAST_UNANSWERABLE:
        yield f"{len(unanswerable)} unanswerable questions, fewer than {LEAST_UNANSWERABLE}"
    if 2 * near < len(unanswerable):
        yield f"{near} of {len(unanswerable)} unanswerable questions come near a clause, fewer than half"


def _lacking(cases: Sequence[Case]) -> list[str]:
    found = {case.type for case in cases}
    return [each for each in get_args(CaseType) if each not in found]


def _documents(cases: Sequence[Case]) -> set[str]:
    return {gold.key[0] for case in cases for gold in (*case.gold, *case.also_right, *case.nearest)}


def _seldom_asked(cases: Sequence[Case], titles: set[str]) -> Iterator[str]:
    asked = Counter(title for case in cases for title in {gold.key[0] for gold in case.gold})
    for title in sorted(titles):
        if asked[title] < LEAST_A_DOCUMENT:
            yield f"{title} is asked {asked[title]} times, fewer than {LEAST_A_DOCUMENT}"


def _close_wording(cases: Sequence[Case], clauses: Mapping[ClauseKey, str]) -> Iterator[str]:
    answerable = [case for case in cases if case.answerable]
    free = sum(
        overlap(case.question, [g.title for g in case.gold], [clauses.get(g.key, "") for g in case.gold])
        < MOST_OVERLAP
        for case in answerable
    )
    if 2 * free < len(answerable):
        yield f"{free} of {len(answerable)} questions are worded freely, fewer than half"
