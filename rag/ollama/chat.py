"""A model of an Ollama server as LlamaIndex's `LLM`.

The native chat route is used (the OpenAI-style one ignores `num_ctx`), always streamed, so that the read timeout
bounds the server's silence and not the whole answer, and so that closing the stream stops the generation.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.bridge.pydantic import Field

from rag.errors import ModelError
from rag.ollama.probe import failure_types, translated
from rag.server.chat import ServedLLM
from rag.server.connection import Connection
from rag.server.failure import Address
from rag.server.reply import Part

if TYPE_CHECKING:
    from llama_index.llms.ollama import Ollama
    from ollama import Client


class OllamaLLM(ServedLLM):
    """A model served by Ollama; see `ServedLLM`.

    `context_window` is sent as `num_ctx`, the same in every call: a change makes the server load the model anew.
    """

    base_url: str = "http://127.0.0.1:11434"
    keep_alive: str = Field("30m", description="how long the server keeps the model in memory")

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex stores it."""
        return "policyqa_ollama_llm"

    @property
    def address(self) -> Address:
        """Who is asked for what."""
        return Address("ollama", self.base_url, self.model)

    def _load(self) -> None:
        import llama_index.llms.ollama  # noqa: F401, PLC0415

    def _parts(self, messages: Sequence[ChatMessage], connection: Connection) -> Iterator[Part]:
        # Closing the client, and not only the stream, hangs up even if a tracing handler still holds the stream.
        with (
            closing(self._client(connection)) as client,
            closing(self._wrapped(client).stream_chat(messages)) as parts,
        ):
            for part in parts:
                raw = part.raw
                yield Part(
                    part.delta or "",
                    raw,
                    raw.get("prompt_eval_count") if raw["done"] else None,
                    raw.get("eval_count"),
                    raw.get("done_reason"),
                    bool(raw["done"]),
                )

    def _translated(self, error: Exception, begun: bool) -> ModelError | None:
        if not isinstance(error, failure_types()):
            return None
        return translated(error, self.model, self.base_url, begun=begun)

    def _client(self, connection: Connection) -> "Client":
        from ollama import Client  # noqa: PLC0415

        return Client(host=self.base_url, event_hooks={"request": [connection.watch]}, **self.manners)

    def _wrapped(self, client: "Client") -> "Ollama":
        from llama_index.llms.ollama import Ollama  # noqa: PLC0415

        facts: dict[str, Any] = {"num_predict": self.num_predict}
        return Ollama(
            model=self.model,
            base_url=self.base_url,
            client=client,
            temperature=self.temperature,
            context_window=self.context_window,
            request_timeout=self.timeout_s,
            keep_alive=self.keep_alive,
            thinking=False,
            additional_kwargs=facts,
            callback_manager=self.callback_manager,
        )
