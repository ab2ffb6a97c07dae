"""What joins documents: reprints, versions, repeals, and the references of their clauses; written inside a run only."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

import numpy as np

from rag.catalog.indexing import Indexing
from rag.catalog.rows import Standing, as_json
from rag.schema import Clause


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
