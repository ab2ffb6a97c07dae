"""Embedding models as LlamaIndex embeddings: the bundled one on onnxruntime, any of sentence-transformers, Ollama's.

Questions and passages are embedded by different methods; all vectors have length 1.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from rag.errors import ModelUnavailable, SettingsError
from rag.settings import Settings

_BATCH = 8


class BundledEmbedding(BaseEmbedding):
    """The small Chinese and English model in the package: 384 numbers, 512 tokens, no torch."""

    model_name: str = "bundled"
    threads: int = 0
    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _config: dict[str, Any] = PrivateAttr()

    def __init__(self, threads: int = 0, **kwargs: Any) -> None:
        super().__init__(threads=threads, embed_batch_size=_BATCH, **kwargs)
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        folder = files("rag").joinpath("models", "clause_embed")
        self._config = json.loads(folder.joinpath("config.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_str(folder.joinpath("tokenizer.json").read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(self._config["max_tokens"])
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # The arena keeps the largest batch it has seen for ever: 1 GB after one batch of long clauses.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(folder.joinpath("model.onnx").read_bytes(), options)

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return int(self._config["dimension"])

    def _embed(self, texts: Sequence[str], prefix: str) -> np.ndarray:
        """Return float32, shape (len(texts), dimension), rows of unit length."""
        encoded = self._tokenizer.encode_batch([prefix + text for text in texts])
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feeds)[0]
        vectors = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embed([query], self._config["query_prefix"])[0].tolist()  # type: ignore[no-any-return]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embed(texts, self._config["document_prefix"]).tolist() if texts else []  # type: ignore[no-any-return]

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
            )
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        try:
            self._model = SentenceTransformer(model_name)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"No sentence-transformers model {model_name!r}: {str(error).splitlines()[0]}",
                fix="give the name of a model, or the path of its folder on this machine, in POLICYQA_EMBED_MODEL",
            ) from error

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return int(self._model.get_sentence_embedding_dimension())

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._model.encode_query(query, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.encode_document(texts, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class OllamaEmbedding(BaseEmbedding):
    """A model of an Ollama server."""

    _client: Any = PrivateAttr()
    _dimension: int = PrivateAttr(0)

    def __init__(self, model_name: str, url: str, timeout_s: float, **kwargs: Any) -> None:
        super().__init__(model_name=model_name, embed_batch_size=_BATCH, **kwargs)
        import ollama  # noqa: PLC0415

        self._client = ollama.Client(host=url, timeout=timeout_s)
        self._dimension = len(self._embed(["维"])[0])

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return self._dimension

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        import httpx  # noqa: PLC0415
        import ollama  # noqa: PLC0415

        try:
            return [list(v) for v in self._client.embed(model=self.model_name, input=list(texts)).embeddings]
        except ollama.ResponseError as error:
            raise ModelUnavailable(
                f"Ollama cannot embed with {self.model_name!r}: {error.error}", fix=f"ollama pull {self.model_name}"
            ) from error
        except (ConnectionError, httpx.TransportError) as error:
            raise ModelUnavailable("No Ollama server answers for embedding.", fix="ollama serve") from error

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embed([query])[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embed([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embed(texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


Embedder = BundledEmbedding | SentenceTransformerEmbedding | OllamaEmbedding


def build_embedder(settings: Settings) -> Embedder:
    """Load the model that `POLICYQA_EMBED_MODEL` names.

    Raises:
        ModelUnavailable: It cannot be loaded or reached.
        SettingsError: The name has a prefix that is not known.
    """
    name = settings.embed_model
    if name == "bundled":
        return BundledEmbedding(threads=settings.threads)
    if name.startswith("ollama:"):
        from rag.llm import check_destination  # noqa: PLC0415

        check_destination(settings.llm_url, settings.allow_remote)
        return OllamaEmbedding(name.removeprefix("ollama:"), settings.llm_url, settings.llm_timeout_s)
    if name.startswith("openai:"):
        raise SettingsError(f"POLICYQA_EMBED_MODEL={name!r} is not possible.", fix="use bundled, a sentence-transformers name, or ollama:NAME")
    return SentenceTransformerEmbedding(name)
