"""What the models of an evaluation share: each writes by streaming a conversation, all else follows from that."""

from collections.abc import Generator, Sequence
from threading import Lock
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms.custom import CustomLLM
from llama_index.core.llms.llm import LLM


class StreamedLLM(CustomLLM):
    """A model that only has to say `metadata` and `stream_chat`."""

    # LlamaIndex's callback decorators are left off: nothing listens.
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The whole answer to a conversation; raises as `stream_chat`."""
        *_, said = self.stream_chat(messages, **kwargs)
        return said

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The whole answer to one user message."""
        *_, said = self.stream_complete(prompt, formatted, **kwargs)
        return said

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """Answer one user message piece by piece."""
        for said in self.stream_chat([ChatMessage(role=MessageRole.USER, content=prompt)], **kwargs):
            facts = said.additional_kwargs
            yield CompletionResponse(
                text=said.message.content or "", delta=said.delta, additional_kwargs=facts
            )


def response(written: str, delta: str, facts: dict[str, Any]) -> ChatResponse:
    """Return the answer so far with its newest words and what is known of the whole."""
    message = ChatMessage(role=MessageRole.ASSISTANT, content=written)
    return ChatResponse(message=message, delta=delta, additional_kwargs=facts)


class Counting(StreamedLLM):
    """Another model, with the tokens of all its answers added up: a query engine may ask several times for one answer."""

    inner: LLM
    _lock: Any = PrivateAttr(default_factory=Lock)
    _counted: dict[str, int] = PrivateAttr(default_factory=dict)

    @property
    def metadata(self) -> LLMMetadata:
        """Of the other model."""
        return self.inner.metadata

    @property
    def tokens(self) -> tuple[int | None, int | None]:
        """Tokens of the prompts and of the answers; None where the model did not count."""
        return self._counted.get("prompt_tokens"), self._counted.get("completion_tokens")

    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        """Answer as the other model does."""
        said = None
        for said in self.inner.stream_chat(messages, **kwargs):
            yield said
        for key in ("prompt_tokens", "completion_tokens"):
            number = said.additional_kwargs.get(key) if said else None
            if number is not None:
                with self._lock:
                    self._counted[key] = self._counted.get(key, 0) + number
