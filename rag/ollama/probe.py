"""The Ollama server: what it has, and what its failures mean."""

from collections.abc import Callable
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from rag.errors import ModelError
from rag.server.destination import UNKNOWN, HostUnknown, check_destination
from rag.server.failure import Address, failure
from rag.server.manners import manners
from rag.settings import Settings

CONNECT_TIMEOUT_S = 0.5
READ_TIMEOUT_S = 2.0
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class OllamaStatus:
    """What a model server says about itself."""

    url: str
    reachable: bool
    """It answered as Ollama does."""
    models: tuple[str, ...]
    """Installed models with their tags, as the server spells them; empty when not reachable."""
    version: str | None
    problem: str | None = None
    """Why it is not reachable, in the words of the server or the network; None when it is."""
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each model by its name; one that the server does not tell is missing."""

    def has_model(self, model: str) -> bool:
        """Whether a chat with `model` would find it: case, `library/` and `:latest` make no difference."""
        return full_name(model) in {full_name(name) for name in self.models}

    def digest(self, model: str) -> str | None:
        """What tells the model from another of its name; None when it is not there or the server does not tell."""
        return {full_name(name): digest for name, digest in self.digests.items()}.get(full_name(model))


@dataclass(frozen=True)
class OllamaModel:
    """What a server says about one of its models; None for what it does not say."""

    parameters: str | None
    """As `8.2B`."""
    size: int | None
    """Of its file, in bytes."""
    quantisation: str | None
    """As `Q4_K_M`."""
    context: int | None
    """The longest that it was made for, in tokens."""
    loaded: bool | None
    """Whether it is in the server's memory now."""
    loaded_context: int | None
    """The context that it was loaded with, in tokens; None when it is not loaded."""


def ollama_status(settings: Settings) -> OllamaStatus:
    """Ask the server at `settings.llm_url` for its models; takes at most a few seconds and loads nothing.

    Raises:
        AccessRefused: The address is outside and `allow_remote` is off; nothing was sent.
        SettingsError: `llm_url` is not an http address.
    """
    url = settings.llm_url
    try:
        asking = _client(settings)
    except HostUnknown:
        return OllamaStatus(url, False, (), None, UNKNOWN)
    with asking as client:
        try:
            listed = _asked(client, "GET", "/api/tags")["models"] or ()
            models = tuple(str(model["name"]) for model in listed)
            digests = {str(model["name"]): str(model["digest"]) for model in listed if model.get("digest")}
        except httpx.HTTPStatusError as error:
            return OllamaStatus(url, False, (), None, f"HTTP {error.response.status_code}")
        except httpx.HTTPError as error:
            return OllamaStatus(url, False, (), None, str(error) or type(error).__name__)
        except (ValueError, KeyError, TypeError):
            return OllamaStatus(url, False, (), None, "not an answer of Ollama's")
        version = _or_none(lambda: str(_asked(client, "GET", "/api/version")["version"]))
    return OllamaStatus(url, True, models, version, digests=digests)


def model_context(settings: Settings, model: str) -> int | None:
    """The longest context that `model` was made for, in tokens; None when the server does not say."""
    with _client(settings) as client:
        return _context(client, model)


def ollama_model(settings: Settings, model: str) -> OllamaModel:
    """Ask the server about one of its models; loads nothing, and raises as `ollama_status`."""
    with _client(settings) as client:
        listed = _or_none(lambda: _named(_asked(client, "GET", "/api/tags"), model)) or {}
        running = _or_none(lambda: _named(_asked(client, "GET", "/api/ps"), model))
        details = listed.get("details") or {}
        return OllamaModel(
            parameters=details.get("parameter_size") or None,
            size=listed.get("size"),
            quantisation=details.get("quantization_level") or None,
            context=_context(client, model),
            loaded=None if running is None else bool(running),
            loaded_context=(running or {}).get("context_length"),
        )


def failure_types() -> tuple[type[Exception], ...]:
    """What LlamaIndex's Ollama lets through from `ollama` and `httpx`, at the call or at any later iteration."""
    from ollama import ResponseError  # noqa: PLC0415

    # The last three come from a server that is not Ollama: no JSON; another object; an array or a bare string.
    return (ConnectionError, httpx.HTTPError, ResponseError, JSONDecodeError, ValidationError, AttributeError)


def translated(error: Exception, model: str, url: str, *, begun: bool) -> ModelError:
    """Say what a failure means to the user.

    Args:
        error: One of `failure_types()`.
        model: Name of the model that was asked.
        url: Address of the server.
        begun: Whether a part of the answer had arrived.
    """
    at = Address("ollama", url, model)
    status = getattr(error, "status_code", None)
    if status is not None:
        return _refused(status, str(getattr(error, "error", error)), at)
    if isinstance(error, ConnectionError | httpx.ConnectError | httpx.ConnectTimeout):
        return no_server(url)
    if isinstance(error, httpx.TimeoutException):
        return failure("silent_midway" if begun else "silent", at)
    if isinstance(error, httpx.TransportError):
        return failure("connection_broke", at, str(error))
    return failure("not_a_server", at, str(error))


def no_server(url: str, problem: str | None = None) -> ModelError:
    """The error for a server that does not answer, or not as Ollama does; `problem` says how it was noticed."""
    return failure("no_server", Address("ollama", url, ""), problem or "")


def missing_model(url: str, model: str) -> ModelError:
    """The error for a model that is not installed."""
    return failure("no_model", Address("ollama", url, model))


def full_name(model: str) -> str:
    """A model's name as the server lists it, in small letters and with its tag."""
    name = model.lower().removeprefix("library/")
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def _refused(status: int, words: str, at: Address) -> ModelError:
    if status == httpx.codes.NOT_FOUND:
        return failure("no_model", at)
    if status in {httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS}:
        return failure("busy", at, words)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return failure("key", at, words)
    if status < 0:
        # An error line inside a stream that had begun with status 200: the model's process died.
        return failure("model_died", at, words)
    return failure("refused", at, f"{words} (status {status})")


def _client(settings: Settings) -> httpx.Client:
    check_destination(settings.llm_url, settings.allow_remote)
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    return httpx.Client(base_url=settings.llm_url, **manners(settings.llm_url, timeout, settings.llm_key))


def _asked(
    client: httpx.Client, method: str, path: str, body: dict[str, str] | None = None
) -> dict[str, Any]:
    response = client.request(method, path, json=body)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def _context(client: httpx.Client, model: str) -> int | None:
    def asked() -> int:
        info = _asked(client, "POST", "/api/show", {"model": model})["model_info"]
        return int(info[f"{info['general.architecture']}.context_length"])

    return _or_none(asked)


def _named(answer: dict[str, Any], model: str) -> dict[str, Any]:
    """Return the entry of a list of models; empty when it is not in it."""
    entries: list[dict[str, Any]] = answer["models"] or []
    return next((entry for entry in entries if full_name(entry["name"]) == full_name(model)), {})


def _or_none(ask: Callable[[], _Value]) -> _Value | None:
    try:
        return ask()
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return None
