"""Kept answers as a web page of their own, to be printed or sent: it loads nothing, and nothing in it runs."""

from collections.abc import Sequence
from html import escape

from rag.record.kept import KeptAnswer
from ui.export.blocks import Block, Mark, Paragraph, Spans, Table
from ui.export.sheet import Sheet, Source, named, sheets_of
from ui.record.labels import record_label

_LONGEST_TITLE = 60
# Even if a text were taken for markup, the browser would neither run nor fetch anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
@page { size: A4; margin: 22mm 20mm; }
body { max-width: 44em; margin: 2em auto; padding: 0 1.2em; color: #1a1a1a; background: #fff; font: 16px/1.8 "Noto Serif SC", "Source Han Serif SC", SimSun, Songti SC, serif; overflow-wrap: anywhere; }
h1, h2, h3, h4, th, dt { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", SimHei, sans-serif; line-height: 1.5; }
h1 { font-size: 1.35em; border-bottom: 2px solid #1d4f7c; padding-bottom: .3em; }
h2 { font-size: 1.15em; margin: 1.6em 0 .5em; }
h3 { font-size: 1em; margin: 1.4em 0 .4em; color: #1d4f7c; }
h2, h3, h4 { break-after: avoid; }
.question { font-size: 1.05em; font-weight: 600; white-space: pre-line; }
.before { color: #555; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1.2em; margin: .8em 0; font-size: .85em; color: #444; }
dt { color: #555; }
dd { margin: 0; }
.item { margin: .2em 0; padding-left: 1.6em; text-indent: -1.6em; }
.item > .mark { display: inline-block; min-width: 1.6em; text-indent: 0; }
table { border-collapse: collapse; margin: .8em 0; width: 100%; }
td, th { border: 1px solid #888; padding: .25em .6em; text-align: start; vertical-align: top; }
tr, .note { break-inside: avoid; }
p { margin: .4em 0; }
sup { line-height: 0; }
sup a { color: inherit; text-decoration: none; }
.warning { padding: .3em .8em; border-left: 3px solid #b07c00; background: #fff7e2; print-color-adjust: exact; }
.notes { border-top: 1px solid #888; margin-top: 1.6em; padding: .6em 0 0; list-style: none; font-size: .88em; line-height: 1.65; }
.note { display: grid; grid-template-columns: 2.4em 1fr; margin-bottom: .7em; }
.note p { margin: 0; }
.note blockquote { margin: .1em 0; white-space: pre-line; }
.note .details { color: #555; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 11pt; } }
"""


def export_page(*records: KeptAnswer) -> str:
    """Return answers of one chat, oldest first, as one HTML file with a footnote for each source.

    Every text is shown letter by letter; the only links lead from a marker to its footnote.
    """
    sheets = sheets_of(records)
    first = sheets[0]
    if len(sheets) == 1:
        body = f"<h1>{escape(first.title)}</h1>{_answer(first)}"
    else:
        body = f"<h1>{escape(record_label('chat', first.lang))}</h1>" + "".join(
            f"<h2>{escape(record_label('nth_question', sheet.lang).format(n=number))}</h2>{_answer(sheet)}"
            for number, sheet in enumerate(sheets, start=1)
        )
    notes = "".join(_note(source, sheet) for sheet in sheets for source in sheet.sources)
    footnotes = f'<ol class="notes">{notes}</ol>' if notes else ""
    title = " ".join(first.question.split())[:_LONGEST_TITLE] or first.title
    return (
        f'<!doctype html><html lang="{"zh-CN" if first.lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>{body}{footnotes}</main></body></html>\n"
    )


def _answer(sheet: Sheet) -> str:
    before = "".join(
        f'<p class="before">{escape(named("history", question, sheet.lang))}</p>' for question in sheet.before
    )
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in sheet.facts)
    warnings = "".join(f'<p class="warning">{escape(warning)}</p>' for warning in sheet.warnings)
    nearest = "".join(f"<p>{escape(line)}</p>" for line in sheet.nearest)
    parts = [
        f'{before}<p class="question">{escape(sheet.question)}</p><dl>{facts}</dl>',
        _section("answer", "".join(map(_block, sheet.blocks)), sheet),
        _section("warnings", warnings, sheet),
        _section("nearest", nearest, sheet),
    ]
    return "".join(parts)


def _section(key: str, body: str, sheet: Sheet) -> str:
    return f"<h3>{escape(record_label(key, sheet.lang))}</h3>{body}" if body else ""


def _block(block: Block) -> str:
    if isinstance(block, Table):
        head, *rows = block.rows
        return f"<table>{_row(head, 'th')}{''.join(_row(row, 'td') for row in rows)}</table>"
    return _paragraph(block)


def _paragraph(block: Paragraph) -> str:
    inner = _spans(block.spans)
    if block.kind == "heading":
        return f"<h4>{inner}</h4>"
    if block.kind in ("bullet", "numbered"):
        mark = escape(block.mark) or "•"
        return f'<p class="item"><span class="mark">{mark}</span>{inner}</p>'
    return f"<p>{inner}</p>"


def _row(cells: Sequence[Spans], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_spans(cell)}</{tag}>" for cell in cells) + "</tr>"


def _spans(spans: Spans) -> str:
    out = ""
    for span in spans:
        if isinstance(span, Mark):
            out += f'<sup><a href="#note-{span.number}">[{span.number}]</a></sup>'
        else:
            out += f"<b>{escape(span.text)}</b>" if span.bold else escape(span.text)
    return out


def _note(source: Source, sheet: Sheet) -> str:
    quotes = "".join(f"<blockquote>“{escape(quote)}”</blockquote>" for quote in source.quotes)
    details = escape(record_label("semicolon", sheet.lang).join(source.details))
    warnings = "".join(
        f'<p class="warning">{escape(named("warnings", warning, sheet.lang))}</p>'
        for warning in source.warnings
    )
    return (
        f'<li class="note" id="note-{source.number}"><span>[{source.number}]</span><div><p>{escape(source.name)}</p>'
        f'{quotes}<p class="details">{details}</p>{warnings}</div></li>'
    )
