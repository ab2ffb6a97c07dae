"""A page of the catalog overwritten: every command says so in words with its fix, what is intact goes on, a backup brings all back."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from conftest import SMALL

from rag.catalog import Catalog
from rag.errors import CatalogDamaged

COMMANDS = {
    "documents": ["documents"],
    "show": ["show", "青岛"],
    "search": ["search", "登记凭证的有效期是几年？"],
    "ask": ["ask", "登记凭证的有效期是几年？"],
    "export": ["export"],
    "check": ["check"],
    "rebuild": ["rebuild"],
    "remove": ["remove", "青岛"],
    "ingest": ["ingest", SMALL],
    "doctor": ["doctor"],
}
NEEDS = {
    "sqlite_master": set(COMMANDS),
    "meta": set(COMMANDS),
    "sources": {"ingest"},
    "documents": {"documents", "show", "search", "ask", "export", "remove", "ingest"},
    "clauses": {"show", "search", "ask", "export", "ingest"},
}
"""The commands that cannot do without a table; the others may or may not meet the damage."""


@pytest.fixture(autouse=True)
def _no_model(monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")


def pages_of(data, table):
    """Return numbers of pages, from 0: the root of a table and of its indexes; brings the log into the file first."""
    with closing(sqlite3.connect(data / "catalog.sqlite")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = db.execute("PRAGMA page_size").fetchone()[0]
        roots = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    return size, [root - 1 for (root,) in roots] or [0]


def overwrite(data, table):
    """Write rubbish over the root page of a table."""
    size, numbers = pages_of(data, table)
    with (data / "catalog.sqlite").open("r+b") as file:
        for number in numbers:
            file.seek(number * size)
            file.write(bytes(i * 37 % 251 for i in range(size)))


def garble_texts(data):
    """Write over the texts of one document and one clause, as a disk does that loses a block: no UTF-8, no JSON."""
    with closing(sqlite3.connect(data / "catalog.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema=ON")
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE documents SET fields = CAST(x'ff' || substr(fields, 40) AS TEXT) WHERE rowid = 1")
        db.execute(
            "UPDATE clauses SET fields = substr(fields, 1, 60) || '}}' || substr(fields, 80) WHERE rowid = 2"
        )


def assert_told(done, command):
    """A command that met the damage ends in words, never in a traceback."""
    said = done.out + done.err
    assert "Traceback" not in said, said[-1500:]
    assert done.status in (0, 1)
    if done.status:
        assert "catalog.sqlite is damaged" in said, (command, said[-500:])
        assert "policyqa restore BACKUP --force" in said


@pytest.mark.parametrize("table", NEEDS)
def test_every_command_says_that_a_page_is_damaged(call, own_collection, tmp_path, table):
    kept = shutil.copytree(own_collection, tmp_path / "kept")
    for command, arguments in COMMANDS.items():
        shutil.rmtree(own_collection)
        shutil.copytree(kept, own_collection)
        overwrite(own_collection, table)
        done = call(*arguments, "--data", own_collection)
        assert_told(done, command)
        assert done.status == 1 or command not in NEEDS[table], f"{command} did not notice"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_that_a_text_is_damaged(call, own_collection, command):
    garble_texts(own_collection)
    assert_told(call(*COMMANDS[command], "--data", own_collection), command)


def test_what_is_intact_goes_on_and_a_backup_brings_the_rest_back(call, here, own_collection, tmp_path):
    before = call("export", *here)
    assert call("backup", tmp_path / "backup.zip", *here).status == 0
    overwrite(own_collection, "clauses")
    assert call("documents", *here).out == call("documents", *here).out != ""
    assert call("show", "青岛", *here).status == 1
    assert call("restore", tmp_path / "backup.zip", "--force", *here).status == 0
    assert call("export", *here).out == before.out
    assert call("show", "青岛", *here).status == 0


def test_a_process_that_runs_meets_the_damage_in_words(own_collection):
    with closing(Catalog(own_collection)) as catalog:
        overwrite(own_collection, "clauses")
        with pytest.raises(CatalogDamaged) as caught:
            catalog.clauses()
        assert len(catalog.documents()) == 3
    assert "已损坏" in caught.value.words("zh")[0]
    assert "restore" in caught.value.fix


def test_other_failures_of_the_database_keep_their_name(own_collection):
    with (
        closing(Catalog(own_collection)) as catalog,
        pytest.raises(sqlite3.OperationalError, match="no such"),
    ):
        catalog._db.execute("SELECT * FROM nowhere")
