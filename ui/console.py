"""What all commands share: flags, results on stdout, progress and messages on stderr."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.shapes import json_line

if TYPE_CHECKING:
    from rag.catalog import Catalog

DataFlag = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="Folder of the collection (POLICYQA_DATA).", show_default=False
    ),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
STAGES = {"read": "读取 reading", "embed": "向量 embedding", "index": "建索引 indexing"}
_SPEED_S = 600
"""Over how long the remaining time is reckoned: a model may take a minute for each question."""
_CONTROL = re.compile(r"(?!\x1b\[(?:0|1|2|31)m)[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def add(app: typer.Typer, *commands: Callable[..., int | None], **named: Callable[..., int | None]) -> None:
    """Add commands to a command line, with their docstrings as help.

    The list of commands shows a docstring up to the first `;`, `:` or `.`; the lines under `Examples:` are kept.

    Args:
        app: The command line.
        commands: Functions that are called as their command.
        named: Command → function, where a function cannot have that name, as `list`.
    """
    for name, command in (*((None, command) for command in commands), *named.items()):
        text = inspect.getdoc(command) or ""
        # Typer fills a paragraph into one block unless a line with a backspace comes first.
        app.command(
            name, help=text.replace("Examples:\n", "\b\nExamples:\n"), short_help=re.split("[;:.]", text)[0]
        )(command)


def open_catalog(data: Path | None) -> "Catalog":
    """Open the catalog of the `--data` flag or of the settings.

    Raises:
        EmptyCollection: There is none.
        CollectionMismatch: It was written in another format.
    """
    from rag.catalog import Catalog  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    return Catalog(load_settings(data).data)


def emit(value: Any) -> None:
    """Print a JSON value on one line."""
    sys.stdout.write(json_line(value))


def say(text: str = "") -> None:
    """Print a result."""
    write(text + "\n")


def write(text: str) -> None:
    """Print a part of a result at once."""
    sys.stdout.write(visible(text))
    sys.stdout.flush()


def tell(text: str) -> None:
    """Print a message that is no result."""
    sys.stderr.write(visible(text) + "\n")


def visible(text: str) -> str:
    """Return a text without what commands a terminal; the colours of `style` stay."""
    return _CONTROL.sub("", text)


def style(text: str, **how: Any) -> str:
    """Colour a text where a person reads it; plain in a pipe."""
    chosen = {name: value for name, value in how.items() if value}
    return typer.style(text, **chosen) if chosen and sys.stdout.isatty() else text


@contextmanager
def progress_bar(labels: dict[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show one bar a stage on stderr: bars on a terminal, a line for each stage elsewhere.

    Args:
        labels: Stage → its words.
    """
    if not sys.stderr.isatty():
        yield _lines(labels)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, speed_estimate_period=_SPEED_S) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(labels.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def _lines(labels: dict[str, str]) -> Callable[[str, int, int], None]:
    """Write a line at the beginning and at each further tenth, for logs."""
    shown: dict[str, int] = {}

    def show(stage: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if shown.get(stage) != tenth:
            shown[stage] = tenth
            tell(f"{labels.get(stage, stage)} {done}/{total}")

    return show
