"""One Chroma server: the requests that are made to it, and what they may fail with in the words of the product."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import chromadb
import httpx
from chromadb.api import ServerAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System
from chromadb.errors import NotFoundError

from rag.errors import AccessRefused, ChromaUnavailable, IndexDamaged
from rag.server.destination import CHROMA_URL, HostUnknown, check_destination
from rag.settings import Settings
from rag.vector_store import GRAPH

READ_S = 3.0
"""How long a question waits for a word from the server, once: then it is answered without, and the server is left alone."""
WRITE_S = 120.0
"""How long a run does: a server that puts thousands of chunks into its graph is silent meanwhile."""
_CONNECT_S = 2.0
_PAGE = 5000
_ANY_PORT = 1
_DATABASE = (chromadb.DEFAULT_TENANT, chromadb.DEFAULT_DATABASE)


class ChromaServer:
    """The server that the settings name; nothing is asked before a method is called. Several threads may share it."""

    def __init__(self, settings: Settings, timeout_s: float) -> None:
        """Prepare the connection.

        Args:
            settings: `chroma_url` must be set; `chroma_token` is sent when it is.
            timeout_s: Longest silence of the server.

        Raises:
            AccessRefused: It is outside the private network, and that is not allowed.
            SettingsError: `chroma_url` is not an address.
        """
        self.url, self._allow_remote = (settings.chroma_url or "").rstrip("/"), settings.allow_remote
        # A container that is stopped has no name: as one that does not answer.
        with suppress(HostUnknown):
            self._check_destination()
        how = ChromaSettings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=self.url,
            # Demanded, and not used: the address has one.
            chroma_server_http_port=_ANY_PORT,
            # Of a session that is closed below, before it is used: certificates take 50 ms to read.
            chroma_server_ssl_verify=False,
            anonymized_telemetry=False,
        )
        # Not HttpClient: it asks the server at once, and waits for ever.
        self._api: Any = System(how).instance(ServerAPI)
        self._api._session.close()
        self._session = self._api._session = httpx.Client(
            verify=_certificates(trust_env=settings.allow_remote),
            timeout=httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            headers={"Content-Type": "application/json"} | _token(settings),
            # A proxy of the environment is for the world outside.
            trust_env=settings.allow_remote,
            event_hooks={"request": [self._watch]},
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _watch(self, request: httpx.Request) -> None:
        """Look where the address leads before each connection: a name may lead elsewhere than it did."""

        def before(event: str, _: Mapping[str, Any]) -> None:
            if event == "connection.connect_tcp.started":
                self._check_destination()

        request.extensions["trace"] = before

    def _check_destination(self) -> None:
        check_destination(self.url, self._allow_remote, setting=CHROMA_URL)

    def version(self) -> str:
        """Return what the server says of its version; raises as `check`."""
        with self.told():
            return str(self._api.get_version())

    def check(self) -> None:
        """Raise ChromaUnavailable, or what else `told` does, when the server does not answer."""
        with self.told():
            self._api.heartbeat()

    def collection(self, name: str) -> Collection:
        """Return a collection; raises as `check`, and IndexDamaged when there is none of that name."""
        tenant, database = _DATABASE
        with self.told():
            model = self._api.get_collection(name, tenant=tenant, database=database)
            return Collection(client=self._api, model=model, embedding_function=None)

    def create(self, name: str, metadata: dict[str, str]) -> Collection:
        """Make an empty collection; raises as `check`."""
        with self.told():
            model = self._api.create_collection(
                name,
                configuration={"hnsw": GRAPH},
                metadata=metadata,
            )
            return Collection(client=self._api, model=model, embedding_function=None)

    def delete(self, name: str) -> None:
        """Delete a collection; raises as `collection`."""
        with self.told():
            self._api.delete_collection(name)

    def names(self, owner: str) -> list[str]:
        """Return the names of the collections of one data folder; raises as `check`."""
        with self.told():
            found = self._api.list_collections()
        return [one.name for one in found if (one.metadata or {}).get("owner") == owner]

    def count(self, collection: Collection) -> int:
        """Return how many chunks a collection has; raises as `collection`."""
        with self.told():
            return int(collection.count())

    def chunks(self, collection: Collection) -> set[str]:
        """Return the names of all chunks of a collection; raises as `collection`."""
        found: list[str] = []
        with self.told():
            while True:
                page: Sequence[str] = collection.get(include=[], limit=_PAGE, offset=len(found))["ids"]
                found += page
                if len(page) < _PAGE:
                    return set(found)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Translate what goes wrong in a `with` block.

        Raises:
            IndexDamaged: The server does not have the collection.
            AccessRefused: Its name leads outside the private network now, and that is not allowed.
            ChromaUnavailable: Anything else: it does not answer, answers late, or is something else.
        """
        try:
            yield
        except HostUnknown as error:
            message, fix = error.words("zh")
            raise ChromaUnavailable(
                error.message,
                fix=f"start that server, or {error.fix}",
                chinese=(message, f"启动该服务器，或{fix}"),
            ) from error
        except AccessRefused:
            raise
        except NotFoundError as error:
            raise lost(self.url) from error
        except (
            Exception
        ) as error:  # Chroma's client raises `Exception` itself for a status that it does not know.
            reason = f"{type(error).__name__} {error}".strip()[:200]
            raise ChromaUnavailable(
                f"The Chroma server at {self.url} does not answer as it should: {reason}.",
                fix="start it (chroma run --path FOLDER --host HOST --port PORT), or correct POLICYQA_CHROMA_URL",
                chinese=(
                    f"Chroma 服务器 {self.url} 没有正常应答：{reason}。",
                    "启动它（chroma run --path FOLDER --host HOST --port PORT），或更正 POLICYQA_CHROMA_URL",
                ),
            ) from error


def lost(url: str) -> IndexDamaged:
    """Return the error that says that a server does not have what it should."""
    return IndexDamaged(
        f"The Chroma server at {url} does not hold the vectors of this collection.",
        fix="policyqa rebuild",
        chinese=(f"Chroma 服务器 {url} 上没有本库的向量。", "policyqa rebuild"),
    )


def too_slow(url: str, seconds: float) -> ChromaUnavailable:
    """Return the error that says that questions do without a server for now that answers, but late."""
    return ChromaUnavailable(
        f"The Chroma server at {url} takes {seconds:.1f} s for a question.",
        fix="see what keeps it busy; policyqa doctor tells when it is asked again",
        chinese=(
            f"Chroma 服务器 {url} 回答一个问题要 {seconds:.1f} 秒。",
            "查看它为何繁忙；policyqa doctor 会显示何时恢复使用",
        ),
    )


@cache
def _certificates(*, trust_env: bool) -> ssl.SSLContext:
    """Return what httpx would verify servers by, read once in a process."""
    return httpx.create_ssl_context(trust_env=trust_env)


def _token(settings: Settings) -> dict[str, str]:
    """Return the headers that a proxy in front of the server, or a hosted one, knows its users by."""
    if settings.chroma_token is None:
        return {}
    token = settings.chroma_token.get_secret_value()
    return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token}
