"""The command that brings a collection back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.account.file import operator
from ui.commands.backup import STAGES, contents, facts
from ui.console import DataFlag, JsonFlag, add, emit, progress_bar, say, tell

if TYPE_CHECKING:
    from rag.backup.restoration import Restored
    from rag.settings import Settings

_REBUILD = "policyqa rebuild"


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    add(app, restore)


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
    end_keys: Annotated[
        bool,
        typer.Option(
            "--end-keys",
            help="End all keys of programs; else those that were removed since the backup work again.",
        ),
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Bring a collection back from a backup, into a new folder or in the place of the one that is there.

    All is unpacked and compared before anything changes; a stop at any point leaves the collection as it was. Accounts
    are as they were at the backup, and everybody has to sign in again.

    Examples:
      policyqa restore /backup/policyqa.zip
      policyqa restore /backup/policyqa.zip --data /srv/policyqa
      policyqa restore /backup/policyqa.zip --force
    """
    from rag.backup.restoration import restore as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    people: list[tuple[str, str]] = []

    def settle(folder: Path) -> None:
        _let_rest(folder)
        people.extend(_end_sessions(folder, file, settings, end_keys=end_keys))

    with progress_bar(STAGES) as progress:
        done = run(file, settings.data, progress, force=force, settle=settle)
    notices = [*_notices(done, settings), *people]
    if json:
        own: dict[str, Any] = {
            "data": str(done.data),
            "aside": None if done.aside is None else str(done.aside),
            "index": done.has_index,
            "in_use": done.is_read,
            "notices": [{"message": m, "fix": f} for m, f in notices],
        }
        emit(own | (facts(done.manifest) if done.manifest else {}))
        return
    say(f"已恢复 restored  {done.data}")
    if done.manifest:
        say(contents(done.manifest))
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


def _end_sessions(
    folder: Path, source: Path, settings: "Settings", *, end_keys: bool
) -> list[tuple[str, str]]:
    """Let nobody in by a session of before; return what an administrator has to know of the accounts, with its fix."""
    from rag.accounts import has_accounts, open_accounts  # noqa: PLC0415

    if not has_accounts(folder):
        return []
    with closing(open_accounts(settings.model_copy(update={"data": folder}))) as accounts:
        keys = accounts.restored(str(source.resolve()), end_keys=end_keys, by=operator())
    told = [
        (
            "用户、密码和角色是备份时的，所有人都要重新登录。"
            "Accounts, passwords and roles are those of the backup; everybody has to sign in again.",
            "policyqa user list",
        )
    ]
    if keys:
        told.append(
            (
                f"{keys} 个密钥又有效，包括备份之后删除的。"
                f"{keys} keys work again, also those that were removed since the backup.",
                "policyqa key list and policyqa key remove ID, or restore again with --end-keys --force",
            )
        )
    return told
