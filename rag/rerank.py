"""Second look at the first hits: the best sentence of each clause, or a cross-encoder by name.

Both are LlamaIndex postprocessors: they set a node's score and its place.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.embed import Embedder
from rag.errors import ModelUnavailable
from rag.schema import Clause
from rag.settings import Settings
from rag.telemetry import load_from_hub
from rag.text import sentences, terms

_REMEMBERED = 20_000


class SentenceScorer:
    """Similarity of a question to each sentence of a clause; vectors of sentences are kept, as texts do not change."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, np.ndarray] = {}
        self._asked: tuple[str, np.ndarray] | None = None

    def scores(self, question: str, passages: list[tuple[str, str]]) -> list[list[tuple[int, int, float]]]:
        """Return for each (title, text) its sentences as (start, end, cosine in [-1, 1]); an empty text has none."""
        spans = [list(sentences(text)) for _, text in passages]
        keys = [
            [_key(title, text[a:b]) for a, b in found]
            for (title, text), found in zip(passages, spans, strict=True)
        ]
        vectors = self._vectors_of([key for row in keys for key in row])
        asked = self.question(question)
        return [
            [(a, b, float(vectors[key] @ asked)) for (a, b), key in zip(found, row, strict=True)]
            for found, row in zip(spans, keys, strict=True)
        ]

    def best(
        self, question: str, passages: list[tuple[str, str]], limit: int, characters: int
    ) -> list[float]:
        """Return for each (title, text) the highest cosine of its likeliest sentences, in [-1, 1]; -1.0 for an empty text.

        Args:
            question: As typed.
            passages: Title and text of each.
            limit: Most sentences of each passage, those that share most terms with the question; all of them where none
                shares any, as with a question in another language.
            characters: Most characters of all that is embedded, the likeliest sentence of each passage before the second
                ones; the likeliest of each is always taken, and so are all where none shares a term.
        """
        asked = set(terms(question))
        rows = _affordable([_likeliest(*passage, asked, limit) for passage in passages], characters)
        vectors = self._vectors_of([key for row in rows for key in row])
        wanted = self.question(question)
        return [max((float(vectors[key] @ wanted) for key in row), default=-1.0) for row in rows]

    def question(self, text: str) -> np.ndarray:
        """Return a question's vector, float32; the last one is kept, as several steps of an answer compare it."""
        known = self._asked
        if known is None or known[0] != text:
            known = (text, np.asarray(self._embedder.get_query_embedding(text), dtype=np.float32))
            self._asked = known
        return known[1]

    def nearest(self, question: str, passages: list[tuple[str, str]], limit: int) -> np.ndarray:
        """Return the vectors of the sentences nearest to a question, best first, float32 of shape (sentences, dimension).

        Args:
            question: As typed.
            passages: Title and text of each.
            limit: Most sentences to return; fewer when there are not so many.
        """
        keys = {_key(title, text[a:b]): None for title, text in passages for a, b in sentences(text)}
        vectors = self._vectors_of(list(keys))
        asked = self.question(question)
        best = sorted(vectors.values(), key=lambda vector: -float(vector @ asked))[:limit]
        return np.array(best, dtype=np.float32).reshape(len(best), len(asked))

    def _vectors_of(self, keys: list[str]) -> dict[str, np.ndarray]:
        """Return the vectors of these sentences; the memory may be emptied by another question meanwhile."""
        known = {key: vector for key in keys if (vector := self._vectors.get(key)) is not None}
        # The longest first: at the end none of them keeps one core busy alone.
        new = sorted({key for key in keys if key not in known}, key=len, reverse=True)
        if new:
            vectors = np.asarray(self._embedder.get_text_embedding_batch(new), dtype=np.float32)
            known.update(zip(new, vectors, strict=True))
            if len(self._vectors) + len(new) > _REMEMBERED:
                self._vectors = {}
            self._vectors.update(known)
        return known


def _key(title: str, sentence: str) -> str:
    """Return what is embedded, under which its vector is remembered."""
    return f"{title} {sentence}"


@dataclass(frozen=True, slots=True)
class _Likely:
    keys: list[str]
    """What is embedded for the sentences of a passage, the likeliest first."""
    shares: bool
    """Whether a sentence of the passage has a term of the question; else the order says nothing."""


def _likeliest(title: str, text: str, asked: set[str], limit: int) -> _Likely:
    """Return the sentences that share most terms with a question; all where none shares any."""
    found = [text[a:b] for a, b in sentences(text)]
    shared = [len(asked.intersection(terms(sentence))) for sentence in found]
    shares = any(shared)
    order = sorted(range(len(found)), key=lambda i: -shared[i])[:limit] if shares else range(len(found))
    return _Likely([_key(title, found[i]) for i in order], shares)


def _affordable(rows: list[_Likely], characters: int) -> list[list[str]]:
    """Return of each passage what there is room for, the likeliest sentence of each before the second ones.

    What is remembered takes room as what is new does: a score must not depend on what was asked before.
    """
    taken = [row.keys[:1] if row.shares else row.keys for row in rows]
    left = characters - sum(len(key) for kept in taken for key in kept)
    pairs = [(row.keys, kept) for row, kept in zip(rows, taken, strict=True) if row.shares]
    for rank in range(1, max((len(keys) for keys, _ in pairs), default=0)):
        for keys, kept in pairs:
            if rank < len(keys) and len(keys[rank]) <= left:
                kept.append(keys[rank])
                left -= len(keys[rank])
    return taken


class SentenceReranker(BaseNodePostprocessor):
    """Scores a clause by its best sentence, with the embedder that is loaded already."""

    depth: int = 5
    """Hits that are looked at again."""
    weight: float = 0.35
    """Of the new score, stretched to [0, 1], beside the old one."""
    sentences: int = 4
    """Most sentences of a clause that are embedded."""
    characters: int = 1200
    """Most characters of all of them, with the title before each."""
    _scorer: SentenceScorer = PrivateAttr()

    def __init__(self, scorer: SentenceScorer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._scorer = scorer

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            return nodes
        passages = [(str(n.node.metadata.get("title", "")), n.node.get_content()) for n in nodes]
        found = self._scorer.best(query_bundle.query_str, passages, self.sentences, self.characters)
        scored = [NodeWithScore(node=n.node, score=score) for n, score in zip(nodes, found, strict=True)]
        return sorted(scored, key=lambda n: -(n.score or 0.0))


class CrossEncoderReranker(BaseNodePostprocessor):
    """Any cross-encoder that sentence-transformers loads."""

    depth: int = 20
    weight: float = 1.0
    _model: Any = PrivateAttr()

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                f"The reranker {name!r} needs sentence-transformers, which is not installed.",
                fix="pip install sentence-transformers torch, or set POLICYQA_RERANK_MODEL=bundled",
                chinese=(
                    f"重排模型 {name!r} 需要 sentence-transformers，尚未安装。",
                    "pip install sentence-transformers torch，或设 POLICYQA_RERANK_MODEL=bundled",
                ),
            )
        from sentence_transformers import CrossEncoder  # noqa: PLC0415

        try:
            self._model = load_from_hub(CrossEncoder, name)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"No cross-encoder {name!r}: {str(error).splitlines()[0]}",
                fix="give the name of a model, or the path of its folder on this machine, in POLICYQA_RERANK_MODEL",
                chinese=(
                    f"没有交叉编码器 {name!r}：{str(error).splitlines()[0]}",
                    "在 POLICYQA_RERANK_MODEL 中给出模型名，或它在本机的文件夹路径",
                ),
            ) from error

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None or not nodes:
            return nodes
        pairs = [(query_bundle.query_str, n.node.get_content("embed")) for n in nodes]
        scores = self._model.predict(pairs)
        scored = [NodeWithScore(node=n.node, score=float(s)) for n, s in zip(nodes, scores, strict=True)]
        return sorted(scored, key=lambda n: -(n.score or 0.0))


Reranker = SentenceReranker | CrossEncoderReranker


def build_reranker(settings: Settings, scorer: SentenceScorer) -> Reranker | None:
    """Return what `POLICYQA_RERANK_MODEL` names; None for `none`.

    Raises:
        ModelUnavailable: It cannot be loaded.
    """
    if settings.rerank_model == "none":
        return None
    return (
        SentenceReranker(scorer)
        if settings.rerank_model == "bundled"
        else CrossEncoderReranker(settings.rerank_model)
    )


def title_and_text(clause: Clause) -> tuple[str, str]:
    """Return what `SentenceScorer` wants of a clause."""
    return clause.title, clause.text
