"""A small sample of a text's wording, enough to tell how much two texts have in common.

Mod-p sampling of shingles, after A. Broder, "On the resemblance and containment of documents" (1997).
"""

import numpy as np

from rag.text import bare

_SHINGLE = 8
_KEPT = np.uint32(16)
"""One of so many shingles is kept, always the same ones."""
_FACTOR = 0x9E3779B1
"""Of the polynomial hash; odd, so that no character is lost modulo 2^32."""


def sketch(text: str) -> np.ndarray:
    """Return sorted distinct uint32, about one for every 16 characters; empty for a text of fewer than eight."""
    codes = np.frombuffer(bare(text).encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)
    count = max(len(codes) - _SHINGLE + 1, 0)
    values = np.zeros(count, dtype=np.uint32)
    for offset in range(_SHINGLE):
        values = values * np.uint32(_FACTOR) + codes[offset : offset + count]
    # The low bits of a polynomial hash depend on the last characters only.
    values ^= values >> np.uint32(15)
    values *= np.uint32(_FACTOR)
    values ^= values >> np.uint32(13)
    return np.unique(values[values % _KEPT == 0])


def containment(a: np.ndarray, b: np.ndarray) -> float:
    """Return the share in [0, 1] of the shorter text's wording that stands in the other; 0 when one is empty."""
    smaller = min(len(a), len(b))
    return _common(a, b) / smaller if smaller else 0.0


def resemblance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the share in [0, 1] of both texts' wording that they have in common; 0 when both are empty."""
    both = _common(a, b)
    total = len(a) + len(b) - both
    return both / total if total else 0.0


def _common(a: np.ndarray, b: np.ndarray) -> int:
    return len(np.intersect1d(a, b, assume_unique=True))
