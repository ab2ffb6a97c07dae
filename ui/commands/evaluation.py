"""Commands for those who measure: eval run, eval report and eval bench."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ui.console import DataFlag, JsonFlag, add, progress_bar, say, tell

app = typer.Typer(
    help="Measure answers on a set of questions whose right clauses are known.",
    short_help="Measure answers on a set of questions",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def run(
    set_: Annotated[str, typer.Option("--set", metavar="SET", help="dev, test, or a file of cases.")] = "dev",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only so many questions.", show_default=False)
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only", metavar="KEY=VALUES", help="For example type=lookup,numeric.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the run is kept; one that was stopped goes on.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Ask every question of a set and report the figures.

    The answers are kept row by row; with --out the same folder again, a stopped run goes on. Tune on dev; test is for
    reporting.

    Examples:
      policyqa eval run
      policyqa eval run --set test
      policyqa eval run --only type=lookup,numeric --limit 20
    """
    from eval.cases import bundled_path, load_cases, select  # noqa: PLC0415
    from eval.run import run_cases, run_folder  # noqa: PLC0415
    from rag.assistant import build_assistant  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    path = bundled_path(set_) if set_ in ("dev", "test") else Path(set_)
    cases = select(load_cases(path), limit, only)
    assistant = build_assistant(settings)
    folder = out or run_folder(settings.data, datetime.now())
    decisive = {
        key: str(getattr(settings, key))
        for key in ("embed_model", "rerank_model", "llm", "num_ctx", "num_predict")
    }
    with progress_bar({"ask": "提问 questions"}) as progress:
        summary = run_cases(
            cases,
            assistant,
            folder,
            progress=lambda done, total: progress("ask", done, total),
            settings=decisive,
        )
    _report(folder, json)
    tell(f"{summary.cases} 题，{summary.seconds:.0f} 秒；保存在 {folder}")
    return 1 if summary.failed else 0


def report(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="The folder of a run; the last one of the collection.", show_default=False
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Print the figures of a run that was made before.

    Examples:
      policyqa eval report
      policyqa eval report policyqa-data/eval/20231215-093000 --json
    """
    from rag.settings import load_settings  # noqa: PLC0415

    _report(folder or _last_run(load_settings(data).data / "eval"), json)


def bench(
    name: Annotated[str, typer.Argument(metavar="NAME", help="structure: how well texts are divided.")],
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Measure one part over texts whose right result is known.

    structure divides the five bulletins and compares them with a truth made by hand; with POLICYQA_BENCH, the folder
    that holds stard/, also 1,373 national laws. It needs no collection and no model.

    Examples:
      policyqa eval bench structure
      POLICYQA_BENCH=bench policyqa eval bench structure --json
    """
    from eval import structure_report  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415
    from ui.commands.bench import BENCHES  # noqa: PLC0415

    if name not in BENCHES:
        raise typer.BadParameter(f"{name!r} is none of: {', '.join(BENCHES)}.", param_hint="NAME")
    found = BENCHES[name](load_settings(data).bench)
    say(structure_report.as_json(found) if json else structure_report.as_markdown(found))


def _last_run(runs: Path) -> Path:
    from rag.errors import EvaluationError  # noqa: PLC0415

    folders = sorted(p for p in runs.glob("*") if p.is_dir())
    if not folders:
        raise EvaluationError(f"{runs} holds no run.", fix="policyqa eval run")
    return folders[-1]


def _report(folder: Path, json: bool) -> None:
    from eval.report import as_json, as_markdown, summarise  # noqa: PLC0415
    from eval.rows import read_rows  # noqa: PLC0415

    summary = summarise(read_rows(folder))
    say(as_json(summary) if json else as_markdown(summary))


add(app, run, report, bench)
