"""A model behind a server as LlamaIndex's `LLM`: everything but the route."""

from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

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

from rag.errors import ModelError
from rag.server.backlog import Backlog
from rag.server.breaker import Breaker
from rag.server.connection import Connection, read_aside
from rag.server.counter import TokenCounter
from rag.server.destination import UNKNOWN, HostUnknown, check_destination
from rag.server.failure import Address, failure
from rag.server.manners import manners
from rag.server.reply import Part, Reply

CONNECT_TIMEOUT_S = 5.0
BEAT_S = 0.5
"""Longest silence before whoever reads a stream gets a response without words, and with it the chance to close it."""


class ServedLLM(CustomLLM):
    """A model behind a server. All failures are `ModelUnavailable` or `ModelBroke`, also while streaming.

    The last response of a stream (and the only one of `chat` and `complete`) has in `additional_kwargs`:
    `done_reason` (`stop`, or `length` when `num_predict` ended it), `prompt_tokens` and `completion_tokens` (as the
    server counted; None when it did not say), `estimated_prompt_tokens` (our bound before the answer),
    `prompt_cut` (True when the server seems to have dropped a part of the prompt, which happens without an error) and
    `warnings`: the codes `prompt_cut`, `prompt_underestimated` and `server_back`, in words by `rag.server.notices`.
    A response without words comes for each half second of silence; before the first word its `additional_kwargs` have
    `waiting`: `server_abandoned`, `server_others` or `server_first_word`.
    """

    model: str
    base_url: str
    context_window: int = Field(8192, ge=2, description="tokens of prompt and answer together")
    num_predict: int = Field(
        1024, ge=1, description="most tokens of one answer; 0 would mean no limit to some servers"
    )
    timeout_s: float = Field(
        600, gt=0, description="longest silence: loading the model and reading the prompt"
    )
    temperature: float = 0.1
    allow_remote: bool = False
    api_key: SecretStr | None = Field(None, exclude=True)
    counter: Any = Field(default_factory=TokenCounter, exclude=True, description="a `TokenCounter`")
    backlog: Any = Field(default_factory=Backlog, exclude=True, description="a `Backlog`")
    breaker: Any = Field(
        None, exclude=True, description="a `Breaker`; None asks the server whatever happened before"
    )

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

        A server that is still reading the prompt notices, but may read it to its end; closing does not wait for that.

        Args:
            messages: At least one, oldest first; text only.
            kwargs: None are taken; the base class demands them.

        Returns:
            Responses with the text so far and its `delta`, which is empty while the model thinks or is silent.

        Raises:
            ModelUnavailable: While iterating: no server, no such model, busy, silent before the first token, or left alone
                by the breaker.
            PromptTooLong: While iterating: the server found the prompt longer than its context.
            ModelBroke: While iterating: the answer stopped before its end.
            AccessRefused: While iterating: `base_url` is outside and `allow_remote` is False.
            ValueError: There is no message; a server would only load the model.
        """
        if not messages:
            raise ValueError("messages must not be empty")
        if kwargs:
            raise TypeError(f"{type(self).__name__} takes no options for a call, got {sorted(kwargs)}")
        return self._guarded(messages, self.breaker) if self.breaker else self._stream(messages)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The whole answer to one user message."""
        *_, response = self.stream_complete(prompt, formatted, **kwargs)
        return response

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """Answer one user message piece by piece; raises like `stream_chat`."""
        return _completions(self.stream_chat([ChatMessage(role=MessageRole.USER, content=prompt)], **kwargs))

    @property
    @abstractmethod
    def address(self) -> Address:
        """Who is asked for what, for the words of a failure."""

    @abstractmethod
    def _load(self) -> None:
        """Load the library that talks to the server; takes a second the first time, in which no server is waited for."""

    @abstractmethod
    def _parts(self, messages: Sequence[ChatMessage], connection: Connection) -> Iterator[Part]:
        """Ask the server, over `connection`, in a thread of its own; raises anything but what `_translated` is not told."""

    @abstractmethod
    def _translated(self, error: Exception, begun: bool) -> ModelError | None:
        """Say what a failure of the library means; None for a bug."""

    def _guarded(
        self, messages: Sequence[ChatMessage], breaker: Breaker
    ) -> Generator[ChatResponse, None, None]:
        """Ask unless the server is left alone; the first answer after that says so."""
        with (
            breaker.call(self.address, self.timeout_s, stuck=self.backlog.is_stuck) as call,
            closing(self._stream(messages)) as responses,
        ):
            for response in responses:
                if response.raw is not None:
                    call.hear()
                if call.is_probe and "warnings" in response.additional_kwargs:
                    response.additional_kwargs["warnings"].append("server_back")
                yield response

    def _stream(self, messages: Sequence[ChatMessage]) -> Generator[ChatResponse, None, None]:
        self._check_destination()
        self._load()
        answer = Reply(self.counter, self.context_window, self.address, [m.content or "" for m in messages])
        connection, number, waiting = Connection(), self.backlog.sent(), True
        # What ends a request before its first word leaves the server at work, unless the server itself said no.
        try:
            with closing(read_aside(lambda: self._parts(messages, connection), connection, BEAT_S)) as parts:
                for part in parts:
                    if part is None:
                        yield answer.silence({"waiting": self.backlog.wait(number)} if waiting else {})
                        continue
                    if part.raw is not None:
                        self.backlog.began(number) if waiting else self.backlog.heard()
                        waiting = False
                    if (response := answer.take(part)) is not None:
                        yield response
            waiting = False
            answer.check()
        except ModelError as error:
            waiting = waiting and error.code == "silent"
            raise
        except Exception as error:
            translated = self._translated(error, begun=not waiting)
            waiting = waiting and translated is not None and translated.code == "silent"
            if translated is None:
                raise
            raise translated from error
        finally:
            self.backlog.over(number, abandoned=waiting)

    def _check_destination(self) -> None:
        try:
            check_destination(self.base_url, self.allow_remote)
        except HostUnknown as error:
            raise failure("no_server", self.address, UNKNOWN) from error

    @property
    def manners(self) -> dict[str, Any]:
        """How an httpx client of this model's behaves."""
        timeout = httpx.Timeout(self.timeout_s, connect=min(CONNECT_TIMEOUT_S, self.timeout_s))
        return manners(self.base_url, timeout, self.api_key)


def _completions(responses: Generator[ChatResponse, None, None]) -> Generator[CompletionResponse, None, None]:
    with closing(responses):
        for response in responses:
            yield CompletionResponse(
                text=response.message.content or "",
                delta=response.delta,
                raw=response.raw,
                additional_kwargs=response.additional_kwargs,
            )
