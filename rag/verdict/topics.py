"""What national laws speak of, as the middles of groups of like articles: a question is compared with these, too.

How near the best clause is says little by itself: everyday words are far from every law, and terms of law are near to many.
A question to which other matters of law are nearer than the best clause is probably about one of those.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

FILE = "topics.npz"
_LARGEST = 127


@dataclass(frozen=True, slots=True)
class Topics:
    """Middles of groups of articles."""

    embedder: str
    """Whose vectors they are, as `Settings.embedder` names it."""
    vectors: np.ndarray
    """float32, shape (topics, dimension), each row of unit length."""

    def cosines(self, question: np.ndarray) -> np.ndarray:
        """Return the cosine of each topic with a question's vector of unit length, float32."""
        return np.asarray(self.vectors @ question, dtype=np.float32)

    def nearness(self, texts: np.ndarray) -> float:
        """Return how near texts are to their nearest topics: the mean cosine.

        Args:
            texts: Vectors of unit length, shape (texts, dimension); none gives 0.
        """
        return float((texts @ self.vectors.T).max(axis=1).mean()) if len(texts) else 0.0


def topics_for(embedder: str) -> Topics | None:
    """Return the topics that can be compared with an embedder's questions; None for any but that they were made with."""
    topics = _bundled_topics()
    return topics if topics.embedder == embedder else None


def packed(topics: Topics) -> dict[str, np.ndarray]:
    """Return the arrays of the file: one byte a number, each row by its own scale."""
    largest = np.maximum(np.abs(topics.vectors).max(axis=1, keepdims=True), 1e-9)
    return {
        "embedder": np.array(topics.embedder),
        "vectors": np.round(topics.vectors / largest * _LARGEST).astype(np.int8),
    }


def unpacked(arrays: dict[str, np.ndarray]) -> Topics:
    """Return the topics of a file; rows have unit length again, so that no scale need be kept."""
    rows = arrays["vectors"].astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return Topics(str(arrays["embedder"]), rows)


@cache
def _bundled_topics() -> Topics:
    with files("rag.verdict").joinpath(FILE).open("rb") as file, np.load(file) as arrays:
        return unpacked(dict(arrays))
