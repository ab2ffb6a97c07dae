"""The runs of the gate: the development set without a model, with one that quotes rightly and with one that lies."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from eval.cases import Case, bundled_path, load_cases
from eval.configuration import Configuration, configurations
from eval.experiment import ASK, Asked, run_all
from eval.gate.baseline import Baseline, Scored, scored_of
from eval.gate.rule import GATED, HONEST, LIAR, LIES_MARKED, PRODUCT
from eval.outcome import Cost, Outcome, Passage, Quote
from eval.rows import Row
from eval.run import run_folder
from eval.runs import Run, find_runs
from eval.system.lies import treatment
from rag.schema import Notice
from rag.settings import Settings

MODELS = {PRODUCT: "none", HONEST: "scripted:honest", LIAR: "scripted:liar"}
"""Run → the model that writes in it."""
Progress = Callable[[int, int], None]
_ENDING = "-gate"


def ask_all(
    settings: Settings, cases: list[Case] | None = None, progress: Progress | None = None
) -> tuple[Baseline, Path]:
    """Ask every question in every run.

    Args:
        settings: Their data folder and number of threads count; all else is as delivered, whatever the environment says.
        cases: What to ask; None for the development set.
        progress: Called with how much is done and how much there is in all.

    Returns:
        The scores, and the folder with the runs: `DATA/eval/20231215-093000-gate`. The one before is deleted.

    Raises:
        EmptyCollection: There is no collection.
        CollectionMismatch: It was made with another embedder than the one delivered.
    """
    cases = load_cases(bundled_path("dev")) if cases is None else cases
    chosen = configurations(as_delivered(settings), models=tuple(MODELS.values()))
    out = _emptied(settings.data)

    def tell(number: int, stage: str, done: int, total: int) -> None:
        if progress and stage == ASK:
            progress(number * total + done, len(chosen) * total)

    results = run_all(chosen, out, Asked(cases, chosen_by={"set": "dev"}), tell)
    for error in results.impossible.values():
        raise error
    return _scores(chosen, find_runs(out), {case.id: case for case in cases}), out


def as_delivered(settings: Settings) -> Settings:
    """Return settings with every default, without a language model, over the same collection."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**{**defaults, "data": settings.data, "threads": settings.threads, "llm": "none"})


def lie_marked(case: Case, row: Row) -> float | None:
    """Tell whether code stopped or marked the lie that the liar told to a case; None when it told none."""
    shown = Outcome(
        hits=(),
        cost=Cost(0.0),
        verdict=row["verdict"],  # type: ignore[arg-type]
        text=row["answer"] or "",
        quotes=tuple(
            Quote(q["n"], Passage(q["title"], q["locator"], q["text"]), q["quote"]) for q in row["quotes"]
        ),
        warnings=tuple(Notice(w["code"], w["text"]) for w in row["warnings"]),
        model=row["model"],
    )
    done = treatment(case, shown)
    return None if done == "none" else float(done != "shown")


def _emptied(data: Path) -> Path:
    for old in (data / "eval").glob(f"*{_ENDING}"):
        shutil.rmtree(old)
    return run_folder(data, datetime.now()).with_name(f"{run_folder(data, datetime.now()).name}{_ENDING}")


def _scores(chosen: Iterable[Configuration], runs: Mapping[str, Run], cases: Mapping[str, Case]) -> Baseline:
    scored: list[Scored] = []
    for each in chosen:
        for row in runs[each.name].rows:
            if each.name == LIAR and row["error"] is None:
                value = lie_marked(cases[row["id"]], row)
                row["scores"] |= {} if value is None else {LIES_MARKED: {"value": value, "reason": ""}}
        scored += scored_of(each.name, runs[each.name].rows, GATED[each.name])
    return Baseline(_about(runs[PRODUCT]), tuple(scored))


def _about(run: Run) -> dict[str, object]:
    about, machine = run.about, run.about["machine"]
    return {
        "date": str(about["started"])[:10],
        "code": about["code"],
        "set": about["set_hash"],
        "index": about["index"]["hash"],
        "embedder": str(about["embedder"]["digest"])[:16],
        "cpu": machine["cpu"],
        "cpu_flags": machine["cpu_flags"],
        "libraries": machine["libraries"],
    }
