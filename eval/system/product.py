"""The product as users have it, with the cost of each answer."""

import time
from collections.abc import Mapping, Sequence

from eval.cases import Case
from eval.outcome import Cost, Outcome, outcome_of
from eval.system.models import chosen_model
from rag.assistant import Assistant, build_assistant
from rag.schema import Answer, Delta, Question
from rag.settings import Settings


class Product:
    """An assistant, asked as by somebody who may see every document. Several threads may ask at once."""

    def __init__(self, assistant: Assistant, about: Mapping[str, object]) -> None:
        """Take an assistant that is ready, and what tells it from the product as it is set up."""
        self._assistant, self._viewer = assistant, assistant.owner
        self._about = {"model": assistant.model, "parallel": True, **about}

    def ask(self, question: Question) -> Outcome:
        """Return the verified answer; raises as `Assistant.stream`."""
        started = time.perf_counter()
        first: float | None = None
        for event in self._assistant.stream(question, self._viewer):
            if isinstance(event, Delta) and first is None:
                first = time.perf_counter() - started
            if isinstance(event, Answer):
                seconds = time.perf_counter() - started
                used = event.usage
                # What code writes is shown all at once.
                cost = Cost(seconds, first if first is not None else seconds)
                if used is not None:
                    cost = Cost(seconds, cost.first_seconds, used.prompt_tokens, used.answer_tokens)
                return outcome_of(event, cost)
        raise RuntimeError("the stream ended without an answer")

    def about(self) -> dict[str, object]:
        """Return the model and the parts that are off."""
        return dict(self._about)


def build(settings: Settings, cases: Sequence[Case], model: str | None) -> Product:
    """Return the product as it is set up; raises as `eval.system.build_system`."""
    return Product(
        build_assistant(settings, model=chosen_model(model, settings, cases)), {"system": "product"}
    )
