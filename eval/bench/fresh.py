"""The first question and the memory of a process that has done nothing else: a bench's own data would count there."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context

from eval.machine import memory_peak_mb
from rag.assistant import build_assistant
from rag.schema import Question
from rag.settings import Settings

_LOADED_LATE = ("chromadb", "onnxruntime", "tokenizers")
"""Libraries that a part imports when it is first used."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a new process took."""

    first_question_seconds: float
    """From the call to the first hits: imports done, models and indexes not loaded."""
    memory_mb: float
    """Largest resident memory after all questions, in megabytes of 1,000,000 bytes."""


def measure_fresh(settings: Settings, questions: Sequence[Question]) -> Fresh:
    """Search for some questions in a process of its own, as the product is set up.

    Args:
        settings: Of the collection and its models.
        questions: At least one.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_search_all, settings, tuple(questions)).result()


def _search_all(settings: Settings, questions: Sequence[Question]) -> Fresh:
    for library in _LOADED_LATE:
        import_module(library)
    started = time.perf_counter()
    assistant = build_assistant(settings, searching_only=True)
    assistant.search(questions[0], viewer=assistant.owner)
    first = time.perf_counter() - started
    for question in questions[1:]:
        assistant.search(question, viewer=assistant.owner)
    return Fresh(first, memory_peak_mb())
