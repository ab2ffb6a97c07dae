"""What answers are made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llama_index.core.llms.llm import LLM

from rag.doubt.entailment import Entailment
from rag.llm import LlmChoice, with_breaker
from rag.rerank import SentenceScorer
from rag.text import Lang

NO_MODEL: Mapping[Lang, str] = {
    "zh": "没有使用语言模型，回答是原文摘录。",
    "en": "No language model was used; the answer is quoted from the documents.",
}


@dataclass(frozen=True, slots=True)
class Writer:
    """What answers are made with; None for `llm` extracts."""

    llm: LLM | None
    name: str
    """`ollama:qwen3:8b` or `extractive`."""
    scorer: SentenceScorer
    notice: Mapping[Lang, str] = field(default_factory=lambda: NO_MODEL)
    """Said with every extracted answer, by language: that no model wrote it, and how to get one."""
    entailment: Entailment | None = None
    """A second check of each sentence of a model."""
    checked: bool = True
    """Off only to measure what checking is worth: markers, quotations and figures of a model are shown as it wrote them."""
    falls_back: bool = False
    """Whether clauses are quoted when the model's server does not answer; else that is an error."""


def writer_of(
    choice: LlmChoice,
    scorer: SentenceScorer,
    entailment: Entailment | None,
    *,
    checked: bool = True,
    serving: bool = False,
) -> Writer:
    """Return what answers are made with, with the words of the choice.

    Args:
        choice: The model, or none.
        scorer: Chooses sentences.
        entailment: As of `Writer`.
        checked: As of `Writer`.
        serving: Leave a server alone for a time when it fails, and quote clauses then.
    """
    notice: Mapping[Lang, str] = {
        "zh": choice.notice or NO_MODEL["zh"],
        "en": choice.english or NO_MODEL["en"],
    }
    llm = with_breaker(choice.llm) if serving else choice.llm
    return Writer(llm, choice.name, scorer, notice, entailment, checked, falls_back=serving)
