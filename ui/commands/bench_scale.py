"""How the product's time, memory and disk grow with the collection: one size after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EvaluationError
from ui.commands.backup import STAGES
from ui.console import progress_bar, tell

if TYPE_CHECKING:
    from eval.bench.scale.report import ScaleReport
    from rag.settings import Settings

_QUESTIONS = 100
_EMBEDDED = 10_000
_LOAD_S = 30.0
_SET = "stard"
_LABELS = {"embed": "向量 embed", "shake": "仿制向量 shake", "index": "索引 index"} | STAGES


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is measured."""

    clauses: Sequence[int]
    """Of each collection; empty for one of 1,000."""
    embedded: int | None
    """Most clauses that are embedded; None for 10,000."""
    questions: int | None
    """None for 100."""
    threads: int
    """That ask at the same time for half a minute; 0 for none."""
    saving: bool
    """Whether each is backed up and restored beside."""
    plot: Path | None
    """Folder for charts over all sizes that were measured; None for none."""


def measure_scale(folder: Path | None, settings: "Settings", sizes: Sizes) -> "list[ScaleReport]":
    """Measure some sizes, smallest first, and keep a report of each; with `plot` and no size only draw.

    Args:
        folder: Of the public set of laws; None for `stard` in POLICYQA_BENCH.
        settings: Of the product.
        sizes: What is measured.

    Raises:
        EvaluationError: The set is not there, or there is nothing to draw.
    """
    from eval.bench.scale.report import kept_reports  # noqa: PLC0415

    kept = settings.data / "eval" / "bench"
    reports = [] if sizes.plot and not sizes.clauses else _measured(folder, settings, sizes, kept)
    if sizes.plot:
        from eval.bench.scale.chart import draw  # noqa: PLC0415

        reports = kept_reports(kept)
        if len(reports) < 2:
            raise EvaluationError(
                "A chart needs two sizes at least.",
                fix="policyqa eval bench scale --clauses 1000 --clauses 10000",
                chinese=("画图至少要两种规模。", "policyqa eval bench scale --clauses 1000 --clauses 10000"),
            )
        for path in draw(reports, sizes.plot):
            tell(f"画在 drawn in {path}")
    return reports


def _measured(folder: Path | None, settings: "Settings", sizes: Sizes, kept: Path) -> "list[ScaleReport]":
    from eval.bench.public import read_set  # noqa: PLC0415
    from eval.bench.scale.collection import Storing  # noqa: PLC0415
    from eval.bench.scale.measure import Plan, measure  # noqa: PLC0415
    from eval.bench.scale.report import keep  # noqa: PLC0415
    from ingest.records import store  # noqa: PLC0415

    if folder is None and settings.bench is None:
        raise EvaluationError(
            "Where the laws are that the collections are made of was not said.",
            fix="give the folder of a public set with --dir, or the one above stard/ as POLICYQA_BENCH",
            chinese=(
                "没有说明用来造库的法律在哪里。",
                "用 --dir 给出公开题集的文件夹，或把 stard/ 的上一级设为 POLICYQA_BENCH",
            ),
        )
    public = read_set(folder or Path(settings.bench or ".") / _SET)
    storing = Storing(
        store,
        _ingest,
        _undo,
    )
    reports = []
    for clauses in sorted(set(sizes.clauses)) or [1000]:
        plan = Plan(
            clauses,
            _EMBEDDED if sizes.embedded is None else sizes.embedded,
            sizes.questions or _QUESTIONS,
            True,
            sizes.threads,
            _LOAD_S,
            sizes.saving,
        )
        tell(f"{clauses:,} 条 clauses")
        with progress_bar(_LABELS) as progress:
            reports.append(measure(public, plan, settings, storing, progress))
        tell(f"保存在 kept in {keep(reports[-1], kept, datetime.now())}")
    return reports


def _ingest(path: Path, settings: "Settings") -> None:
    from ingest.pipeline import ingest  # noqa: PLC0415

    ingest([path], settings)


def _undo(settings: "Settings") -> None:
    from ingest.pipeline import undo  # noqa: PLC0415

    undo(settings, lambda stage, done, total: None)
