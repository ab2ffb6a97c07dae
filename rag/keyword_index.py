"""The keyword leg: BM25 over characters and pairs of whole clauses with their title and locator.

bm25s cannot be changed in place, so each generation of the indexes has one made anew; 1,000 clauses take a fraction of
a second, 55,000 about ten.
"""

import json
from array import array
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

from rag.chunk.parts import heading_of
from rag.errors import IndexDamaged
from rag.schema import Clause
from rag.text import terms

_FOLDER = "keyword"


def build(folder: Path, clauses: Iterable[Clause]) -> None:
    """Write the index of these clauses into a new folder `keyword`; none gives an index that finds nothing."""
    import bm25s  # noqa: PLC0415
    from bm25s.tokenization import Tokenized  # noqa: PLC0415

    path = folder / _FOLDER
    path.mkdir(parents=True)
    vocabulary: dict[str, int] = {}
    rows: list[tuple[str, str]] = []
    # Numbers in arrays: the words of 55,000 clauses as Python strings would take a gigabyte.
    numbers: list[array[int]] = []
    for c in clauses:
        words = terms(f"{heading_of(c)}\n{c.text}") or ["-"]
        numbers.append(array("i", [vocabulary.setdefault(word, len(vocabulary)) for word in words]))
        rows.append((c.clause_id, c.document_id))
    if rows:
        index = bm25s.BM25(k1=1.2, b=0.75)
        index.index(Tokenized(ids=numbers, vocab=vocabulary), show_progress=False)
        index.save(str(path), show_progress=False)
    (path / "clauses.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


class KeywordIndex:
    """An index that was built, opened for searching."""

    def __init__(self, folder: Path) -> None:
        """Open it, memory-mapped.

        Raises:
            IndexDamaged: It is missing or incomplete.
        """
        import bm25s  # noqa: PLC0415

        path = folder / _FOLDER
        try:
            rows = json.loads((path / "clauses.json").read_text(encoding="utf-8"))
            self._index = bm25s.BM25.load(str(path), mmap=True, show_progress=False) if rows else None
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise IndexDamaged(
                f"The keyword index in {path} cannot be read: {error}", fix="policyqa rebuild"
            ) from error
        self.clause_ids: list[str] = [row[0] for row in rows]
        self._documents = np.array([row[1] for row in rows])

    def search(
        self, text: str, limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the best clauses as (clause_id, BM25 score above 0), best first.

        Args:
            text: A question in plain words.
            limit: Most clauses to return; at least 1.
            documents: Ids of the only documents to search in; None for all.
        """
        known = [t for t in terms(text) if self._index is not None and t in self._index.vocab_dict]
        if self._index is None or not known:
            return []
        scores = self._index.get_scores(known)
        if documents is not None:
            scores = np.where(np.isin(self._documents, list(documents)), scores, 0)
        count = min(limit, int((scores > 0).sum()))
        if count == 0:
            return []
        best = np.argpartition(-scores, count - 1)[:count]
        # Equal scores keep the order of the collection, so that results do not depend on the partition.
        best = best[np.lexsort((best, -scores[best]))]
        return [(self.clause_ids[i], float(scores[i])) for i in best]
