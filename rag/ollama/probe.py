"""The Ollama server: where it may stand, what it has, and what its failures mean."""

import ipaddress
import socket
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

import httpx
from pydantic import ValidationError

from rag.errors import AccessRefused, ModelBroke, ModelError, ModelUnavailable, SettingsError
from rag.settings import Settings

CONNECT_TIMEOUT_S = 0.5
READ_TIMEOUT_S = 2.0
LAST_PORT = 65535
# Python's `is_private` also holds for documentation and test networks, and for every IPv4 address written as IPv6.
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


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
        return _full_name(model) in {_full_name(name) for name in self.models}

    def digest(self, model: str) -> str | None:
        """What tells the model from another of its name; None when it is not there or the server does not tell."""
        return {_full_name(name): digest for name, digest in self.digests.items()}.get(_full_name(model))


def ollama_status(settings: Settings) -> OllamaStatus:
    """Ask the server at `settings.llm_url` for its models; takes at most a few seconds and loads nothing.

    Raises:
        AccessRefused: The address is outside and `allow_remote` is off; nothing was sent.
        SettingsError: `llm_url` is not an http address.
    """
    url = settings.llm_url
    with _client(settings) as client:
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
        try:
            version = str(_asked(client, "GET", "/api/version")["version"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            version = None
    return OllamaStatus(url, True, models, version, digests=digests)


def model_context(settings: Settings, model: str) -> int | None:
    """The longest context that `model` was made for, in tokens; None when the server does not say."""
    with _client(settings) as client:
        try:
            info = _asked(client, "POST", "/api/show", {"model": model})["model_info"]
            return int(info[f"{info['general.architecture']}.context_length"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None


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
    status = getattr(error, "status_code", None)
    if status is not None:
        return _refused(status, str(getattr(error, "error", error)), model, url)
    if isinstance(error, ConnectionError | httpx.ConnectError | httpx.ConnectTimeout):
        return no_server(url)
    if isinstance(error, httpx.TimeoutException):
        if begun:
            return ModelBroke(
                f"Ollama at {url} fell silent in the middle of an answer.", fix="ask again; see `ollama ps`"
            )
        message = (
            f"Ollama at {url} gave no first word of {model!r} in time; it may be loading the model or busy."
        )
        # The server reads an abandoned prompt to its end, so that a retry at once only queues behind it.
        return ModelUnavailable(message, fix="wait a minute and ask again, or raise POLICYQA_LLM_TIMEOUT_S")
    if isinstance(error, httpx.TransportError):
        message = f"Ollama at {url} broke the connection before the end of the answer ({error})."
        return ModelBroke(message, fix="ask again; if it happens again, look into the log of `ollama serve`")
    return ModelBroke(f"{url} does not answer as Ollama does ({error}).", fix="correct POLICYQA_LLM_URL")


def no_server(url: str, problem: str | None = None) -> ModelUnavailable:
    """The error for a server that does not answer, or not as Ollama does; `problem` says how it was noticed."""
    why = f" ({problem})" if problem else ""
    return ModelUnavailable(
        f"No Ollama server answers at {url}{why}.", fix="ollama serve, or correct POLICYQA_LLM_URL"
    )


def missing_model(url: str, model: str) -> ModelUnavailable:
    """The error for a model that is not installed."""
    return ModelUnavailable(f"Ollama at {url} has no model {model!r}.", fix=f"ollama pull {model}")


def _refused(status: int, words: str, model: str, url: str) -> ModelError:
    if status == httpx.codes.NOT_FOUND:
        return missing_model(url, model)
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        return ModelUnavailable(f"Ollama at {url} is busy: {words}", fix="ask again in a minute")
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return ModelUnavailable(
            f"The model server at {url} asks for a key: {words}", fix="set POLICYQA_LLM_KEY"
        )
    if status < 0:
        # An error line inside a stream that had begun with status 200: the model's process died.
        message = f"The model {model!r} stopped in the middle of an answer: {words}"
        return ModelBroke(
            message, fix="ask again; if it happens again, try a smaller model or POLICYQA_NUM_CTX"
        )
    message = f"Ollama at {url} refused the request for {model!r}: {words} (status {status})"
    return ModelUnavailable(message, fix="policyqa doctor")


def check_destination(url: str, allow_remote: bool) -> None:
    """Refuse a server outside this machine and its private network.

    A host name counts as inside if it resolves, and only to loopback or private addresses.

    Args:
        url: `http://` or `https://` address of a model server.
        allow_remote: The administrator's setting; True allows every address.

    Raises:
        AccessRefused: The address is outside and `allow_remote` is False.
        SettingsError: `url` is not such an address, or holds a user name.
    """
    host = _host(url)
    if allow_remote or is_near(url):
        return
    if not _addresses(host):
        message = f"The model server's host {host!r} does not resolve, so it cannot be known to be nearby."
        raise AccessRefused(message, fix="correct POLICYQA_LLM_URL, or set POLICYQA_ALLOW_REMOTE=true")
    message = f"The model server {url} is outside this machine and its private network; questions and clauses would go there."
    raise AccessRefused(
        message, fix="set POLICYQA_LLM_URL to a server nearby, or POLICYQA_ALLOW_REMOTE=true to allow it"
    )


def is_near(url: str) -> bool:
    """Whether `url` leads to this machine or its private network; False for a name that does not resolve."""
    host = _host(url)
    if host.rstrip(".").lower() == "localhost":
        return True
    addresses = _addresses(host)
    return bool(addresses) and all(_is_private(address) for address in addresses)


def _host(url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    usable = parts.scheme in {"http", "https"} and parts.raw_host and (parts.port or 0) <= LAST_PORT
    if not usable or parts.userinfo:
        # The address is not repeated: a user name often comes with a password.
        message = "POLICYQA_LLM_URL is not an address such as http://127.0.0.1:11434 (no user name in it)."
        raise SettingsError(
            message, fix="POLICYQA_LLM_URL=http://127.0.0.1:11434, and POLICYQA_LLM_KEY for a key"
        )
    return parts.raw_host.decode("ascii")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(address[4][0]) for address in found]


def _is_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    # 0.0.0.0, often copied from OLLAMA_HOST, reaches this machine only.
    return inner.is_unspecified or any(inner in network for network in PRIVATE_NETWORKS)


def _full_name(model: str) -> str:
    name = model.lower().removeprefix("library/")
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def _client(settings: Settings) -> httpx.Client:
    check_destination(settings.llm_url, settings.allow_remote)
    key = settings.llm_key
    return httpx.Client(
        base_url=settings.llm_url,
        headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else {},
        timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
        # A proxy named in the environment would carry local traffic outside.
        trust_env=not is_near(settings.llm_url),
    )


def _asked(
    client: httpx.Client, method: str, path: str, body: dict[str, str] | None = None
) -> dict[str, Any]:
    response = client.request(method, path, json=body)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
