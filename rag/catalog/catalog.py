"""Sources, documents and clauses.

Chroma and the keyword index are derived from it. One process writes (a file lock), many read. A removed document
stays here, marked, so that it can be brought back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from rag.catalog.corrections import corrected
from rag.catalog.documents import Documents, no_source
from rag.catalog.rows import (
    FileState,
    Parsed,
    as_json,
    clause_from,
    clause_row,
    source_from,
    source_row,
)
from rag.catalog.sketch import sketch
from rag.errors import CollectionMismatch, NotFound
from rag.schema import Clause, Document, Leftover, Source

_ORDER = "ORDER BY d.source, d.ordinal, c.ordinal"


class Catalog(Documents):
    """One collection's catalog."""

    def check_embedder(self, embedder: str) -> None:
        """Refuse to mix the vectors of two models.

        Raises:
            CollectionMismatch: The vectors were made with another embedder.
        """
        made_with = self.get("embed_model")
        if made_with not in (None, embedder):
            raise CollectionMismatch(
                f"The index in {self.folder} was built with {made_with!r} ({self.get('dimension')} numbers per chunk); "
                f"the settings ask for {embedder!r}.",
                fix="policyqa rebuild, or set POLICYQA_EMBED_MODEL back",
                chinese=(
                    f"{self.folder} 的索引用 {made_with!r} 建立，现在的设置是 {embedder!r}。",
                    "policyqa rebuild，或把 POLICYQA_EMBED_MODEL 改回去",
                ),
            )

    def files(self) -> dict[str, FileState]:
        """Return the state of every source, by name."""
        rows = self._db.execute("SELECT name, path, size, mtime_ns, sha256, parser, sidecar FROM sources")
        return {row["name"]: FileState(**row) for row in rows}

    def touch(self, state: FileState) -> None:
        """Remember that a file with the same content has moved or was saved again."""
        self._db.execute(
            "UPDATE sources SET path = ?, size = ?, mtime_ns = ?, sidecar = ? WHERE name = ?",
            (state.path, state.size, state.mtime_ns, state.sidecar, state.name),
        )

    def source(self, name: str) -> Source:
        """Return a source with its lines.

        Raises:
            NotFound: There is none of that name.
        """
        row = self._db.execute("SELECT * FROM sources WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise no_source(name)
        return source_from(row)

    def replace_source(self, source: Source, state: FileState, documents: Sequence[Parsed]) -> None:
        """Store a source and its documents, with what persons corrected, in place of what was there. Inside `run` only."""
        rows = self._db.execute(
            "SELECT document_id FROM documents WHERE source = ? AND removed", (source.name,)
        )
        removed = {row[0] for row in rows}
        self.drop_source(source.name)
        self._db.execute(f"INSERT INTO sources VALUES ({', '.join('?' * 13)})", source_row(source, state))  # noqa: S608 - question marks only; values are bound
        for ordinal, parsed in enumerate(documents):
            self._insert(parsed, ordinal, parsed.document.document_id in removed)

    def _insert(self, parsed: Parsed, ordinal: int, removed: bool) -> None:
        as_read = parsed.document
        document = corrected(as_read, self.corrections(as_read.document_id))
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.document_id,
                document.source,
                ordinal,
                as_json(asdict(document)),
                as_json(asdict(as_read)),
                sketch("\n".join(c.text for c in parsed.clauses)).tobytes(),
                int(removed),
            ),
        )
        self._db.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [clause_row(replace(c, title=document.title), document) for c in parsed.clauses],
        )
        self._db.executemany(
            "INSERT INTO leftovers VALUES (?, ?, ?, ?)",
            [(document.document_id, x.line, x.kind, x.text) for x in parsed.leftovers],
        )

    def drop_source(self, name: str) -> None:
        """Forget a source whose file is gone, with its documents."""
        self._db.execute("DELETE FROM sources WHERE name = ?", (name,))

    def set_removed(self, document_id: str, removed: bool) -> None:
        """Take a document out, or bring it back."""
        self._db.execute(
            "UPDATE documents SET removed = ? WHERE document_id = ?", (int(removed), document_id)
        )

    def update_document(self, document: Document) -> bool:
        """Store a document's fields again, and what its clauses show of them; tell whether they differ. Inside `run` only."""
        known = self._db.execute(
            "SELECT fields FROM documents WHERE document_id = ?", (document.document_id,)
        ).fetchone()
        fields = as_json(asdict(document))
        if known is None or known["fields"] == fields:
            return False
        self._db.execute(
            "UPDATE documents SET fields = ? WHERE document_id = ?", (fields, document.document_id)
        )
        rows = [
            clause_row(replace(c, title=document.title), document) for c in self.clauses(document.document_id)
        ]
        self._db.executemany(
            "UPDATE clauses SET fields = ?, text_hash = ?, passages = ?, digest = ?, parts = ? WHERE clause_id = ?",
            [(*row[3:], row[0]) for row in rows],
        )
        return True

    def corrections(self, document_id: str) -> dict[str, str]:
        """Return the fields that persons set for a document; what was given to a command counts more than a sidecar."""
        rows = self._db.execute(
            "SELECT key, value FROM corrections WHERE document_id = ? ORDER BY origin = 'person'",
            (document_id,),
        )
        return {row["key"]: row["value"] for row in rows}

    def correct(self, document_id: str, origin: str, values: dict[str, str]) -> None:
        """Set fields of a document by hand; they survive when its file is read again. Inside `run` only.

        Args:
            document_id: Of a document that is in the catalog or about to come.
            origin: `sidecar` replaces all that a sidecar set before; `person` adds to what was set.
            values: Checked values; an empty one of a person takes the correction back.
        """
        rows = self._db.execute(
            "SELECT key, value FROM corrections WHERE document_id = ? AND origin = ?", (document_id, origin)
        )
        known = {row["key"]: row["value"] for row in rows}
        kept = {} if origin == "sidecar" else known
        wanted = {key: value for key, value in {**kept, **values}.items() if value}
        if wanted == known:
            return
        self._db.execute(
            "DELETE FROM corrections WHERE document_id = ? AND origin = ?", (document_id, origin)
        )
        self._db.executemany(
            "INSERT INTO corrections VALUES (?, ?, ?, ?)",
            [(document_id, key, origin, value) for key, value in wanted.items()],
        )

    def clauses(self, document_id: str | None = None) -> list[Clause]:
        """Return the clauses of one document, or of all that are not taken out, in printed order."""
        return list(self.each_clause(document_id))

    def each_clause(self, document_id: str | None = None) -> Iterator[Clause]:
        """Yield what `clauses` returns, one at a time."""
        where = "d.document_id = ?" if document_id else "NOT d.removed"
        rows = self._db.execute(
            f"SELECT c.fields FROM clauses c JOIN documents d USING (document_id) WHERE {where} {_ORDER}",  # noqa: S608 - it holds constants of this package; values are bound
            (document_id,) if document_id else (),
        )
        return (self._made(clause_from, row["fields"]) for row in rows)

    def clause_map(self, clause_ids: Iterable[str]) -> dict[str, Clause]:
        """Return clauses by id, in the order of the ids; ids that do not exist are missing."""
        ids = list(clause_ids)
        found: dict[str, Clause] = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            for row in self._db.execute(
                f"SELECT clause_id, fields FROM clauses WHERE clause_id IN ({marks})",  # noqa: S608 - question marks only; values are bound
                part,
            ):
                found[row["clause_id"]] = self._made(clause_from, row["fields"])
        return {i: found[i] for i in ids if i in found}

    def clause(self, clause_id: str) -> Clause:
        """Return one clause.

        Raises:
            NotFound: There is none of that id.
        """
        found = self.clause_map([clause_id])
        if not found:
            raise NotFound(
                f"No clause {clause_id!r}.",
                fix="policyqa show TITLE",
                chinese=(f"没有条款 {clause_id!r}。", "policyqa show TITLE"),
            )
        return found[clause_id]

    @property
    def is_empty(self) -> bool:
        """Whether no clause is there, or all are taken out; at the first one it is known."""
        clause = "SELECT 1 FROM clauses JOIN documents USING (document_id) WHERE NOT removed LIMIT 1"
        return self._db.execute(clause).fetchone() is None

    def count_clauses(self) -> int:
        """Return how many clauses are not taken out."""
        row = self._db.execute(
            "SELECT count(*) FROM clauses JOIN documents USING (document_id) WHERE NOT removed"
        ).fetchone()
        return int(row[0])

    def clause_counts(self) -> dict[str, int]:
        """Return the number of clauses of each document, by document_id."""
        return dict(self._db.execute("SELECT document_id, count(*) FROM clauses GROUP BY 1").fetchall())

    def saying(self, words: str) -> dict[str, int]:
        """Return how many clauses of each document have some words in their text, by document_id; without those of none."""
        rows = self._db.execute(
            "SELECT document_id, count(*) FROM clauses WHERE instr(lower(json_extract(fields, '$.text')), ?) GROUP BY 1",
            (words.lower(),),
        )
        return dict(rows.fetchall())

    def leftovers(self, document_id: str) -> list[Leftover]:
        """Return what of a document's lines belongs to no clause and no field."""
        rows = self._db.execute(
            "SELECT line, kind, text FROM leftovers WHERE document_id = ? ORDER BY line", (document_id,)
        )
        return [Leftover(**row) for row in rows]
