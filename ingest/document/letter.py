"""An official letter, 公文: its letterhead and number stand above the title, and what it issues below its own text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.bulletin import DOC_NUMBER, STATUS_LINE, Span
from ingest.layout import Line
from rag.text import bare, loose, wide_brackets

_MAX_HEAD = 8
_MAX_NAME_LINES = 3
_BODY = r"[\u4e00-\u9fff、\s]{2,60}(?:政府|办公厅|办公室|委员会|委|厅|局|部|院|会|署|中心)"
_ABOVE_NUMBER = re.compile(
    rf"{_BODY}\s*(?:\(?文件\)?|（函）|公文)?|特急|加急|平急|机密|秘密|内部|\d{{6}}|№?\s*\d+"
)
_LETTERHEAD = re.compile(rf"({_BODY})\s*文件")
_NUMBER = re.compile(rf"({DOC_NUMBER.pattern})(\s+签发人[：:].{{1,20}})?")
_ISSUES = re.compile(
    r"(?:印发|发布|公布|转发|下发|批转)(.{4,120}?)的(?:通知|公告|令|函|决定|批复)(（[^（）]*）)?$"
)
_ORDER = re.compile(r"(令|公告)(（[^（）]*）|第?[\d〔〕]+号)?$")
_MAX_ORDER = 4
_NAMES = re.compile(r"《([^《》]{4,80})》")
_MAX_FOOT = 8
_FOOT = re.compile(
    r"(抄送|抄报|主题词|公开方式|信息公开选项|校对)[：:].*|.{2,30}(办公室|办公厅|秘书处|综合处)\s*\d{4}年\d{1,2}月\d{1,2}日印发"
    r"|共印\s*\d+\s*份"
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The lines above a title; none of them when the text is no letter."""

    lines: tuple[Line, ...] = ()
    doc_number: str | None = None
    issuer: str | None = None


def letterhead(lines: Sequence[Line]) -> Letterhead:
    """Read the lines above the title of a letter: 某市人民政府文件, 特急, 某政发〔2024〕5号."""
    number = next((i for i, x in enumerate(lines[:_MAX_HEAD]) if _NUMBER.fullmatch(x.text)), None)
    if number is None or number + 1 >= len(lines):
        return Letterhead()
    above = [x for x in lines[:number] if not x.is_trace]
    if not all(_ABOVE_NUMBER.fullmatch(x.text) for x in above):
        return Letterhead()
    named = next((m.group(1) for x in above if (m := _LETTERHEAD.fullmatch(x.text))), None)
    printed = _NUMBER.fullmatch(lines[number].text)
    return Letterhead(
        tuple(lines[: number + 1]),
        wide_brackets(printed.group(1)) if printed else None,
        bare(named) if named else None,
    )


def without_foot(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those at the end that say who else gets the letter and who printed it as traces."""
    out = list(lines)
    for at in range(max(0, len(out) - _MAX_FOOT), len(out)):
        if _FOOT.fullmatch(out[at].text):
            out[at] = replace(out[at], is_trace=True)
    return out


def issued(span: Span) -> list[Span]:
    """Part a letter from the documents that it issues; a span that issues nothing is returned alone.

    A document begins where a line of the letter's body, or several together, are a name that the letter gives.
    """
    starts = sorted(
        found for name in _names(span) if (found := _name_line(span.body, name)) is not None and found[0] > 0
    )
    if not starts:
        return [span]
    out = [replace(span, body=span.body[: starts[0][0]], origin=None)]
    ends = [at for at, _ in starts[1:]] + [len(span.body)]
    for (at, size), end in zip(starts, ends, strict=True):
        words = span.body[at : at + size]
        out.append(
            Span(
                title=wide_brackets("".join(x.text for x in words)),
                title_lines=words,
                note=(),
                body=span.body[at + size : end],
                origin=span.origin if end == len(span.body) else None,
                column=span.column,
            )
        )
    return out


def _names(span: Span) -> list[str]:
    """Return what a letter says that it issues: in its title, or an order in its first sentences."""
    title = _ISSUES.search(span.title)
    if title:
        return _NAMES.findall(title.group(1)) or [title.group(1)]
    if _ORDER.search(span.title):
        return _NAMES.findall("".join(line.text for line in span.body[:_MAX_ORDER]))
    return []


def _name_line(body: Sequence[Line], name: str) -> tuple[int, int] | None:
    """Return where a name stands alone, and over how many lines; its status may stand on a line of its own."""
    wanted = loose(name)
    for at in range(len(body)):
        joined = ""
        for size in range(1, min(_MAX_NAME_LINES, len(body) - at) + 1):
            joined += loose(body[at + size - 1].text)
            if not wanted.startswith(joined):
                break
            if joined == wanted:
                tail = at + size < len(body) and STATUS_LINE.fullmatch(body[at + size].text)
                return at, size + bool(tail)
    return None
