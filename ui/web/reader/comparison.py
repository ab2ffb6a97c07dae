"""Two documents clause by clause: which clauses are alike, and where two wordings differ."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import log, sqrt

import numpy as np

from rag.schema import Clause
from rag.text import terms

_ALIKE = 0.13
"""Least likeness of two clauses that stand side by side."""
_SAME_TEXT = 0.6
"""Least likeness of two wordings of one clause, whose differences say something."""
_LONGEST = 6000
"""Characters of a clause whose differences are looked for."""
_WORD = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)*|\s|.", re.DOTALL)
_GAP = 2
"""Equal characters between two differences that are shown as one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of two documents side by side."""

    left: Clause | None
    """None beside a clause that only the right document has, and the other way round."""
    right: Clause | None
    likeness: float = 0.0
    """From 0 to 1."""

    @property
    def is_one_text(self) -> bool:
        """Both are wordings of one clause, so that their differences are worth marking."""
        return self.likeness >= _SAME_TEXT


def aligned(left: Sequence[Clause], right: Sequence[Clause]) -> list[Pair]:
    """Return all clauses of two documents in rows, like beside like.

    Rows keep the order of the left document. A clause without a like one has a row of its own; on the right side behind the
    row of the clause before it.
    """
    partner = _partners(_likeness(left, right))
    behind: dict[int, list[Clause]] = defaultdict(list)
    row_of = {j: i for i, (j, _) in partner.items()}
    row = -1
    for j, clause in enumerate(right):
        if j in row_of:
            row = row_of[j]
        else:
            behind[row].append(clause)
    rows = [Pair(None, c) for c in behind[-1]]
    for i, clause in enumerate(left):
        j, score = partner.get(i, (-1, 0.0))
        rows.append(Pair(clause, right[j] if j >= 0 else None, score))
        rows += [Pair(None, c) for c in behind[i]]
    return rows


def _partners(likeness: np.ndarray) -> dict[int, tuple[int, float]]:
    """Pair the likest first, each clause once; of equally like ones, those at like places."""
    across, down = likeness.shape[1] or 1, likeness.shape[0] or 1
    candidates = [(int(i), int(j)) for i, j in np.argwhere(likeness >= _ALIKE)]
    candidates.sort(key=lambda p: (-round(float(likeness[p]), 4), abs(p[0] / down - p[1] / across), p))
    found: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for i, j in candidates:
        if i not in found and j not in taken:
            found[i] = (j, float(likeness[i, j]))
            taken.add(j)
    return found


def _likeness(left: Sequence[Clause], right: Sequence[Clause]) -> np.ndarray:
    """Return the cosine of weighted character pairs, shape (left, right); pairs that many clauses have weigh little."""
    counts = [Counter(t for t in terms(c.text) if len(t) > 1) for c in (*left, *right)]
    spread = Counter(term for count in counts for term in count)
    vectors = [_weighted(count, spread, len(counts)) for count in counts]
    postings: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for j, vector in enumerate(vectors[len(left) :]):
        for term, weight in vector.items():
            postings[term][0].append(j)
            postings[term][1].append(weight)
    arrays = {term: (np.array(where), np.array(weights)) for term, (where, weights) in postings.items()}
    likeness = np.zeros((len(left), len(right)))
    for i, vector in enumerate(vectors[: len(left)]):
        for term, weight in vector.items():
            if term in arrays:
                where, weights = arrays[term]
                likeness[i, where] += weight * weights
    return likeness


def _weighted(count: Mapping[str, int], spread: Mapping[str, int], size: int) -> dict[str, float]:
    vector = {term: (1 + log(n)) * log(1 + size / spread[term]) for term, n in count.items()}
    length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def differences(before: str, after: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return (start, end) of the words that stand in one text only, in the first and in the second.

    Returns:
        Two empty lists for equal texts, and for texts that are too long to be compared.
    """
    if before == after or max(len(before), len(after)) > _LONGEST:
        return [], []
    words = [[m.group() for m in _WORD.finditer(text)] for text in (before, after)]
    starts = [[m.start() for m in _WORD.finditer(text)] + [len(text)] for text in (before, after)]
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if tag != "equal":
            for side, (first, last) in enumerate(((i1, i2), (j1, j2))):
                if first < last:
                    _add(found[side], starts[side][first], starts[side][last])
    return found


def _add(spans: list[tuple[int, int]], start: int, end: int) -> None:
    if spans and start - spans[-1][1] <= _GAP:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
