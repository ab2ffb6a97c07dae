"""The choice of the language model, and the door to everything about it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llama_index.core.llms.llm import LLM

from rag.errors import ModelError, SettingsError
from rag.ollama.chat import OllamaLLM
from rag.ollama.probe import (
    OllamaModel,
    OllamaStatus,
    missing_model,
    model_context,
    no_server,
    ollama_model,
    ollama_status,
)
from rag.ollama.tokens import estimate_prompt_tokens, estimate_tokens
from rag.openai_server.chat import OpenAIServerLLM
from rag.openai_server.probe import OpenAIServer, openai_server
from rag.server.backlog import Backlog
from rag.server.breaker import Breaker
from rag.server.chat import ServedLLM
from rag.server.counter import TokenCounter
from rag.server.destination import check_destination
from rag.server.failure import Address, failure
from rag.server.notices import server_notice
from rag.settings import Settings

__all__ = [
    "DEFAULT_MODEL",
    "LlmChoice",
    "OllamaLLM",
    "OllamaModel",
    "OllamaStatus",
    "OpenAIServer",
    "OpenAIServerLLM",
    "TokenCounter",
    "check_destination",
    "choose_llm",
    "counter_of",
    "estimate_prompt_tokens",
    "estimate_tokens",
    "ollama_model",
    "ollama_status",
    "openai_server",
    "server_notice",
    "with_breaker",
]

DEFAULT_MODEL = "qwen3:8b"
EXTRACTIVE = "extractive"
COUNTS = "model-tokens.json"
"""File of the data folder: how many tokens each model took of what was estimated."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LlmChoice:
    """Which model writes the answers."""

    llm: LLM | None
    """None: answers are extracted from the clauses."""
    name: str
    """`ollama:qwen3:8b`, or `extractive`."""
    notice: str | None
    """Chinese sentence for the user when `auto` found no model; else None."""
    english: str | None = None
    """The same sentence in English."""


def choose_llm(settings: Settings, *, awaited: bool = False) -> LlmChoice:
    """Find the model that `settings.llm` asks for; `auto` falls back to none, a named model must be there.

    Args:
        settings: Name the model and its server.
        awaited: A named model that is not there is chosen all the same, for whoever asks it once it is; the log says so.

    Returns:
        The model, with a context no larger than what it, or its server, has, and `num_predict` at most half of that.

    Raises:
        ModelUnavailable: The server of a named model does not answer, or does not have the model; not when `awaited`.
        ModelBroke: Something else than an OpenAI-compatible server answers for a model of one; not when `awaited`.
        AccessRefused: The server is outside and `allow_remote` is off.
        SettingsError: `settings.llm` or `settings.llm_url` is none of what is possible.
    """
    kind, _, model = settings.llm.partition(":")
    if settings.llm == "none":
        return LlmChoice(None, EXTRACTIVE, None)
    if settings.llm == "auto":
        status = ollama_status(settings)
        if not status.has_model(DEFAULT_MODEL):
            return LlmChoice(None, EXTRACTIVE, *_notice(status))
        return _from_ollama(settings, DEFAULT_MODEL, status)
    if kind not in _SERVED or not model:
        message = f"POLICYQA_LLM is {settings.llm!r}; possible are auto, none, ollama:NAME and openai:NAME."
        raise SettingsError(
            message,
            fix=f"POLICYQA_LLM=auto, none, ollama:{DEFAULT_MODEL}, or openai:NAME for vLLM, llama.cpp or LM Studio at POLICYQA_LLM_URL",
            chinese=(
                f"POLICYQA_LLM 为 {settings.llm!r}；可以是 auto、none、ollama:NAME 和 openai:NAME。",
                f"POLICYQA_LLM=auto、none、ollama:{DEFAULT_MODEL}，或 openai:NAME（vLLM、llama.cpp、LM Studio，地址为 POLICYQA_LLM_URL）",
            ),
        )
    try:
        return _SERVED[kind].there(settings, model)
    except ModelError as error:
        if not awaited:
            raise
        _log.warning("the model is not there, answers are extracts until it is: %s", error)
        return LlmChoice(_SERVED[kind].away(settings, model), settings.llm, None)


def with_breaker(llm: LLM | None) -> LLM | None:
    """Return a model that leaves its server alone for a time when it fails; one without a server as it is."""
    if not isinstance(llm, ServedLLM):
        return llm
    return llm.model_copy(update={"breaker": Breaker(llm.timeout_s)})


def counter_of(llm: LLM | None) -> TokenCounter:
    """Return how `llm` counts: `.text(str)` and `.prompt([str, …])` are upper bounds; for any other model the general ones."""
    found = getattr(llm, "counter", None)
    return found if isinstance(found, TokenCounter) else TokenCounter()


def _ollama(settings: Settings, model: str) -> LlmChoice:
    status = ollama_status(settings)
    if not status.reachable:
        raise no_server(status.url, status.problem)
    if not status.has_model(model):
        raise missing_model(status.url, model)
    return _from_ollama(settings, model, status)


def _from_ollama(settings: Settings, model: str, status: OllamaStatus) -> LlmChoice:
    name = f"ollama:{model}"
    # A name may get other weights; whether they have another tokenizer is not told.
    version = (status.digest(model) or "")[:12]
    limit = model_context(settings, model)
    fields = _shared(settings, model, f"{name}@{version}", limit)
    return LlmChoice(OllamaLLM(keep_alive=settings.keep_alive, **fields), name, None)


def _openai(settings: Settings, model: str) -> LlmChoice:
    server = openai_server(settings)
    if server.program == "ollama":
        message = f"Ollama answers at {server.url}; its OpenAI-style route ignores POLICYQA_NUM_CTX and cuts long prompts without a sign."
        raise SettingsError(
            message,
            fix=f"POLICYQA_LLM=ollama:{model}",
            chinese=(
                f"{server.url} 上应答的是 Ollama；它的 OpenAI 式接口忽略 POLICYQA_NUM_CTX，会不作声地截断长提示。",
                f"POLICYQA_LLM=ollama:{model}",
            ),
        )
    found = server.model(model)
    if server.models is not None and found is None:
        raise failure("no_model", Address("openai", server.url, model), there=server.names)
    name = f"openai:{model}"
    fields = _shared(settings, found.name if found else model, name, found.context if found else None)
    return LlmChoice(OpenAIServerLLM(program=server.program, **fields), name, None)


def _ollama_away(settings: Settings, model: str) -> LLM:
    return OllamaLLM(keep_alive=settings.keep_alive, **_shared(settings, model, f"ollama:{model}@", None))


def _openai_away(settings: Settings, model: str) -> LLM:
    return OpenAIServerLLM(program="other", **_shared(settings, model, f"openai:{model}", None))


@dataclass(frozen=True, slots=True)
class _Served:
    there: Callable[[Settings, str], LlmChoice]
    away: Callable[[Settings, str], LLM]
    """The model while its server tells nothing of it."""


_SERVED = {
    "ollama": _Served(_ollama, _ollama_away),
    "openai": _Served(_openai, _openai_away),
}


def _shared(settings: Settings, model: str, name: str, limit: int | None) -> dict[str, Any]:
    """Return the fields that all served models have; `limit` is the longest context in tokens, None when unknown."""
    window = min(settings.num_ctx, limit or settings.num_ctx)
    return {
        "model": model,
        "base_url": settings.llm_url,
        "context_window": window,
        "num_predict": min(settings.num_predict, window // 2),
        "timeout_s": settings.llm_timeout_s,
        "allow_remote": settings.allow_remote,
        "api_key": settings.llm_key,
        "counter": TokenCounter(name, settings.data / COUNTS),
        "backlog": Backlog(settings.llm_timeout_s),
    }


def _notice(status: OllamaStatus) -> tuple[str, str]:
    pull = f"ollama pull {DEFAULT_MODEL}"
    if status.reachable:
        return (
            f"没有使用语言模型，回答是原文摘录：Ollama（{status.url}）里还没有 {DEFAULT_MODEL}。要用模型请运行 {pull}",
            f"No language model is used; answers are extracts: Ollama at {status.url} does not have {DEFAULT_MODEL}. To use it run {pull}",
        )
    return (
        f"没有使用语言模型，回答是原文摘录：没有可用的 Ollama 服务（{status.url}）。要用模型请启动 Ollama，再运行 {pull}",
        f"No language model is used; answers are extracts: no Ollama server answers at {status.url}. To use one start Ollama, then run {pull}",
    )
