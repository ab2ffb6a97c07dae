"""How well passages of a public test set are found, by the product's own search."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ui.console import progress_bar

if TYPE_CHECKING:
    from eval.public.report import RetrievalReport
    from rag.settings import Settings


def measure_retrieval(
    folder: Path, settings: "Settings", split: str, limit: int | None, searches: Sequence[str]
) -> tuple["RetrievalReport", Path]:
    """Index a set as a collection of its own, once, and search for each question of a split.

    Args:
        folder: Of the set.
        settings: Of the product; the set's collection lies below its data folder.
        split: Which questions; `all` for all.
        limit: Most questions; None for all.
        searches: Keys of `eval.public.search.SEARCHES`.

    Returns:
        The report and the file in which it is kept.

    Raises:
        EvaluationError: The set cannot be read, or there is no such split or search.
    """
    from eval.machine import memory_peak_mb  # noqa: PLC0415
    from eval.provenance import provenance  # noqa: PLC0415
    from eval.public.report import RetrievalReport, keep  # noqa: PLC0415
    from eval.public.search import check_searches, search_set  # noqa: PLC0415
    from eval.public.sets import read_set  # noqa: PLC0415
    from ingest.records import store  # noqa: PLC0415

    check_searches(searches)
    public = read_set(folder)
    queries = public.split(split)[:limit]
    bench = settings.data / "eval" / "bench"
    own = settings.model_copy(update={"data": bench / public.name})
    labels = {"embed": "向量 embed", "index": "索引 index", **{name: f"检索 {name}" for name in searches}}
    scores = {}
    with progress_bar(labels) as progress:
        store([(d, public.clauses[d.document_id]) for d in public.documents], own, progress)
        for name in searches:
            scores[name] = search_set(name, public, queries, own, partial(progress, name))
    report = RetrievalReport(
        set_name=public.name,
        split=split,
        questions=len(queries),
        passages=len(public.ids),
        memory_mb=memory_peak_mb(),
        searches=scores,
        about=provenance(own),
    )
    return report, keep(report, bench, datetime.now())
