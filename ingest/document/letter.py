"""An official letter, 公文: its letterhead and number stand above the title, and what it issues below its own text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.bulletin import STATUS_LINE, Span
from ingest.document.bodies import joined as joined_bodies
from ingest.document.number import DOC_NUMBER
from ingest.layout import Line
from rag.locator.numerals import NUMERAL
from rag.text import loose, wide_brackets

_MAX_HEAD = 8
_MAX_NAME_LINES = 3
_MIN_NAME = 6
"""Characters of a title that tell which document is meant."""
_BODY = r"[\u4e00-\u9fff、\s]{2,60}(?:政府|办公厅|办公室|委员会|委|厅|局|部|院|会|署|中心)"
_ABOVE_NUMBER = re.compile(
    rf"{_BODY}\s*(?:\(?文件\)?|（函）|公文)?|特急|加急|平急|机密|秘密|内部|\d{{6}}|№?\s*\d+"
)
_LETTERHEAD = re.compile(rf"({_BODY})\s*文件")
_NUMBER = re.compile(rf"({DOC_NUMBER.pattern})(\s+签发人[：:].{{1,20}})?")
_ISSUES = re.compile(
    r"(?:印发|发布|公布|转发|下发|批转)(.{4,120}?)的(?:通知|公告|令|函|决定|批复)(（[^（）]*）)?$"
)
_ASKS = re.compile("征求.*意见的?(?:通知|公告|函|启事)")
_ORDER = re.compile(r"(令|公告)(（[^（）]*）|第?[\d〔〕]+号)?$")
_MAX_ORDER = 4
_NAMES = re.compile(r"《([^《》]{4,80})》")
_LABEL = re.compile(rf"附\s*件\s*{NUMERAL}*\s*[：:]?")
_EXPLAINS = re.compile(
    r"(?:关于)?《([^《》]{4,80})》的?(?:起草|编制|制定|修订)?(?:情况)?的?说明|(?:起草|编制|制定|修订)(?:情况)?说明"
)
_MAX_FOOT = 8
_FOOT = re.compile(
    r"(抄送|抄报|主题词|公开方式|信息公开选项|校对)[：:].*|[\u4e00-\u9fff]{2,30}[室厅处局科]\s*\d{4}年\d{1,2}月\d{1,2}日印发"
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
        joined_bodies(named) if named else None,
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
    starts += [(at, 1) for at in _explanations(span) if not starts or at > starts[-1][0]]
    if not starts:
        return [span]
    out = [replace(span, body=_without_label(span.body[: starts[0][0]]), origin=None)]
    ends = [at for at, _ in starts[1:]] + [len(span.body)]
    for (at, size), end in zip(starts, ends, strict=True):
        words = span.body[at : at + size]
        out.append(
            Span(
                title=_title(words, span.title),
                title_lines=words,
                note=(),
                body=_without_label(span.body[at + size : end])
                if end < len(span.body)
                else span.body[at + size :],
                origin=span.origin if end == len(span.body) else None,
                column=span.column,
            )
        )
    return out


def _title(words: Sequence[Line], above: str) -> str:
    """Return the title of what a letter issues; 起草说明 alone gets the name of what it explains."""
    own = wide_brackets("".join(x.text for x in words))
    return above + own if _EXPLAINS.fullmatch(own) and "《" not in own else own


def _explanations(span: Span) -> list[int]:
    """Return where what explains a draft stands under it: 关于《某办法（征求意见稿）》的起草说明."""
    found = []
    for at, line in enumerate(span.body):
        match = _EXPLAINS.fullmatch(line.text) if at and line.label is None else None
        if match and (not match.group(1) or loose(match.group(1))[:_MIN_NAME] in loose(span.title)):
            found.append(at)
    return found[:1]


def _without_label(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Make the 附件1 above the title of what comes next a trace; it is no text of the document before."""
    return tuple(
        replace(x, is_trace=True) if at == len(lines) - 1 and _LABEL.fullmatch(x.text) else x
        for at, x in enumerate(lines)
    )


def _names(span: Span) -> list[str]:
    """Return what a letter says that it issues: in its title, or an order in its first sentences."""
    if _ASKS.search(span.title):
        return _NAMES.findall(span.title)
    title = _ISSUES.search(span.title) or _EXPLAINS.fullmatch(span.title)
    if title and title.group(1):
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
