"""Questions to a collection in a process of its own, as the product is set up without a model."""

import time
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np

from eval.bench.scale.memory import Memory, memory
from rag.assistant import Assistant, build_assistant
from rag.catalog import Catalog
from rag.chunk.matrix import Matrix
from rag.dense import DenseLeg
from rag.embed import Embedder
from rag.generation import index_folder
from rag.hit.filters import allowed
from rag.keyword_index import KeywordIndex
from rag.rerank import Reranker
from rag.retrieve import Retriever
from rag.schema import Question, Viewer
from rag.settings import Settings

FILTERS: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "document": {"document_id": "FIRST"},
    "status": {"status": "试行"},
    "region": {"region": "贵州省"},
    "years": {"since": "2010", "until": "2014"},
    "nearly all": {"since": "1992"},
}
"""Name → filter, from one document to nearly all; FIRST stands for the first document of the collection."""
_SHOWN = 10
_Of = TypeVar("_Of")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of single questions."""

    median: float
    p95: float
    most: float
    cpu_median: float
    """Of all processors that worked on it, added up: what stays the same when others use the machine too."""
    cpu_p95: float
    questions: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """Searching under one filter, each question for the first time."""

    filters: dict[str, str]
    documents: int
    """That meet it."""
    clauses: int
    """Of these documents."""
    search: Times
    recall: float | None = None
    """Of the dense leg under the filter: the share of the ten nearest chunks of an exact search that it finds; None where no chunk is left."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a new process took."""

    first_answer_seconds: float
    """From its start to the first answer: the interpreter, imports, models, indexes; the files in the system's memory."""
    opened_seconds: float
    """Of that, models and indexes."""
    memory_at_first: Memory
    memory: Memory
    """After all questions."""
    ask: Times
    """Whole answers without a model, each question for the first time."""
    answered: float
    """Share of the questions that were not refused."""
    filtered: dict[str, Filtered]
    """By the keys of `FILTERS`: searching, ten hits."""
    dense: Times
    """The dense leg alone, without a filter and without the embedding of the question."""
    exact: Times
    """Each chunk compared in full."""


@dataclass(frozen=True, slots=True)
class Load:
    """Questions of several threads to one process."""

    threads: int
    seconds: float
    answers_a_second: float
    times: Times
    """From a question to its whole answer; the processors' time is the mean of all."""


def asking(settings: Settings, questions: Sequence[str]) -> Asking:
    """Ask in a new process; at least one question."""
    return _apart(partial(_ask_all, settings, tuple(questions), time.time()))


def load(settings: Settings, questions: Sequence[str], threads: int, seconds: float) -> Load:
    """Let threads of a new process ask one question after the other for some seconds, each its whole answer."""
    return _apart(partial(_loaded, settings, tuple(questions), threads, seconds))


def _apart(work: Callable[[], _Of]) -> _Of:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work).result()


def _ask_all(settings: Settings, questions: Sequence[str], started: float) -> Asking:
    begun = time.time()
    kept: list[tuple[DenseLeg, Embedder, Path]] = []

    def make(
        catalog: Catalog,
        keyword: KeywordIndex,
        store: DenseLeg,
        embedder: Embedder,
        reranker: Reranker | None,
    ) -> Retriever:
        kept.append((store, embedder, index_folder(settings.data, catalog.generation)))
        return Retriever(catalog, keyword, store, embedder, reranker)

    assistant = build_assistant(settings, retriever=make)
    opened = time.time() - begun
    assistant.ask(Question(questions[0]))
    first, at_first = time.time() - started, memory()
    # A question's second time is faster: the sentences of its clauses are embedded once. So none is put twice.
    searched, whole = questions[1::2] or questions, questions[::2]
    filtered = {name: _filtered(assistant, searched, filters) for name, filters in FILTERS.items()}
    asked = _times([partial(assistant.ask, Question(q)) for q in whole])
    answered = float(np.mean([assistant.ask(Question(q)).verdict != "refused" for q in whole]))
    held = memory()
    dense, embedder, folder = kept[0]
    exact = Matrix(folder)
    vectors = [embedder.get_query_embedding(q) for q in questions]
    # The exact search touches the pages of all vectors: last, so that no other figure has them in its memory.
    near = partial(_recall, dense, exact, vectors)
    filtered = {name: replace(f, recall=near(_left(assistant, f.filters))) for name, f in filtered.items()}
    return Asking(
        first,
        opened,
        at_first,
        held,
        asked,
        answered,
        filtered,
        _times([partial(dense.search, v, _SHOWN) for v in vectors]),
        _times([partial(exact.nearest, v, _SHOWN, exact.documents, in_full=True) for v in vectors[:20]]),
    )


def _recall(
    dense: DenseLeg, exact: Matrix, vectors: Sequence[Sequence[float]], within: Set[str]
) -> float | None:
    """Return the share of the ten nearest chunks of an exact search that the leg finds, on average; None where there is none."""
    if not exact.chunks_in(within):
        return None
    only = None if within >= exact.documents else within
    near = [dense.search(vector, _SHOWN, only) for vector in vectors]
    right = [exact.nearest(vector, _SHOWN, within, in_full=True) for vector in vectors]
    return float(np.mean([_share(a, b) for a, b in zip(near, right, strict=True)]))


def _share(found: Sequence[tuple[str, float]], right: Sequence[tuple[str, float]]) -> float:
    """Return how many of the right clauses were found; equally near ones count as each other."""
    names, least = {name for name, _ in found}, right[-1][1]
    wanted = {name for name, _ in right}
    as_near = sum(cosine >= least - 1e-5 for name, cosine in found if name not in wanted)
    return min(1.0, (len(wanted & names) + as_near) / len(wanted))


def _filtered(assistant: Assistant, questions: Sequence[str], filters: Mapping[str, str]) -> Filtered:
    first = assistant.documents()[0].document_id
    wanted = {key: first if value == "FIRST" else value for key, value in filters.items()}
    counts, left = assistant.clause_counts(), _left(assistant, wanted)
    asked = [replace(Question(q), filters=wanted) for q in questions]
    times = _times([partial(assistant.search, q, _SHOWN) for q in asked])
    return Filtered(wanted, len(left), sum(counts[i] for i in left), times)


def _left(assistant: Assistant, filters: Mapping[str, str]) -> set[str]:
    """Return the ids of the documents that meet filters."""
    return {d.document_id for d in allowed(assistant.documents(), filters, None, Viewer())}


def _times(acts: Sequence[Callable[[], object]]) -> Times:
    """Do one after the other; the first is done twice, as it touches pages that nobody has touched."""
    acts[0]()
    seconds, cpu = [], []
    for act in acts:
        started, worked = time.perf_counter(), time.process_time()
        act()
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
    return times_of(seconds, cpu)


def times_of(seconds: Sequence[float], cpu: Sequence[float]) -> Times:
    """Return the figures of some times, at least one of each kind."""
    median, p95, most = (round(float(x), 2) for x in np.percentile(np.asarray(seconds) * 1000, [50, 95, 100]))
    cpu_median, cpu_p95 = (round(float(x), 2) for x in np.percentile(np.asarray(cpu) * 1000, [50, 95]))
    return Times(median, p95, most, cpu_median, cpu_p95, len(seconds))


def _loaded(settings: Settings, questions: Sequence[str], threads: int, seconds: float) -> Load:
    assistant = build_assistant(settings)
    for question in questions[:threads]:
        assistant.ask(Question(question))
    numbers, lock = count(), Lock()
    started, worked = time.perf_counter(), time.process_time()

    def one_after_another(_: int) -> list[float]:
        taken = []
        while (begun := time.perf_counter()) < started + seconds:
            with lock:
                number = next(numbers)
            assistant.ask(Question(questions[number % len(questions)]))
            taken.append(time.perf_counter() - begun)
        return taken

    with ThreadPoolExecutor(threads) as pool:
        taken = [each for made in pool.map(one_after_another, range(threads)) for each in made]
    whole, cpu = time.perf_counter() - started, (time.process_time() - worked) / len(taken)
    return Load(threads, round(whole, 2), round(len(taken) / whole, 2), times_of(taken, [cpu]))
