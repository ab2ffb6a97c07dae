"""Commands that change the collection: ingest, remove, undo; and the list of what has changed."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.trail import note_documents, noted
from ui.console import STAGES, DataFlag, JsonFlag, add, emit, open_catalog, progress_bar, say, style, tell
from ui.shapes import change_shape, report_shape

if TYPE_CHECKING:
    from ingest.report import FailedFile


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, ingest, remove, undo, changes)


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Files, folders and .zip archives.", show_default=False),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="The sample collection that comes with the program.")
    ] = False,
    meta: Annotated[
        list[str] | None,
        typer.Option(
            "--meta",
            metavar="KEY=VALUE",
            help="Set a field of these documents by hand: issuer, region, status, visibility, …; KEY= takes it back.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Read files and folders into the collection; only what is new or changed is read again.

    Formats: .txt .md .html .docx .pdf, pictures and scans (pip install 'policyqa[ocr]'), and .zip of these. Hidden files
    and NOTICE, LICENSE and README files of a folder are left out. A file that cannot be read is listed and the rest goes
    on; the exit status is then 1. Fields can also be set in a file beside a document: 办法.pdf.meta.toml.

    Examples:
      policyqa ingest ~/文件
      policyqa ingest 办法.docx 条例.pdf --json
      policyqa ingest 办法.pdf --meta region=贵州省 --meta visibility=法规处
      policyqa ingest --sample
    """
    from importlib.resources import as_file, files  # noqa: PLC0415

    from ingest.pipeline import ingest as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    if not paths and not sample:
        raise typer.BadParameter("give a file or folder, or --sample")
    fields = _fields(meta or [])
    settings = load_settings(data)
    with as_file(files("corpus")) as corpus, progress_bar(STAGES) as progress:
        report = run([*(paths or []), *([Path(corpus)] if sample else [])], settings, progress, fields)
    note_documents(partial(noted, data), added=report.added, changed=report.changed, removed=report.removed)
    if json:
        emit(report_shape(report))
    else:
        for name, titles in (
            ("新增 added", report.added),
            ("更新 changed", report.changed),
            ("移除 removed", report.removed),
        ):
            for title in titles:
                say(f"{name}  {title}")
        for notice in report.notices:
            tell(f"注意 notice  {notice.path}: {notice.text}")
        for failed in report.failed:
            tell(_failed(failed))
        counts = f"新增 {len(report.added)}  更新 {len(report.changed)}  未变 {len(report.unchanged)}  移除 {len(report.removed)}"
        say(f"{counts}  失败 {len(report.failed)}；共 {report.clauses} 条")
    return 1 if report.failed else 0


def _failed(file: "FailedFile") -> str:
    lines = [f"失败 failed  {file.path}"]
    if file.chinese:
        lines += [f"  {file.chinese[0]}", f"  解决：{file.chinese[1]}"]
    return "\n".join((*lines, f"  {file.message}", f"  Fix: {file.fix}"))


def _fields(pairs: list[str]) -> dict[str, str]:
    from rag.catalog.corrections import check_corrections  # noqa: PLC0415

    split = [pair.partition("=") for pair in pairs]
    for key, equals, _ in split:
        if not equals:
            raise typer.BadParameter(f"--meta {key}: write it as KEY=VALUE")
    return check_corrections({key.strip(): value for key, _, value in split}, "--meta")


def remove(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="A title, part of one, or an id.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring a removed document back.")] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Take a document out of the collection; it stays out when its file is read again, until --undo.

    Examples:
      policyqa remove 技术展望2023
      policyqa remove 技术展望2023 --undo
    """
    from ingest.pipeline import changing  # noqa: PLC0415
    from rag.locator.title import find_document  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    catalog = open_catalog(data)
    catalog.check_embedder(settings.embedder)
    document = find_document(catalog.documents(removed=undo), title)
    with progress_bar(STAGES) as progress, changing(settings, "remove", progress) as catalog:
        catalog.set_removed(document.document_id, removed=not undo)
    noted(data, "document_added" if undo else "document_removed", document.title)
    if json:
        emit({"document_id": document.document_id, "title": document.title, "removed": not undo})
    elif undo:
        say(f"已恢复 restored  {document.title}")
    else:
        say(f"已移除 removed  {document.title}\n恢复 undo: policyqa remove {document.document_id} --undo")


def undo(data: DataFlag = None, json: JsonFlag = False) -> None:
    """Take back what the last ingest, remove or undo changed; a second undo brings it back.

    Files stay where they are: one that is still in a folder comes in again with the next ingest of that folder.

    Examples:
      policyqa undo
    """
    from ingest.pipeline import undo as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    with progress_bar(STAGES) as progress:
        command = run(load_settings(data), progress)
    noted(data, "document_changed", f"undo {command}")
    count = open_catalog(data).count_clauses()
    if json:
        emit({"undone": command, "clauses": count})
    else:
        say(
            f"已撤销 undone  {command}；共 {count} 条\n再撤销一次即恢复 undo again to bring it back: policyqa undo"
        )


def changes(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="From this day on: 2024-01-31.", show_default=False),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """List what has been added, changed and taken out, oldest first: documents, and the clauses of changed ones.

    Examples:
      policyqa changes
      policyqa changes --since 2024-01-31 --json
    """
    from rag.hit.filters import check_filters  # noqa: PLC0415

    check_filters({}, since)
    found = open_catalog(data).changes(since)
    if json:
        emit([change_shape(c) for c in found])
        return
    words = {"added": "新增 added", "changed": "更新 changed", "gone": "移除 gone"}
    whole = {(c.at, c.document_id) for c in found if c.clause_id is None and c.what != "changed"}
    for c in found:
        if c.clause_id is None:
            say(f"{c.at}  {c.command}  {words[c.what]}  {style(c.title, bold=True)}")
        elif (c.at, c.document_id) not in whole:
            say(f"    {words[c.what]}  {c.locator}")
    if not found:
        say("没有变化 nothing has changed")
