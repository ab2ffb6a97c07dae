"""Embedding models as LlamaIndex embeddings: the bundled one on onnxruntime, any of sentence-transformers, a server's.

Questions and passages are embedded by different methods; all vectors have length 1.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import httpx
import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import Field, PrivateAttr, SecretStr

from rag.chunk.encoder import Encoder, load_encoder, preload
from rag.errors import ModelUnavailable, SettingsError
from rag.ollama.probe import failure_types, translated
from rag.openai_server.failures import refused
from rag.openai_server.probe import base_url
from rag.server.destination import check_destination
from rag.server.failure import Address, failure
from rag.server.manners import manners
from rag.settings import Settings
from rag.telemetry import load_from_hub

_BATCH = 8
_BUNDLED_BATCH = 128
"""Texts that are handed over together: each is encoded alone, so that this costs no memory."""
_ASKED = 64
"""Questions whose vectors are remembered."""
_ROWS = 2
_TINY = 1e-12


class BundledEmbedding(BaseEmbedding):
    """The small Chinese and English model in the package, see `rag.chunk.encoder`."""

    model_name: str = "bundled"
    _threads: int = PrivateAttr()
    _asked: Callable[[str], tuple[float, ...]] = PrivateAttr()

    def __init__(self, threads: int = 0, **kwargs: Any) -> None:
        """Begin to load the model; the first text waits for it, and what is done until then goes on beside it."""
        super().__init__(embed_batch_size=_BUNDLED_BATCH, **kwargs)
        self._threads = threads
        # The search asks for the vector of a question, the second look for the same one again.
        self._asked = lru_cache(_ASKED)(lambda text: tuple(self._encoder.queries([text])[0].tolist()))
        preload(threads)

    @property
    def _encoder(self) -> Encoder:
        return load_encoder(self._threads)

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return self._encoder.dimension

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(self._asked(query))

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.passages(texts).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class SentenceTransformerEmbedding(BaseEmbedding):
    """Any model that sentence-transformers loads, with the prompts that the model itself brings."""

    _model: Any = PrivateAttr()

    def __init__(self, model_name: str, **kwargs: Any) -> None:
        super().__init__(model_name=model_name, embed_batch_size=_BATCH, **kwargs)
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                f"The embedder {model_name!r} needs sentence-transformers, which is not installed.",
                fix="pip install sentence-transformers torch, or set POLICYQA_EMBED_MODEL=bundled",
                chinese=(
                    f"嵌入模型 {model_name!r} 需要 sentence-transformers，尚未安装。",
                    "pip install sentence-transformers torch，或设 POLICYQA_EMBED_MODEL=bundled",
                ),
            )
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        try:
            self._model = load_from_hub(SentenceTransformer, model_name)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"No sentence-transformers model {model_name!r}: {str(error).splitlines()[0]}",
                fix="give the name of a model, or the path of its folder on this machine, in POLICYQA_EMBED_MODEL",
                chinese=(
                    f"没有 sentence-transformers 模型 {model_name!r}：{str(error).splitlines()[0]}",
                    "在 POLICYQA_EMBED_MODEL 中给出模型名，或它在本机的文件夹路径",
                ),
            ) from error

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return int(self._model.get_embedding_dimension())

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._model.encode_query(query, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.encode_document(texts, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class _ServedEmbedding(BaseEmbedding):
    """A model of a server; it is asked once for the length of its vectors."""

    url: str
    timeout_s: float
    api_key: SecretStr | None = Field(None, exclude=True)
    _dimension: int = PrivateAttr(0)

    def __init__(self, model_name: str, url: str, timeout_s: float, **kwargs: Any) -> None:
        super().__init__(
            model_name=model_name, url=url, timeout_s=timeout_s, embed_batch_size=_BATCH, **kwargs
        )
        self._dimension = len(self._embed(["维"])[0])

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return self._dimension

    @abstractmethod
    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of length 1 for each text."""

    @property
    def _manners(self) -> dict[str, Any]:
        return manners(self.url, self.timeout_s, self.api_key)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embed([query])[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embed([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embed(texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class OllamaEmbedding(_ServedEmbedding):
    """A model of an Ollama server."""

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        from ollama import Client  # noqa: PLC0415

        try:
            with closing(Client(host=self.url, **self._manners)) as client:
                return [list(v) for v in client.embed(model=self.model_name, input=list(texts)).embeddings]
        except failure_types() as error:
            raise translated(error, self.model_name, self.url, begun=False) from error


class OpenAIServerEmbedding(_ServedEmbedding):
    """A model of vLLM, llama.cpp, LM Studio or another server with OpenAI's routes."""

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        at = Address("openai", self.url, self.model_name, "POLICYQA_EMBED_MODEL")
        try:
            with httpx.Client(**self._manners) as client:
                response = client.post(
                    f"{base_url(self.url)}/embeddings", json={"model": self.model_name, "input": list(texts)}
                )
        except httpx.TimeoutException as error:
            raise failure("silent", at) from error
        except httpx.HTTPError as error:
            raise failure("no_server", at, str(error)) from error
        if response.status_code != httpx.codes.OK:
            raise refused(response, at)
        try:
            found = sorted(response.json()["data"], key=lambda entry: int(entry["index"]))
            vectors = np.array([entry["embedding"] for entry in found], dtype=np.float64)
            if vectors.ndim != _ROWS or len(vectors) != len(texts) or not vectors.size:
                raise ValueError(f"{vectors.shape} numbers for {len(texts)} texts")
        except (ValueError, KeyError, TypeError) as error:
            raise failure("not_a_server", at, str(error)) from error
        # Not every server gives them the length that comparing them takes.
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, _TINY)).tolist()  # type: ignore[no-any-return]


Embedder = BundledEmbedding | SentenceTransformerEmbedding | OllamaEmbedding | OpenAIServerEmbedding
_SERVED: dict[str, type[OllamaEmbedding | OpenAIServerEmbedding]] = {
    "ollama": OllamaEmbedding,
    "openai": OpenAIServerEmbedding,
}


def build_embedder(settings: Settings) -> Embedder:
    """Load the model that `POLICYQA_EMBED_MODEL` names.

    Raises:
        ModelUnavailable: It cannot be loaded or reached.
        SettingsError: A server is named without a model.
        AccessRefused: The server is outside and `allow_remote` is off.
    """
    name = settings.embed_model
    if name == "bundled":
        return BundledEmbedding(threads=settings.threads)
    kind, _, served = name.partition(":")
    if kind in _SERVED and served:
        check_destination(settings.llm_url, settings.allow_remote)
        return _SERVED[kind](served, settings.llm_url, settings.llm_timeout_s, api_key=settings.llm_key)
    if kind in _SERVED:
        raise SettingsError(
            f"POLICYQA_EMBED_MODEL={name!r} names no model.",
            fix="use bundled, a sentence-transformers name, ollama:NAME or openai:NAME",
            chinese=(
                f"POLICYQA_EMBED_MODEL={name!r} 不是模型。",
                "用 bundled、sentence-transformers 的模型名、ollama:NAME 或 openai:NAME",
            ),
        )
    return SentenceTransformerEmbedding(name)
