"""The command that prints a document or a clause."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import DataFlag, JsonFlag, emit, open_catalog, say, style
from ui.labels import pages
from ui.shapes import clause_shape, document_shape

if TYPE_CHECKING:
    from rag.catalog import Catalog
    from rag.locator.pinpoint import Pinpoint
    from rag.schema import Clause, Document


def show(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="A title, part of one, or an id.")],
    locator: Annotated[
        str | None,
        typer.Argument(
            metavar="LOCATOR", help="第三章/第十四条, 第十四条第二款, 三/（一）", show_default=False
        ),
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Also list what of its lines is in no clause.")] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Print a document's tree, or one clause with its neighbours and links.

    Examples:
      policyqa show 长春市数据交易管理办法
      policyqa show 长春市数据交易 第二十七条
      policyqa show 长春市数据交易 第十五条第（二）项
      policyqa show 长春市数据交易 --raw
    """
    from rag.locator.pinpoint import split_pinpoint  # noqa: PLC0415
    from rag.locator.title import find_document  # noqa: PLC0415

    catalog = open_catalog(data)
    document = find_document(catalog.documents(), title)
    clauses = catalog.clauses(document.document_id)
    if locator is None:
        _show_document(catalog, document, clauses, raw, json)
        return
    place, pinpoint = split_pinpoint(locator)
    clause = find_clause(clauses, place, document.title)
    span = pinpoint_span(clause, pinpoint, locator)
    near = [c for c in clauses if abs(c.ordinal - clause.ordinal) == 1]
    if json:
        words = {"pinpoint": clause.text[slice(*span)]} if span else {}
        emit(clause_shape(clause) | {"context": [clause_shape(c) for c in near]} | words)
        return
    if span:
        say(style(f"《{clause.title}》{clause.locator} {locator.removeprefix(place)}", bold=True))
        say(clause.text[slice(*span)])
        return
    for c in sorted([*near, clause], key=lambda c: c.ordinal):
        where = pages(c.page_first, c.page_last, "zh") or f"{c.start_line}–{c.end_line} 行"
        mark = "▶ " if c is clause else "  "
        say(style(f"{mark}《{c.title}》{c.locator}  （{document.source} {where}）", bold=c is clause))
        say(f"{c.text}\n")
    _show_links(catalog, clause)


def pinpoint_span(clause: "Clause", pinpoint: "Pinpoint | None", locator: str) -> tuple[int, int] | None:
    """Return where in a clause's text a pinpoint stands, None without one; raises NotFound when the clause has no such."""
    from rag.errors import NotFound  # noqa: PLC0415
    from rag.locator.pinpoint import find_pinpoint  # noqa: PLC0415

    if pinpoint is None:
        return None
    span = find_pinpoint(clause.text, pinpoint)
    if span is None:
        raise NotFound(
            f"《{clause.title}》{clause.locator} has no {locator!r}.",
            fix=f"policyqa show {clause.document_id} {clause.label}",
            chinese=(
                f"《{clause.title}》{clause.locator}里没有 {locator!r}。",
                f"policyqa show {clause.document_id} {clause.label}",
            ),
        )
    return span


def _show_links(catalog: "Catalog", clause: "Clause") -> None:
    """Print what the clause refers to, defines and repeals."""
    titles = {d.document_id: d.title for d in catalog.documents()}
    for r in clause.references:
        target = titles.get(r.target_document_id or "", r.target_title)
        known = "" if r.target_document_id else "（不在库中 not in the collection）"
        words = clause.text[slice(*r.span)]
        say(f"引用 refers to  {words} → 《{target}》{r.target_locator or ''}{known}")
    for d in clause.definitions:
        say(f"定义 defines  {d.term}")
    for x in clause.repeals:
        say(f"废止 repeals  《{titles.get(x.target_document_id or '', x.target_title)}》")


def _show_document(
    catalog: "Catalog", document: "Document", clauses: "list[Clause]", raw: bool, json: bool
) -> None:
    left = catalog.leftovers(document.document_id) if raw else []
    if json:
        shape = document_shape(document) | {"clauses": [clause_shape(c) for c in clauses]}
        emit(
            shape
            | ({"leftovers": [{"line": x.line, "kind": x.kind, "text": x.text} for x in left]} if raw else {})
        )
        return
    say(style(document.title, bold=True))
    for key, value in document_shape(document).items():
        if value and key not in ("type", "title", "inferred"):
            say(f"  {key}: {value}")
    for word, value in (("superseded_by", document.superseded_by), ("repealed_by", document.repealed_by)):
        if value:
            say(f"  {word}: {value}")
    above = ""
    for c in clauses:
        if c.headings != above:
            above = c.headings
            say(f"  {style(above, dim=True)}")
        say(f"    {c.locator}  {c.text[:40].replace(chr(10), ' ')}{'…' if len(c.text) > 40 else ''}")
    for x in left:
        say(f"  {x.kind} {x.line}: {x.text}")


def find_clause(clauses: "list[Clause]", locator: str, title: str) -> "Clause":
    """Return the clause that a locator means; raises NotFound when none or several fit."""
    from rag.errors import NotFound  # noqa: PLC0415
    from rag.locator.lookup import stands_at  # noqa: PLC0415
    from rag.locator.named import named_places  # noqa: PLC0415
    from rag.text import bare  # noqa: PLC0415

    found = [c for c in clauses if bare(c.locator) == bare(locator)] or [
        c for c in clauses if bare(c.label) == bare(locator)
    ]
    found = found or [c for c in clauses if any(stands_at(c, p) for p in named_places(locator))]
    if not found:
        raise NotFound(
            f"《{title}》 has no clause {locator!r}.",
            fix=f"policyqa show {title}",
            chinese=(f"《{title}》没有 {locator!r}。", f"policyqa show {title}"),
        )
    if len(found) > 1 and len({c.locator for c in found}) > 1:
        places = "; ".join(c.locator for c in found[:6])
        raise NotFound(
            f"{len(found)} clauses fit {locator!r}: {places}.",
            fix="give the whole locator",
            chinese=(f"有 {len(found)} 条符合 {locator!r}：{places}。", "请给出完整的条号"),
        )
    return found[0]
