"""`policyqa eval report` and `eval compare`: runs that were made before, printed or as a page."""

from pathlib import Path
from typing import Annotated

import typer

from ui.console import DataFlag, JsonFlag, say, tell

FileFlag = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write FILE instead of printing; its ending says how: .html, .md or .json.",
        show_default=False,
    ),
]


def report(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="A run, or a folder of runs, or its name in DATA/eval; the last one.",
            show_default=False,
        ),
    ] = None,
    out: FileFlag = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="NAME",
            help="Of several runs, the one whose questions are shown.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Show the figures of a run that was made before.

    As .html it is one page that needs no network: scores with intervals, curves, and every question with what was found, cited
    and right. A folder of several runs gives a table over all of them.

    Examples:
      policyqa eval report
      policyqa eval report --out report.html
      policyqa eval report policyqa-data/eval/20231215-093000 --json
    """
    from eval.report.formats import FORMATS, check_ending, read_report, write  # noqa: PLC0415
    from eval.runs import latest_run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    ending = check_ending(out) if out else ""
    kept = load_settings(data).data
    found = read_report(_found(folder, kept) if folder else latest_run(kept), run)
    if out:
        write(FORMATS[ending](found), out)
        tell(f"已写入 written to {out}")
    if json or not out:
        say(FORMATS[".json" if json else ".md"](found))


def compare(
    a: Annotated[
        Path, typer.Argument(metavar="A", help="The run before: a folder, or its name in DATA/eval.")
    ],
    b: Annotated[Path, typer.Argument(metavar="B", help="The run after.")],
    out: FileFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Show what got better and worse from one run to another.

    The questions that both asked in the same form are compared pair by pair, with intervals and a randomisation test; each
    question that changed is named with the reasons before and after. As .html it shows both answers side by side.

    Examples:
      policyqa eval compare before after
      policyqa eval compare before after --out comparison.html
      policyqa eval compare 20231215-093000 20231216-101500 --json
    """
    from eval.report.compared import FORMATS, read_compared  # noqa: PLC0415
    from eval.report.formats import check_ending, write  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    ending = check_ending(out) if out else ""
    kept = load_settings(data).data
    found = read_compared(_found(a, kept), _found(b, kept))
    if out:
        write(FORMATS[ending](found), out)
        tell(f"已写入 written to {out}")
    if json or not out:
        say(FORMATS[".json" if json else ".md"](found))


def _found(folder: Path, data: Path) -> Path:
    """Return a run's folder; one that is not there may be meant by its name among those of the collection."""
    kept = data / "eval" / folder
    return kept if kept.exists() and not folder.exists() else folder


def print_report(folder: Path, json: bool) -> None:
    """Print the figures of a run, as Markdown or as one JSON object."""
    from eval.report.formats import FORMATS, read_report  # noqa: PLC0415

    say(FORMATS[".json" if json else ".md"](read_report(folder)))
