"""A model of an OpenAI-compatible server as LlamaIndex's `LLM`, always streamed, as for Ollama."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal

import httpx
from llama_index.core.base.llms.types import ChatMessage

from rag.errors import ModelError
from rag.openai_server.failures import failure_types, translated
from rag.openai_server.probe import MOST_NAMES, base_url, root_url
from rag.server.chat import ServedLLM
from rag.server.connection import Connection
from rag.server.failure import Address, failure
from rag.server.reply import Part

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_ASK_TIMEOUT_S = 5.0
_SHORTEST_ANSWER = 64
_NO_KEY = "none"


class OpenAIServerLLM(ServedLLM):
    """A model of vLLM, llama.cpp, LM Studio or another server with OpenAI's routes; see `ServedLLM`.

    A server that counts tokens is asked for the exact size of each prompt before it gets it: the answer is then kept
    within what is left of the context, and a prompt that leaves no room for one is not sent.
    """

    program: Literal["llama.cpp", "vllm", "other"] = "other"

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex stores it."""
        return "policyqa_openai_server_llm"

    @property
    def address(self) -> Address:
        """Who is asked for what."""
        return Address("openai", self.base_url, self.model)

    def _load(self) -> None:
        import llama_index.llms.openai_like  # noqa: F401, PLC0415

    def _parts(self, messages: Sequence[ChatMessage], connection: Connection) -> Iterator[Part]:
        length = self.num_predict
        if (counted := self._counted(messages)) is not None:
            yield Part(prompt_tokens=counted)
            length = min(length, self.context_window - counted)
            if length < min(_SHORTEST_ANSWER, self.num_predict):
                why = f"{counted} tokens, and an answer, of {self.context_window}"
                raise failure("too_long", self.address, why)
        with (
            httpx.Client(event_hooks={"request": [connection.watch, self._strip]}, **self.manners) as client,
            closing(self._wrapped(client, length).stream_chat(messages)) as parts,
        ):
            last: dict[str, Any] = {}
            for part in parts:
                choice = part.raw.choices[0] if part.raw.choices else None
                if choice is not None and choice.finish_reason:
                    last["done_reason"] = choice.finish_reason
                if part.raw.usage is not None:
                    last["prompt_tokens"] = part.raw.usage.prompt_tokens
                    last["completion_tokens"] = part.raw.usage.completion_tokens
                yield Part(part.delta or "", part.raw)
            # The counts come after the reason for the end; without one the answer is not whole.
            if "done_reason" in last:
                yield Part(raw=part.raw, done=True, **last)

    def _translated(self, error: Exception, begun: bool) -> ModelError | None:
        if not isinstance(error, failure_types()):
            return None
        found = translated(error, self.address, begun=begun)
        return failure("no_model", self.address, there=self._names()) if found.code == "no_model" else found

    def _names(self) -> tuple[str, ...]:
        try:
            with self._asking() as client:
                listed = client.get(f"{base_url(self.base_url)}/models").raise_for_status().json()["data"]
                return tuple(str(entry["id"]) for entry in listed[:MOST_NAMES])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return ()

    def _asking(self) -> httpx.Client:
        return httpx.Client(**self.manners | {"timeout": httpx.Timeout(_ASK_TIMEOUT_S)})

    def _strip(self, request: httpx.Request) -> None:
        """Send the headers that the route needs, and none that `openai` takes from the environment.

        OPENAI_ORG_ID, OPENAI_PROJECT_ID and whatever OPENAI_CUSTOM_HEADERS names, a key too, are meant for another server.
        """
        key = self.api_key
        needed = {"Accept": "application/json", "Content-Type": "application/json"}
        needed |= {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        request.headers = httpx.Request(
            request.method, request.url, headers=needed, content=request.content
        ).headers

    def _counted(self, messages: Sequence[ChatMessage]) -> int | None:
        """Return the exact tokens of a prompt with its template; None from a server that does not count."""
        if self.program == "other":
            return None
        said = [{"role": m.role.value, "content": m.content or ""} for m in messages]
        root, how = root_url(self.base_url), self._no_thoughts()
        try:
            with self._asking() as client:
                if self.program == "vllm":
                    body = {"model": self.model, "messages": said, "add_generation_prompt": True} | how
                    return int(_posted(client, f"{root}/tokenize", body)["count"])
                prompt = _posted(client, f"{root}/apply-template", {"messages": said} | how)["prompt"]
                body = {"content": prompt, "add_special": True, "parse_special": True}
                return len(_posted(client, f"{root}/tokenize", body)["tokens"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            # The bound does without; whatever ails the server is told by the answer itself.
            return None

    def _wrapped(self, client: httpx.Client, length: int) -> "OpenAILike":
        from llama_index.llms.openai_like import OpenAILike  # noqa: PLC0415

        return OpenAILike(
            model=self.model,
            api_base=base_url(self.base_url),
            # Without one the library takes a key for OpenAI from the environment.
            api_key=self.api_key.get_secret_value() if self.api_key else _NO_KEY,
            is_chat_model=True,
            context_window=self.context_window,
            max_tokens=length,
            temperature=self.temperature,
            timeout=self.timeout_s,
            # A request that is sent again only queues behind the first.
            max_retries=0,
            http_client=client,
            additional_kwargs={"stream_options": {"include_usage": True}, "extra_body": self._no_thoughts()},
            callback_manager=self.callback_manager,
        )

    def _no_thoughts(self) -> dict[str, Any]:
        """Ask the model's template to leave its thinking off; a server that does not know the field may refuse it."""
        return {} if self.program == "other" else {"chat_template_kwargs": {"enable_thinking": False}}


def _posted(client: httpx.Client, url: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(url, json=body).raise_for_status().json()
    return answer
