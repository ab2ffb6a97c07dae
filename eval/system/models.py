"""The model that writes in a run: one that the settings name, a scripted one or a model file."""

from collections.abc import Sequence
from pathlib import Path

from eval.cases import Case
from rag.errors import EvaluationError
from rag.llm import LlmChoice, choose_llm
from rag.settings import Settings


def chosen_model(model: str | None, settings: Settings, cases: Sequence[Case]) -> LlmChoice:
    """Return the model.

    Args:
        model: A form of `eval.system.MODELS`; None for the one of the settings.
        settings: Their `llm`, or the context and the threads of a model file.
        cases: What the scripted models answer.

    Raises:
        EvaluationError: There is no model of that name.
        ModelUnavailable: It is not there, or cannot be loaded.
    """
    from eval.system import MODELS  # noqa: PLC0415

    if model is None:
        return choose_llm(settings)
    kind, _, rest = model.partition(":")
    if kind == "gguf" and rest:
        from eval.system.gguf import load  # noqa: PLC0415

        path = Path(rest)
        return LlmChoice(load(path, settings), f"gguf:{path.name}", None)
    if kind == "scripted":
        from eval.system.scripted import SCRIPTED  # noqa: PLC0415

        if rest in SCRIPTED:
            return LlmChoice(SCRIPTED[rest](cases=list(cases)), model, None)
    raise EvaluationError(
        f"No model is called {model!r}.",
        fix=f"use one of {', '.join(MODELS)}",
        chinese=(f"没有名为 {model!r} 的模型。", f"请用其中之一：{'、'.join(MODELS)}"),
    )
