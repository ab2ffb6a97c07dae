"""Embedding models as LlamaIndex embeddings: the bundled one on onnxruntime, any of sentence-transformers, Ollama's.

Questions and passages are embedded by different methods; all vectors have length 1.
"""

from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import Field, PrivateAttr, SecretStr

from rag.chunk.encoder import Encoder, load_encoder, preload
from rag.errors import ModelUnavailable, SettingsError
from rag.ollama.probe import check_destination, failure_types, is_near, translated
from rag.settings import Settings

_BATCH = 8
_BUNDLED_BATCH = 128
"""Texts that are handed over together: each is encoded alone, so that this costs no memory."""


class BundledEmbedding(BaseEmbedding):
    """The small Chinese and English model in the package, see `rag.chunk.encoder`."""

    model_name: str = "bundled"
    _threads: int = PrivateAttr()

    def __init__(self, threads: int = 0, **kwargs: Any) -> None:
        """Begin to load the model; the first text waits for it, and what is done until then goes on beside it."""
        super().__init__(embed_batch_size=_BUNDLED_BATCH, **kwargs)
        self._threads = threads
        preload(threads)

    @property
    def _encoder(self) -> Encoder:
        return load_encoder(self._threads)

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return self._encoder.dimension

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._encoder.queries([query])[0].tolist()  # type: ignore[no-any-return]

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
        return int(self._model.get_embedding_dimension())

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

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        try:
            with closing(self._client()) as client:
                return [list(v) for v in client.embed(model=self.model_name, input=list(texts)).embeddings]
        except failure_types() as error:
            raise translated(error, self.model_name, self.url, begun=False) from error

    def _client(self) -> Any:
        from ollama import Client  # noqa: PLC0415

        return Client(
            host=self.url,
            timeout=self.timeout_s,
            headers={"Authorization": f"Bearer {self.api_key.get_secret_value()}"} if self.api_key else None,
            # Neither a redirect nor a proxy named in the environment may carry local traffic outside.
            follow_redirects=False,
            trust_env=not is_near(self.url),
        )

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
        check_destination(settings.llm_url, settings.allow_remote)
        return OllamaEmbedding(
            name.removeprefix("ollama:"), settings.llm_url, settings.llm_timeout_s, api_key=settings.llm_key
        )
    if name.startswith("openai:"):
        raise SettingsError(
            f"POLICYQA_EMBED_MODEL={name!r} is not possible.",
            fix="use bundled, a sentence-transformers name, or ollama:NAME",
        )
    return SentenceTransformerEmbedding(name)
