"""The dense leg of a generation on a Chroma server; `rag.chroma_server.place` says how generations share a collection."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.chunks import Progress, chunks
from rag.catalog import Catalog
from rag.chroma_server.place import (
    FILE,
    Place,
    check_place,
    chunk_name,
    clause_and_part,
    read_chunks,
    read_place,
)
from rag.errors import AccessRefused, ChromaUnavailable, IndexDamaged
from rag.generation import index_folder
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.chroma_server.writer import ServerWriter


def begin(catalog: Catalog, settings: Settings, *, anew: bool) -> None:
    """Look whether a run may change the vectors where they are, before it does anything else; inside `Catalog.writing`.

    Args:
        catalog: Of the collection.
        settings: Where the vectors should be.
        anew: The run makes all indexes from nothing, wherever they were.

    Raises:
        CollectionMismatch: They are elsewhere than the settings say.
        ChromaUnavailable: The server does not answer.
        AccessRefused: It is outside the private network, and that is not allowed.
    """
    if not anew:
        check_place(index_folder(settings.data, catalog.generation), settings)
    if settings.chroma_url is not None:
        from rag.chroma_server.writer import prepare  # noqa: PLC0415

        prepare(catalog, settings)


def store(catalog: Catalog, settings: Settings, folder: Path, before: Path | None, progress: Progress) -> int:
    """Put the chunks that a generation needs and that are not there yet onto the server.

    A run that is killed here leaves chunks that nobody finds; the next one uses or deletes them.

    Args:
        catalog: Inside a run.
        settings: Name the server.
        folder: Of the generation that is being made; it gets the name of the collection and those of the chunks.
        before: Folder of the generation before, whose collection is gone on with; None for a new collection.
        progress: Told of clauses.

    Returns:
        How many chunks the generation has.

    Raises:
        ChromaUnavailable: The server does not answer.
        IndexDamaged: The collection has gone meanwhile.
    """
    wanted = _wanted(catalog)
    with _writer(catalog, settings) as writer:
        known = read_place(before) if before else None
        place = writer.place_after(known)
        is_new = known is None or place.collection != known.collection
        # Before there is such a collection: what a kill leaves is known by this file.
        place.write(folder, wanted)
        collection = writer.opened(place, create=is_new)
        present = set() if is_new else writer.chunks(collection)
        digests = catalog.digests()
        fresh = list(dict.fromkeys(clause_and_part(name)[0] for name in wanted if name not in present))
        for batch in chunks(catalog, settings, fresh, progress):
            for node in batch:
                clause_id = node.node_id.rpartition("#")[0]
                node.id_ = chunk_name(node.node_id, digests[clause_id].digest)
            writer.add(collection, [node for node in batch if node.node_id not in present])
        writer.complete(collection, place)
    return len(wanted)


def sweep(catalog: Catalog, settings: Settings) -> None:
    """Delete from the server what no generation needs any more; left to the next run when the server is down.

    Args:
        catalog: Whose writer's place is still held.
        settings: Name the server, or none.
    """
    place = read_place(index_folder(settings.data, catalog.generation))
    if settings.chroma_url is None or place is None:
        return
    others = dict(_places(settings, catalog.generation))
    older = _chunks(folder for folder, other in others.items() if other.collection == place.collection)
    wanted = None if older is None else _wanted(catalog) | older
    # The next run finds the same to do.
    with suppress(ChromaUnavailable, IndexDamaged, AccessRefused), _writer(catalog, settings) as writer:
        writer.sweep(place.collection, wanted, [place, *others.values()])


def parts(
    catalog: Catalog, settings: Settings, folder: Path
) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
    """Compare a generation's chunks on the server with the catalog.

    Returns:
        What should be there and what is there, by clause_id: the number of chunks, and a mark that tells their words
        apart. While an older generation is still read, what only that one needs is left out.

    Raises:
        ChromaUnavailable: The server does not answer.
        IndexDamaged: It does not have the collection, or not all of this generation.
    """
    place = read_place(folder)
    if place is None:
        raise IndexDamaged(
            f"{folder} names no collection of a server.",
            fix="policyqa rebuild",
            chinese=(f"{folder} 没有写明服务器上的集合。", "policyqa rebuild"),
        )
    from rag.chroma_server.writer import check_server  # noqa: PLC0415

    check_server(settings)
    with _writer(catalog, settings) as writer:
        present = writer.chunks(writer.opened(place, create=False))
    wanted = _wanted(catalog)
    if any(other.collection == place.collection for _, other in _places(settings, catalog.generation)):
        present &= wanted
    return _by_clause(wanted), _by_clause(present)


def _by_clause(names: set[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for name in sorted(names):
        clause_id, mark = clause_and_part(name)[0], name.rpartition("@")[2]
        count, before = found.get(clause_id, (0, mark))
        found[clause_id] = (count + 1, mark if before == mark else "")
    return found


def _wanted(catalog: Catalog) -> set[str]:
    """Return the names of all chunks that the clauses of the catalog have now."""
    return {
        chunk_name(f"{clause_id}#{part}", made.digest)
        for clause_id, made in catalog.digests().items()
        for part in range(made.parts)
    }


def _chunks(folders: Iterable[Path]) -> set[str] | None:
    """Return the names of all chunks of some generations; None when those of one cannot be read."""
    found: set[str] = set()
    for folder in folders:
        if (names := read_chunks(folder)) is None:
            return None
        found |= names
    return found


def _places(settings: Settings, current: int) -> Iterator[tuple[Path, Place]]:
    """Yield folders and places of the other generations that are in the data folder: some are still read."""
    for path in (settings.data / "index").glob(f"*/{FILE}"):
        if path.parent.name != str(current) and (place := read_place(path.parent)):
            yield path.parent, place


def _writer(catalog: Catalog, settings: Settings) -> "closing[ServerWriter]":
    from rag.chroma_server.writer import ServerWriter  # noqa: PLC0415

    return closing(ServerWriter(catalog, settings))
