"""The tables of a catalog, and the triggers that make its last change undoable."""

FORMAT = "2"
_TARGETS = (
    "SELECT DISTINCT json_extract(r.value, '$.clause_id'), c.clause_id FROM {} c, json_each(c.fields, '$.references') r "
    "WHERE json_extract(r.value, '$.clause_id') IS NOT NULL"
)
_NEW = "(SELECT NEW.clause_id AS clause_id, NEW.fields AS fields)"
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    parser TEXT NOT NULL, sidecar TEXT NOT NULL, lines TEXT NOT NULL, pages TEXT NOT NULL, whole_paragraphs INTEGER NOT NULL,
    source_name TEXT, issue_no INTEGER, issue_date TEXT);
CREATE TABLE documents (
    document_id TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    fields TEXT NOT NULL, as_read TEXT NOT NULL, sketch BLOB NOT NULL, removed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE standing (
    document_id TEXT PRIMARY KEY REFERENCES documents(document_id) ON DELETE CASCADE, superseded_by TEXT, repealed_by TEXT,
    repealed_on TEXT);
CREATE TABLE clauses (
    clause_id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(document_id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, fields TEXT NOT NULL, text_hash TEXT NOT NULL, passages TEXT NOT NULL, digest TEXT NOT NULL,
    parts INTEGER NOT NULL);
CREATE TABLE leftovers (
    document_id TEXT NOT NULL REFERENCES documents(document_id) ON DELETE CASCADE, line INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE corrections (
    document_id TEXT NOT NULL, key TEXT NOT NULL, origin TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (document_id, key, origin));
CREATE TABLE reprints (
    document_id TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE,
    PRIMARY KEY (document_id, source));
CREATE TABLE runs (run_id INTEGER PRIMARY KEY, at TEXT NOT NULL, command TEXT NOT NULL);
CREATE TABLE changes (
    run_id INTEGER NOT NULL REFERENCES runs(run_id), what TEXT NOT NULL, document_id TEXT NOT NULL, clause_id TEXT,
    title TEXT NOT NULL, locator TEXT);
CREATE TABLE undo (seq INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, statement TEXT NOT NULL);
CREATE INDEX documents_source ON documents(source);
CREATE INDEX clauses_document ON clauses(document_id, ordinal);
CREATE INDEX clauses_passages ON clauses(passages);
CREATE INDEX leftovers_document ON leftovers(document_id);
CREATE INDEX changes_run ON changes(run_id);
"""
REFERRERS = (
    "CREATE TABLE referrers (clause_id TEXT NOT NULL, referrer TEXT NOT NULL REFERENCES clauses(clause_id) ON DELETE CASCADE, "
    "PRIMARY KEY (clause_id, referrer)) WITHOUT ROWID",
    "CREATE INDEX referrers_referrer ON referrers(referrer)",
    f"INSERT INTO referrers {_TARGETS.format('clauses')}",
    f"CREATE TRIGGER referrers_insert AFTER INSERT ON clauses BEGIN INSERT INTO referrers {_TARGETS.format(_NEW)}; END",
    "CREATE TRIGGER referrers_update AFTER UPDATE OF fields ON clauses WHEN OLD.fields <> NEW.fields BEGIN "  # noqa: S608 - constants of this file
    f"DELETE FROM referrers WHERE referrer = OLD.clause_id; INSERT INTO referrers {_TARGETS.format(_NEW)}; END",
)
"""Statements that make a table of which clause refers to which, with the triggers that keep it; also in a catalog that has none."""
_UNDOABLE = {
    "sources": (
        "name", "path", "size", "mtime_ns", "sha256", "parser", "sidecar", "lines", "pages", "whole_paragraphs",
        "source_name", "issue_no", "issue_date",
    ),
    "documents": ("document_id", "source", "ordinal", "fields", "as_read", "sketch", "removed"),
    "standing": ("document_id", "superseded_by", "repealed_by", "repealed_on"),
    "clauses": ("clause_id", "document_id", "ordinal", "fields", "text_hash", "passages", "digest", "parts"),
    "leftovers": ("document_id", "line", "kind", "text"),
    "corrections": ("document_id", "key", "origin", "value"),
    "reprints": ("document_id", "source"),
}  # fmt: skip


def undo_triggers(run_id: int) -> list[str]:
    """Return triggers of one connection that write, for each change of a row, the statement that takes it back."""
    made: list[str] = []
    for table, columns in _UNDOABLE.items():
        values = " || ', ' || ".join(f"quote(OLD.{c})" for c in columns)
        again = f"'INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES (' || OLD.rowid || ', ' || {values} || ')'"  # noqa: S608 - names of our own tables, quote() for values: a trigger has no parameters
        sets = " || ', ' || ".join(f"'{c} = ' || quote(OLD.{c})" for c in columns)
        inverse = {
            "INSERT": f"'DELETE FROM {table} WHERE rowid = ' || NEW.rowid",  # noqa: S608 - names of our own tables, quote() for values: a trigger has no parameters
            "DELETE": again,
            "UPDATE": f"'UPDATE {table} SET ' || {sets} || ' WHERE rowid = ' || OLD.rowid",  # noqa: S608 - names of our own tables, quote() for values: a trigger has no parameters
        }
        made += [
            f"CREATE TEMP TRIGGER undo_{table}_{event} AFTER {event} ON main.{table} "  # noqa: S608 - names of our own tables, quote() for values: a trigger has no parameters
            f"BEGIN INSERT INTO undo (run_id, statement) VALUES ({run_id}, {statement}); END"
            for event, statement in inverse.items()
        ]
    return made


def trigger_names() -> list[str]:
    """Return the names of the triggers that `undo_triggers` makes."""
    return [f"undo_{table}_{event}" for table in _UNDOABLE for event in ("INSERT", "DELETE", "UPDATE")]
