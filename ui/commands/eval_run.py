"""`policyqa eval run`: a set of questions asked of one or several configurations."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.eval_report import print_report
from ui.console import STAGES, DataFlag, JsonFlag, progress_bar, say, tell

if TYPE_CHECKING:
    from eval.configuration import Configuration
    from eval.experiment import Progress, Results

_ALL = "all"
_option = partial(typer.Option, show_default=False)
SetFlag = Annotated[str, typer.Option("--set", metavar="SET", help="dev, test, own, or a file of cases.")]
LimitFlag = Annotated[int | None, _option("--limit", min=1, help="Only so many questions.")]
OnlyFlag = Annotated[
    str | None, _option("--only", metavar="KEY=VALUES", help="For example type=lookup,numeric.")
]
_MODELS = "none, auto, ollama:NAME, gguf:PATH, scripted:honest or scripted:liar; may be given again."
ModelFlag = Annotated[list[str] | None, _option("--model", metavar="MODEL", help=_MODELS)]
_SYSTEMS = "product (default), all, or one that a wrong name lists; may be given again."
SystemFlag = Annotated[list[str] | None, _option("--system", metavar="NAME", help=_SYSTEMS)]
_VALUES = "A setting such as rerank_model=none, each value for itself; may be given again."
WithFlag = Annotated[list[str] | None, _option("--with", metavar="KEY=VALUES", help=_VALUES)]
ParallelFlag = Annotated[
    int,
    typer.Option("--parallel", metavar="N", min=1, help="Questions at a time, as far as the server goes."),
]
_OUT = "Where the run is kept; one that was stopped goes on."
OutFlag = Annotated[Path | None, _option("--out", metavar="DIR", help=_OUT)]


def run(
    context: typer.Context,
    set_: SetFlag = "dev",
    limit: LimitFlag = None,
    only: OnlyFlag = None,
    system: SystemFlag = None,
    model: ModelFlag = None,
    with_: WithFlag = None,
    parallel: ParallelFlag = 1,
    out: OutFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Ask every question of a set and report the figures.

    The answers are kept row by row; with --out the same folder again, a stopped run goes on. Several systems, models or
    settings are multiplied out, each into a folder of its own below DIR. Tune on dev; test is for reporting.

    Examples:
      policyqa eval run
      policyqa eval run --set test --model none --model ollama:qwen3:8b
      policyqa eval run --only type=lookup,numeric --limit 20
      policyqa eval run --system all --model none --out policyqa-data/eval/parts
      policyqa eval run --with rerank_model=bundled,none --parallel 2
    """
    from eval.cases import load_cases, select  # noqa: PLC0415
    from eval.configuration import configurations  # noqa: PLC0415
    from eval.draft.own import set_path  # noqa: PLC0415
    from eval.experiment import Asked, run_all  # noqa: PLC0415
    from eval.run import run_folder  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    path = set_path(set_, settings.data)
    cases = select(load_cases(path), limit, only)
    chosen = configurations(settings, system or (), model or (), with_ or ())
    folder = out or run_folder(settings.data, datetime.now())
    asked = Asked(cases, parallel, {"set": set_, "limit": limit, "only": only})
    try:
        with _progress(chosen) as progress:
            results = run_all(chosen, folder, asked, progress)
    except KeyboardInterrupt:
        tell(f"\n接着做 to go on: {_again(context, folder)}")
        raise
    if [each.out for each in results.done] == [folder]:
        print_report(folder, json)
    elif results.done:
        _print_table(folder, json)
    _tell_end(folder, results)
    return 0 if results.right else 1


@contextmanager
def _progress(chosen: Sequence["Configuration"]) -> "Iterator[Progress]":
    """Show a bar for each configuration, and one over all of several."""
    from eval.experiment import ASK, EMBED  # noqa: PLC0415

    several = len(chosen) > 1
    labels = {_ALL: "全部 all"}
    for number, each in enumerate(chosen):
        words = f"{number + 1}/{len(chosen)} {each.name}" if several else "提问 questions"
        labels |= {f"{number}{ASK}": words, f"{number}{EMBED}": f"{words} {STAGES[EMBED]}"}
    with progress_bar(labels) as show:

        def progress(number: int, stage: str, done: int, total: int) -> None:
            if several and stage == ASK:
                show(_ALL, number * total + done, len(chosen) * total)
            show(f"{number}{stage}", done, total)

        yield progress


def _print_table(folder: Path, json: bool) -> None:
    """Print the figures of several configurations side by side."""
    from eval.report.formats import FORMATS, read_report  # noqa: PLC0415
    from eval.report.markdown import runs_table  # noqa: PLC0415

    report = read_report(folder)
    say(FORMATS[".json"](report) if json else runs_table(report.summaries))


def _tell_end(folder: Path, results: "Results") -> None:
    for each in results.done:
        tell(f"{each.cases} 题，{each.seconds:.0f} 秒；保存在 {each.out}")
    for name, error in results.impossible.items():
        tell(f"没有运行 not run: {name}: {error}")
    if len(results.done) > 1:
        first, second = (shlex.quote(str(each.out)) for each in results.done[:2])
        tell(f"policyqa eval report {shlex.quote(str(folder))}")
        tell(f"policyqa eval compare {first} {second}")


def _again(context: typer.Context, out: Path) -> str:
    """Return the command that goes on with this run: as it was given, with the folder that was chosen for it."""
    words = ["policyqa", "eval", "run"]
    for parameter in context.command.params:
        value = out if parameter.name == "out" else context.params.get(parameter.name or "")
        if parameter.name == "json" and value:
            words.append("--json")
        elif value not in (None, False, [], ()) and value != parameter.default:
            for each in value if isinstance(value, list | tuple) else [value]:
                words += [parameter.opts[0], str(each)]
    return shlex.join(words)
