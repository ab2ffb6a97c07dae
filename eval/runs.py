"""Runs that were made before: finding them, and telling in what two of them differ."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from eval.rows import ROWS, Row, read_rows
from rag.errors import EvaluationError

RUN = "run.json"
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its rows."""

    name: str
    """Of its configuration: `product`, `no-title`, `product+ollama-qwen3-8b`."""
    folder: Path
    about: dict[str, Any]
    """`run.json`: what decided the answers; empty for rows without one."""
    rows: list[Row]

    @property
    def complete(self) -> bool:
        """Whether every case was asked; one that was stopped goes on when the same command is run again."""
        return "ended" in self.about


def find_runs(path: Path) -> dict[str, Run]:
    """Read the run in a folder, or the runs in the folders directly below it.

    Returns:
        By name, in the order in which they began; one when the folder is a run itself.

    Raises:
        EvaluationError: There is none, one is damaged, or two have the same name.
    """
    runs = [_read(folder) for folder in run_folders(path)]
    if not runs:
        raise EvaluationError(
            f"{path} holds no run.",
            fix="policyqa eval run",
            chinese=(f"{path} 中没有运行结果。", "policyqa eval run"),
        )
    named: dict[str, Run] = {}
    for run in sorted(runs, key=lambda run: (str(run.about.get("started", "")), run.name)):
        if run.name in named:
            raise EvaluationError(
                f"{run.folder} and {named[run.name].folder} both hold a run called {run.name!r}.",
                fix="move one of the folders away",
                chinese=(
                    f"{run.folder} 与 {named[run.name].folder} 中的运行都叫 {run.name!r}。",
                    "移走其中一个文件夹",
                ),
            )
        named[run.name] = run
    return named


def run_folders(path: Path) -> list[Path]:
    """Return the folder itself when it is a run, else those directly below it that are; sorted, may be empty."""
    if (path / ROWS).is_file():
        return [path]
    return sorted(found.parent for found in path.glob(f"*/{ROWS}"))


def latest_run(data: Path) -> Path:
    """Return the folder of a collection's last run, which may hold several configurations.

    Args:
        data: The collection's folder.

    Raises:
        EvaluationError: There is none.
    """
    runs = data / "eval"
    # Folders are named by the time at which they were made.
    folders = [folder for folder in sorted(runs.glob("*")) if run_folders(folder)]
    if not folders:
        raise EvaluationError(
            f"{runs} holds no run.",
            fix="policyqa eval run",
            chinese=(f"{runs} 中没有运行结果。", "policyqa eval run"),
        )
    return folders[-1]


def read_about(folder: Path) -> dict[str, Any]:
    """Read what decided the answers of a run; empty when nothing says it.

    Raises:
        EvaluationError: The file is damaged.
    """
    path = folder / RUN
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise EvaluationError(
            f"{path} is damaged.",
            fix="run into another folder",
            chinese=(f"{path} 已损坏。", "换一个文件夹运行"),
        ) from error
    if not isinstance(about, dict):
        raise EvaluationError(
            f"{path} is not what a run writes.",
            fix="run into another folder",
            chinese=(f"{path} 不是运行写出的文件。", "换一个文件夹运行"),
        )
    return cast("dict[str, Any]", about)


def difference(before: object, after: object) -> str | None:
    """Say in a few words in what two facts of `run.json` differ; None when they are equal.

    Of two objects the first key that differs is named: `rerank_model was 'bundled', is 'none'`.
    """
    if before == after:
        return None
    if isinstance(before, dict) and isinstance(after, dict):
        for key in (*before, *after):
            inner = difference(before.get(key), after.get(key))
            if inner:
                return f"{key} {inner}"
    return f"was {_short(before)}, is {_short(after)}"


def _read(folder: Path) -> Run:
    about = read_about(folder)
    return Run(str(about.get("name") or folder.name), folder, about, read_rows(folder))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
