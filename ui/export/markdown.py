"""A kept answer as Markdown with footnotes, as GitHub, Pandoc and Obsidian read them."""

import re
from collections.abc import Iterable

from rag.record.kept import KeptAnswer
from ui.export.blocks import Block, Mark, Paragraph, Spans, Table, Text
from ui.export.sheet import Sheet, Source, named, sheet_of
from ui.record.labels import record_label

# All that can begin or end markup or make an address a link; the rest of ASCII's punctuation is harmless.
_SPECIAL = re.compile(r"[!#$&()*+\-.:<=>@\[\\\]^_`{|}~]")
_INDENT = "    "


def export_markdown(record: KeptAnswer) -> str:
    """Return an answer with a footnote for each source; whatever a text holds is shown letter by letter."""
    sheet = sheet_of(record)
    parts = [f"# {escaped(sheet.title)}"]
    parts += [_named("history", question, sheet) for question in sheet.before]
    parts.append(_named("question", sheet.question, sheet))
    colon = record_label("colon", sheet.lang)
    parts.append("\n".join(f"- {escaped(name + colon + value)}" for name, value in sheet.facts))
    parts += _section("answer", sheet, _body(sheet.blocks))
    parts += _section("warnings", sheet, _list(sheet.warnings))
    parts += _section("sources", sheet, _list(f"[{source.number}] {source.name}" for source in sheet.sources))
    parts += _section("nearest", sheet, _list(sheet.nearest))
    parts += [_footnote(source, sheet) for source in sheet.sources]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return one line of text so that Markdown shows it as it is."""
    return _SPECIAL.sub(lambda special: f"\\{special[0]}", text.strip())


def _named(key: str, text: str, sheet: Sheet) -> str:
    return f"**{escaped(record_label(key, sheet.lang))}**{_lines(record_label('colon', sheet.lang) + text)}"


def _lines(text: str, indent: str = "") -> str:
    """Keep the line breaks of a text."""
    return f"\\\n{indent}".join(escaped(line) for line in text.split("\n") if line.strip())


def _section(key: str, sheet: Sheet, body: str) -> list[str]:
    return [f"## {escaped(record_label(key, sheet.lang))}", body] if body else []


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(line)}" for line in lines)


def _body(blocks: tuple[Block, ...]) -> str:
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
        out += ("\n" if joined else "\n\n" if out else "") + _block(block)
        before = block
    return out


def _block(block: Block) -> str:
    if isinstance(block, Table):
        head, *rows = ("| " + " | ".join(_spans(cell) for cell in row) + " |" for row in block.rows)
        return "\n".join((head, "|" + " --- |" * len(block.rows[0]), *rows))
    if block.kind == "numbered":
        return f"{re.sub(r'[^0-9]', '', block.mark)}. {_spans(block.spans)}"
    return {"heading": "### ", "bullet": "- "}.get(block.kind, "") + _spans(block.spans)


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
