"""What a model says to the prompt of one question, and what its server tells of it."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Literal

from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.llms.llm import LLM

from rag.citation.writing import Writing
from rag.errors import ModelBroke, ModelUnavailable
from rag.llm import server_notice
from rag.schema import Delta, Notice, Settled, Stage, Usage
from rag.text import Lang
from rag.trace import step

_COUNTED = {"prompt_tokens": "gen_ai.usage.input_tokens", "completion_tokens": "gen_ai.usage.output_tokens"}
"""What a server counts → its name among the conventions of OpenTelemetry."""
_CUT_SHORT: Mapping[Lang, str] = {
    "zh": "回答达到长度上限，没有写完。",
    "en": "The answer reached its greatest length before its end.",
}
_BROKE: Mapping[Lang, str] = {
    "zh": "模型中途停止，改为摘录原文。{}（{}）",
    "en": "The model stopped in the middle; the clauses are quoted instead. {} ({})",
}
_AWAY: Mapping[Lang, str] = {
    "zh": "模型服务器{}，改为摘录原文；恢复后会自动改回由模型撰写。",
    "en": "The model server {}; the clauses are quoted instead. Once it answers again, the model writes.",
}
_CAUSES: Mapping[str, Mapping[Lang, str]] = {
    "no_server": {"zh": "没有应答", "en": "does not answer"},
    "no_model": {"zh": "没有所设的模型", "en": "does not have the model that is set"},
    "busy": {"zh": "正忙", "en": "is busy"},
    "key": {"zh": "要求密钥", "en": "asks for a key"},
    "silent": {"zh": "太久没有回音", "en": "kept silent for too long"},
    "resting": {"zh": "出了故障或还在载入模型，暂时不再等它", "en": "has failed or still loads the model, and is not waited for just now"},
    "refused": {"zh": "拒绝了请求", "en": "refused the request"},
}  # fmt: skip
"""What whoever asks is told, by the code of the error; addresses and models are for the log."""
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


def instead(
    lang: Lang, why: ModelBroke | ModelUnavailable | Literal["no_citation", "not_verified"]
) -> Notice:
    """Return why clauses are quoted in the place of a reply."""
    if isinstance(why, ModelUnavailable):
        return Notice("model_away", _AWAY[lang].format(_CAUSES.get(why.code, _CAUSES["refused"])[lang]))
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
        with step("model", holds=False) as told, closing(self._llm.stream_chat(self._messages)) as responses:
            for response in responses:
                self._facts = dict(response.additional_kwargs)
                yield response.delta or self._silence()
            for kind, name in _COUNTED.items():
                if (count := self._facts.get(kind)) is not None:
                    told[name] = count

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
