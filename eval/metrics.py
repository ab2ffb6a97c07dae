"""What is measured: pure functions of a case and an answer, each giving a value with its reason or None.

None means that a metric does not apply, which is not the same as 0. Values are shares in [0, 1], except `answer_length`.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from eval.cases import Case, ClauseKey, clause_key
from rag.schema import Answer, Citation, Hit, Retrieval
from rag.text import bare

Found = Answer | Retrieval
RESAMPLES = 2000
_SEED = 20231215
_MARKER = re.compile(r"\[\d+\]")
_NUMERALS = "零〇一二两三四五六七八九十百千"


@dataclass(frozen=True, slots=True)
class Score:
    """What a metric found for one case."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and where it would lie with other documents."""

    mean: float
    low: float | None
    """Lower end of the 95 % interval; None when all values come from one document."""
    high: float | None
    n: int
    """Number of values."""


def mean_interval(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """Average values with a 95 % interval, by drawing whole documents with replacement.

    Questions about one document succeed and fail together, so drawing single questions would give too narrow an interval.

    Args:
        values: One value a case.
        clusters: The document of each value.

    Raises:
        ValueError: There are no values, or not one cluster a value.
    """
    if not values:
        raise ValueError("a mean over nothing")
    if len(values) != len(clusters):
        raise ValueError(f"{len(values)} values, {len(clusters)} clusters")
    names, index = np.unique(np.asarray(clusters), return_inverse=True)
    mean = float(np.mean(values))
    if len(names) == 1:
        return Interval(mean, None, None, len(values))
    sums = np.bincount(index, weights=np.asarray(values, dtype=float))
    counts = np.bincount(index)
    draws = np.random.default_rng(_SEED).integers(len(names), size=(RESAMPLES, len(names)))
    low, high = np.percentile(sums[draws].sum(axis=1) / counts[draws].sum(axis=1), [2.5, 97.5])
    return Interval(mean, float(low), float(high), len(values))


def hit_at(k: int) -> Callable[[Case, Found], Score | None]:
    """Return the metric whether a right clause is among the first `k` hits."""

    def hit(case: Case, found: Found) -> Score | None:
        rank = _first_right(case, _hits(found)[:k])
        if not case.answerable:
            return None
        return Score(1.0, f"at rank {rank}") if rank else Score(0.0, f"no right clause in the first {k}")

    return hit


def recall_at(k: int) -> Callable[[Case, Found], Score | None]:
    """Return the metric which share of the clauses that answer together is among the first `k` hits."""

    def recall(case: Case, found: Found) -> Score | None:
        return _share(case, {clause_key(hit.clause.title, hit.clause.locator) for hit in _hits(found)[:k]})

    return recall


def mrr_at_10(case: Case, found: Found) -> Score | None:
    """One divided by the rank of the first right clause; 0 when it is not among the first 10."""
    if not case.answerable:
        return None
    rank = _first_right(case, _hits(found)[:10])
    return Score(1 / rank, f"at rank {rank}") if rank else Score(0.0, "no right clause in the first 10")


def citation_recall(case: Case, answer: Answer) -> Score | None:
    """Share of the clauses that answer together which the answer cites."""
    return _share(case, {_cited(citation) for citation in answer.citations})


def citation_precision(case: Case, answer: Answer) -> Score | None:
    """Share of the cited clauses that are right; None for an answer without citations."""
    cited = {_cited(citation) for citation in answer.citations}
    if not case.answerable or not cited:
        return None
    wrong = sorted(locator for title, locator in cited if (title, locator) not in _right(case))
    return Score(
        1 - len(wrong) / len(cited), f"also cites {', '.join(wrong)}" if wrong else "cites only right clauses"
    )


def key_facts(case: Case, answer: Answer) -> Score | None:
    """Share of the facts that the answer's text states, in any of their wordings."""
    if not case.key_facts:
        return None
    text = _plain(_MARKER.sub("", answer.text))
    missed = [fact[0] for fact in case.key_facts if not any(_states(text, wording) for wording in fact)]
    share = 1 - len(missed) / len(case.key_facts)
    return Score(share, f"does not say {'; '.join(missed)}" if missed else "says all")


def quotes_verbatim(case: Case, answer: Answer) -> Score | None:
    """Share of the citations whose quote stands in its clause; None for an answer without citations."""
    if not answer.citations:
        return None
    texts = {hit.clause.clause_id: bare(hit.clause.text) for hit in (*answer.retrieval.hits, *answer.nearest)}
    wrong = [
        c.locator
        for c in answer.citations
        if not bare(c.quote) or bare(c.quote) not in texts.get(c.clause_id, "")
    ]
    share = 1 - len(wrong) / len(answer.citations)
    return Score(
        share, f"not in the clause as found: {', '.join(wrong)}" if wrong else "all stand in their clauses"
    )


def refusal_right(case: Case, answer: Answer) -> Score | None:
    """1 when an unanswerable question was refused, or an answerable one was not."""
    right = (answer.verdict == "refused") != case.answerable
    return Score(float(right), f"{answer.verdict}, {'answerable' if case.answerable else 'unanswerable'}")


def answer_length(case: Case, answer: Answer) -> Score | None:
    """Characters of the answer without blanks; None for a refusal."""
    if answer.verdict == "refused":
        return None
    length = len(bare(answer.text))
    return Score(float(length), f"{length} characters")


RETRIEVAL_METRICS: dict[str, Callable[[Case, Found], Score | None]] = {
    "hit@1": hit_at(1),
    "hit@5": hit_at(5),
    "hit@10": hit_at(10),
    "recall@5": recall_at(5),
    "recall@10": recall_at(10),
    "mrr@10": mrr_at_10,
}
"""Those that need only what was found."""

METRICS: dict[str, Callable[[Case, Answer], Score | None]] = {
    **RETRIEVAL_METRICS,
    "citation_recall": citation_recall,
    "citation_precision": citation_precision,
    "key_facts": key_facts,
    "quotes_verbatim": quotes_verbatim,
    "refusal_right": refusal_right,
    "answer_length": answer_length,
}


def _hits(found: Found) -> tuple[Hit, ...]:
    return found.retrieval.hits if isinstance(found, Answer) else found.hits


def _cited(citation: Citation) -> ClauseKey:
    return clause_key(citation.title, citation.locator)


def _right(case: Case) -> set[ClauseKey]:
    return {gold.key for gold in (*case.gold, *case.also_right)}


def _first_right(case: Case, hits: Sequence[Hit]) -> int | None:
    right = _right(case)
    ranks = (
        rank for rank, hit in enumerate(hits, 1) if clause_key(hit.clause.title, hit.clause.locator) in right
    )
    return next(ranks, None)


def _share(case: Case, keys: Collection[ClauseKey]) -> Score | None:
    """A clause that is also right stands in for the right one only when that is a single clause."""
    if not case.answerable:
        return None
    gold = {each.key for each in case.gold}
    if len(gold) == 1 and any(key in _right(case) for key in keys):
        return Score(1.0, "has a right clause")
    missed = sorted(locator for title, locator in gold if (title, locator) not in keys)
    return Score(1 - len(missed) / len(gold), f"misses {', '.join(missed)}" if missed else "has all")


def _plain(text: str) -> str:
    return bare(text).casefold()


def _states(text: str, wording: str) -> bool:
    """Whether a wording stands in a plain text, and not as a part of a longer number (5年 in 2025年, 十日 in 三十日)."""
    plain = _plain(wording)
    if not plain:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if plain[0].isdigit() else ""
    before += rf"(?<![{_NUMERALS}])" if plain[0] in _NUMERALS else ""
    after = r"(?!\d)(?![.,]\d)" if plain[-1].isdigit() else ""
    return re.search(before + re.escape(plain) + after, text) is not None
