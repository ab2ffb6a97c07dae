"""One answer of a model as it comes in: its words without the thoughts, and at the end its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole

from rag.server.counter import TokenCounter
from rag.server.failure import Address, failure
from rag.server.thoughts import ThoughtFilter


@dataclass(frozen=True, slots=True)
class Part:
    """What a server sent at one time."""

    text: str = ""
    raw: Any = None
    prompt_tokens: int | None = None
    """As counted by the server before (an exact estimate, `text` and `raw` empty) or after it read the prompt."""
    completion_tokens: int | None = None
    done_reason: str | None = None
    done: bool = False
    """The last part of a whole answer."""


class Reply:
    """The answer to one conversation."""

    def __init__(self, counter: TokenCounter, window: int, at: Address, texts: Sequence[str]) -> None:
        """Estimate the prompt.

        Args:
            counter: Of the model; it learns from what the server counts.
            window: Tokens of context.
            at: Who is asked, for the words of a failure.
            texts: Of all messages.
        """
        self._counter, self._window, self._at, self._texts = counter, window, at, texts
        self._estimate = counter.prompt(texts)
        self._filter = ThoughtFilter()
        self._shown, self._begun, self._done = "", False, False

    def silence(self, facts: dict[str, Any]) -> ChatResponse:
        """Return a response without words."""
        return self._response("", None, facts)

    def take(self, part: Part) -> ChatResponse | None:
        """Return the response for a part; None for one that only counts the prompt.

        Raises:
            ModelBroke: What was shown turns out to be thoughts.
        """
        if part.raw is None and part.prompt_tokens is not None:
            # Learnt before the answer, so that a prompt which is refused for its length is packed tighter next time.
            self._counter.learn(self._texts, part.prompt_tokens)
            self._estimate = part.prompt_tokens
            return None
        delta = self._filter.feed(part.text)
        if self._filter.is_mixed:
            raise failure("thoughts", self._at)
        self._begun, self._done = True, part.done
        return self._response(delta, part.raw, self._facts(part) if part.done else {})

    def check(self) -> None:
        """Raise ModelBroke when the answer has no proper end."""
        if not self._begun:
            raise failure("not_a_server", self._at)
        if not self._done:
            raise failure("unfinished", self._at)

    def _response(self, delta: str, raw: Any, facts: dict[str, Any]) -> ChatResponse:
        self._shown += delta
        message = ChatMessage(role=MessageRole.ASSISTANT, content=self._shown)
        return ChatResponse(message=message, delta=delta, raw=raw, additional_kwargs=facts)

    def _facts(self, part: Part) -> dict[str, Any]:
        counted = part.prompt_tokens
        is_cut = self._counter.looks_cut(self._texts, counted, self._window)
        is_more = counted is not None and counted > self._estimate
        if counted is not None and not is_cut:
            self._counter.learn(self._texts, counted)
        found = {"prompt_cut": is_cut, "prompt_underestimated": is_more}
        return {
            "done_reason": part.done_reason,
            "prompt_tokens": counted,
            "completion_tokens": part.completion_tokens,
            "estimated_prompt_tokens": self._estimate,
            "prompt_cut": is_cut,
            "warnings": [code for code, is_so in found.items() if is_so],
        }
