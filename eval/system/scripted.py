"""Models without a model: one quotes the right clauses when it is given them, one lies in a known way.

They measure what is around a model: whether the right clauses reach the prompt, whether their numbers lead back to them, and
which false words are shown unmarked. Both read their prompt as a model does, the product's or that of LlamaIndex's
`CitationQueryEngine`, and know the cases only to tell which of the clauses in it answer.
"""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, LLMMetadata

from eval.cases import Case, Gold
from eval.system.lies import LIES, Claim, Told, lie_of
from eval.system.streamed import StreamedLLM, response
from eval.system.wrong_words import pieces
from rag.context.prompt import REFUSAL
from rag.errors import EvaluationError
from rag.text import bare, language_of

_PIECE = 7
"""Characters that are written at a time: few enough to tear markers apart."""
_ASKED = re.compile(r"(?s).*(?:\A|\n)(?:问题：|Question: |Query: )(.*?)(?:\nAnswer:\s*)?\Z")
_SOURCE = re.compile(r"(?:\A|(?<=\n\n)|(?<=：\n)|(?<=s:\n))(?:\[(\d+)\](?=《)|Source (\d+):\n)")
_RULE = "\n------\n"


@dataclass(frozen=True, slots=True)
class _Source:
    number: int
    head: str
    """First line in the form in which texts are compared: `《…》第一章/第二条（…）` in the product's prompt."""
    text: str
    """The whole, in that form."""


class Honest(StreamedLLM):
    """Says for each clause that answers, if it is among the sources, its evidence word for word; else that there is none."""

    cases: list[Any]
    """All that may be asked."""

    @property
    def metadata(self) -> LLMMetadata:
        """As large as the usual local model."""
        return LLMMetadata(context_window=8192, num_output=1024, is_chat_model=True, model_name="scripted")

    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        """Answer the last message, a few characters at a time.

        Raises:
            EvaluationError: It is none of the cases.
        """
        text = self.answer([message.content or "" for message in messages])
        for start in range(0, len(text), _PIECE):
            yield response(text[: start + _PIECE], text[start : start + _PIECE], {})

    def answer(self, messages: Sequence[str]) -> str:
        """Return the whole answer; raises as `stream_chat`."""
        case = _asked(self.cases, messages)
        found = _sources(messages[-1])
        told = self._tell(case, _claims(case, found), len(found))
        return told or REFUSAL[language_of(case.question)]

    def _tell(self, case: Case, claims: list[Claim], sources: int) -> str | None:
        """Return the answer; None for a refusal."""
        return "".join(claim.said() for claim in claims) or None


class Liar(Honest):
    """Takes the honest answer and breaks it as `lies.lie_of` tells; what cannot be broken so is refused, never said honestly."""

    def _tell(self, case: Case, claims: list[Claim], sources: int) -> str | None:
        others = [g for other in self.cases if other.document != case.document for g in other.gold]
        if case.answerable and not claims:
            return None
        return LIES[lie_of(case)].tell(Told(case, tuple(claims), sources, tuple(others)))


SCRIPTED: dict[str, type[Honest]] = {"honest": Honest, "liar": Liar}


def _asked(cases: Sequence[Case], messages: Sequence[str]) -> Case:
    """Return the case that is asked; of several with the same question the one whose history is in the prompt."""
    match = _ASKED.match(messages[-1])
    asked = match[1].strip() if match else messages[-1].strip()
    before = "\n".join(messages)
    fitting = [case for case in cases if asked.endswith(case.question.strip())]
    fitting = [case for case in fitting if all(user[:100] in before for user, _ in case.history[-1:])]
    if not fitting:
        raise EvaluationError(
            f"A scripted model was asked what is in no case: {asked[:60]!r}.",
            fix="use it with policyqa eval run, on the set that is asked",
            chinese=(
                f"脚本模型被问到题集以外的问题：{asked[:60]!r}。",
                "只在 policyqa eval run 中对所问的题集使用",
            ),
        )
    return max(fitting, key=lambda case: (len(case.question), len(case.history)))


def _sources(prompt: str) -> list[_Source]:
    """Return the numbered clauses or chunks of a prompt; a list of literature inside one looks alike, but for the empty line."""
    body = prompt.split(_RULE)[1] if prompt.count(_RULE) > 1 else prompt
    starts: list[re.Match[str]] = []
    for match in _SOURCE.finditer(body):
        if int(match[1] or match[2]) == len(starts) + 1:
            starts.append(match)
    ends = [match.start() for match in starts[1:]] + [len(body)]
    out = []
    for number, (match, end) in enumerate(zip(starts, ends, strict=True), 1):
        text = body[match.end() : end]
        head = text.split("\n")[0] if match[1] else ""
        out.append(_Source(number, bare(head), bare(text)))
    return out


def _claims(case: Case, found: Sequence[_Source]) -> list[Claim]:
    """Return one claim a sentence of evidence; clauses that are also right stand in when no gold one is there."""
    for wanted in (case.gold, case.also_right):
        numbers = [(gold, _number(gold, found)) for gold in wanted]
        claims = [
            Claim(gold.title, gold.locator, words, f"[{number}]")
            for gold, number in numbers
            if number
            for words in pieces(gold.evidence)
        ]
        if claims:
            return claims
    return []


def _number(gold: Gold, found: Sequence[_Source]) -> int | None:
    """Return the number of the source that is, or holds, a clause's evidence."""
    name, evidence = bare(f"《{gold.title}》{gold.locator}"), bare(gold.evidence)
    for source in found:
        is_named = not source.head or re.match(rf"{re.escape(name)}(?:[（(]|\Z)", source.head)
        if evidence and is_named and evidence in source.text:
            return source.number
    return None
