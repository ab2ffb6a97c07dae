"""Runs read from a folder and written as the page, as Markdown or as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.report.html import run_page
from eval.report.markdown import runs_as_markdown
from eval.report.summary import Summary, as_json, memory_peak_mb, summarise
from eval.rows import replace_file
from eval.runs import Run, find_runs
from rag.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Report:
    """The runs of one folder with their figures."""

    folder: Path
    runs: dict[str, Run]
    summaries: dict[str, Summary]
    """By the same names."""
    chosen: str
    """Name of the run whose questions are shown."""


FORMATS: dict[str, Callable[[Report], str]] = {
    ".html": lambda report: run_page(report.runs, report.summaries, report.chosen),
    ".md": lambda report: runs_as_markdown(report.summaries, report.chosen),
    ".json": lambda report: _json(report),
}
"""How a report is written, by the ending of the file."""


def read_report(folder: Path, chosen: str | None = None) -> Report:
    """Read the runs of a folder and work out their figures.

    Args:
        folder: A run, or a folder of runs.
        chosen: Name of the run whose questions are shown; None for the first.

    Raises:
        EvaluationError: There is no run, one is damaged or without rows, or none has this name.
    """
    runs = find_runs(folder)
    if chosen is not None and chosen not in runs:
        raise EvaluationError(
            f"{folder} holds no run called {chosen!r}.",
            fix=f"use one of {', '.join(runs)}",
            chinese=(f"{folder} 中没有名为 {chosen!r} 的运行。", f"请用其中之一：{'、'.join(runs)}"),
        )
    summaries = {name: summarise(run.rows, memory_peak_mb(run.about)) for name, run in runs.items()}
    return Report(folder, runs, summaries, chosen or next(iter(runs)))


def check_ending(path: Path) -> str:
    """Return the ending of a file that a report is to be written to, before slow work.

    Raises:
        EvaluationError: It names no format.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        fix = f"give a name that ends in one of {', '.join(FORMATS)}"
        raise EvaluationError(
            f"No report can be written as {path.name!r}.",
            fix=fix,
            chinese=(f"报告不能写成 {path.name!r}。", f"文件名请以其中之一结尾：{'、'.join(FORMATS)}"),
        )
    return ending


def write(text: str, path: Path) -> None:
    """Write a report as a whole or not at all; the folder is made when it is missing.

    Raises:
        EvaluationError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Rows may hold half of a pair of surrogates, written as an escape, which UTF-8 has no place for.
        replace_file(path, text.encode("utf-8", "replace").decode("utf-8"))
    except OSError as error:
        message = f"Cannot write {path}: {error.strerror or error}."
        raise EvaluationError(
            message,
            fix="give a path in a folder that can be written to",
            chinese=(f"无法写入 {path}：{error.strerror or error}。", "请给出可以写入的文件夹中的路径"),
        ) from error


def _json(report: Report) -> str:
    if next(iter(report.runs.values())).folder == report.folder:
        return as_json(report.summaries[report.chosen])
    runs = {
        name: {"folder": str(report.runs[name].folder), **asdict(each)}
        for name, each in report.summaries.items()
    }
    return json.dumps({"out": str(report.folder), "runs": runs}, ensure_ascii=False, indent=2)
