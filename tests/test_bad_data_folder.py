"""A data folder that is missing, foreign, in use or damaged: a message with its fix, and nothing is lost."""

import shutil
import sqlite3

import pytest
from conftest import SMALL
from filelock import FileLock
from test_bad_input import TITLES

from rag.catalog.tables import FORMAT


@pytest.mark.parametrize("command", [["documents"], ["ask", "问题"], ["search", "问题"], ["export"], ["check"], ["rebuild"]], ids=" ".join)  # fmt: skip
def test_without_a_collection_every_command_says_how_to_make_one(call, tmp_path, command):
    done = call(*command, "--data", tmp_path / "none")
    assert (done.status, done.out) == (1, "")
    none = tmp_path / "none"
    assert done.err == (
        f"{none} 里没有文件库。\nThere is no collection in {none}.\nFix: policyqa ingest PATH\n"
    )
    assert not (tmp_path / "none").exists()


def test_an_empty_collection_is_named_as_such(call, own_collection):
    here = ("--data", own_collection)
    for title in TITLES:
        assert call("remove", title, *here).status == 0
    for command in ("ask", "search"):
        done = call(command, "凭证", *here)
        assert done.status == 1
        assert "policyqa ingest" in done.err


def test_a_data_folder_that_is_a_file_is_refused(call, tmp_path):
    (tmp_path / "data").write_text("x", encoding="utf-8")
    done = call("ingest", SMALL, "--data", tmp_path / "data")
    assert done.status == 1
    assert "cannot be used as a data folder" in done.err
    assert (tmp_path / "data").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    "command", [["documents"], ["ask", "问题"], ["ingest", SMALL], ["doctor"]], ids=lambda c: c[0]
)
def test_a_collection_of_another_format_is_left_alone(call, here, own_collection, command):
    with sqlite3.connect(own_collection / "catalog.sqlite") as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    db.close()
    done = call(*command, *here)
    assert done.status == 1
    assert f"has format 99; this version reads {FORMAT}." in done.err + done.out
    assert "Fix: " in done.err + done.out
    with sqlite3.connect(own_collection / "catalog.sqlite") as db:
        assert db.execute("SELECT count(*) FROM clauses").fetchone() == (37,)
    db.close()


def test_a_catalog_that_is_no_database_is_refused(call, here, own_collection):
    for path in own_collection.glob("catalog.sqlite*"):
        path.unlink()
    (own_collection / "catalog.sqlite").write_bytes(b"no database at all" * 99)
    done = call("documents", *here)
    assert done.status == 1
    assert "is not a catalog of policyqa" in done.err


@pytest.mark.parametrize(
    "command",
    [["ask", "问题"], ["search", "问题"], ["ingest", SMALL], ["remove", "青岛"]],
    ids=lambda c: c[0],
)
def test_another_embedder_is_refused_before_vectors_are_mixed(call, here, titles, monkeypatch, command):
    monkeypatch.setenv("POLICYQA_EMBED_MODEL", "BAAI/bge-m3")
    done = call(*command, *here)
    assert (done.status, done.out) == (1, "")
    assert "was built with 'bundled " in done.err
    assert "ask for 'BAAI/bge-m3'" in done.err
    assert "Fix: policyqa rebuild" in done.err
    monkeypatch.delenv("POLICYQA_EMBED_MODEL")
    assert call("check", *here).status == 0
    assert titles() == TITLES


@pytest.mark.parametrize("command", [["ingest", SMALL], ["remove", "青岛"], ["rebuild"]], ids=lambda c: c[0])
def test_a_second_writer_is_turned_away_and_readers_are_not(call, here, titles, own_collection, command):
    with FileLock(own_collection / "writer.lock"):
        done = call(*command, *here)
        assert (done.status, done.out) == (1, "")
        assert "Another policyqa is writing" in done.err
        assert "Fix: wait until it has finished" in done.err
        assert titles() == TITLES
        assert call("show", "青岛", *here).status == 0
    assert call(*command, *here).status == 0


def test_a_keyword_index_that_is_gone_is_named_and_rebuilt(call, here, own_collection):
    shutil.rmtree(own_collection / "index" / "1" / "keyword")
    done = call("ask", "登记凭证的有效期是几年？", *here)
    assert done.status == 1
    assert "policyqa rebuild" in done.err
    assert call("rebuild", *here).status == 0
    assert "四年" in call("ask", "登记凭证的有效期是几年？", *here).out


def test_vectors_that_are_gone_are_named_and_rebuilt(call, here, own_collection):
    shutil.rmtree(own_collection / "index" / "1" / "chroma")
    done = call("ask", "登记凭证的有效期是几年？", *here)
    assert (done.status, done.err.endswith("Fix: policyqa rebuild\n")) == (1, True)
    assert "chroma.sqlite3 is damaged" in done.err
    assert call("rebuild", *here).status == 0
    assert call("check", *here).status == 0


def test_indexes_that_are_gone_are_named_and_rebuilt(call, here, own_collection):
    shutil.rmtree(own_collection / "index")
    done = call("ask", "登记凭证的有效期是几年？", *here)
    assert (done.status, "are gone.\nFix: policyqa rebuild" in done.err) == (1, True)
    assert call("rebuild", *here).status == 0
    assert call("check", *here).status == 0
