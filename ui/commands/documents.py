"""Commands that list what is in the collection: documents, show, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.trail import noted
from ui.batch import writing
from ui.commands.show import show
from ui.console import DataFlag, JsonFlag, add, emit, open_catalog, say, style
from ui.shapes import clause_shape, document_shape, json_line

if TYPE_CHECKING:
    from rag.schema import Clause


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, documents, show, export)


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
        limited = "" if d.visibility == "public" else f"仅 {d.visibility} 可见 only for {d.visibility}"
        known = (d.region, d.issuer, d.doc_number, d.status, d.effective_date, limited)
        facts = "，".join(str(x) for x in known if x)
        say(f"{d.document_id}  {style(d.title, bold=True)}  {facts}")
    say(f"{len(found)} 件")


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
    noted(data, "export", f"collection → {out.resolve() if out else '-'}")
