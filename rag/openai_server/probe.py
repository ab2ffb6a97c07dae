"""What an OpenAI-compatible server says about itself: its models, its context, how it counts tokens."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import httpx

from rag.errors import ModelError
from rag.openai_server.failures import refused
from rag.server.destination import UNKNOWN, HostUnknown, check_destination
from rag.server.failure import Address, failure
from rag.server.manners import manners
from rag.settings import Settings

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 5.0
_VERSION = re.compile(r"/v\d+$")
MOST_NAMES = 10
Program = Literal["llama.cpp", "vllm", "ollama", "other"]


@dataclass(frozen=True)
class ServedModel:
    """One model of a server."""

    name: str
    aliases: tuple[str, ...]
    """Other names of it; empty when it has none."""
    context: int | None
    """Tokens of prompt and answer that the server has room for; None when it does not say."""
    parameters: int | None
    size: int | None
    """In bytes; None when the server does not say, as for `parameters`."""


@dataclass(frozen=True)
class OpenAIServer:
    """What a server says about itself."""

    url: str
    program: Program
    """llama.cpp and vLLM count tokens exactly, and take it off a model to think first."""
    models: tuple[ServedModel, ...] | None
    """None for a server that does not list its models."""

    def model(self, name: str) -> ServedModel | None:
        """Return the model of this name; small letters, a folder and `.gguf` make no difference."""
        wanted = {name.casefold(), _stem(name)}
        return next(
            (
                m
                for m in self.models or ()
                if wanted & {form for n in (m.name, *m.aliases) for form in (n.casefold(), _stem(n))}
            ),
            None,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Short names of the first models; empty when there are none."""
        return tuple(_short(m.name) for m in (self.models or ())[:MOST_NAMES])


def base_url(url: str) -> str:
    """Return the address of the routes: with `/v1`, or the version that `url` ends with."""
    url = url.rstrip("/")
    return url if _VERSION.search(url) else f"{url}/v1"


def root_url(url: str) -> str:
    """Return the address of a program's own routes, without a version."""
    return _VERSION.sub("", url.rstrip("/"))


def openai_server(settings: Settings) -> OpenAIServer:
    """Ask the server at `settings.llm_url` for its models; takes at most a few seconds and loads nothing.

    Raises:
        AccessRefused: The address is outside and `allow_remote` is off; nothing was sent.
        SettingsError: `llm_url` is not an http address.
        ModelUnavailable: No server answers, or it refuses, as for want of a key.
        ModelBroke: Something else answers.
    """
    url, at = settings.llm_url, Address("openai", settings.llm_url, "")
    try:
        asking = probing_client(settings)
    except HostUnknown as error:
        raise failure("no_server", at, UNKNOWN) from error
    with asking as client:
        try:
            response = client.get(f"{base_url(url)}/models")
        except httpx.HTTPError as error:
            raise _unreached(error, at) from error
        if response.status_code == httpx.codes.NOT_FOUND:
            return OpenAIServer(url, _program(client, url, ""), None)
        if response.status_code != httpx.codes.OK:
            raise refused(response, at)
        try:
            listed: list[dict[str, Any]] = response.json()["data"] or []
            owner = str(listed[0].get("owned_by", "")) if listed else ""
            found = tuple(_read(entry) for entry in listed)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise failure("not_a_server", at) from error
        program = _program(client, url, owner)
        if program == "llama.cpp" and len(found) == 1 and found[0].context is None:
            found = (_with_context(found[0], client, url),)
    return OpenAIServer(url, program, found)


def probing_client(settings: Settings) -> httpx.Client:
    """Return a client with short time-outs that goes nowhere else; raises as `openai_server` before anything is sent."""
    check_destination(settings.llm_url, settings.allow_remote)
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    return httpx.Client(**manners(settings.llm_url, timeout, settings.llm_key))


def _unreached(error: httpx.HTTPError, at: Address) -> ModelError:
    return failure("no_server", at, str(error) or type(error).__name__)


def _read(entry: dict[str, Any]) -> ServedModel:
    meta = entry.get("meta") or {}
    context = entry.get("max_model_len") or meta.get("n_ctx") or entry.get("context_length")
    return ServedModel(
        str(entry["id"]),
        tuple(str(alias) for alias in entry.get("aliases") or ()),
        int(context) if context else None,
        meta.get("n_params"),
        meta.get("size"),
    )


def _program(client: httpx.Client, url: str, owner: str) -> Program:
    if owner == "llamacpp":
        return "llama.cpp"
    if owner == "vllm":
        return "vllm"
    # Ollama's own route knows a context length, which this one ignores.
    return "ollama" if _found(client, f"{root_url(url)}/api/version").get("version") else "other"


def _with_context(model: ServedModel, client: httpx.Client, url: str) -> ServedModel:
    settings = _found(client, f"{root_url(url)}/props").get("default_generation_settings") or {}
    return ServedModel(model.name, model.aliases, settings.get("n_ctx"), model.parameters, model.size)


def _found(client: httpx.Client, url: str) -> dict[str, Any]:
    try:
        answer = client.get(url).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _short(name: str) -> str:
    # llama.cpp calls a model by the path of its file.
    return PurePosixPath(name).name if name.endswith(".gguf") else name


def _stem(name: str) -> str:
    return _short(name).removesuffix(".gguf").casefold()
