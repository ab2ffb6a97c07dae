"""What `doctor` says about where the vectors are."""

from contextlib import closing
from typing import Any

from rag.catalog import Catalog
from rag.chroma_server.place import read_place
from rag.errors import PolicyQAError
from rag.generation import index_folder
from rag.settings import Settings


def vector_facts(settings: Settings) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """Ask the Chroma server of the settings for itself and for what it holds of the collection.

    Returns:
        Facts by name, and what is wrong with its fix; None when nothing is.

    Raises:
        PolicyQAError: The server may not be asked.
    """
    if settings.chroma_url is None:
        return {"kept in": str((settings.data / "index").absolute())}, None
    from rag.chroma_server.server import READ_S, ChromaServer  # noqa: PLC0415

    facts: dict[str, Any] = {"kept by": f"{settings.chroma_url} (no answer)"}
    with closing(ChromaServer(settings, READ_S)) as server:
        try:
            facts["kept by"] = f"{settings.chroma_url} (Chroma API {server.version()})"
            with closing(Catalog(settings.data)) as catalog:
                place = read_place(index_folder(settings.data, catalog.generation))
            if place:
                facts["collection"] = place.collection
                facts["chunks"] = server.count(server.collection(place.collection))
        except PolicyQAError as error:
            return facts, (error.message, error.fix)
    return facts, None
