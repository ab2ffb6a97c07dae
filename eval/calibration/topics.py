"""Makes the topics of national law: k-means over the vectors of a set's articles."""

from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np

from eval.bench.public import PublicSet
from rag.chunk.matrix import Matrix
from rag.verdict.topics import FILE, Topics, packed, unpacked

_TOPICS = 2048
_ROUNDS = 6
_ROWS = 4096


def topics_path() -> Path:
    """Return the file that the product reads its topics from."""
    return Path(str(files("rag.verdict").joinpath(FILE)))


def make_topics(public: PublicSet, matrix: Matrix, embedder: str) -> Topics:
    """Group the articles of a set, without those that answer its training questions: their figures are to stay honest.

    Args:
        public: The set; at least as many articles as topics, or each is a topic.
        matrix: Vectors of its articles.
        embedder: That made them, as `Settings.embedder` names it.
    """
    golds = {name for query in public.split("train") for name in public.qrels[query.qid]}
    parts = []
    for document in public.documents:
        clause_ids, vectors = matrix.rows_of(document.document_id)
        parts.append(vectors[[public.ids[clause_id] not in golds for clause_id in clause_ids]])
    # As the file gives them back, so that what is measured is what is shipped.
    return unpacked(packed(Topics(embedder, _middles(np.concatenate(parts)))))


def write_topics(topics: Topics, path: Path) -> None:
    """Write the file that the product reads."""
    with path.open("wb") as file:
        np.savez_compressed(file, **packed(topics))  # type: ignore[arg-type]


def _middles(rows: np.ndarray) -> np.ndarray:
    """Return the middles of groups of like rows, of unit length."""
    first = np.random.default_rng(0).choice(len(rows), min(_TOPICS, len(rows)), replace=False)
    middles = rows[first]
    for _ in range(_ROUNDS):
        parts = range(0, len(rows), _ROWS)
        nearest = np.concatenate([(rows[i : i + _ROWS] @ middles.T).argmax(axis=1) for i in parts])
        order = np.argsort(nearest, kind="stable")
        ends = np.searchsorted(nearest[order], np.arange(len(middles) + 1))
        for topic, (start, end) in enumerate(pairwise(ends)):
            if end > start:
                total = rows[order[start:end]].sum(axis=0)
                middles[topic] = total / max(float(np.linalg.norm(total)), 1e-9)
    return middles
