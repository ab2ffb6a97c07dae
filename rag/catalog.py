"""The source of truth: sources, documents and clauses in SQLite, and what is still to be indexed.

Chroma and the keyword index are derived from it. One process writes (a file lock), many read. A removed document
stays here, marked, so that it can be brought back.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass

from rag.database import Database, as_json, clause_from, document_from
from rag.errors import CollectionMismatch, NotFound
from rag.schema import Clause, Document, Leftover, Source


@dataclass(frozen=True, slots=True)
class FileState:
    """What was known of a file when it was last read."""

    name: str
    path: str
    size: int
    mtime_ns: int
    sha256: str
    parser: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document with its clauses, ready to be stored."""

    document: Document
    clauses: tuple[Clause, ...]
    digests: tuple[str, ...]
    """Of what is embedded for each clause; a clause whose digest stays is not embedded again."""
    leftovers: tuple[Leftover, ...]


class Catalog(Database):
    """One collection's catalog."""

    def check_embedder(self, embed_model: str) -> None:
        """Refuse to mix the vectors of two models.

        Raises:
            CollectionMismatch: The vectors were made with another embedder.
        """
        made_with = self.get("embed_model")
        if made_with not in (None, embed_model):
            raise CollectionMismatch(
                f"The index in {self.folder} was built with {made_with!r} ({self.get('dimension')} numbers per chunk); "
                f"the settings ask for {embed_model!r}.",
                fix="policyqa rebuild, or set POLICYQA_EMBED_MODEL back",
            )

    def files(self) -> dict[str, FileState]:
        """Return the state of every source, by name."""
        rows = self._db.execute("SELECT name, path, size, mtime_ns, sha256, parser FROM sources")
        return {row["name"]: FileState(**row) for row in rows}

    def touch(self, state: FileState) -> None:
        """Remember that a file with the same content has moved or was saved again."""
        self._db.execute(
            "UPDATE sources SET path = ?, size = ?, mtime_ns = ? WHERE name = ?",
            (state.path, state.size, state.mtime_ns, state.name),
        )

    def source(self, name: str) -> Source:
        """Return a source with its lines.

        Raises:
            NotFound: There is none of that name.
        """
        row = self._db.execute("SELECT * FROM sources WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise NotFound(f"No source {name!r}.", fix="policyqa documents")
        lines = tuple(row["lines"].split("\n"))
        return Source(name, row["sha256"], lines, row["source_name"], row["issue_no"], row["issue_date"])

    def replace_source(self, source: Source, state: FileState, documents: Sequence[Parsed]) -> None:
        """Store a source and its documents in place of what was there; only changed clauses become pending.

        Must run inside `transaction`.
        """
        known = dict(
            self._db.execute(
                "SELECT c.clause_id, c.embedded FROM clauses c JOIN documents d USING (document_id) WHERE d.source = ?",
                (source.name,),
            ).fetchall()
        )
        removed = {
            d
            for (d,) in self._db.execute(
                "SELECT document_id FROM documents WHERE source = ? AND removed", (source.name,)
            )
        }
        self._db.execute("DELETE FROM sources WHERE name = ?", (source.name,))
        self._db.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *astuple(state),
                "\n".join(source.lines),
                source.source_name,
                source.issue_no,
                source.issue_date,
            ),
        )
        for ordinal, parsed in enumerate(documents):
            self._insert(parsed, ordinal, known, parsed.document.document_id in removed)
        kept = {c.clause_id for p in documents for c in p.clauses}
        self.mark_stale(set(known) - kept)

    def _insert(self, parsed: Parsed, ordinal: int, known: dict[str, str | None], removed: bool) -> None:
        document = parsed.document
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (document.document_id, document.source, ordinal, as_json(asdict(document)), int(removed)),
        )
        for clause, digest in zip(parsed.clauses, parsed.digests, strict=True):
            embedded = known.get(clause.clause_id)
            self._db.execute(
                "INSERT INTO clauses VALUES (?, ?, ?, ?, ?, ?)",
                (
                    clause.clause_id,
                    clause.document_id,
                    clause.ordinal,
                    as_json(asdict(clause)),
                    digest,
                    embedded if embedded == digest else None,
                ),
            )
        self._db.executemany(
            "INSERT INTO leftovers VALUES (?, ?, ?, ?)",
            [(document.document_id, x.line, x.kind, x.text) for x in parsed.leftovers],
        )

    def drop_source(self, name: str) -> None:
        """Forget a source whose file is gone, with its documents."""
        rows = self._db.execute(
            "SELECT clause_id FROM clauses JOIN documents USING (document_id) WHERE source = ?", (name,)
        )
        self.mark_stale({row[0] for row in rows})
        self._db.execute("DELETE FROM sources WHERE name = ?", (name,))

    def documents(self, *, removed: bool = False) -> list[Document]:
        """Return the documents in the order of their sources; with `removed`, those that were taken out."""
        rows = self._db.execute(
            "SELECT fields FROM documents WHERE removed = ? ORDER BY source, ordinal", (int(removed),)
        )
        return [document_from(json.loads(row["fields"])) for row in rows]

    def set_removed(self, document_id: str, removed: bool) -> None:
        """Take a document out, or bring it back; its clauses are then to be indexed again."""
        self._db.execute(
            "UPDATE documents SET removed = ? WHERE document_id = ?", (int(removed), document_id)
        )
        ids = {
            r[0]
            for r in self._db.execute("SELECT clause_id FROM clauses WHERE document_id = ?", (document_id,))
        }
        if removed:
            self.mark_stale(ids)
        self._db.execute("UPDATE clauses SET embedded = NULL WHERE document_id = ?", (document_id,))

    def clauses(self, document_id: str | None = None) -> list[Clause]:
        """Return the clauses of one document, or of all that are not taken out, in printed order."""
        where = "d.document_id = ?" if document_id else "NOT d.removed"
        rows = self._db.execute(
            f"SELECT c.fields FROM clauses c JOIN documents d USING (document_id) WHERE {where} ORDER BY d.source, d.ordinal, c.ordinal",
            (document_id,) if document_id else (),
        )
        return [clause_from(json.loads(row["fields"])) for row in rows]

    def clause_map(self, clause_ids: Iterable[str]) -> dict[str, Clause]:
        """Return clauses by id; ids that do not exist are missing."""
        ids = list(clause_ids)
        found: dict[str, Clause] = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            for row in self._db.execute(
                f"SELECT clause_id, fields FROM clauses WHERE clause_id IN ({marks})", part
            ):
                found[row["clause_id"]] = clause_from(json.loads(row["fields"]))
        return found

    def clause(self, clause_id: str) -> Clause:
        """Return one clause.

        Raises:
            NotFound: There is none of that id.
        """
        found = self.clause_map([clause_id])
        if not found:
            raise NotFound(f"No clause {clause_id!r}.", fix="policyqa show TITLE")
        return found[clause_id]

    def count_clauses(self) -> int:
        """Return how many clauses are not taken out."""
        row = self._db.execute(
            "SELECT count(*) FROM clauses JOIN documents USING (document_id) WHERE NOT removed"
        ).fetchone()
        return int(row[0])

    def update_references(self, clauses: Iterable[Clause]) -> None:
        """Store the clauses' references again, now that more of their targets are known."""
        self._db.executemany(
            "UPDATE clauses SET fields = ? WHERE clause_id = ?",
            [(as_json(asdict(c)), c.clause_id) for c in clauses],
        )

    def leftovers(self, document_id: str) -> list[Leftover]:
        """Return what of a document's lines belongs to no clause and no field."""
        rows = self._db.execute(
            "SELECT line, kind, text FROM leftovers WHERE document_id = ? ORDER BY line", (document_id,)
        )
        return [Leftover(**row) for row in rows]

    def pending(self) -> list[tuple[str, str]]:
        """Return (clause_id, digest) of the clauses whose vectors are missing or old."""
        rows = self._db.execute(
            "SELECT clause_id, digest FROM clauses JOIN documents USING (document_id) WHERE embedded IS NULL AND NOT removed"
        )
        return [(row["clause_id"], row["digest"]) for row in rows]

    def mark_embedded(self, done: Iterable[tuple[str, str]]) -> None:
        """Note that these clauses' vectors are stored."""
        self._db.executemany(
            "UPDATE clauses SET embedded = ? WHERE clause_id = ?",
            [(digest, clause_id) for clause_id, digest in done],
        )

    def mark_all_pending(self) -> None:
        """Forget all vectors."""
        self._db.execute("UPDATE clauses SET embedded = NULL")

    def mark_stale(self, clause_ids: Iterable[str]) -> None:
        """Note that these clauses' vectors are to be deleted."""
        self._db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", [(c,) for c in clause_ids])

    def stale(self) -> list[str]:
        """Return the clauses whose vectors are to be deleted."""
        return [row[0] for row in self._db.execute("SELECT clause_id FROM stale")]

    def clear_stale(self) -> None:
        """Note that no vectors are left to be deleted."""
        self._db.execute("DELETE FROM stale")
