"""Where the vectors of a generation are on a Chroma server, and the names of the chunks there.

All generations of a data folder share one collection of the server, changed in place: a copy for each run would cost as
much as the whole collection. Readers still see one state. The name of a chunk ends with a digest of its text and
metadata, so that the old and the new words of a clause stand side by side; a run first adds what its generation needs,
then the catalog's transaction names the generation, and then what no generation needs that is still held is deleted. What
a reader finds beyond its own generation it drops (`rag.chroma_server.reader`).
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import CollectionMismatch
from rag.settings import Settings

FILE = "server.json"
"""In the folder of a generation; not there when its vectors are."""
CHUNKS = "server-chunks.json"
"""Beside it: the names of the chunks of the generation."""
_PREFIX = "policyqa-"
_DIGEST_CHARS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """The part of a server that belongs to one generation."""

    collection: str
    """Name of the collection; a new one for each rebuild."""
    token: str
    """The collection's metadata list it when all chunks of the generation are there."""

    def write(self, folder: Path, chunks: Collection[str]) -> None:
        """Put it and the names of its chunks into the folder of its generation."""
        (folder / CHUNKS).write_text(json.dumps(sorted(chunks), ensure_ascii=False), encoding="utf-8")
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def new_place(collection: str | None = None) -> Place:
    """Return the place of a new generation, in a collection that is there or in a new one."""
    return Place(collection or f"{_PREFIX}{secrets.token_hex(8)}", secrets.token_hex(6))


def read_place(folder: Path) -> Place | None:
    """Return the place of the vectors of a generation; None when they are in its folder, or nothing can be read."""
    try:
        return Place(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_chunks(folder: Path) -> set[str] | None:
    """Return the names of the chunks of a generation; None when they cannot be read."""
    try:
        return set(json.loads((folder / CHUNKS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def check_place(folder: Path, settings: Settings) -> None:
    """Refuse a generation whose vectors are elsewhere than the settings say.

    Raises:
        CollectionMismatch: They are in its folder and should be on a server, or the other way.
    """
    on_server = (folder / FILE).exists()
    if on_server == (settings.chroma_url is not None) or not folder.is_dir():
        return
    if on_server:
        message = f"The vectors of {settings.data} are on a Chroma server; POLICYQA_CHROMA_URL is not set."
    else:
        message = f"The vectors of {settings.data} are in that folder; POLICYQA_CHROMA_URL names a server."
    raise CollectionMismatch(
        message,
        fix="policyqa rebuild, or set POLICYQA_CHROMA_URL back",
        chinese=(
            f"{settings.data} 的向量在 Chroma 服务器上，但没有设置 POLICYQA_CHROMA_URL。"
            if on_server
            else f"{settings.data} 的向量在该文件夹中，但 POLICYQA_CHROMA_URL 指定了服务器。",
            "policyqa rebuild，或把 POLICYQA_CHROMA_URL 改回",
        ),
    )


def chunk_name(node_id: str, digest: str) -> str:
    """Return the name of a chunk on a server, from its id (`clause_id#part`) and the digest of its clause."""
    return f"{node_id}@{digest[:_DIGEST_CHARS]}"


def clause_and_part(name: str) -> tuple[str, int]:
    """Return the clause_id and the part of a chunk from its name."""
    clause_id, _, part = name.rpartition("@")[0].rpartition("#")
    return clause_id, int(part)
