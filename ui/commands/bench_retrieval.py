"""How well clauses are found, by the product's own search: over a public test set, or over the user's collection."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ui.console import progress_bar

if TYPE_CHECKING:
    from eval.bench.public import PublicSet
    from eval.bench.questions import BenchSet
    from eval.bench.report import BenchReport, Filtered, Ingested
    from rag.settings import Settings

_FRESH_QUESTIONS = 20
"""So many fill a new process as a day does: each leg has been asked, the models hold their buffers."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured."""

    searches: Sequence[str]
    """Keys of `eval.bench.search.SEARCHES`."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """With which each question is timed once more; empty for none."""
    misses: int = 0
    """How many of the worst questions are shown."""


def measure_cases(
    name: str, split: str, settings: "Settings", limit: int | None, wanted: Wanted
) -> tuple["BenchReport", Path]:
    """Search the user's collection for each question of a set.

    Args:
        name: Of the bench.
        split: `dev`, `test`, `own`, or the path of a set.
        settings: Of the collection.
        limit: Most questions; None for all.
        wanted: What is measured.

    Returns:
        The report and the file in which it is kept.

    Raises:
        EmptyCollection: There is no collection.
        EvaluationError: There is no such set, the collection holds none of its clauses, or single questions are asked
            for that are kept for reporting.
    """
    from eval.bench.cases import case_bench, held_clauses  # noqa: PLC0415
    from eval.cases import load_cases  # noqa: PLC0415
    from eval.draft.own import set_path  # noqa: PLC0415

    answerable = [case for case in load_cases(set_path(split, settings.data)) if case.answerable]
    # By its name, wherever it lies: benches of one set are compared from machine to machine.
    bench = case_bench(name, Path(split).stem, answerable[:limit])
    _check(bench, wanted)
    lacking = bench.without_clause(held_clauses(settings.data))
    with _bars(wanted) as progress:
        report = _measured(bench, settings, wanted, progress, lacking=lacking)
    return report, _kept(report, settings)


def measure_public(
    folder: Path, split: str, settings: "Settings", limit: int | None, wanted: Wanted
) -> tuple["BenchReport", Path]:
    """Index a public set as a collection of its own, once, and search for each question of a split.

    Args:
        folder: Of the set.
        split: Which questions; `all` for all.
        settings: Of the product; the set's collection lies below its data folder.
        limit: Most questions; None for all.
        wanted: What is measured.

    Returns:
        The report and the file in which it is kept.

    Raises:
        EvaluationError: The set cannot be read, there is no such split, or single questions are asked for that are kept
            for reporting.
    """
    from eval.bench.public import PublicBench, read_set  # noqa: PLC0415

    public = read_set(folder)
    bench = PublicBench(public, split, tuple(public.split(split)[:limit]))
    _check(bench, wanted)
    own = settings.model_copy(update={"data": _folder(settings) / public.name})
    with _bars(wanted) as progress:
        ingested = _stored(public, own, progress)
        report = _measured(bench, own, wanted, progress, ingested=ingested)
    return report, _kept(report, settings)


def _check(bench: "BenchSet", wanted: Wanted) -> None:
    """Refuse what may not be shown, before slow work."""
    from eval.bench.misses import check_may_be_read  # noqa: PLC0415

    if wanted.misses:
        check_may_be_read(bench)


def _measured(
    bench: "BenchSet",
    settings: "Settings",
    wanted: Wanted,
    progress: Progress,
    *,
    ingested: "Ingested | None" = None,
    lacking: tuple[str, ...] = (),
) -> "BenchReport":
    from eval.bench import fresh  # noqa: PLC0415
    from eval.bench.misses import first_ranks, worst  # noqa: PLC0415
    from eval.bench.report import BenchReport, asked, search_score  # noqa: PLC0415
    from eval.bench.search import search_set  # noqa: PLC0415
    from eval.provenance import provenance  # noqa: PLC0415

    filtered = _filtered(settings, wanted.filters)
    # No model writes.
    about = provenance(settings, "none")
    questions = bench.questions
    new = fresh.measure_fresh(settings, [each.question for each in questions[:_FRESH_QUESTIONS]])
    scores, ranks, leading = {}, {}, None
    for name in wanted.searches:
        found = search_set(name, questions, settings, wanted.filters, partial(progress, name))
        by_measure = bench.score(found.hits)
        scores[name] = search_score(found, by_measure, questions)
        ranks[name] = first_ranks(bench, found.hits)
        leading = leading or (found.hits, by_measure)
    return BenchReport(
        set_name=bench.name,
        split=bench.split,
        questions=len(questions),
        passages=cast("dict[str, int]", about["index"])["clauses"],
        without_clause=lacking,
        memory_mb=new.memory_mb,
        first_question_seconds=new.first_question_seconds,
        ingested=ingested,
        filtered=filtered,
        searches=scores,
        misses=worst(bench, *leading, ranks, wanted.misses) if leading and wanted.misses else (),
        asked=asked(questions),
        about=about,
    )


def _stored(public: "PublicSet", settings: "Settings", progress: Progress) -> "Ingested | None":
    """Make the set's collection, or leave it as it is; say how fast its texts were embedded."""
    from eval.bench.report import Ingested  # noqa: PLC0415
    from ingest.records import store  # noqa: PLC0415

    seen: list[tuple[float, int]] = []

    def watched(stage: str, done: int, total: int) -> None:
        if stage == "embed":
            seen.append((time.perf_counter(), done))
        progress(stage, done, total)

    store([(d, public.clauses[d.document_id]) for d in public.documents], settings, watched)
    if not seen or seen[-1][1] == 0:
        return None
    return Ingested(seen[-1][1], seen[-1][1] / (seen[-1][0] - seen[0][0]))


def _filtered(settings: "Settings", filters: Mapping[str, str]) -> "Filtered | None":
    from eval.bench.report import Filtered  # noqa: PLC0415
    from eval.bench.search import documents_left  # noqa: PLC0415

    return Filtered(dict(filters), *documents_left(settings, filters)) if filters else None


def _folder(settings: "Settings") -> Path:
    return settings.data / "eval" / "bench"


def _kept(report: "BenchReport", settings: "Settings") -> Path:
    from eval.bench.report import keep  # noqa: PLC0415

    return keep(report, _folder(settings), datetime.now())


def _bars(wanted: Wanted) -> AbstractContextManager[Progress]:
    labels = {"embed": "向量 embed", "index": "索引 index", **{n: f"检索 {n}" for n in wanted.searches}}
    return progress_bar(labels)
