"""A model of an Ollama server as LlamaIndex's `LLM`.

The native chat route is used (the OpenAI-style one ignores `num_ctx`), always streamed, so that the read timeout
bounds the server's silence and not the whole answer, and so that closing the stream stops the generation.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import Field, SecretStr
from llama_index.core.llms.custom import CustomLLM

from rag.errors import ModelBroke
from rag.ollama.probe import check_destination, failure_types, is_near, translated
from rag.ollama.tokens import estimate_prompt_tokens

if TYPE_CHECKING:
    from llama_index.llms.ollama import Ollama
    from ollama import Client

CONNECT_TIMEOUT_S = 5.0


class OllamaLLM(CustomLLM):
    """A model served by Ollama. All failures are `ModelUnavailable` or `ModelBroke`, also while streaming.

    The last response of a stream (and the only one of `chat` and `complete`) has in `additional_kwargs`:
    `done_reason` (`stop`, or `length` when `num_predict` ended it), `prompt_tokens` and `completion_tokens` (as the
    server counted; None when it did not say), `estimated_prompt_tokens` (our bound; a larger `prompt_tokens` shows
    that the bound is wrong for this model) and `prompt_cut` (True when the prompt filled the context: the server
    has then dropped the front of it, instructions first, without an error).
    """

    model: str
    base_url: str = "http://127.0.0.1:11434"
    context_window: int = Field(
        8192, ge=2, description="num_ctx, in tokens; a change makes the server load the model anew"
    )
    num_predict: int = Field(
        1024, ge=1, description="most tokens of one answer; 0 would mean no limit to the server"
    )
    timeout_s: float = Field(
        600, gt=0, description="longest silence: loading the model and reading the prompt"
    )
    keep_alive: str = Field("30m", description="how long the server keeps the model in memory")
    temperature: float = 0.1
    allow_remote: bool = False
    api_key: SecretStr | None = Field(None, exclude=True)

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex stores it."""
        return "policyqa_ollama_llm"

    @property
    def metadata(self) -> LLMMetadata:
        """Sizes in tokens; `num_output` is `num_predict`."""
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.num_predict,
            is_chat_model=True,
            model_name=self.model,
        )

    # LlamaIndex's callback decorators are left off: the wrapped model already reports each call.
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The whole answer to a conversation; see `stream_chat`."""
        *_, response = self.stream_chat(messages, **kwargs)
        return response

    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        """Answer a conversation piece by piece; closing the generator hangs up, which stops the server.

        Args:
            messages: At least one, oldest first; text only.
            kwargs: None are taken; the base class demands them.

        Returns:
            Responses with the text so far and its `delta`, which is empty while the model thinks.

        Raises:
            ModelUnavailable: While iterating: no server, no such model, busy, or silent before the first token.
            ModelBroke: While iterating: the answer stopped before its end.
            AccessRefused: While iterating: `base_url` is outside and `allow_remote` is False.
            ValueError: There is no message; the server would only load the model.
        """
        if not messages:
            raise ValueError("messages must not be empty")
        if kwargs:
            raise TypeError(f"OllamaLLM takes no options for a call, got {sorted(kwargs)}")
        return self._stream(messages)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The whole answer to one user message."""
        *_, response = self.stream_complete(prompt, formatted, **kwargs)
        return response

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """Answer one user message piece by piece; raises like `stream_chat`."""
        return _completions(self.stream_chat([ChatMessage(role=MessageRole.USER, content=prompt)], **kwargs))

    def _stream(self, messages: Sequence[ChatMessage]) -> Generator[ChatResponse, None, None]:
        check_destination(self.base_url, self.allow_remote)
        written, shown, response = "", "", None
        try:
            # Closing the client, and not only the stream, hangs up even if a tracing handler still holds the stream.
            with (
                closing(self._client()) as client,
                closing(self._wrapped(client).stream_chat(messages)) as parts,
            ):
                for part in parts:
                    written += part.delta or ""
                    before, shown = shown, _without_thoughts(written)
                    message = ChatMessage(role=MessageRole.ASSISTANT, content=shown)
                    response = ChatResponse(message=message, delta=shown.removeprefix(before), raw=part.raw)
                    if part.raw["done"]:
                        response.additional_kwargs = self._counts(part.raw, messages)
                    yield response
        except failure_types() as error:
            raise translated(error, self.model, self.base_url, begun=response is not None) from error
        if response is None or not response.raw["done"]:
            # So ends a reply that the server's guard against repetition has stopped: without any error.
            message = f"Ollama at {self.base_url} ended the answer of {self.model!r} without finishing it (repeated words?)."
            raise ModelBroke(
                message, fix="ask again in other words, or choose another model with POLICYQA_LLM"
            )

    def _client(self) -> "Client":
        from ollama import Client  # noqa: PLC0415

        return Client(
            host=self.base_url,
            timeout=httpx.Timeout(self.timeout_s, connect=min(CONNECT_TIMEOUT_S, self.timeout_s)),
            headers={"Authorization": f"Bearer {self.api_key.get_secret_value()}"} if self.api_key else None,
            # Neither a redirect nor a proxy named in the environment may carry local traffic outside.
            follow_redirects=False,
            trust_env=not is_near(self.base_url),
        )

    def _wrapped(self, client: "Client") -> "Ollama":
        from llama_index.llms.ollama import Ollama  # noqa: PLC0415

        return Ollama(
            model=self.model,
            base_url=self.base_url,
            client=client,
            temperature=self.temperature,
            context_window=self.context_window,
            request_timeout=self.timeout_s,
            keep_alive=self.keep_alive,
            thinking=False,
            additional_kwargs={"num_predict": self.num_predict},
            callback_manager=self.callback_manager,
        )

    def _counts(self, raw: dict[str, Any], messages: Sequence[ChatMessage]) -> dict[str, Any]:
        prompt_tokens = raw.get("prompt_eval_count")
        return {
            "done_reason": raw.get("done_reason"),
            "prompt_tokens": prompt_tokens,
            "completion_tokens": raw.get("eval_count"),
            "estimated_prompt_tokens": estimate_prompt_tokens(
                [message.content or "" for message in messages]
            ),
            "prompt_cut": prompt_tokens is not None and prompt_tokens >= self.context_window,
        }


def _completions(responses: Generator[ChatResponse, None, None]) -> Generator[CompletionResponse, None, None]:
    with closing(responses):
        for response in responses:
            yield CompletionResponse(
                text=response.message.content or "",
                delta=response.delta,
                raw=response.raw,
                additional_kwargs=response.additional_kwargs,
            )


def _without_thoughts(written: str) -> str:
    """Drop a leading `<think>` block, which some models write into the answer although thinking is off."""
    opening, closing_tag = "<think>", "</think>"
    head = written.lstrip()
    if len(head) < len(opening) and opening.startswith(head):
        return ""
    return head.partition(closing_tag)[2].lstrip() if head.startswith(opening) else written
