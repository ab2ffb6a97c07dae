"""New files of a data folder that several open at the same moment: all may use them."""

import threading

import pytest

from rag.accounts import Accounts
from rag.catalog.database import Database
from rag.catalog.vectors import VectorCache
from rag.records import Records
from ui.slack.button.once import Once
from ui.slack.desk.ledger import Ledger

OPENED = {
    "accounts": lambda folder: Accounts(folder).close(),
    "catalog": lambda folder: Database(folder, create=True).close(),
    "ledger": lambda folder: Ledger(folder, 90).close(),
    "once": lambda folder: Once(folder).claim("share", "a1"),
    "records": lambda folder: Records(folder).close(),
    "vectors": lambda folder: VectorCache(folder, "test").close(),
}


@pytest.mark.parametrize("kind", sorted(OPENED))
def test_a_new_file_is_opened_by_all_who_come_at_once(tmp_path, kind):
    folders = [tmp_path / str(n) for n in range(25)]
    for folder in folders:
        folder.mkdir()
    refused, barrier = [], threading.Barrier(4)

    def go():
        for folder in folders:
            barrier.wait(30)
            try:
                OPENED[kind](folder)
            except Exception as error:
                refused.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
