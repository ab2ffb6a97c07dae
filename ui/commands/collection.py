"""Commands for those who keep the collection: ingest, documents, remove, export, check, rebuild."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.batch import writing
from ui.commands.show import show
from ui.console import DataFlag, JsonFlag, add, emit, open_catalog, progress_bar, say, style, tell
from ui.shapes import clause_shape, document_shape, json_line, report_shape

if TYPE_CHECKING:
    from rag.schema import Clause

_STAGES = {"read": "读取 reading", "embed": "建索引 indexing"}


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, ingest, documents, show, remove, export, check, rebuild)


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Files or folders (.txt, .md).", show_default=False),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="The sample collection that comes with the program.")
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Read files and folders into the collection; only what is new or changed is read again.

    Hidden files and NOTICE, LICENSE and README files of a folder are left out. A file that cannot be read is listed and
    the rest goes on; the exit status is then 1.

    Examples:
      policyqa ingest ~/文件
      policyqa ingest 办法.txt 条例.md --json
      policyqa ingest --sample
    """
    from importlib.resources import as_file, files  # noqa: PLC0415

    from ingest.pipeline import ingest as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    if not paths and not sample:
        raise typer.BadParameter("give a file or folder, or --sample")
    settings = load_settings(data)
    with as_file(files("corpus")) as corpus, progress_bar(_STAGES) as progress:
        report = run([*(paths or []), *([Path(corpus)] if sample else [])], settings, progress)
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
        for failed in report.failed:
            tell(f"失败 failed  {failed.message}\nFix: {failed.fix}")
        counts = f"新增 {len(report.added)}  更新 {len(report.changed)}  未变 {len(report.unchanged)}  移除 {len(report.removed)}"
        say(f"{counts}  失败 {len(report.failed)}；共 {report.clauses} 条")
    return 1 if report.failed else 0


def documents(data: DataFlag = None, json: JsonFlag = False) -> None:
    """List the documents of the collection.

    Examples:
      policyqa documents
      policyqa documents --json
    """
    found = open_catalog(data).documents()
    if json:
        emit([document_shape(d) for d in found])
        return
    for d in found:
        facts = "，".join(str(x) for x in (d.region, d.issuer, d.doc_number, d.status, d.effective_date) if x)
        say(f"{d.document_id}  {style(d.title, bold=True)}  {facts}")
    say(f"{len(found)} 件")


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
    from ingest.index import update  # noqa: PLC0415
    from rag.locator.title import find_document  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    catalog = open_catalog(data)
    catalog.check_embedder(settings.embed_model)
    document = find_document(catalog.documents(removed=undo), title)
    with catalog.writing(), progress_bar(_STAGES) as progress:
        with catalog.transaction():
            catalog.set_removed(document.document_id, removed=not undo)
        update(catalog, settings, lambda done, total: progress("embed", done, total))
    if json:
        emit({"document_id": document.document_id, "title": document.title, "removed": not undo})
    elif undo:
        say(f"已恢复 restored  {document.title}")
    else:
        say(f"已移除 removed  {document.title}\n恢复 undo: policyqa remove {document.document_id} --undo")


def export(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write there instead of stdout.", show_default=False),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Print every document and its clauses, one JSON object a line.

    Examples:
      policyqa export > collection.jsonl
      policyqa export --out collection.jsonl
    """
    catalog = open_catalog(data)
    by_document: dict[str, list[Clause]] = {}
    for clause in catalog.clauses():
        by_document.setdefault(clause.document_id, []).append(clause)
    rows = (
        shape
        for d in catalog.documents()
        for shape in (document_shape(d), *(clause_shape(c) for c in by_document.get(d.document_id, [])))
    )
    with writing(out or Path("-")) as file:
        file.writelines(map(json_line, rows))


def check(data: DataFlag = None, json: JsonFlag = False) -> int:
    """Compare the catalog with Chroma and the keyword index; exit status 1 when they differ.

    Examples:
      policyqa check
    """
    from ingest.index import compare  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    state = compare(open_catalog(data), load_settings(data))
    if json:
        lists = {"pending": list(state.pending), "missing": list(state.missing), "extra": list(state.extra)}
        emit(
            {"sound": state.is_sound, "clauses": state.clauses, "keyword_current": state.keyword_current}
            | lists
        )
    else:
        words = (
            ("待建索引 pending", state.pending),
            ("缺少 missing", state.missing),
            ("多余 extra", state.extra),
        )
        for name, ids in words:
            if ids:
                say(f"{name}: {len(ids)}  {'; '.join(ids[:3])}{' …' if len(ids) > 3 else ''}")
        if not state.keyword_current:
            say("关键词索引过期 the keyword index is out of date")
        # What a stopped run left is finished by the next one, which is quicker than making all anew.
        unfinished = not (state.missing or state.extra)
        fix = (
            "Fix: policyqa ingest PATH again to finish what was stopped, or policyqa rebuild"
            if unfinished
            else "Fix: policyqa rebuild"
        )
        say(f"{state.clauses} 条，索引一致 sound" if state.is_sound else fix)
    return 0 if state.is_sound else 1


def rebuild(data: DataFlag = None, json: JsonFlag = False) -> None:
    """Make Chroma and the keyword index anew from the catalog, with the embedder of the settings.

    Examples:
      policyqa rebuild
      POLICYQA_EMBED_MODEL=BAAI/bge-m3 policyqa rebuild
    """
    from ingest.index import rebuild as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    catalog = open_catalog(data)
    with catalog.writing(), progress_bar(_STAGES) as progress:
        run(catalog, load_settings(data), lambda done, total: progress("embed", done, total))
    count = catalog.count_clauses()
    if json:
        emit({"clauses": count})
    else:
        say(f"已重建 rebuilt  {count} 条")
