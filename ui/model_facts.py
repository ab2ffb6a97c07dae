"""What `doctor` says about the language model and its server."""

from typing import Any

from rag.llm import DEFAULT_MODEL, OllamaModel, ollama_model, ollama_status, openai_server
from rag.settings import Settings

_UNKNOWN = "not told"
_GB = 1e9


def model_facts(settings: Settings) -> dict[str, Any]:
    """Ask the server of the settings for itself and for the model that they name; loads nothing.

    Returns:
        Facts by name, in the order of their reading; empty when no model is asked for.

    Raises:
        PolicyQAError: The server may not be asked, or it is one of OpenAI's kind and does not answer.
    """
    if settings.llm == "none":
        return {}
    return _openai(settings) if settings.llm.startswith("openai:") else _ollama(settings)


def _ollama(settings: Settings) -> dict[str, Any]:
    status = ollama_status(settings)
    program = f"Ollama {status.version or ''}".strip()
    facts: dict[str, Any] = {
        "server": f"{status.url} ({program if status.reachable else 'no answer'})",
        "models there": ", ".join(status.models) or "none",
    }
    asked = DEFAULT_MODEL if settings.llm == "auto" else settings.llm.partition("ollama:")[2]
    if not status.reachable or not asked:
        return facts
    if not status.has_model(asked):
        return facts | {"model": f"{asked}: not there; ollama pull {asked}"}
    model = ollama_model(settings, asked)
    size = f"{model.size / _GB:.1f} GB" if model.size else None
    facts["model"] = f"{asked}: there"
    facts["size"] = ", ".join(
        [
            f"{model.parameters or _UNKNOWN} parameters",
            f"quantised as {model.quantisation or _UNKNOWN}",
            size or _UNKNOWN,
        ]
    )
    facts["context"] = _context(model.context, settings)
    facts["loaded"] = _loaded(model, settings)
    return facts


def _openai(settings: Settings) -> dict[str, Any]:
    server = openai_server(settings)
    facts: dict[str, Any] = {
        "server": f"{server.url} ({'OpenAI-compatible' if server.program == 'other' else server.program})",
        "models there": _UNKNOWN if server.models is None else ", ".join(server.names) or "none",
    }
    name = settings.llm.partition(":")[2]
    model = server.model(name)
    if model is None:
        return facts | {"model": f"{name}: {_UNKNOWN if server.models is None else 'not there'}"}
    facts["model"] = f"{name}: there"
    if model.parameters or model.size:
        parameters = f"{model.parameters / _GB:.1f}B" if model.parameters else _UNKNOWN
        facts["size"] = f"{parameters} parameters, {f'{model.size / _GB:.1f} GB' if model.size else _UNKNOWN}"
    facts["context"] = _context(model.context, settings)
    facts["tokens"] = "estimated" if server.program == "other" else "counted by the server"
    return facts


def _context(limit: int | None, settings: Settings) -> str:
    asked = f"POLICYQA_NUM_CTX asks for {settings.num_ctx}"
    if limit is None:
        return f"{_UNKNOWN}; {asked}"
    return f"{limit} tokens; {asked}{', more than there is' if settings.num_ctx > limit else ''}"


def _loaded(model: OllamaModel, settings: Settings) -> str:
    if model.loaded is None:
        return _UNKNOWN
    if not model.loaded:
        return "no; the first question loads it"
    if model.loaded_context is None:
        return "yes"
    other = min(settings.num_ctx, model.context or settings.num_ctx) != model.loaded_context
    return f"yes, with {model.loaded_context} tokens of context{'; the first question loads it anew' if other else ''}"
