"""The judges by name, each loaded only when it is asked for, and the model that they ask."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eval.judge.mark import Judge
from rag.errors import EvaluationError
from rag.llm import LlmChoice, choose_llm
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms.llm import LLM

DEFAULT = "rubric"


def _rubric(llm: "LLM") -> Judge:
    from eval.judge.rubric import RubricJudge  # noqa: PLC0415

    return RubricJudge(llm)


def _llamaindex(llm: "LLM") -> Judge:
    from eval.judge.llamaindex_evaluators import LlamaIndexJudge  # noqa: PLC0415

    return LlamaIndexJudge(llm)


def _ragas(llm: "LLM") -> Judge:
    from eval.judge.ragas_metrics import RagasJudge  # noqa: PLC0415

    return RagasJudge(llm)


JUDGES: dict[str, Callable[["LLM"], Judge]] = {"rubric": _rubric, "llamaindex": _llamaindex, "ragas": _ragas}


def checked(names: Sequence[str]) -> list[str]:
    """Return names of judges, each once; the default one for none.

    Raises:
        EvaluationError: There is no judge of that name.
    """
    for name in names:
        if name not in JUDGES:
            raise EvaluationError(
                f"No judge is called {name!r}.",
                fix=f"use one of {', '.join(JUDGES)}",
                chinese=(f"没有名为 {name!r} 的评审。", f"请用其中之一：{'、'.join(JUDGES)}"),
            )
    return list(dict.fromkeys(names or [DEFAULT]))


def build_judge(name: str, llm: "LLM") -> Judge:
    """Return a judge.

    Args:
        name: As `checked` returns it.
        llm: What it asks; any model of LlamaIndex's.

    Raises:
        EvaluationError: Its library is not installed.
    """
    return JUDGES[name](llm)


def judging_model(settings: Settings, model: str | None) -> tuple["LLM", str]:
    """Return the model that judges, and its name.

    Args:
        settings: Where its server is, and how long its context.
        model: `ollama:NAME` or `gguf:PATH`; None for the one of the settings. Best another than the one that answered.

    Raises:
        EvaluationError: There is no model: a judge cannot do without.
        ModelUnavailable: It does not answer.
    """
    choice = _choice(settings, model)
    if choice.llm is None:
        raise EvaluationError(
            "A judge needs a language model, and there is none.",
            fix="policyqa eval judge --model ollama:NAME",
            chinese=("评审需要语言模型，但没有模型。", "policyqa eval judge --model ollama:NAME"),
        )
    # The same answer gets the same mark, as far as the server allows.
    steady = {"temperature": 0.0} if "temperature" in type(choice.llm).model_fields else {}
    return choice.llm.model_copy(update=steady), choice.name


def _choice(settings: Settings, model: str | None) -> LlmChoice:
    if model is not None and model.startswith("gguf:"):
        from eval.system.models import chosen_model  # noqa: PLC0415

        return chosen_model(model, settings, [])
    return choose_llm(settings if model is None else settings.model_copy(update={"llm": model}))
