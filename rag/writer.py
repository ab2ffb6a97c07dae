"""What answers are made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llama_index.core.llms.llm import LLM

from rag.doubt.entailment import Entailment
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
