"""A collection that is read while others may change it: questions go to the newest generation of its indexes."""

import gc
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rag.catalog import Catalog
from rag.chroma_server.place import check_place
from rag.chroma_server.reader import ServerStore
from rag.dense import DenseLeg
from rag.errors import EmptyCollection, IndexDamaged
from rag.generation import Hold, verify
from rag.keyword_index import KeywordIndex
from rag.retrieve import Retriever
from rag.settings import Settings
from rag.vector_store import VectorStore

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class _Opened:
    generation: int
    retriever: Retriever


class Collection:
    """Opens the indexes, and opens the next ones when a run has made them; holds nothing about the person who asks."""

    def __init__(
        self, settings: Settings, make: Callable[[Catalog, KeywordIndex, DenseLeg], Retriever]
    ) -> None:
        """Open what is there now.

        Args:
            settings: Its `data`, `embed_model` and `chroma_url` count.
            make: Puts the parts of one generation together.

        Raises:
            EmptyCollection: There is no collection, or no document in it.
            CollectionMismatch: It was made with another embedder, or its vectors are elsewhere than the settings say.
            IndexDamaged: An index is missing or unreadable.
        """
        self._settings, self._make = settings, make
        self.catalog = Catalog(settings.data)
        self._opening = Lock()
        self._opened = self._open()

    def retriever(self) -> Retriever:
        """Return the search over the newest generation; raises as the constructor.

        While one thread opens a new generation, the others go on with the one before.
        """
        opened = self._opened
        if opened.generation == self.catalog.generation or not self._opening.acquire(blocking=False):
            return opened.retriever
        try:
            self._opened = self._open()
        finally:
            self._opening.release()
        return self._opened.retriever

    def _open(self) -> _Opened:
        self.catalog.check_embedder(self._settings.embedder)
        if self.catalog.is_empty:
            fix = "policyqa ingest PATH"
            raise EmptyCollection(
                "The collection holds no document.", fix, chinese=("文件库里没有文件。", fix)
            )
        hold, generation = self._hold()
        store: DenseLeg | None = None
        try:
            check_place(hold.folder, self._settings)
            with _without_garbage():
                keyword, chunks = _keyword_index(hold.folder)
                store = self._dense_leg(hold.folder, chunks)
                retriever = self._make(self.catalog, keyword, store)
        except BaseException:
            if store:
                store.close()
            hold.release()
            raise
        # Chroma keeps every client's files open for ever; an answer may still be reading the generation before.
        weakref.finalize(retriever, _let_go, store, hold)
        return _Opened(generation, retriever)

    def _dense_leg(self, folder: Path, chunks: int) -> DenseLeg:
        if self._settings.chroma_url is not None:
            return ServerStore(folder, self._settings)
        store = VectorStore(folder)
        if (found := store.count()) != chunks:
            store.close()
            raise IndexDamaged(
                f"Chroma holds {found} chunks in {folder}, of {chunks}.",
                fix="policyqa rebuild",
                chinese=(f"{folder} 中 Chroma 有 {found} 块，应有 {chunks} 块。", "policyqa rebuild"),
            )
        return store

    def _hold(self) -> tuple[Hold, int]:
        for _ in range(_ATTEMPTS):
            generation = self.catalog.generation
            try:
                return Hold(self._settings.data, generation), generation
            except FileNotFoundError:
                # The next one may have been made, and this one deleted, since the catalog was asked.
                if generation == self.catalog.generation:
                    break
        raise IndexDamaged(
            f"The indexes of {self._settings.data} are gone.",
            fix="policyqa rebuild",
            chinese=(f"{self._settings.data} 的索引不见了。", "policyqa rebuild"),
        )


def _keyword_index(folder: Path) -> tuple[KeywordIndex, int]:
    """Open the keyword index while the sums of all files are compared; return it and how many chunks Chroma should hold."""
    with ThreadPoolExecutor(1) as pool:
        compared = pool.submit(verify, folder, thoroughly=True)
        try:
            keyword = KeywordIndex(folder)
        finally:
            # A file that is not as it was made says more than what the index makes of it.
            chunks = compared.result()
    return keyword, chunks


@contextmanager
def _without_garbage() -> Iterator[None]:
    """Keep Python from looking for garbage: among the many objects that are made at once, each look takes a tenth of a second."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _let_go(store: DenseLeg, hold: Hold) -> None:
    store.close()
    hold.release()
