"""A kept answer as Markdown with footnotes, as GitHub, Pandoc and Obsidian read them."""

import re
from collections.abc import Iterable

from rag.record.kept import KeptAnswer
from ui.export.blocks import Block, Mark, Paragraph, Spans, Table, Text
from ui.export.sheet import Sheet, Source, named, sheets_of
from ui.record.labels import record_label

# All that can begin or end markup or make an address a link; the rest of ASCII's punctuation is harmless.
_SPECIAL = re.compile(r"[!#$&()*+\-.:<=>@\[\\\]^_`{|}~]")
_INDENT = "    "


def export_markdown(*records: KeptAnswer) -> str:
    """Return answers of one chat, oldest first, with a footnote for each source; every text is shown letter by letter."""
    sheets = sheets_of(records)
    if len(sheets) == 1:
        parts = [f"# {escaped(sheets[0].title)}", *_answer(sheets[0], "##")]
    else:
        parts = [f"# {escaped(record_label('chat', sheets[0].lang))}"]
        for number, sheet in enumerate(sheets, start=1):
            heading = record_label("nth_question", sheet.lang).format(n=number)
            parts += [f"## {escaped(heading)}", *_answer(sheet, "###")]
    parts += [_footnote(source, sheet) for sheet in sheets for source in sheet.sources]
    return "\n\n".join(parts) + "\n"


def _answer(sheet: Sheet, level: str) -> list[str]:
    """Return one answer without its footnotes; `level` is the mark of its headings."""
    parts = [_named("history", question, sheet) for question in sheet.before]
    parts.append(_named("question", sheet.question, sheet))
    colon = record_label("colon", sheet.lang)
    parts.append("\n".join(f"- {escaped(name + colon + value)}" for name, value in sheet.facts))
    sources = [f"[{source.number}] {source.name}" for source in sheet.sources]
    for key, body in (
        ("answer", _body(sheet.blocks, f"{level}#")),
        ("warnings", _list(sheet.warnings)),
        ("sources", _list(sources)),
        ("nearest", _list(sheet.nearest)),
    ):
        if body:
            parts += [f"{level} {escaped(record_label(key, sheet.lang))}", body]
    return parts


def escaped(text: str) -> str:
    """Return one line of text so that Markdown shows it as it is."""
    return _SPECIAL.sub(lambda special: f"\\{special[0]}", text.strip())


def _named(key: str, text: str, sheet: Sheet) -> str:
    return f"**{escaped(record_label(key, sheet.lang))}**{_lines(record_label('colon', sheet.lang) + text)}"


def _lines(text: str, indent: str = "") -> str:
    """Keep the line breaks of a text."""
    return f"\\\n{indent}".join(escaped(line) for line in text.split("\n") if line.strip())


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(line)}" for line in lines)


def _body(blocks: tuple[Block, ...], heading: str) -> str:
    """Items of one list follow each other without a blank line."""
    out = ""
    before: Block | None = None
    for block in blocks:
        joined = (
            isinstance(block, Paragraph)
            and isinstance(before, Paragraph)
            and block.kind == before.kind
            and block.kind in ("bullet", "numbered")
        )
        out += ("\n" if joined else "\n\n" if out else "") + _block(block, heading)
        before = block
    return out


def _block(block: Block, heading: str) -> str:
    if isinstance(block, Table):
        head, *rows = ("| " + " | ".join(_spans(cell) for cell in row) + " |" for row in block.rows)
        return "\n".join((head, "|" + " --- |" * len(block.rows[0]), *rows))
    if block.kind == "numbered":
        return f"{re.sub(r'[^0-9]', '', block.mark)}. {_spans(block.spans)}"
    return {"heading": f"{heading} ", "bullet": "- "}.get(block.kind, "") + _spans(block.spans)


def _spans(spans: Spans) -> str:
    return "".join(_span(span) for span in spans).strip()


def _span(span: Text | Mark) -> str:
    if isinstance(span, Mark):
        return f"[^{span.number}]"
    blank = " " if span.text[:1].isspace() else ""
    after = " " if span.text[-1:].isspace() else ""
    inner = escaped(span.text)
    # Stars beside Chinese punctuation are no markup in CommonMark.
    return (
        f"{blank}<b>{inner}</b>{after}" if span.bold and inner else f"{blank}{inner}{after if inner else ''}"
    )


def _footnote(source: Source, sheet: Sheet) -> str:
    lines = [f"[^{source.number}]: {escaped(source.name)}"]
    lines += [f"{_INDENT}“{_lines(quote, _INDENT)}”" for quote in source.quotes]
    lines.append(_INDENT + escaped(record_label("semicolon", sheet.lang).join(source.details)))
    lines += [_INDENT + escaped(named("warnings", warning, sheet.lang)) for warning in source.warnings]
    return "\n\n".join(lines)
