"""The clauses and documents that conversations at rest hold: equal ones once, however many answers show them."""

import threading
from typing import TypeVar
from weakref import WeakValueDictionary

from rag.schema import Clause, Document

Held = TypeVar("Held", Clause, Document)
_lock = threading.Lock()
_clauses: WeakValueDictionary[str, Clause] = WeakValueDictionary()
_documents: WeakValueDictionary[str, Document] = WeakValueDictionary()


def shared(read: Held) -> Held:
    """Return what is held already and equals what was read, else the latter; nothing is held that no turn needs.

    Each search reads its clauses anew; one that has changed meanwhile is another, and a turn keeps the one that it shows.
    """
    with _lock:
        if isinstance(read, Clause):
            return _one(_clauses, read.clause_id, read)
        return _one(_documents, read.document_id, read)


def _one(held: "WeakValueDictionary[str, Held]", key: str, read: Held) -> Held:
    found = held.get(key)
    if found == read and found is not None:
        return found
    held[key] = read
    return read
