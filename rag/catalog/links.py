"""What joins documents: reprints, versions, repeals, and the references of their clauses; written inside a run only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np

from rag.catalog.indexing import Indexing
from rag.catalog.rows import Standing, as_json, clause_from
from rag.schema import Clause

_CLAUSES = "SELECT c.fields FROM clauses c JOIN documents d USING (document_id) WHERE NOT d.removed"
_HAS = "json_array_length(c.fields, '$.{}') > 0"
_PRINTED = "ORDER BY d.source, d.ordinal, c.ordinal"


class Links(Indexing):
    """A catalog's links between documents."""

    def set_reprints(self, source: str, document_ids: Iterable[str]) -> None:
        """Remember which documents of other sources this one holds word for word. Inside `run` only."""
        self._db.executemany("INSERT INTO reprints VALUES (?, ?)", [(d, source) for d in document_ids])

    def reprints_in(self, source: str) -> list[str]:
        """Return the ids of the documents of other sources that this one holds word for word."""
        rows = self._db.execute("SELECT document_id FROM reprints WHERE source = ? ORDER BY rowid", (source,))
        return [row[0] for row in rows]

    def homeless_reprints(self, changed: Iterable[str] = ()) -> list[str]:
        """Return the sources that hold a document whose own source is gone, or has it in other words now.

        Args:
            changed: Ids of the documents whose text has changed.
        """
        rows = self._db.execute(
            "SELECT min(source) FROM reprints WHERE document_id NOT IN (SELECT document_id FROM documents) GROUP BY document_id"
        )
        found = {row[0] for row in rows}
        for document_id in changed:
            rows = self._db.execute("SELECT source FROM reprints WHERE document_id = ?", (document_id,))
            found |= {row[0] for row in rows}
        return sorted(found)

    def sketches(self) -> dict[str, np.ndarray]:
        """Return the sketch of each document that can be found, by document_id; see `rag.catalog.sketch`."""
        rows = self._db.execute("SELECT document_id, sketch FROM documents WHERE NOT removed")
        return {row[0]: np.frombuffer(row[1], dtype=np.uint32) for row in rows}

    def set_standing(self, standing: Mapping[str, Standing]) -> None:
        """Say which documents have newer versions or are repealed, by document_id; the others are neither."""
        rows = self._db.execute("SELECT document_id, superseded_by, repealed_by, repealed_on FROM standing")
        known = {key: tuple(row) for key, *row in rows}
        self._db.executemany(
            "DELETE FROM standing WHERE document_id = ?",
            [(key,) for key, row in known.items() if row != standing.get(key)],
        )
        self._db.executemany(
            "INSERT INTO standing VALUES (?, ?, ?, ?)",
            [(key, *row) for key, row in standing.items() if row != known.get(key)],
        )

    def update_clauses(self, clauses: Iterable[Clause]) -> None:
        """Store the links of clauses again, now that more of their targets are known."""
        # Taken first: the clauses may come from a query that is still open, and must not meet their own changes.
        rows = [(as_json(asdict(c)), c.clause_id) for c in clauses]
        self._db.executemany("UPDATE clauses SET fields = ? WHERE clause_id = ?", rows)

    def each_with(self, *kinds: Literal["references", "repeals"]) -> Iterator[Clause]:
        """Yield the clauses that have one of these links at least, in printed order, one at a time.

        Of 55,000 articles of national laws 9,000 refer to something: the others need not be read.
        """
        rows = self._db.execute(
            f"{_CLAUSES} AND ({' OR '.join(_HAS.format(kind) for kind in kinds)}) {_PRINTED}"
        )
        return (self._made(clause_from, row["fields"]) for row in rows)

    def defining(self, document_ids: Sequence[str]) -> list[Clause]:
        """Return the clauses of these documents that define a word, in printed order."""
        marks = ",".join("?" * len(document_ids))
        return self._clauses_where(
            f"c.document_id IN ({marks}) AND json_array_length(c.fields, '$.definitions') > 0", document_ids
        )

    def referring(self, clause_ids: Sequence[str]) -> list[Clause]:
        """Return the clauses that refer to one of these, in printed order; without the table a look through all clauses."""
        marks = ",".join("?" * len(clause_ids))
        if not self._has("referrers"):
            one = f"json_extract(r.value, '$.clause_id') IN ({marks})"
            each = "EXISTS (SELECT 1 FROM json_each(c.fields, '$.references') r WHERE"
            return self._clauses_where(f"{each} {one})", clause_ids)
        return self._clauses_where(
            f"c.clause_id IN (SELECT referrer FROM referrers WHERE clause_id IN ({marks}))",  # noqa: S608 - question marks only; values are bound
            clause_ids,
        )

    def clause_before(self, clause: Clause) -> Clause | None:
        """Return the clause that is printed before one in its document; None for the first."""
        found = self._clauses_where(
            "c.document_id = ? AND c.ordinal = ?", (clause.document_id, clause.ordinal - 1)
        )
        return found[0] if found else None

    def _clauses_where(self, condition: str, values: Sequence[str | int]) -> list[Clause]:
        rows = self._db.execute(f"{_CLAUSES} AND {condition} {_PRINTED}", values)
        return [self._made(clause_from, row["fields"]) for row in rows]
