"""A judge that marks by this project's rubric, over any LlamaIndex `LLM`."""

import hashlib

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms.llm import LLM

import prompts
from eval.judge.mark import AXES, Axis, Exhibit, Mark
from eval.judge.reply import grade_in, reason_in, shortened
from rag.errors import ModelBroke

_RUBRIC, _EXHIBIT = "judge/rubric_zh", "judge/exhibit_zh"
_TAG_DIGITS = 8
"""Of the exhibit's hash: no answer can hold it, and so none can close its own frame or open another."""
_NOTHING = "（没有）"
_FALSE = "（与原文不符：这些文字不在被引的条款里）"


class RubricJudge:
    """Marks correctness and groundedness with one question to the model; deterministic as far as the model is."""

    name = "rubric"

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.version = hashlib.sha256(repr(_blank_messages()).encode()).hexdigest()[:12]

    def mark(self, exhibit: Exhibit) -> tuple[Mark, ...]:
        """Return a mark for each axis; see `eval.judge.mark.Judge`."""
        try:
            response = self._llm.chat(messages_for(exhibit))
        except ModelBroke as error:
            return self._unmarked(exhibit, error.message)
        if (response.additional_kwargs or {}).get("prompt_cut"):
            # The rubric stands in front, and that is what a server drops.
            return self._unmarked(exhibit, "the prompt is longer than the model's context")
        text = response.message.content or ""
        return tuple(self._read(text, axis) for axis in _axes(exhibit))

    def _read(self, text: str, axis: Axis) -> Mark:
        grade = grade_in(text, axis)
        reason = reason_in(text, f"{axis}_reason")
        return Mark(
            self.name, axis, grade, reason if grade is not None else f"not readable: {shortened(text)}"
        )

    def _unmarked(self, exhibit: Exhibit, why: str) -> tuple[Mark, ...]:
        return tuple(Mark(self.name, axis, None, why) for axis in _axes(exhibit))


def messages_for(exhibit: Exhibit) -> list[ChatMessage]:
    """Return the rubric and the exhibit, whose headings carry a sign that stands nowhere in what others wrote."""
    evidence = "\n".join(f"{name}：{words}" for name, words in exhibit.evidence)
    user = prompts.render(
        _EXHIBIT,
        tag=exhibit.hash[:_TAG_DIGITS],
        question=exhibit.asked,
        right_answer=exhibit.right_answer,
        evidence=evidence or _NOTHING,
        answer="\n".join([exhibit.answer, *(f"提示：{notice}" for notice in exhibit.notices)]),
        cited="\n".join(
            f"[{each.n}] {each.name}{'' if each.verbatim else _FALSE}：{each.words}" for each in exhibit.cited
        )
        or _NOTHING,
    )
    return [
        ChatMessage(content=prompts.render(_RUBRIC), role=MessageRole.SYSTEM),
        ChatMessage(content=user, role=MessageRole.USER),
    ]


def _axes(exhibit: Exhibit) -> tuple[Axis, ...]:
    return ("correctness",) if exhibit.refused else AXES


def _blank_messages() -> list[str]:
    blank = Exhibit("", "", (), "", (), "", refused=False)
    return [message.content or "" for message in messages_for(blank)]
