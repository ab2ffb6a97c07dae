"""What the indexes need to know of a catalog: which clauses differ from those before the run, and their vectors' keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.catalog.history import VISIBLE, History


@dataclass(frozen=True, slots=True)
class Delta:
    """How the clauses that can be found differ from those before the run; ids only."""

    gone: tuple[str, ...]
    """No longer there, or to be made again."""
    fresh: tuple[str, ...]
    """New, or other than before in text or metadata."""
    chunks_before: int
    """How many chunks the current indexes should hold."""

    def __bool__(self) -> bool:
        return bool(self.gone or self.fresh)


class Digest(NamedTuple):
    """What tells whether the chunks of a clause must be made again."""

    parts: int
    """How many there are."""
    digest: str
    """Of text and metadata, in hex."""


class Indexing(History):
    """A catalog as the makers of its indexes see it; most of it inside `run` only."""

    @property
    def generation(self) -> int:
        """Number of the indexes that belong to what can be read here now; 0 before the first."""
        return int(self.get("generation") or 0)

    def delta(self) -> Delta:
        """Return what has changed since the run began."""
        gone = self._db.execute(
            f"SELECT b.clause_id FROM before b LEFT JOIN ({VISIBLE}) v USING (clause_id) WHERE v.digest IS NOT b.digest"  # noqa: S608 - VISIBLE is a constant
        )
        fresh = self._db.execute(
            f"SELECT v.clause_id FROM ({VISIBLE}) v LEFT JOIN before b USING (clause_id) WHERE b.digest IS NOT v.digest"  # noqa: S608 - VISIBLE is a constant
        )
        chunks = self._db.execute("SELECT coalesce(sum(parts), 0) FROM before").fetchone()[0]
        return Delta(tuple(r[0] for r in gone), tuple(r[0] for r in fresh), int(chunks))

    def places(self) -> Iterator[tuple[str, str, str]]:
        """Yield (clause_id, document_id, locator) of all clauses that can be found, in printed order."""
        rows = self._db.execute(
            "SELECT c.clause_id, c.document_id, json_extract(c.fields, '$.locator') FROM clauses c "
            "JOIN documents d USING (document_id) WHERE NOT d.removed ORDER BY d.source, d.ordinal, c.ordinal"
        )
        return ((row[0], row[1], row[2]) for row in rows)

    def parts(self) -> dict[str, tuple[int, str]]:
        """Return how many chunks each clause that can be found has and the hash of its text, by clause_id."""
        rows = self._db.execute(f"SELECT clause_id, parts, text_hash FROM ({VISIBLE})")  # noqa: S608 - VISIBLE is a constant
        return {row["clause_id"]: (row["parts"], row["text_hash"]) for row in rows}

    def digests(self) -> dict[str, Digest]:
        """Return the digests of all clauses that can be found, by clause_id."""
        rows = self._db.execute(f"SELECT clause_id, parts, digest FROM ({VISIBLE})")  # noqa: S608 - VISIBLE is a constant
        return {row["clause_id"]: Digest(row["parts"], row["digest"]) for row in rows}

    def by_length(self) -> list[tuple[str, str]]:
        """Return (key of the vectors, one of the clauses that have it), shortest text first, for all that can be found."""
        rows = self._db.execute(
            f"SELECT passages, min(clause_id) FROM ({VISIBLE}) GROUP BY passages ORDER BY min(length(fields))"  # noqa: S608 - VISIBLE is a constant
        )
        return [(row[0], row[1]) for row in rows]

    def passages_of(self, clause_ids: Sequence[str]) -> dict[str, str]:
        """Return the keys of some clauses' vectors by clause_id."""
        marks = ",".join("?" * len(clause_ids))
        return dict(
            self._db.execute(
                f"SELECT clause_id, passages FROM clauses WHERE clause_id IN ({marks})",  # noqa: S608 - question marks only; values are bound
                clause_ids,
            ).fetchall()
        )

    def passages_in_use(self) -> set[str]:
        """Return the keys of all vectors that are needed, or would be when the run is taken back."""
        rows = self._db.execute("SELECT passages FROM clauses UNION SELECT passages FROM before")
        return {row[0] for row in rows}
