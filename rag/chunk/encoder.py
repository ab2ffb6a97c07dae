"""The bundled model on onnxruntime: texts to vectors, without torch and without LlamaIndex."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from threading import Lock, Thread

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rag.chunk.processor import saturates

_CALLERS = 4
"""Most texts that are encoded at the same time."""
_LOADING = Lock()


class Encoder:
    """A small Chinese and English embedder: 384 numbers, at most 512 tokens."""

    def __init__(self, threads: int) -> None:
        """Load the model; `threads` 0 leaves their number to onnxruntime."""
        folder = files("rag").joinpath("models", "clause_embed")
        self._config = json.loads(folder.joinpath("config.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # The arena keeps the largest batch it has seen for ever: 1 GB after one batch of long clauses.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        # Threads that wait by spinning take the second core from the imports that go on beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if saturates():
            # A quarter slower, but nearer to what a processor with VNNI gives; there it would change nothing.
            options.add_session_config_entry("session.x64quantprecision", "1")
        # Some fusions are slower than what they replace; each changes the rounding, so a model names those it was measured without.
        self._session = onnxruntime.InferenceSession(
            folder.joinpath("model.onnx").read_bytes(),
            options,
            disabled_optimizers=self._config.get("disabled_optimizers"),
        )
        self._tokenizer = Tokenizer.from_str(folder.joinpath("tokenizer.json").read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(self._config["max_tokens"])
        self._callers = threads or min(os.cpu_count() or 1, _CALLERS)

    @property
    def dimension(self) -> int:
        """Numbers of one vector."""
        return int(self._config["dimension"])

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return float32, shape (len(texts), dimension), rows of unit length; (0, dimension) for no texts."""
        return self._encode(texts, self._config["query_prefix"])

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return the same for texts to be found."""
        return self._encode(texts, self._config["document_prefix"])

    def _encode(self, texts: Sequence[str], prefix: str) -> np.ndarray:
        prefixed = [prefix + text for text in texts]
        if len(prefixed) < 2 or self._callers == 1:
            vectors = [self._vector(text) for text in prefixed]
        else:
            # Two texts at once keep two cores busier than one text on two threads, which wait for each other at each step.
            with ThreadPoolExecutor(self._callers) as pool:
                vectors = list(pool.map(self._vector, prefixed))
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), dtype=np.float32)

    def _vector(self, text: str) -> np.ndarray:
        """Encode one text alone: in a batch the 8-bit scales, and so the vector, would depend on the texts beside it.

        It is also twice as fast on two cores as batches of 64, which are padded to their longest text.
        """
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self._session.run(None, feeds)[0][0].mean(0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


@lru_cache(maxsize=1)
def _loaded(threads: int) -> Encoder:
    return Encoder(threads)


def load_encoder(threads: int) -> Encoder:
    """Return the model, loaded once a process; waits for another thread that is loading it."""
    with _LOADING:
        return _loaded(threads)


def preload(threads: int) -> None:
    """Load the model beside slow imports; it is mostly native code, so the two do not wait for each other.

    A program that ends before waits for it, 0.4 s at most: Python kills a daemon thread inside the native code, which aborts.
    """
    Thread(target=load_encoder, args=(threads,), name="encoder").start()
