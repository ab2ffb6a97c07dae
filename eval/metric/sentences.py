"""Whether what an answer shows is to the point."""

from eval.cases import Case
from eval.metric.facts import states
from eval.metric.relevance import is_right
from eval.metric.score import Score
from eval.outcome import Outcome
from rag.citation.statement import Statement, statements
from rag.text import bare

_BEGINNING = 20


def relevant_sentences(case: Case, outcome: Outcome) -> Score | None:
    """Share of the sentences with a source that are to the point: they cite a right clause, or state a key fact.

    A sentence without markers goes with the next one of its paragraph that has some; where there is none, it is a frame and
    not counted.

    Returns:
        None for a refusal, for an unanswerable case, and for an answer in which nothing has a source.
    """
    if outcome.verdict in (None, "refused") or not case.answerable:
        return None
    found = [said for paragraph in outcome.text.split("\n") for said in _sourced(statements(paragraph))]
    if not found:
        return None
    right = {quote.n for quote in outcome.quotes if is_right(case, quote.passage)}
    beside = [said.text for said in found if not right & {*said.numbers} and not _has_fact(case, said.text)]
    share = 1 - len(beside) / len(found)
    return Score(share, f"beside the point: {beside[0][:_BEGINNING]}" if beside else "all to the point")


def _sourced(said: list[Statement]) -> list[Statement]:
    out: list[Statement] = []
    numbers: tuple[int, ...] = ()
    for one in reversed(said):
        numbers = one.numbers or numbers
        if numbers:
            out.append(Statement(one.text, numbers))
    return out[::-1]


def _has_fact(case: Case, text: str) -> bool:
    plain = bare(text).casefold()
    return any(states(plain, wording) for fact in case.key_facts for wording in fact)
