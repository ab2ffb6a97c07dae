"""The lines between a title and its text that are fields of their own: subtitle, document number, who passed it and when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.bulletin import ADOPTION, STATUS_LINE, Span
from ingest.clause.contents import PREAMBLE, TOC
from ingest.document.number import number_of, ordered
from ingest.layout import Line
from rag.text import bare

_ADOPTED_END = re.compile("(通过|修正|修订|公布|发布|施行|批准|印发)$")
_SINCE_ISSUE = re.compile("自?(发布|公布)之日起?(施行|实施)")
_ADOPTED = re.compile("通过|修正|修订|公布|发布|施行|批准|印发|根据")
_ADOPTED_IN = re.compile("会议通过|公布|发布|修正|修订")
_ISSUING = re.compile("[\u4e00-\u9fff、]{2,30}([部委局厅院办府会署]|发布|公布|颁布|批准)")
_PAIRS = (("《", "》"), ("（", "）"), ("(", ")"))
_MAX_ADOPTION = 80
_MAX_REST = 300
_MAX_HISTORY = 1000
_MAX_TITLE_LINES = 4
_MAX_FRONT = 40


@dataclass(frozen=True, slots=True)
class Front:
    """Lines between the title and the text that are fields of their own."""

    subtitle: str | None
    doc_number: str | None
    adoption: tuple[str, ...]
    """Who passed or published a law and when, as printed."""


def front(span: Span) -> tuple[Front, tuple[Line, ...]]:
    """Part the lines under the title from the text; the text comes second."""
    subtitle: str | None = None
    number: str | None = None
    adoption: list[str] = []
    body = span.body[_repeated_title(span) :]
    at = passed = 0
    while at < min(len(body), _MAX_FRONT):
        line, after = body[at], body[at + 1] if at + 1 < len(body) else None
        if line.is_trace:
            # A rule or a comment inside the front matter.
            at += 1
            continue
        if number is None and (found := number_of(line.text, span.title)):
            number = found
        elif adoption and _goes_on(adoption[-1], line):
            adoption[-1] += line.text
        elif _is_adoption(line) or _names_issuer(body[at : at + 4]):
            adoption.append(line.text)
        elif (
            subtitle is None and number is None and not adoption and after and _is_subtitle(line, after, span)
        ):
            subtitle = line.text
        else:
            break
        at += 1
        passed = at
    if adoption and (at == _MAX_FRONT or all(line.is_trace for line in body[passed:])):
        # Not the history of a law but a list of dated events, the text itself.
        return Front(subtitle=None, doc_number=None, adoption=()), span.body
    traces = tuple(line for line in body[:passed] if line.is_trace)
    number = number or number_of(span.title) or ordered(adoption)
    return Front(subtitle, number, tuple(adoption)), (*traces, *body[passed:])


def _repeated_title(span: Span) -> int:
    """Return over how many lines the title is printed again under the title; 0 if it is not."""
    wanted, joined = bare(span.title), ""
    for size, line in enumerate(span.body[:_MAX_TITLE_LINES], 1):
        joined += bare(line.text)
        if joined == wanted:
            return size
        if line.label or not wanted.startswith(joined):
            break
    return 0


def _goes_on(adoption: str, line: Line) -> bool:
    """A bracket or a title that the line closes, or one of several titles, so the line was torn off."""
    if line.label or len(line.text) > _MAX_REST:
        return False
    text = line.text
    for a, b in _PAIRS:
        if adoption.count(a) > adoption.count(b) and (text.count(b) > text.count(a) or text[0] in "〈<"):
            return True
    return text[-1] == "）" and "（" not in text and _ADOPTED_IN.search(text) is not None


def _is_adoption(line: Line) -> bool:
    """A date with who passed, changed or published the text, however long the names of the changes are."""
    if _SINCE_ISSUE.fullmatch(line.text.rstrip("。；，）)")):
        return True
    if len(line.text) > _MAX_HISTORY:
        return False
    if ADOPTION.match(line.text):
        plain = re.sub("《.*》", "", line.text).rstrip("。；，）)")
        said = [x for x in re.split("[。；，,]", plain) if x]
        short = len(said) < 2 and len(line.text) <= _MAX_ADOPTION
        return short or (bool(_ADOPTED_END.search(plain)) and all(map(_ADOPTED.search, said)))
    bracketed = line.text[0] in "（(" and line.text[-1] in "）)"
    return (
        bracketed
        and re.search(r"\d{4}\s*年", line.text) is not None
        and _ADOPTED_IN.search(line.text) is not None
    )


def _names_issuer(lines: Sequence[Line]) -> bool:
    """The first of the lines says who issued a text, 水产部发布, or is one of several names above such a line."""
    for line in lines:
        if line.is_trace or line.label or not _ISSUING.fullmatch(line.text):
            return False
        if _ADOPTED_END.search(line.text):
            return True
    return False


def _is_subtitle(line: Line, after: Line, span: Span) -> bool:
    if not span.title_lines or line.is_trace or line.is_finished or line.label or len(line.text) > 30:
        return False
    if (
        TOC.fullmatch(line.text)
        or PREAMBLE.fullmatch(line.text)
        or (line.level and line.level != span.title_lines[-1].level)
    ):
        return False
    return (line.is_heading or bool(STATUS_LINE.fullmatch(line.text))) and len(after.text) > len(line.text)
