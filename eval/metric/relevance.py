"""Which passages are right for a case: the one rule that found, cited and shown passages are judged by."""

from collections.abc import Iterable, Sequence

from eval.cases import Case, ClauseKey, Gold, clause_key
from eval.outcome import Passage
from rag.text import bare


def is_right(case: Case, passage: Passage) -> bool:
    """Tell whether a passage is one that answers, alone or with others.

    A clause is right when its title and locator are those of a gold clause or of one that is also right. A window, which has no
    locator, is right when it holds the evidence of one of these, whatever its title: a window of a bulletin knows no document.
    """
    if passage.locator:
        return clause_key(passage.title, passage.locator) in {g.key for g in (*case.gold, *case.also_right)}
    text = bare(passage.text)
    return any(bare(g.evidence) in text for g in (*case.gold, *case.also_right) if g.evidence)


def needed(case: Case) -> tuple[ClauseKey, ...]:
    """Return the clauses that answer a case together, each once, in the set's order; empty for an unanswerable case."""
    return tuple(dict.fromkeys(g.key for g in case.gold))


def completed(case: Case, passages: Sequence[Passage]) -> list[tuple[ClauseKey, ...]]:
    """Return which of the needed clauses each passage adds to those before it.

    A needed clause counts once, however many passages hold it. Windows add it when all its pieces of evidence stand in one of
    the windows so far. Where one clause alone is needed, one that is also right stands in for it.

    Returns:
        One entry a passage; all empty for an unanswerable case.
    """
    left = _grouped(case.gold)
    others = _grouped(case.also_right) if len(left) == 1 else {}
    found = _Found()
    out: list[tuple[ClauseKey, ...]] = []
    for passage in passages:
        found.add(passage)
        stood_in = any(found.has(key, evidence) for key, evidence in others.items())
        new = tuple(key for key, evidence in left.items() if stood_in or found.has(key, evidence))
        left = {key: evidence for key, evidence in left.items() if key not in new}
        out.append(new)
    return out


def distinct(passages: Iterable[Passage]) -> list[Passage]:
    """Return each clause and each window once, in order of appearance."""
    found: dict[tuple[str, str], Passage] = {}
    for passage in passages:
        name = passage.locator or passage.text
        found.setdefault(clause_key(passage.title, name), passage)
    return list(found.values())


class _Found:
    """The passages so far."""

    def __init__(self) -> None:
        self._clauses: set[ClauseKey] = set()
        self._windows: list[str] = []

    def add(self, passage: Passage) -> None:
        if passage.locator:
            self._clauses.add(clause_key(passage.title, passage.locator))
        else:
            self._windows.append(bare(passage.text))

    def has(self, key: ClauseKey, evidence: Sequence[str]) -> bool:
        """Tell whether the clause is there, or all its evidence in one window or another."""
        return key in self._clauses or (
            bool(evidence) and all(any(words in text for text in self._windows) for words in evidence)
        )


def _grouped(golds: Iterable[Gold]) -> dict[ClauseKey, list[str]]:
    found: dict[ClauseKey, list[str]] = {}
    for gold in golds:
        found.setdefault(gold.key, []).extend([bare(gold.evidence)] if gold.evidence else [])
    return found
