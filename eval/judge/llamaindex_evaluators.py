"""LlamaIndex's own evaluators as judges: its correctness, faithfulness and relevancy, with their English prompts as they are.

Two of its habits are worked around: its parser of the correctness score fails on a reply of one line, and its yes-or-no evaluators
take everything without "yes" for a no, also an empty reply.
"""

import asyncio
import re
from collections.abc import Callable
from importlib.metadata import version

from llama_index.core.evaluation import (
    BaseEvaluator,
    CorrectnessEvaluator,
    EvaluationResult,
    FaithfulnessEvaluator,
    RelevancyEvaluator,
)
from llama_index.core.llms.llm import LLM

from eval.judge.mark import Axis, Exhibit, Mark
from eval.judge.reply import shortened
from rag.errors import ModelBroke

_SCORE = re.compile(r"^\W*(?:score\W*)?([1-5](?:\.\d+)?)(?:\s*/\s*5)?\W*$", re.IGNORECASE | re.MULTILINE)
"""A line of its own, as its prompt demands; a number inside a sentence may be anything."""
_YES_NO = re.compile(r"\b(yes|no)\b", re.IGNORECASE)
_BEST, _MISTAKES = 4.0, 2.0
"""Its guidelines: 4 to 5 is relevant and fully correct, 2 to 3 relevant with mistakes, 1 not relevant."""


class LlamaIndexJudge:
    """Asks three evaluators about each answer; the cited words are their contexts."""

    name = "llamaindex"

    def __init__(self, llm: LLM) -> None:
        self.version = f"llama-index-core {version('llama-index-core')}"
        self._evaluators: tuple[
            tuple[str, Axis, BaseEvaluator, Callable[[EvaluationResult], int | None]], ...
        ] = (
            ("correctness", "correctness", CorrectnessEvaluator(llm=llm, parser_function=_score), _graded),
            ("faithfulness", "groundedness", FaithfulnessEvaluator(llm=llm), _yes_or_no),
            ("relevancy", "groundedness", RelevancyEvaluator(llm=llm), _yes_or_no),
        )

    def mark(self, exhibit: Exhibit) -> tuple[Mark, ...]:
        """Return a mark of each evaluator that applies; see `eval.judge.mark.Judge`."""
        return tuple(
            self._mark(f"{self.name} {name}", axis, exhibit, evaluator, read)
            for name, axis, evaluator, read in self._evaluators
            if axis == "correctness" or not exhibit.refused
        )

    def _mark(
        self,
        by: str,
        axis: Axis,
        exhibit: Exhibit,
        evaluator: BaseEvaluator,
        read: Callable[[EvaluationResult], int | None],
    ) -> Mark:
        contexts = [each.words for each in exhibit.cited if each.verbatim]
        if axis == "groundedness" and not contexts:
            return Mark(
                by, axis, 0, "cites no words that stand in what it cites; the evaluator was not asked"
            )
        try:
            # Not its `evaluate`, which takes any RuntimeError from the model for nested event loops.
            result = asyncio.run(
                evaluator.aevaluate(
                    query=exhibit.asked,
                    response=exhibit.answer,
                    contexts=contexts,
                    reference=exhibit.right_answer,
                )
            )
        except ModelBroke as error:
            return Mark(by, axis, None, error.message)
        grade, said = read(result), shortened(result.feedback or "")
        return Mark(by, axis, grade, said if grade is not None else f"not readable: {said}")


def _score(reply: str) -> tuple[float | None, str | None]:
    """Return the first score that has a line of its own, and the whole reply as the reason."""
    found = _SCORE.search(reply)
    return (min(float(found[1]), 5.0) if found else None), reply


def _graded(result: EvaluationResult) -> int | None:
    if result.score is None:
        return None
    return 2 if result.score >= _BEST else 1 if result.score >= _MISTAKES else 0


def _yes_or_no(result: EvaluationResult) -> int | None:
    said = {word.lower() for word in _YES_NO.findall(result.feedback or "")}
    if len(said) != 1:
        return None
    return 2 if said == {"yes"} else 0
