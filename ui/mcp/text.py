"""The results of the tools as text: what is printed in documents stands in lines that begin with `>`."""

from collections.abc import Iterable, Sequence

from rag.context.fence import defused, one_line
from ui.shapes import Shape

_FORCE = {
    "draft": "草案 draft",
    "not_yet": "尚未生效 not yet in force",
    "in_force": "有效 in force",
    "expired": "已过期 expired",
    "repealed": "已废止 repealed",
    "unknown": "效力不明 force unknown",
}


def found_text(shape: Shape) -> str:
    """Return the clauses of a search, best first."""
    if not shape["clauses"]:
        return "没有符合条件的条款。No clause fits."
    filters = shape["filters"]
    read = [f"{key} = {value}" for part in ("explicit", "inferred") for key, value in filters[part].items()]
    notes = [f"按此检索 searched with: {one_line('; '.join(read))}"] if read else []
    return _joined([*_found(shape["clauses"]), *notes])


def answered_text(shape: Shape) -> str:
    """Return an answer with what it cites, what to know before relying on it, and what comes near when it is none."""
    cited = [
        f"[{c['n']}] {_name(c['title'], c['locator'])}{one_line(c['pinpoint'] or '')}{_linked(c['link'])}\n{quoted(c['quote'])}"
        for c in shape["citations"]
    ]
    warnings = [f"注意 Note: {one_line(notice['text'])}" for notice in shape["warnings"]]
    near = ["最接近的条款 Nearest clauses:", *_found(shape["nearest"])] if shape["nearest"] else []
    heading = ["出处 Sources:"] if cited else []
    verdict = f"结论 verdict: {shape['verdict']}（{shape['model']}）"
    return _joined([defused(shape["answer"]), *heading, *cited, *warnings, *near, verdict])


def document_text(shape: Shape, first: int) -> str:
    """Return a document with the list of its clauses."""
    lines = [
        f"> {c['locator']}  {one_line(c['text'])}{'' if c['is_whole'] else '…'}" for c in shape["clauses"]
    ]
    return _joined(
        [
            _heading(shape),
            *filter(None, ["\n".join(lines)]),
            *_rest(first, len(lines), shape["clauses_total"]),
        ]
    )


def shown_text(shape: Shape, order: Sequence[str]) -> str:
    """Return one clause between its neighbours, or the 款 or 项 of it that was asked for; `order` has all ids as printed."""
    clause = shape["clause"]
    if shape["pinpoint"]:
        return _joined(
            [_heading(shape), f"{_name(clause['title'], clause['locator'])}\n{quoted(shape['pinpoint'])}"]
        )
    ordered = sorted([clause, *shape["context"]], key=lambda c: order.index(c["clause_id"]))
    places = [
        f"{'▶ ' if c['clause_id'] == clause['clause_id'] else ''}{_name(c['title'], c['locator'])}\n{quoted(c['text'])}"
        for c in ordered
    ]
    return _joined([_heading(shape), *places])


def listed_text(shape: Shape, first: int) -> str:
    """Return the documents of a list, one a line."""
    if not shape["total"]:
        return "没有符合条件的文件。No document fits."
    lines = [f"{d['document_id']}  《{one_line(d['title'])}》  {_facts(d)}" for d in shape["documents"]]
    return _joined([*filter(None, ["\n".join(lines)]), *_rest(first, len(lines), shape["total"])])


def quoted(text: str) -> str:
    """Return words of a document with every line marked as theirs."""
    return "\n".join(f"> {line}" for line in defused(text).splitlines())


def _found(clauses: Iterable[Shape]) -> list[str]:
    return [
        f"{number}. {_name(c['title'], c['locator'])}  {_FORCE[c['validity']]}{_linked(c['link'])}\n"
        f"{quoted(c['text'])}{'' if c['is_whole'] else '……'}"
        for number, c in enumerate(clauses, 1)
    ]


def _facts(document: Shape) -> str:
    known = (document["issuer"], document["region"], document["doc_number"], _FORCE[document["validity"]])
    return " · ".join(one_line(fact) for fact in known if fact)


def _heading(shape: Shape) -> str:
    document = shape["document"] | {"validity": shape["validity"]}
    facts = f"{document['document_id']} · {_facts(document)}{_linked(shape['link'])}"
    return f"《{one_line(document['title'])}》\n{facts}"


def _rest(first: int, shown: int, total: int) -> list[str]:
    """Return what is said of the entries that a list leaves out; nothing when it is whole."""
    if first == 1 and shown == total:
        return []
    if not shown:
        return [f"共 {total} 个，后面没有了。 There are {total}, and no more."]
    last = first + shown - 1
    more = f"；其余请用 first={last + 1}。 for the rest: first={last + 1}" if last < total else ""
    return [f"第 {first}–{last} 个，共 {total} 个 {first} to {last} of {total}{more}"]


def _name(title: str, locator: str) -> str:
    return f"《{one_line(title)}》{one_line(locator)}"


def _linked(link: str | None) -> str:
    return f"  {link}" if link else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts)
