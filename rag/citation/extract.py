"""The answer without a language model: the sentences of the best clauses that fit the question, quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.rerank import SentenceScorer, title_and_text
from rag.schema import Hit
from rag.text import terms
from rag.verdict.question_type import asked_for

_DEPTH = 5
_WHOLE_CHARS = 300
_LIST_CHARS = 700
_MAX_CLAUSES = 3
_FIRST_SENTENCES = 5
_MORE_SENTENCES = 2
_CLAUSE_MARGIN = 2.0
_SENTENCE_MARGIN = 2.0
"""Both in standard deviations of the sentence scores of one question; tuned on the development questions."""
_ITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、]")


@dataclass(frozen=True, slots=True)
class Extract:
    """A passage of a clause, to be quoted as it stands."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.hit.clause.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Sentence:
    hit: int
    start: int
    end: int
    score: float


def extract(question: str, hits: Sequence[Hit], scorer: SentenceScorer) -> list[Extract]:
    """Choose passages that answer a question.

    Args:
        question: With the earlier question of a follow-up in front.
        hits: Best first; the first five are read.
        scorer: Compares the question with sentences.

    Returns:
        Passages grouped by clause, best clause first, in printed order inside a clause; none for no hits. A short
        clause is quoted whole, so that a condition keeps its exception.
    """
    hits = hits[:_DEPTH]
    found = _scored(question, hits, scorer)
    if not found:
        return []
    best: dict[int, float] = {}
    for s in found:
        best[s.hit] = max(best.get(s.hit, -np.inf), s.score)
    order = sorted(best, key=lambda i: -best[i])
    wants_list = "list" in asked_for(question)
    order = order[:_MAX_CLAUSES]
    out: list[Extract] = []
    for place, i in enumerate(order):
        if best[i] < best[order[0]] - _CLAUSE_MARGIN:
            break
        out += _passages(hits[i], [s for s in found if s.hit == i], place == 0, best[order[0]], wants_list)
    return out


def _scored(question: str, hits: Sequence[Hit], scorer: SentenceScorer) -> list[_Sentence]:
    rows = scorer.scores(question, [title_and_text(h.clause) for h in hits])
    flat = [(i, a, b, s) for i, row in enumerate(rows) for a, b, s in row]
    if not flat:
        return []
    asked = {t for t in terms(question) if len(t) > 1}
    shared = [len(asked & set(terms(hits[i].clause.text[a:b]))) / max(1, len(asked)) for i, a, b, _ in flat]
    score = (
        _standard([s for *_, s in flat])
        + 1.2 * _standard([hits[i].score for i, *_ in flat])
        + 0.5 * _standard(shared)
    )
    return [_Sentence(i, a, b, float(z)) for (i, a, b, _), z in zip(flat, score, strict=True)]


def _standard(values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    return np.asarray((array - array.mean()) / (array.std() + 1e-6))


def _passages(
    hit: Hit, found: Sequence[_Sentence], first: bool, top: float, wants_list: bool
) -> list[Extract]:
    text = hit.clause.text
    if len(text) <= (_WHOLE_CHARS if first else _WHOLE_CHARS // 2):
        return [Extract(hit, 0, len(text))]
    if wants_list and (listed := _list_in(text)):
        return [Extract(hit, *listed)]
    ranked = sorted(found, key=lambda s: -s.score)
    near = [s for s in ranked if s.score >= top - _SENTENCE_MARGIN][
        : _FIRST_SENTENCES if first else _MORE_SENTENCES
    ]
    spans = sorted({_item_around(text, s.start, s.end) for s in near or ranked[:1]})
    return _joined(hit, spans)


def _item_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a sentence of a short list item to the whole item: half an item says little."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    is_item = _ITEM.match(text, first) is not None and last - first <= _WHOLE_CHARS
    return (first, last) if is_item else (start, end)


def _joined(hit: Hit, spans: Sequence[tuple[int, int]]) -> list[Extract]:
    """Make one passage of spans that follow each other."""
    out: list[Extract] = []
    for start, end in spans:
        if out and not hit.clause.text[out[-1].end : start].strip():
            out[-1] = Extract(hit, out[-1].start, max(end, out[-1].end))
        else:
            out.append(Extract(hit, start, end))
    return out


def _list_in(text: str) -> tuple[int, int] | None:
    """Return the span of a list with the line that leads to it; None without one, or when it is too long to quote."""
    lines = text.split("\n")
    items = [i for i, line in enumerate(lines) if _ITEM.match(line)]
    if len(items) < 2:
        return None
    first = max(items[0] - 1, 0)
    start = sum(len(line) + 1 for line in lines[:first])
    end = sum(len(line) + 1 for line in lines[: items[-1] + 1]) - 1
    return (start, end) if end - start <= _LIST_CHARS else None
