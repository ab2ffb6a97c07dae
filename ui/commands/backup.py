"""Commands that save a collection and bring it back: backup and restore."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.console import DataFlag, JsonFlag, add, emit, progress_bar, say, tell

if TYPE_CHECKING:
    from rag.backup.manifest import Manifest
    from rag.backup.restoration import Restored
    from rag.settings import Settings

_STAGES = {
    "pack": "备份 backing up, MB",
    "check": "核对 checking, MB",
    "unpack": "恢复 restoring, MB",
}
_REBUILD = "policyqa rebuild"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, backup, restore)


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
    with progress_bar(_STAGES) as progress:
        made = back_up(settings.data, file, progress, keep=keep, index=not without_index)
    if json:
        facts = {
            "file": str(made.path),
            "bytes": made.size,
            "discarded": [str(path) for path in made.discarded],
        }
        emit(facts | _facts(made.manifest))
        return
    say(f"已备份 backed up  {made.path}  {made.size / 1e6:.1f} MB")
    say(_contents(made.manifest))
    for path in made.discarded:
        say(f"已删旧备份 older backup deleted  {path}")
    _tell_left_out(made.manifest)


def _check(file: Path, json: bool) -> None:
    from rag.backup.restoration import check  # noqa: PLC0415

    with progress_bar(_STAGES) as progress:
        found = check(file, progress)
    if json:
        emit({"file": str(file), "sound": True} | _facts(found))
        return
    say(f"备份完好 sound  {file}")
    say(_contents(found))
    _tell_left_out(found)


def restore(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A backup, or a collection that was moved aside by --force."),
    ],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="The data folder may hold a collection, which is moved aside and named."
        ),
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Bring a collection back from a backup, into a new folder or in the place of the one that is there.

    All is unpacked and compared before anything changes; a stop at any point leaves the collection as it was.

    Examples:
      policyqa restore /backup/policyqa.zip
      policyqa restore /backup/policyqa.zip --data /srv/policyqa
      policyqa restore /backup/policyqa.zip --force
    """
    from rag.backup.restoration import restore as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    with progress_bar(_STAGES) as progress:
        done = run(file, settings.data, progress, force=force, settle=_let_rest)
    notices = list(_notices(done, settings))
    if json:
        facts: dict[str, Any] = {
            "data": str(done.data),
            "aside": None if done.aside is None else str(done.aside),
            "index": done.has_index,
            "in_use": done.is_read,
            "notices": [{"message": m, "fix": f} for m, f in notices],
        }
        emit(facts | (_facts(done.manifest) if done.manifest else {}))
        return
    say(f"已恢复 restored  {done.data}")
    if done.manifest:
        say(_contents(done.manifest))
    if done.aside:
        say(f"原来的文件库 the collection before  {done.aside}")
        say(f"换回去 take it back: policyqa restore {done.aside} --data {done.data} --force")
    for message, fix in notices:
        tell(f"注意 notice  {message}\n  Fix: {fix}")


def _notices(done: "Restored", settings: "Settings") -> list[tuple[str, str]]:
    """Return what is still to be done, each with its fix."""
    notices = []
    if done.is_read:
        notices.append(
            (
                "还有进程在用原来的文件库，重新启动后才用恢复的。"
                "Something that is running still uses the collection before.",
                "start policyqa web and policyqa slack anew",
            )
        )
    made_with = done.manifest.embedder if done.manifest else None
    if not done.has_index:
        notices.append(("备份里没有索引。There are no indexes in the backup.", _REBUILD))
    elif done.on_server:
        notices.append(
            (
                "向量在 Chroma 服务器上，备份之后可能已变。"
                "The vectors are on a Chroma server, which may have gone on since the backup.",
                _REBUILD,
            )
        )
    elif made_with not in (None, settings.embedder):
        notices.append(
            (
                f"索引用 {made_with!r} 建立，现在的设置是 {settings.embedder!r}。"
                f"The indexes were built with {made_with!r}; the settings ask for {settings.embedder!r}.",
                f"{_REBUILD}, or set POLICYQA_EMBED_MODEL back",
            )
        )
    return notices


def _let_rest(folder: Path) -> None:
    """Questions that waited on Slack when the backup was made were answered since, or are long out of date."""
    path = folder / "slack.sqlite"
    if not path.is_file():
        return
    with closing(sqlite3.connect(path)) as db, db:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'questions'").fetchone():
            db.execute("UPDATE questions SET state = 'done' WHERE state IN ('waiting', 'running')")


def _facts(made: "Manifest") -> dict[str, Any]:
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


def _contents(made: "Manifest") -> str:
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
