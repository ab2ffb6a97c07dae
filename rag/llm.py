"""The choice of the language model, and the door to everything about it."""

from dataclasses import dataclass

from llama_index.core.llms.llm import LLM

from rag.errors import SettingsError
from rag.ollama.chat import OllamaLLM
from rag.ollama.probe import (
    OllamaStatus,
    check_destination,
    missing_model,
    model_context,
    no_server,
    ollama_status,
)
from rag.ollama.tokens import estimate_prompt_tokens, estimate_tokens
from rag.settings import Settings

__all__ = [
    "LlmChoice",
    "OllamaLLM",
    "OllamaStatus",
    "check_destination",
    "choose_llm",
    "estimate_prompt_tokens",
    "estimate_tokens",
    "ollama_status",
]

DEFAULT_MODEL = "qwen3:8b"
EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class LlmChoice:
    """Which model writes the answers."""

    llm: LLM | None
    """None: answers are extracted from the clauses."""
    name: str
    """`ollama:qwen3:8b`, or `extractive`."""
    notice: str | None
    """Chinese sentence for the user when `auto` found no model; else None."""


def choose_llm(settings: Settings) -> LlmChoice:
    """Find the model that `settings.llm` asks for; `auto` falls back to none, a named model must be there.

    Returns:
        The model, with `num_ctx` no larger than what it was made for, and `num_predict` at most half of that.

    Raises:
        ModelUnavailable: The server of a named model does not answer, or does not have the model.
        AccessRefused: The server is outside and `allow_remote` is off.
        SettingsError: `settings.llm` or `settings.llm_url` is none of what is possible.
    """
    kind, _, model = settings.llm.partition(":")
    if settings.llm == "none":
        return LlmChoice(None, EXTRACTIVE, None)
    if settings.llm == "auto":
        status = ollama_status(settings)
        if not status.has_model(DEFAULT_MODEL):
            return LlmChoice(None, EXTRACTIVE, _notice(status))
        return _served(settings, DEFAULT_MODEL)
    if kind != "ollama" or not model:
        message = f"POLICYQA_LLM is {settings.llm!r}; possible are auto, none and ollama:NAME."
        raise SettingsError(
            message, fix=f"POLICYQA_LLM=auto, POLICYQA_LLM=none or POLICYQA_LLM=ollama:{DEFAULT_MODEL}"
        )
    status = ollama_status(settings)
    if not status.reachable:
        raise no_server(status.url, status.problem)
    if not status.has_model(model):
        raise missing_model(status.url, model)
    return _served(settings, model)


def _served(settings: Settings, model: str) -> LlmChoice:
    num_ctx = min(settings.num_ctx, model_context(settings, model) or settings.num_ctx)
    llm = OllamaLLM(
        model=model,
        base_url=settings.llm_url,
        context_window=num_ctx,
        num_predict=min(settings.num_predict, num_ctx // 2),
        timeout_s=settings.llm_timeout_s,
        allow_remote=settings.allow_remote,
        api_key=settings.llm_key,
    )
    return LlmChoice(llm, f"ollama:{model}", None)


def _notice(status: OllamaStatus) -> str:
    pull = f"ollama pull {DEFAULT_MODEL}"
    if status.reachable:
        return f"没有使用语言模型，回答是原文摘录：Ollama（{status.url}）里还没有 {DEFAULT_MODEL}。要用模型请运行 {pull}"
    return f"没有使用语言模型，回答是原文摘录：没有可用的 Ollama 服务（{status.url}）。要用模型请启动 Ollama，再运行 {pull}"
