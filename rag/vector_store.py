"""The dense leg: chunks in Chroma; within some of the documents, and up to two million chunks, the same vectors in one file.

Chroma finds the nearest of all chunks in 2 ms, but takes 40 to 120 ms at 55,000 clauses when a filter names documents, and of a
million it finds half.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import chromadb

# Chroma imports it with its first client; here that is done beside the loading of the model.
import chromadb.api.rust  # noqa: F401
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from llama_index.core.schema import BaseNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.chunk import matrix
from rag.chunk.matrix import Matrix
from rag.errors import DiskFull, IndexDamaged
from rag.trace import step

COLLECTION = "clauses"
_PAGE = 5000
GRAPH: Final = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
"""Of Chroma's collections. With its own 16 neighbours and breadth of 100, one in six of 500,000 chunks of repeated laws is not found by
its own vector; with these, one in a hundred. It builds with several threads, so that two graphs of the same vectors differ: searched
with its own breadth of 100, one question in three finds other chunks in the second; with 400 hardly any, and as fast."""
EXACT_MOST = 2_000_000
"""Chunks up to which the vectors of the folder are searched, 48 ms at 1.1 million: nothing is missed, and two indexes of the same
texts give the same answers."""
_NO_ROOM = re.compile(r"disk is full|disk I/O error|No space left|File too large")


class VectorStore:
    """One collection's vectors."""

    def __init__(self, folder: Path) -> None:
        """Open the store, made when missing.

        Raises:
            IndexDamaged: Chroma cannot read its files.
            DiskFull: It cannot write what it writes on each opening.
        """
        self._path = folder / "chroma"
        # A store that is still being filled has none; Chroma filters then.
        self._matrix = Matrix(folder) if (folder / matrix.FOLDER).is_dir() else None
        with self._told("open"):
            try:
                # Chroma would report its use to its makers otherwise.
                self._client = chromadb.PersistentClient(
                    str(self._path), ChromaSettings(anonymized_telemetry=False)
                )
            except BaseException:
                _forget(str(self._path))
                raise
            try:
                self._collection = self._client.get_or_create_collection(
                    COLLECTION, configuration={"hnsw": GRAPH}
                )
            except BaseException:
                self._client.close()
                raise
        self.llama_index = ChromaVectorStore(chroma_collection=self._collection)
        """For LlamaIndex users; its similarities are exp(-distance)."""

    def close(self) -> None:
        """Give back the files and the memory; the object cannot be used again."""
        self._client.close()

    def add(self, nodes: Sequence[BaseNode]) -> None:
        """Store chunks with their vectors, in place of chunks with the same ids.

        Raises:
            IndexDamaged: Chroma cannot change its files, or has no room to.
        """
        if nodes:
            # It would go on finding what has been replaced.
            self._matrix = None
            with self._told("change"):
                self._collection.delete(ids=[node.node_id for node in nodes])
                self.llama_index.add(list(nodes))

    def delete(self, clause_ids: Collection[str]) -> None:
        """Delete all chunks of these clauses; unknown ones are no error. Raises as `add`."""
        ids = list(clause_ids)
        self._matrix = None
        with self._told("change"):
            for start in range(0, len(ids), 500):
                self._collection.delete(where={"clause_id": {"$in": ids[start : start + 500]}})

    @step("dense")
    def search(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest clauses as (clause_id, cosine in [-1, 1]), best first, one per clause.

        Args:
            vector: Of unit length.
            limit: Most chunks to look at; at least 1.
            documents: Ids of the only documents to search in; None for all, empty finds nothing.
        """
        if documents is not None and not documents:
            return []
        if self._matrix is None:
            rows = self._nearest(vector, limit, documents)
        elif documents is not None or len(self._matrix) <= EXACT_MOST:
            within = self._matrix.documents if documents is None else documents
            rows = self._matrix.nearest(vector, limit, within)
        else:
            rows = self._nearest(vector, limit)
        best: dict[str, float] = {}
        for clause_id, cosine in rows:
            best.setdefault(clause_id, cosine)
        return list(best.items())

    def _nearest(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the clause and the cosine of the nearest chunks, best first.

        Only ids and distances are asked for: making LlamaIndex nodes of texts and metadata takes ten times as long.
        """
        where: Where | None = None if documents is None else {"document_id": {"$in": sorted(documents)}}
        with self._told("search"):
            found = self._collection.query(
                query_embeddings=[np.asarray(vector, np.float32)],
                n_results=limit,
                where=where,
                include=["distances"],
            )
        # The id of a chunk is its clause's, with # and the number of the part.
        return [
            (chunk_id.rpartition("#")[0], 1 - distance)
            for chunk_id, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        ]

    def count(self) -> int:
        """Return the number of chunks; raises IndexDamaged."""
        with self._told("read"):
            return int(self._collection.count())

    def parts(self) -> dict[str, tuple[int, str]]:
        """Return how many chunks each clause has here and the hash of its text, by clause_id; raises IndexDamaged.

        The hash is empty when the chunks of a clause do not agree.
        """
        found: dict[str, tuple[int, str]] = {}
        for start in range(0, self.count(), _PAGE):
            with self._told("read"):
                rows = self._collection.get(include=["metadatas"], limit=_PAGE, offset=start)["metadatas"]
            for row in rows or []:
                clause_id, text_hash = str(row["clause_id"]), str(row["text_hash"])
                parts, before = found.get(clause_id, (0, text_hash))
                found[clause_id] = (parts + 1, text_hash if before == text_hash else "")
        return found

    @contextmanager
    def _told(self, act: str) -> Iterator[None]:
        """Translate what Chroma raises.

        Raises:
            DiskFull: It says that the disk is full; for much that a full disk breaks it does not say why.
            IndexDamaged: It says anything else.
        """
        try:
            yield
        except (ChromaError, ValueError, OSError) as error:
            if _NO_ROOM.search(str(error)):
                raise DiskFull(
                    f"There is no room left on the disk of {self._path}: {error}",
                    fix="make room, then run the command again",
                    chinese=(f"{self._path} 所在的磁盘没有空间：{error}", "腾出空间后再运行一次"),
                ) from error
            raise IndexDamaged(
                f"Chroma cannot {act} {self._path}: {error}",
                fix="policyqa rebuild",
                chinese=(f"Chroma 无法操作 {self._path}（{act}）：{error}", "policyqa rebuild"),
            ) from error


def _forget(path: str) -> None:
    """Let Chroma look at a folder afresh: it remembers one that it could not open, even when that has been mended."""
    if path not in SharedSystemClient._identifier_to_refcount:
        SharedSystemClient._identifier_to_system.pop(path, None)
