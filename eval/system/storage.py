"""What systems with indexes of their own keep: vectors, by text and model.

The indexes themselves are made anew for each run, so that they always are what this run's code makes of the collection;
that takes a second or two for a thousand clauses. To embed the texts takes minutes, and is done once.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from rag.catalog.disk import unwritable
from rag.catalog.vectors import VectorCache
from rag.embed import Embedder

VECTORS = Path("eval", "cache")
"""Below the data folder; may be deleted at any time."""
_BATCH = 64
_PAGE = 500


def temporary_folder() -> Path:
    """Return a new folder, which is deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="policyqa-eval-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def embedded(
    texts: Sequence[str],
    embedder: Embedder,
    folder: Path,
    model: str,
    progress: Callable[[str, int, int], None],
) -> np.ndarray:
    """Return the vectors of passages; those that are in the cache are not made again.

    Args:
        texts: In any order; equal ones are embedded once.
        embedder: Makes the vectors of passages.
        folder: Of the cache; made when missing.
        model: Name of the embedder: vectors of others are not used.
        progress: Told of texts that are embedded, as `embed`.

    Returns:
        float32, shape (len(texts), dimension); (0, 0) for no texts.

    Raises:
        DiskFull: There is no room for the cache.
        ModelUnavailable: The embedder's server is gone.
    """
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    by_key = dict(zip(keys, texts, strict=True))
    with closing(VectorCache(folder, model)) as cache:
        known = cache.keys()
        missing = [key for key in by_key if key not in known]
        for start in range(0, len(missing), _BATCH):
            progress("embed", start, len(missing))
            batch = missing[start : start + _BATCH]
            made = embedder.get_text_embedding_batch([by_key[key] for key in batch])
            cache.add({key: np.array([vector]) for key, vector in zip(batch, made, strict=True)})
        if missing:
            progress("embed", len(missing), len(missing))
        wanted = list(by_key)
        found: dict[str, np.ndarray] = {}
        for start in range(0, len(wanted), _PAGE):
            found |= cache.get(wanted[start : start + _PAGE])
    return np.stack([found[key][0] for key in keys])
