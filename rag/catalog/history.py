"""Runs that change a collection: each is one transaction, knows what it changed, and the last one can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rag.catalog.database import Database
from rag.catalog.tables import trigger_names, undo_triggers
from rag.errors import NotFound

VISIBLE = "SELECT c.* FROM main.clauses c JOIN main.documents d USING (document_id) WHERE NOT d.removed"
_BEFORE = (
    f"CREATE TEMP TABLE before AS SELECT clause_id, document_id, text_hash, passages, digest, parts FROM ({VISIBLE})",  # noqa: S608 - VISIBLE is a constant
    "CREATE UNIQUE INDEX temp.before_clause ON before(clause_id)",
    "CREATE TEMP TABLE before_documents AS SELECT document_id, fields FROM main.documents WHERE NOT removed",
)
_CHANGES = (
    # Documents.
    "SELECT CASE WHEN b.document_id IS NULL THEN 'added' ELSE 'changed' END, d.document_id, NULL, "  # noqa: S608 - VISIBLE is a constant
    "json_extract(d.fields, '$.title') FROM main.documents d LEFT JOIN before_documents b USING (document_id) "
    "WHERE NOT d.removed AND (b.fields IS NULL OR b.fields <> d.fields OR d.document_id IN ("
    f"SELECT v.document_id FROM ({VISIBLE}) v LEFT JOIN before x USING (clause_id) WHERE x.text_hash IS NOT v.text_hash "
    f"UNION SELECT document_id FROM before WHERE clause_id NOT IN (SELECT clause_id FROM ({VISIBLE}))))",
    "SELECT 'gone', document_id, NULL, json_extract(fields, '$.title') FROM before_documents "
    "WHERE document_id NOT IN (SELECT document_id FROM main.documents WHERE NOT removed)",
    # Clauses.
    "SELECT CASE WHEN b.clause_id IS NULL THEN 'added' ELSE 'changed' END, v.document_id, v.clause_id, "  # noqa: S608 - VISIBLE is a constant
    f"json_extract(v.fields, '$.title') FROM ({VISIBLE}) v LEFT JOIN before b USING (clause_id) "
    "WHERE b.text_hash IS NOT v.text_hash",
    "SELECT 'gone', b.document_id, b.clause_id, json_extract(d.fields, '$.title') FROM before b "  # noqa: S608 - VISIBLE is a constant
    f"JOIN before_documents d USING (document_id) WHERE b.clause_id NOT IN (SELECT clause_id FROM ({VISIBLE}))",
)

_WRITTEN = "SELECT 1 FROM (SELECT substr(statement, 1, 30) statement FROM undo WHERE run_id = ?) WHERE true"


@dataclass(frozen=True, slots=True)
class Change:
    """What a run did to a document or a clause."""

    at: str
    """UTC, ISO with seconds."""
    command: str
    """`ingest`, `remove`, `set`, `undo`, …"""
    what: Literal["added", "changed", "gone"]
    document_id: str
    clause_id: str | None
    """None when the document as a whole is meant."""
    title: str
    locator: str | None


class History(Database):
    """A catalog's changes over time."""

    @contextmanager
    def run(self, command: str) -> Iterator[None]:
        """Hold the writer's place for one change of the collection: all of it happens, or nothing.

        What it changed is noted with its time; `undo` takes it back. A run that changes nothing leaves no trace, and the
        one before it can still be taken back.

        Args:
            command: The name under which `changes` lists it.

        Raises:
            CollectionBusy: Another process is writing.
            DiskFull: Nothing has changed then.
        """
        with self.writing(), self.transaction():
            now = datetime.now(UTC).isoformat(timespec="seconds")
            run_id = self._db.execute(
                "INSERT INTO runs (at, command) VALUES (?, ?)", (now, command)
            ).lastrowid
            for statement in (*_BEFORE, *undo_triggers(run_id or 0)):
                self._db.execute(statement)
            yield
            self._note(run_id or 0)
            for name in trigger_names():
                self._db.execute(f"DROP TRIGGER temp.{name}")
            self._db.execute("DROP TABLE temp.before")
            self._db.execute("DROP TABLE temp.before_documents")

    def _note(self, run_id: int) -> None:
        changes = [
            (run_id, what, document_id, clause_id, title, clause_id and _locator(clause_id))
            for select in _CHANGES
            for what, document_id, clause_id, title in self._db.execute(select)
        ]
        self._db.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", changes)
        if (
            changes
            or self._db.execute(f"{_WRITTEN} AND statement GLOB '* corrections *'", (run_id,)).fetchone()
        ):
            self._db.execute("DELETE FROM undo WHERE run_id <> ?", (run_id,))
            return
        # Rows in the place of equal ones, as after a file was saved in another encoding: to take back the change before,
        # they must go first. What was only updated need not.
        last = self._db.execute("SELECT max(run_id) FROM undo WHERE run_id <> ?", (run_id,)).fetchone()[0]
        if last and self._db.execute(f"{_WRITTEN} AND statement NOT LIKE 'UPDATE %'", (run_id,)).fetchone():
            self._db.execute("UPDATE undo SET run_id = ? WHERE run_id = ?", (last, run_id))
        self._db.execute("DELETE FROM undo WHERE run_id = ?", (run_id,))
        self._db.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))

    def take_back(self) -> str:
        """Take back what the last run changed; inside `run` only, so that this can be taken back too.

        Returns:
            The command of that run.

        Raises:
            NotFound: No run has changed anything yet.
        """
        self._db.execute("PRAGMA defer_foreign_keys=ON")
        last = self._db.execute(
            "SELECT run_id, command FROM undo JOIN runs USING (run_id) ORDER BY seq LIMIT 1"
        ).fetchone()
        if last is None:
            raise NotFound(
                "There is nothing to undo.",
                fix="policyqa changes",
                chinese=("没有可以撤销的更改。", "policyqa changes"),
            )
        rows = self._db.execute(
            "SELECT statement FROM undo WHERE run_id = ? ORDER BY seq DESC", (last["run_id"],)
        ).fetchall()
        for row in rows:
            self._db.execute(row["statement"])
        return str(last["command"])

    def changes(self, since: str | None = None) -> list[Change]:
        """Return what has changed, oldest first.

        Args:
            since: A date or a time in UTC, ISO; None for all.
        """
        rows = self._db.execute(
            "SELECT at, command, what, document_id, clause_id, title, locator FROM changes JOIN runs USING (run_id) "
            "WHERE at >= ? ORDER BY run_id, changes.rowid",
            (since or "",),
        )
        return [Change(**row) for row in rows]


def _locator(clause_id: str) -> str:
    """Return the locator that an id ends with; ~2 is only in the id."""
    return clause_id.partition(":")[2].split("~")[0]
