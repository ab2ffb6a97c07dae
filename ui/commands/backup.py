"""The command that saves a collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.account.trail import noted
from ui.console import DataFlag, JsonFlag, add, emit, progress_bar, say, tell

if TYPE_CHECKING:
    from rag.backup.manifest import Manifest

STAGES = {
    "pack": "备份 backing up, MB",
    "check": "核对 checking, MB",
    "unpack": "恢复 restoring, MB",
}


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    add(app, backup)


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file, or a folder: a dated name is chosen.")
    ],
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            min=1,
            metavar="N",
            help="FILE is a folder, made when missing; all but the N newest backups of this collection are deleted there.",
            show_default=False,
        ),
    ] = None,
    without_index: Annotated[
        bool,
        typer.Option(
            "--without-index", help="A smaller file; after a restore, policyqa rebuild makes the indexes."
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only read FILE, and compare all that is in it.")
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Save the collection in one file, while the page, the Slack bot and ingest go on; answers, ratings and accounts too.

    Documents, originals, indexes, answers and evaluations are saved as they are at one moment. Only the owner can read
    the file. Settings (.env) and Slack rules are not in it.

    Examples:
      policyqa backup /backup/policyqa.zip
      policyqa backup /backup --keep 14
      policyqa backup --check /backup/policyqa.zip
    """
    from rag.settings import load_settings  # noqa: PLC0415

    if keep is not None and file.is_file():
        raise typer.BadParameter(f"--keep needs a folder, and {file} is a file")
    if check and (keep is not None or without_index):
        raise typer.BadParameter("--check only reads; give it alone")
    if check:
        _check(file, json)
        return
    from rag.backup.backup import back_up  # noqa: PLC0415

    settings = load_settings(data)
    with progress_bar(STAGES) as progress:
        made = back_up(settings.data, file, progress, keep=keep, index=not without_index)
    noted(data, "backup", str(made.path.resolve()))
    if json:
        own = {
            "file": str(made.path),
            "bytes": made.size,
            "discarded": [str(path) for path in made.discarded],
        }
        emit(own | facts(made.manifest))
        return
    say(f"已备份 backed up  {made.path}  {made.size / 1e6:.1f} MB")
    say(contents(made.manifest))
    for path in made.discarded:
        say(f"已删旧备份 older backup deleted  {path}")
    _tell_left_out(made.manifest)


def _check(file: Path, json: bool) -> None:
    from rag.backup.restoration import check  # noqa: PLC0415

    with progress_bar(STAGES) as progress:
        found = check(file, progress)
    if json:
        emit({"file": str(file), "sound": True} | facts(found))
        return
    say(f"备份完好 sound  {file}")
    say(contents(found))
    _tell_left_out(found)


def facts(made: "Manifest") -> dict[str, Any]:
    """Return what a backup holds, as JSON."""
    return {
        "version": made.version,
        "made_at": made.made_at,
        "collection": made.folder,
        "has_index": made.generation is not None,
        "counts": dict(made.counts),
        "files": len(made.members),
        "unpacked_bytes": made.size,
        "left_out": list(made.left_out),
    }


def contents(made: "Manifest") -> str:
    """Return what a backup holds, as a line for people."""
    names = {
        "sources": "来源 sources",
        "documents": "文件 documents",
        "clauses": "条 clauses",
        "answers": "回答 answers",
    }
    counted = "  ".join(f"{words} {made.counts[key]}" for key, words in names.items() if key in made.counts)
    index = "" if made.generation is not None else "  无索引 no indexes"
    return f"{made.made_at[:19].replace('T', ' ')} UTC  {counted}{index}"


def _tell_left_out(made: "Manifest") -> None:
    for name in made.left_out:
        tell(f"未能备份 left out  {name}")
