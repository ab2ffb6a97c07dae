"""The one who changes what a data folder has on a Chroma server.

A collection belongs to the folder whose catalog has the id and the inode that its metadata name. A copy of the folder has
another inode: it may read the collection, and makes its own when it writes.
"""

import secrets
import socket
from collections.abc import Collection, Sequence
from contextlib import closing

import chromadb
from llama_index.core.schema import BaseNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.catalog import Catalog
from rag.chroma_server.place import Place, new_place
from rag.chroma_server.server import READ_S, WRITE_S, ChromaServer
from rag.errors import IndexDamaged
from rag.settings import Settings

_ID = "chroma_id"
_BATCH = 500


class ServerWriter:
    """Changes the chunks of one data folder; to be used by the holder of the writer's place."""

    def __init__(self, catalog: Catalog, settings: Settings) -> None:
        """Prepare; raises as `ChromaServer`."""
        self._server = ChromaServer(settings, WRITE_S)
        inode = (catalog.folder / "catalog.sqlite").stat().st_ino
        self._owner = f"{catalog.get(_ID)}-{inode}"
        self._facts = {
            "owner": self._owner,
            "folder": str(catalog.folder.resolve()),
            "host": socket.gethostname(),
        }

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def place_after(self, before: Place | None) -> Place:
        """Return where a new generation goes: beside the one before, or into a collection of its own.

        Args:
            before: Place of the generation before; None for a new collection.

        Raises:
            ChromaUnavailable: The server does not answer.
        """
        if before is not None:
            try:
                known = self._server.collection(before.collection).metadata or {}
            except IndexDamaged:
                known = {}
            if known.get("owner") == self._owner and before.token in _tokens(known):
                return new_place(before.collection)
        return new_place()

    def opened(self, place: Place, *, create: bool) -> chromadb.Collection:
        """Return the collection of a place.

        Raises:
            IndexDamaged: It is not there, and `create` is off.
            ChromaUnavailable: The server does not answer.
        """
        if create:
            return self._server.create(place.collection, self._facts | {"tokens": ""})
        return self._server.collection(place.collection)

    def chunks(self, collection: chromadb.Collection) -> set[str]:
        """Return the names of its chunks; raises as `opened`."""
        return self._server.chunks(collection)

    def add(self, collection: chromadb.Collection, nodes: Sequence[BaseNode]) -> None:
        """Store chunks with their vectors under the ids of the nodes; raises as `opened`."""
        with self._server.told():
            for start in range(0, len(nodes), _BATCH):
                ChromaVectorStore(chroma_collection=collection).add(list(nodes[start : start + _BATCH]))

    def complete(self, collection: chromadb.Collection, place: Place) -> None:
        """Note that all chunks of a generation are there; raises as `opened`."""
        self._note(collection, [*_tokens(collection.metadata or {}), place.token])

    def sweep(self, collection: str, wanted: Collection[str] | None, in_use: Collection[Place]) -> None:
        """Delete what no generation needs any more.

        Args:
            collection: Name of that of the current generation.
            wanted: Names of the chunks there that some generation needs; None when that is not known.
            in_use: Places of all generations of the folder.

        Raises:
            ChromaUnavailable: The server does not answer; the next run does it.
            IndexDamaged: The collection is not there.
            AccessRefused: The server is outside the private network, and that is not allowed.
        """
        opened = self._server.collection(collection)
        known = opened.metadata or {}
        tokens = _tokens(known)
        kept = [token for token in tokens if token in {place.token for place in in_use}]
        if wanted is not None and known.get("owner") == self._owner and kept != tokens:
            extra = sorted(self._server.chunks(opened) - set(wanted))
            with self._server.told():
                for start in range(0, len(extra), _BATCH):
                    opened.delete(ids=extra[start : start + _BATCH])
            self._note(opened, kept)
        for name in self._server.names(self._owner):
            if name not in {place.collection for place in in_use}:
                self._server.delete(name)

    def _note(self, collection: chromadb.Collection, tokens: Sequence[str]) -> None:
        with self._server.told():
            collection.modify(metadata=self._facts | {"tokens": ",".join(tokens)})


def check_server(settings: Settings) -> None:
    """Look whether the server answers, before something is begun that has more patience with it.

    Raises:
        ChromaUnavailable: The server does not answer.
        AccessRefused: It is outside the private network, and that is not allowed.
        SettingsError: Its address is none.
    """
    with closing(ChromaServer(settings, READ_S)) as server:
        server.check()


def prepare(catalog: Catalog, settings: Settings) -> None:
    """Look whether a run could store its vectors, before it does anything else; inside `Catalog.writing`.

    Raises as `check_server`.
    """
    check_server(settings)
    if catalog.get(_ID) is None:
        # Before the run: what a killed one leaves on the server is known by it.
        with catalog.transaction():
            catalog.set(_ID, secrets.token_hex(8))


def _tokens(metadata: chromadb.CollectionMetadata) -> list[str]:
    return [token for token in str(metadata.get("tokens", "")).split(",") if token]
