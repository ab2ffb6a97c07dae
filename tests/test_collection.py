"""A collection that is open while it changes."""

import gc
import shutil
import threading

import pytest
from fakes import GUIZHOU, fake_settings, open_collection, places
from fakes_pipeline import LONG, leftovers, quiet, set_removed, write

from ingest.pipeline import ingest, rebuild
from rag.catalog import Catalog
from rag.errors import CollectionMismatch, EmptyCollection, IndexDamaged
from rag.schema import Question


def change(files, settings):
    write(files / "长.md", LONG)
    ingest([files], settings)


def finds_the_new(retriever):
    return any("某长条例" in place for place in places(retriever.search(Question("某长条例第一条")).hits))


def test_the_same_search_is_given_until_something_changes(files, settings):
    opened = open_collection(settings)
    first = opened.retriever()
    ingest([files], settings)
    assert opened.retriever() is first
    change(files, settings)
    assert opened.retriever() is not first
    assert finds_the_new(opened.retriever())


def test_a_question_that_has_begun_ends_with_what_it_began_with(files, settings):
    opened = open_collection(settings)
    first = opened.retriever()
    change(files, settings)
    assert leftovers(settings) == {"index/1"}
    assert opened.retriever() is not first
    assert places(first.search(Question("登记证书的有效期是多久？"), 1).hits)[0].endswith("第四条")
    assert not finds_the_new(first)
    del first
    gc.collect()
    ingest([files], settings)
    assert leftovers(settings) == set()


def test_while_one_thread_changes_over_the_others_go_on(files, settings, monkeypatch):
    opened = open_collection(settings)
    first = opened.retriever()
    change(files, settings)
    opening, go_on = threading.Event(), threading.Event()
    real = opened._open

    def slow():
        opening.set()
        assert go_on.wait(30)
        return real()

    monkeypatch.setattr(opened, "_open", slow)
    thread = threading.Thread(target=opened.retriever)
    thread.start()
    assert opening.wait(30)
    assert opened.retriever() is first
    go_on.set()
    thread.join(30)
    assert opened.retriever() is not first


def test_what_cannot_be_opened_is_told_with_each_question_until_it_is_mended(files, settings):
    opened = open_collection(settings)
    change(files, settings)
    shutil.rmtree(settings.data / "index" / "2" / "keyword")
    for _ in range(2):
        with pytest.raises(IndexDamaged):
            opened.retriever()
    rebuild(settings, quiet)
    assert finds_the_new(opened.retriever())


def test_a_collection_that_loses_its_last_document_is_empty(files, settings):
    for name in ("北京.md", "深圳.md", "计划.md"):
        (files / name).unlink()
    ingest([files], settings)
    opened = open_collection(settings)
    set_removed(settings, "贵州", True)
    with pytest.raises(EmptyCollection):
        opened.retriever()
    set_removed(settings, "贵州", False)
    assert opened.retriever().search(Question("交易资料保存多少年")).hits


def test_another_embedder_is_told_at_the_next_question(files, settings):
    opened = open_collection(settings)
    rebuild(fake_settings(settings.data, embed_model="另一个"), quiet)
    with pytest.raises(CollectionMismatch, match="built with '另一个'"):
        opened.retriever()


def test_threads_that_ask_while_it_changes_get_answers(files, settings):
    failed, stop = [], threading.Event()

    def ask(opened):
        while not stop.is_set():
            try:
                found = opened.retriever().search(Question("登记证书的有效期是多久？"), 1).hits
                assert found[0].clause.label == "第四条"
            except Exception as error:
                failed.append(error)
                return

    opened = open_collection(settings)
    threads = [threading.Thread(target=ask, args=[opened]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        write(files / "贵州.md", GUIZHOU.replace("三十年", f"{number}年"))
        ingest([files], settings)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert failed == []
    del opened, thread, threads
    gc.collect()
    ingest([files], settings)
    assert leftovers(settings) == set()


def test_a_collection_that_is_let_go_gives_back_what_it_held(files, settings):
    opened = open_collection(settings)
    assert Catalog(settings.data).generation == 1
    change(files, settings)
    assert leftovers(settings) == {"index/1"}
    del opened
    gc.collect()
    ingest([files], settings)
    assert leftovers(settings) == set()
