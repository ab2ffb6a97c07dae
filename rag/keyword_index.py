"""The keyword leg: BM25 over characters and pairs of whole clauses with their title and locator.

What is kept are counts, which stay true when other clauses come or go: a changed collection takes them over, and one new
law among 55,000 clauses costs half a second. bm25s keeps finished scores, each of which depends on every clause, so that
it would have to be made anew: 10 s.
"""

import json
import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from rag.chunk.parts import heading_of
from rag.errors import IndexDamaged
from rag.schema import Clause
from rag.text import terms
from rag.trace import step

_FOLDER = "keyword"
_CLAUSES = "clauses.json"
_K1, _B = 1.2, 0.75
_MOST = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True)
class _Postings:
    """Which clauses have which term how often; a clause is known by its row."""

    terms: np.ndarray
    """Keys of the terms, uint64, ascending."""
    starts: np.ndarray
    """Where the rows of each term begin, int64; one more than terms."""
    rows: np.ndarray
    """Of the clauses that have a term, int32, term after term."""
    counts: np.ndarray
    """How often each of them has it, uint16."""
    lengths: np.ndarray
    """How many terms each clause has, int32."""


_ARRAYS = tuple(_Postings.__dataclass_fields__)


def build(
    folder: Path,
    clauses: Iterable[Clause],
    *,
    before: Path | None = None,
    order: Sequence[str] | None = None,
) -> None:
    """Write the index into a new folder `keyword`; no clauses give one that finds nothing.

    Args:
        folder: Of the generation that is being made.
        clauses: In the order of the collection: all of them, or with `before` at least those that differ from it.
        before: Folder of a generation whose index holds the others.
        order: Ids of all clauses in the order of the collection; None when `clauses` are all.

    Raises:
        IndexDamaged: The index in `before` cannot be read, or lacks a clause.
    """
    path = folder / _FOLDER
    path.mkdir(parents=True)
    ids, documents, fresh = _counted(clauses)
    if order is not None and before is not None:
        old = KeywordIndex(before)
        at = {clause_id: row for row, clause_id in enumerate(order)}
        new = set(ids)
        kept = [-1 if i in new else at.get(i, -1) for i in old.clause_ids]
        names = dict(zip(old.clause_ids, old.documents, strict=True)) | dict(zip(ids, documents, strict=True))
        if len(new) + sum(row >= 0 for row in kept) != len(at):
            raise IndexDamaged(f"The keyword index in {before} lacks clauses.", fix="policyqa rebuild", chinese=(f"{before} 中的关键词索引缺少条款。", "policyqa rebuild"))  # fmt: skip
        fresh = _merged(
            old.postings, np.array(kept, np.int32), fresh, np.array([at[i] for i in ids], np.int32)
        )
        ids, documents = list(order), [names[i] for i in order]
    for name in _ARRAYS:
        np.save(path / f"{name}.npy", getattr(fresh, name))
    rows = list(zip(ids, documents, strict=True))
    (path / _CLAUSES).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _key(term: str) -> int:
    """Return 64 bits that stand for a term: among a million of them two share theirs with a chance of 3 in 100 million."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")


def _counted(clauses: Iterable[Clause]) -> tuple[list[str], list[str], _Postings]:
    """Return the ids of clauses, those of their documents, and their postings."""
    ids, documents = [], []
    vocabulary: dict[str, int] = {}
    # Numbers in arrays: the words of 55,000 clauses as Python objects would take a gigabyte.
    words, rows, counts, lengths = array("i"), array("i"), array("H"), array("i")
    for row, clause in enumerate(clauses):
        found = Counter(terms(f"{heading_of(clause)}\n{clause.text}"))
        words.extend([vocabulary.setdefault(word, len(vocabulary)) for word in found])
        rows.extend([row] * len(found))
        counts.extend([min(count, _MOST) for count in found.values()])
        lengths.append(found.total())
        ids.append(clause.clause_id)
        documents.append(clause.document_id)
    keys = np.array([_key(word) for word in vocabulary], np.uint64)
    known, places = np.unique(keys, return_inverse=True)
    numbers = places.astype(np.int32)[np.asarray(words, np.int32)]
    return ids, documents, _sorted(known, numbers, np.asarray(rows), np.asarray(counts), np.asarray(lengths))


def _merged(old: _Postings, kept: np.ndarray, fresh: _Postings, moved: np.ndarray) -> _Postings:
    """Put fresh clauses among old ones.

    Args:
        old: Postings of an earlier index.
        kept: Its clauses' rows in the new one, int32; -1 for those that are gone.
        fresh: Postings of new clauses.
        moved: Their rows in the new one, int32.
    """
    known = np.union1d(old.terms, fresh.terms)
    stays = kept[old.rows] >= 0
    numbers = [_numbers(known, old)[stays], _numbers(known, fresh)]
    rows = [kept[old.rows[stays]], moved[fresh.rows]]
    counts = [old.counts[stays], fresh.counts]
    lengths = np.zeros(int((kept >= 0).sum()) + len(moved), np.int32)
    lengths[kept[kept >= 0]] = old.lengths[kept >= 0]
    lengths[moved] = fresh.lengths
    return _sorted(known, np.concatenate(numbers), np.concatenate(rows), np.concatenate(counts), lengths)


def _numbers(known: np.ndarray, postings: _Postings) -> np.ndarray:
    """Return the place of each posting's term among the known ones, int32."""
    places = np.searchsorted(known, postings.terms).astype(np.int32)
    return np.repeat(places, np.diff(postings.starts))


def _sorted(
    known: np.ndarray, numbers: np.ndarray, rows: np.ndarray, counts: np.ndarray, lengths: np.ndarray
) -> _Postings:
    """Return postings by term; terms that no clause has any more are dropped."""
    sizes = np.bincount(numbers, minlength=len(known))
    # Stable sorting is quick where, as in a merge, most is in order.
    order = np.argsort(numbers, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.int64)
    return _Postings(
        known[sizes > 0],
        starts,
        rows[order].astype(np.int32),
        counts[order].astype(np.uint16),
        lengths.astype(np.int32),
    )


class KeywordIndex:
    """An index that was built, opened for searching."""

    def __init__(self, folder: Path) -> None:
        """Open it, memory-mapped.

        Raises:
            IndexDamaged: It is missing or incomplete.
        """
        path = folder / _FOLDER
        try:
            rows = json.loads((path / _CLAUSES).read_text(encoding="utf-8"))
            arrays = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
            self.clause_ids: list[str] = [row[0] for row in rows]
            self.documents: list[str] = [row[1] for row in rows]
        except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
            raise IndexDamaged(f"The keyword index in {path} cannot be read: {error}", fix="policyqa rebuild", chinese=(f"无法读取 {path} 中的关键词索引：{error}", "policyqa rebuild")) from error  # fmt: skip
        # A slice of a plain array costs a tenth of one of a memory map; the file stays mapped under it.
        self.postings = _Postings(**{name: found.view(np.ndarray) for name, found in arrays.items()})
        numbers: dict[str, int] = {}
        self._document = np.array([numbers.setdefault(d, len(numbers)) for d in self.documents], np.int32)
        self._number = numbers
        lengths = self.postings.lengths
        average = float(lengths.mean()) if lengths.any() else 1.0
        self._damping = (_K1 * (1 - _B + _B * lengths / average)).astype(np.float32)

    def places(self) -> Iterator[tuple[str, str, str]]:
        """Yield (clause_id, document_id, locator) of each clause, in the order of the collection."""
        known: set[str] = set()
        for clause_id, document_id in zip(self.clause_ids, self.documents, strict=True):
            known.add(clause_id)
            # The second clause of a locator has ~2 behind its id, see `Clause.clause_id`.
            first, _, number = clause_id.rpartition("~")
            own = first if number.isdecimal() and first in known else clause_id
            yield clause_id, document_id, own[len(document_id) + 1 :]

    @step("keyword")
    def search(
        self,
        text: str,
        limit: int,
        documents: Collection[str] | None = None,
        besides: Mapping[str, float] | None = None,
    ) -> list[tuple[str, float]]:
        """Return the best clauses as (clause_id, BM25 score above 0), best first.

        Args:
            text: A question in plain words.
            limit: Most clauses to return; at least 1.
            documents: Ids of the only documents to search in; None for all.
            besides: Terms to search for, too, that the text does not have, each with the times that it counts.
        """
        scores = self._scores({**Counter(terms(text)), **(besides or {})})
        if documents is not None:
            wanted = np.zeros(len(self._number), bool)
            wanted[[self._number[d] for d in documents if d in self._number]] = True
            scores[~wanted[self._document]] = 0
        # Only those that have a score: among many zeros numpy takes ten times as long to find the best.
        found = np.flatnonzero(scores)
        count = min(limit, len(found))
        if count == 0:
            return []
        # Equal scores keep the order of the collection, those at the limit too: results do not depend on the partition.
        scored = scores[found]
        best = found[scored >= np.partition(scored, -count)[-count]]
        best = best[np.lexsort((best, -scores[best]))][:count]
        return [(self.clause_ids[i], float(scores[i])) for i in best]

    def frequency(self, words: Collection[str]) -> int:
        """Return in how many clauses index terms occur, added up over the terms; 0 for none."""
        found = self.postings
        keys = np.array([_key(term) for term in words], np.uint64)
        places = np.searchsorted(found.terms, keys)
        known = [
            p for p, key in zip(places, keys, strict=True) if p < len(found.terms) and found.terms[p] == key
        ]
        return sum(int(found.starts[place + 1] - found.starts[place]) for place in known)

    def _scores(self, asked: Mapping[str, float]) -> np.ndarray:
        """Return the score of each clause for terms that are asked for so many times, float32; 0 without any of them."""
        found, total = self.postings, len(self.clause_ids)
        scores = np.zeros(total, np.float32)
        keys = np.array([_key(term) for term in asked], np.uint64)
        places = np.searchsorted(found.terms, keys)
        for place, key, times in zip(places, keys, asked.values(), strict=True):
            if place == len(found.terms) or found.terms[place] != key:
                continue
            start, end = int(found.starts[place]), int(found.starts[place + 1])
            rows, counts = found.rows[start:end], found.counts[start:end].astype(np.float32)
            rarity = times * math.log(1 + (total - (end - start) + 0.5) / (end - start + 0.5))
            # A row occurs once in a term, so that nothing is lost in adding by rows.
            scores[rows] += np.float32(rarity) * (counts / (counts + self._damping[rows]))
        return scores
