"""What a model says to the prompt of one question, and what its server tells of it."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Literal

from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.llms.llm import LLM

from rag.citation.writing import Writing
from rag.errors import ModelBroke
from rag.llm import server_notice
from rag.schema import Delta, Notice, Settled, Stage, Usage
from rag.text import Lang

_CUT_SHORT: Mapping[Lang, str] = {
    "zh": "回答达到长度上限，没有写完。",
    "en": "The answer reached its greatest length before its end.",
}
_BROKE: Mapping[Lang, str] = {
    "zh": "模型中途停止，改为摘录原文。{}（{}）",
    "en": "The model stopped in the middle; the clauses are quoted instead. {} ({})",
}
_UNRELIABLE: Mapping[str, Mapping[Lang, str]] = {
    "no_citation": {
        "zh": "模型的回答没有标明出处，改为摘录原文。",
        "en": "The model gave no sources; the clauses are quoted instead.",
    },
    "not_verified": {
        "zh": "模型的回答在所引条款中都没有找到，改为摘录原文。",
        "en": "Nothing of what the model wrote was found in the cited clauses; they are quoted instead.",
    },
}


def instead(lang: Lang, why: ModelBroke | Literal["no_citation", "not_verified"]) -> Notice:
    """Return why clauses are quoted in the place of a reply."""
    if isinstance(why, ModelBroke):
        return Notice("model_broke", _BROKE[lang].format(*why.words(lang)))
    return Notice(why, _UNRELIABLE[why][lang])


class Reply:
    """One reply; to be read once."""

    def __init__(self, llm: LLM, messages: Sequence[ChatMessage], lang: Lang) -> None:
        self._llm, self._messages, self._lang = llm, messages, lang
        self._facts: dict[str, Any] = {}

    def words(self) -> Generator[str | Stage, None, None]:
        """Yield what the model writes, piece by piece, and a stage now and then while it is silent.

        Closing it stops the model.

        Raises:
            ModelUnavailable: Before the first word.
            ModelBroke: The reply stops before its end.
        """
        with closing(self._llm.stream_chat(self._messages)) as responses:
            for response in responses:
                self._facts = dict(response.additional_kwargs)
                yield response.delta or self._silence()

    def checked(self, writing: Writing) -> Iterator[Stage | Delta | Settled]:
        """Yield what can be shown of the reply, and each sentence as it stands after verification; raises as `words`."""
        with closing(self.words()) as pieces:
            for piece in pieces:
                if isinstance(piece, Stage):
                    yield piece
                else:
                    yield from writing.feed(piece)
        yield from writing.close()

    def _silence(self) -> Stage:
        code = self._facts.get("waiting")
        return Stage("write", notice=server_notice(code, self._lang) if code else None)

    @property
    def usage(self) -> Usage:
        """What the server counted; known when all is read."""
        return Usage(self._facts.get("prompt_tokens"), self._facts.get("completion_tokens"))

    @property
    def notices(self) -> list[Notice]:
        """What was cut, and what the server counted otherwise than was thought; known when all is read."""
        told = [server_notice(code, self._lang) for code in self._facts.get("warnings", ())]
        if self._facts.get("done_reason") == "length":
            told.append(Notice("cut_short", _CUT_SHORT[self._lang]))
        return told
