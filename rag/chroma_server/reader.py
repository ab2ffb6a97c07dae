"""The dense leg asked on a Chroma server: the server proposes chunks, the generation's own vectors decide.

What the server holds beyond this generation, because a run is changing it, is dropped; what it holds of other words of
the same clause is measured by the words of this generation. So no answer of the server, new or old, can show a clause
that the reader's catalog does not have, nor a score that does not belong to its text.

While the server is down, the vectors of the generation's folder are searched: 5 ms for 60,000 chunks, 48 for a million, and
nothing is missed. Only above `EXACT_MOST` would that be slower than a question may take; then the leg is missing.
"""

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import chromadb
import numpy as np

from rag.chroma_server.circuit import Circuit
from rag.chroma_server.place import clause_and_part, read_place
from rag.chroma_server.server import READ_S, ChromaServer, lost, too_slow
from rag.chunk.matrix import Matrix
from rag.errors import AccessRefused, ChromaUnavailable, IndexDamaged, PolicyQAError
from rag.settings import Settings
from rag.trace import step
from rag.vector_store import EXACT_MOST

_SPARE = 50
"""More chunks than wanted are asked for: some may be of another generation."""
_ROUNDS = 3


class ServerStore:
    """The vectors of one generation, on a server."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open the store; a server that is down is no error.

        Args:
            folder: Of a generation that was made for a server.
            settings: Name the server.

        Raises:
            IndexDamaged: The files of the generation are missing.
            AccessRefused: The server is outside the private network, and that is not allowed.
            SettingsError: Its address is none.
        """
        place = read_place(folder)
        if place is None:
            raise IndexDamaged(
                f"{folder} names no collection of a server.",
                fix="policyqa rebuild",
                chinese=(f"{folder} 没有写明服务器上的集合。", "policyqa rebuild"),
            )
        self._place = place
        self._matrix = Matrix(folder)
        self._server = ChromaServer(settings, READ_S)
        self._circuit = Circuit(self._connect)

    def close(self) -> None:
        """Close the connections; the object cannot be used again."""
        self._server.close()

    @property
    def error(self) -> PolicyQAError | None:
        """Why the server is not asked; None while it is."""
        return self._circuit.error

    @step("dense")
    def search(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest clauses, as `VectorStore.search` does.

        Raises:
            ChromaUnavailable: The server is down and the collection too large to do without.
            IndexDamaged: The vector has another dimension.
        """
        if documents is not None:
            rows = self._matrix.nearest(vector, limit, documents)
        else:
            rows = self._nearest(vector, limit)
        best: dict[str, float] = {}
        for clause_id, cosine in rows:
            best.setdefault(clause_id, cosine)
        return list(best.items())

    def _nearest(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        if (collection := self._circuit.collection()) is not None:
            try:
                started = time.monotonic()
                proposed = self._proposed(collection, vector, limit)
                seconds = time.monotonic() - started
                # A larger collection waits for it rather than to do without.
                if len(self._matrix) <= EXACT_MOST and self._circuit.is_too_slow(seconds):
                    self._circuit.failed(too_slow(self._server.url, seconds))
                return self._matrix.nearest_of(vector, limit, proposed)
            except (ChromaUnavailable, IndexDamaged, AccessRefused) as error:
                self._circuit.failed(error)
        if len(self._matrix) > EXACT_MOST:
            raise ChromaUnavailable(
                f"The Chroma server at {self._server.url} is not asked at the moment.",
                fix="policyqa doctor",
                chinese=(f"暂时不向 Chroma 服务器 {self._server.url} 查询。", "policyqa doctor"),
            )
        return self._matrix.nearest(vector, limit, self._matrix.documents)

    def _proposed(
        self, collection: chromadb.Collection, vector: Sequence[float], limit: int
    ) -> set[tuple[str, int]]:
        """Return (clause_id, part) of the nearest chunks that this generation has; `limit` of them if there are."""
        asked = limit + _SPARE
        for _ in range(_ROUNDS):
            with self._server.told():
                query = [np.asarray(vector, np.float32)]
                names = collection.query(query_embeddings=query, n_results=asked, include=[])["ids"][0]
                found = {clause_and_part(name) for name in names}
            known = {chunk for chunk in found if self._matrix.has(*chunk)}
            if len(known) >= limit or len(names) < asked:
                break
            asked *= 4
        return known

    def _connect(self) -> chromadb.Collection:
        collection = self._server.collection(self._place.collection)
        if self._place.token not in str((collection.metadata or {}).get("tokens", "")).split(","):
            raise lost(self._server.url)
        return collection
