"""One size measured from nothing to a report."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from eval.bench.public import PublicSet, Query
from eval.bench.scale.asking import asking, load
from eval.bench.scale.collection import Storing, add_one, disk_mb, make
from eval.bench.scale.laws import RepeatedLaws
from eval.bench.scale.report import ScaleReport
from eval.bench.scale.saving import save
from eval.bench.scale.vectors import Progress, fill
from eval.machine import machine, memory_peak_mb
from eval.provenance import checkout, code_facts, decisive_settings
from rag.catalog import Catalog
from rag.chunk.parts import TEMPLATE
from rag.settings import Settings

_SPLIT = "train"
"""Of the questions: those of `dev` are for reporting."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    clauses: int
    embedded: int
    """Most clauses that are embedded."""
    questions: int
    adding: bool
    """Whether one more law is added."""
    threads: int
    """That ask at the same time; 0 for no load."""
    load_seconds: float
    saving: bool
    """Whether it is backed up and restored beside."""


def measure(
    public: PublicSet, plan: Plan, settings: Settings, storing: Storing, progress: Progress
) -> ScaleReport:
    """Make the collection, unless it is there, and measure it.

    Args:
        public: Laws and questions.
        plan: What is measured.
        settings: Of the product; collections lie below its data folder, each of its size.
        storing: How the product stores.
        progress: Told of the stages `embed`, `shake`, `index`, `pack` and `unpack`.
    """
    busy = os.getloadavg()[0]
    folder = settings.data / "eval" / "bench" / "scale"
    # No model writes: what is timed is the product's own.
    own = settings.model_copy(update={"data": folder / str(plan.clauses), "llm": "none"})
    laws = RepeatedLaws(public, plan.clauses)
    own.data.mkdir(parents=True, exist_ok=True)
    vectors = fill(laws, own, folder / "embedded", plan.embedded, progress)
    stored = make(laws, own, storing, progress).stored(plan.clauses, memory_peak_mb())
    questions = asked_of(public, laws, plan.questions)
    chunks = _chunks(own)
    return ScaleReport(
        clauses=plan.clauses,
        documents=len(laws),
        chunks=chunks,
        vectors=vectors,
        stored=stored,
        disk_mb=dict(disk_mb(own)),
        asking=asking(own, questions),
        load=load(own, questions, plan.threads, plan.load_seconds) if plan.threads else None,
        added=add_one(own, folder / "added", storing) if plan.adding else None,
        saved=save(own, folder / "saved", progress) if plan.saving else None,
        busy=(busy, os.getloadavg()[0]),
        about=_about(own, len(laws), plan),
    )


def asked_of(public: PublicSet, laws: RepeatedLaws, most: int) -> Sequence[str]:
    """Return questions from all over the set, at most so many; half of them, if there are enough, can be answered."""
    held = {public.ids[name] for name in laws.originals()}
    found = public.split(_SPLIT)
    right = _spread([query for query in found if public.qrels[query.qid] & held], most // 2)
    others = _spread([query for query in found if query not in right], most - len(right))
    return [query.question for query in (*right, *others)]


def _spread(queries: Sequence[Query], most: int) -> Sequence[Query]:
    step = max(1, len(queries) // max(1, most))
    return queries[::step][:most]


def _chunks(settings: Settings) -> int:
    with closing(Catalog(settings.data)) as catalog:
        return sum(parts for parts, _ in catalog.parts().values())


def _about(settings: Settings, documents: int, plan: Plan) -> dict[str, object]:
    return {
        "settings": decisive_settings(settings),
        "index": {"documents": documents, "clauses": plan.clauses, "template": TEMPLATE},
        "questions": {"split": _SPLIT, "count": plan.questions},
        "code": code_facts(),
        "checkout": checkout(),
        "machine": machine(settings.threads),
    }
