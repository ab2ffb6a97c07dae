"""`policyqa eval judge`: a language model marks the answers of a run, or the hand-marked sample."""

import json as json_format
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import DataFlag, JsonFlag, progress_bar, say, tell

if TYPE_CHECKING:
    from eval.judge.mark import Exhibit, Judge
    from eval.judge.marking import Marking
    from eval.runs import Run


def judge(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="A run, or a folder of runs; the collection's last one.", show_default=False
        ),
    ] = None,
    judges: Annotated[
        list[str] | None,
        typer.Option(
            "--judge",
            metavar="NAME",
            help="rubric (default), llamaindex or ragas. May be given again.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="What judges: ollama:NAME or gguf:PATH; the one of the settings. Best another than the one that answered.",
            show_default=False,
        ),
    ] = None,
    agreement: Annotated[
        bool,
        typer.Option(
            "--agreement", help="Mark the bundled sample instead, and compare with its marks by hand."
        ),
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only so many answers.", show_default=False)
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Let a language model mark answers, apart from the metrics.

    It gives 0, 1 or 2 for correctness and for groundedness, each with a reason, into marks.jsonl beside the run; what it writes
    and cannot be read is no mark. A marking that was stopped goes on. With --agreement it shows how far to trust the judge:
    kappa of its marks with those made by hand, beside what code alone and the judges asked before reach.

    Examples:
      policyqa eval judge --model ollama:qwen3:8b
      policyqa eval judge runs/a --judge rubric --judge llamaindex
      policyqa eval judge --agreement --model ollama:qwen3:8b
    """
    from eval.judge.judges import build_judge, checked, judging_model  # noqa: PLC0415
    from eval.runs import find_runs, latest_run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    names, settings = checked(judges or ()), load_settings(data)
    runs = {} if agreement else find_runs(folder or latest_run(settings.data))
    llm, name = judging_model(settings, model)
    chosen = [build_judge(each, llm) for each in names]
    if agreement:
        _compare(folder or settings.data / "eval" / "judges", chosen, name, limit, json)
    else:
        _mark_runs(list(runs.values()), chosen, name, limit, json)


def _mark_runs(
    runs: Sequence["Run"], judges: Sequence["Judge"], model: str, limit: int | None, json: bool
) -> None:
    from eval.judge.mark import exhibit_of  # noqa: PLC0415
    from eval.judge.tally import tallies, tally_shape, tally_table  # noqa: PLC0415

    shapes = {}
    for run in runs:
        exhibits = [exhibit_of(row) for row in run.rows if row["answer"]][:limit]
        found = _marked(exhibits, judges, model, run.folder, run.name)
        counted = tallies(mark for marking in found for mark in marking.marks)
        if json:
            shapes[run.name] = {"folder": str(run.folder), "model": model, "marks": tally_shape(counted)}
        else:
            say(f"## {run.name}（{model}）\n\n{tally_table(counted)}\n")
    if json:
        say(json_format.dumps(shapes, ensure_ascii=False, indent=2))


def _compare(out: Path, judges: Sequence["Judge"], model: str, limit: int | None, json: bool) -> None:
    from eval.judge.agreement import agreements, as_shape, as_table  # noqa: PLC0415
    from eval.judge.marking import kept_marks  # noqa: PLC0415
    from eval.judge.sample import load_sample  # noqa: PLC0415

    sample = load_sample()[:limit]
    exhibits = [each.exhibit for each in sample]
    _marked(exhibits, judges, model, out, "sample")
    found = agreements(sample, kept_marks(out, exhibits))
    if json:
        say(
            json_format.dumps(
                {"folder": str(out), "agreement": as_shape(found)}, ensure_ascii=False, indent=2
            )
        )
    else:
        say(f"{len(sample)} answers marked by hand\n\n{as_table(found)}")


def _marked(
    exhibits: Sequence["Exhibit"], judges: Sequence["Judge"], model: str, out: Path, name: str
) -> list["Marking"]:
    from eval.judge.marking import mark_all  # noqa: PLC0415

    found: list[Marking] = []
    with progress_bar({judge.name: f"{name} {judge.name}" for judge in judges}) as show:
        for each in judges:

            def progress(done: int, total: int, stage: str = each.name) -> None:
                show(stage, done, total)

            found += mark_all(exhibits, each, model, out, progress)
    tell(f"{len(found)} 份评分；保存在 {out}")
    return found
