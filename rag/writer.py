"""What answers are made with."""

from dataclasses import dataclass

from llama_index.core.llms.llm import LLM

from rag.doubt.entailment import Entailment
from rag.rerank import SentenceScorer


@dataclass(frozen=True, slots=True)
class Writer:
    """What answers are made with; None for `llm` extracts."""

    llm: LLM | None
    name: str
    """`ollama:qwen3:8b` or `extractive`."""
    scorer: SentenceScorer
    notice: str | None = None
    """Said with every extracted answer: how to get a model."""
    entailment: Entailment | None = None
    """A second check of each sentence of a model."""
    checked: bool = True
    """Off only to measure what checking is worth: markers, quotations and figures of a model are shown as it wrote them."""
