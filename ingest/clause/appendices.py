"""A document's own text and its appendices, each of which is numbered for itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.clause.sequence import finished
from ingest.document.bodies import is_signature
from ingest.layout import Line
from ingest.numbering import as_label
from rag.locator.numerals import NUMERAL

_APPENDIX = re.compile(
    rf"(?P<label>附\s*[件录表]\s*(?:{NUMERAL}+|[A-Z])?|附(?=\s*[：:]))"
    r"(?:\s*[：:]\s*|\s+|(?<=[0-9A-Z])(?=[\u4e00-\u9fff])|$)(?P<rest>.*)"
    r"|(?P<back>参\s*考\s*文\s*献|索\s*引)[：:]?"
    r"|(?P<latin>(?:S(?i:chedule)|A(?i:nnex|ppendix|ttachment)|E(?i:xhibit))(?:\s+(?:\d{1,2}|[IVX]{1,5}|[A-Z]))?)"
    r"(?:\s*[.:：—–-]+\s*|\s+(?=[A-Z])|$)(?P<title>.*)"
)
_OPENS_LIST = re.compile(r"附\s*件?\s*[：:]\s*(?P<first>1\s*[.．、])?")
_MAX_TITLE = 50
_MIN_LINES = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """A document without its appendices, or one appendix."""

    label: str | None
    """附件1, as printed; None for the document's own text."""
    rest: str
    """The words after the label on its line."""
    lines: tuple[Line, ...]
    """An appendix's first line is its heading."""


def segments(body: Sequence[Line], inside: frozenset[int]) -> list[Segment]:
    """Part a document at the headings of its appendices.

    Args:
        body: Its lines.
        inside: Places of lines in quotations.

    Returns:
        The own text first, also when it is empty.
    """
    found = {i: heading for i in range(len(body)) if i not in inside and (heading := _heading(body, i))}
    last = {label: i for i, (label, _) in found.items()}
    places: list[int] = []
    # From the end, with the place of the next line and how many there are below.
    below, count = -1, 0
    for i in range(len(body) - 1, -1, -1):
        if i in found and not _is_listed(body, found, last, i, below, count):
            places.append(i)
        if not body[i].is_trace:
            below, count = i, count + 1
    places.reverse()
    out = [Segment(None, "", tuple(body[: places[0] if places else len(body)]))]
    for start, end in pairwise((*places, len(body))):
        out.append(Segment(*found[start], tuple(body[start:end])))
    return out


def listed(body: Sequence[Line]) -> frozenset[int]:
    """Return the places of the names of appendices under 附件：1.某表 or 附件：, numbered 2, 3 and so on; they are no units."""
    found: set[int] = set()
    number = -1
    for at, line in enumerate(body):
        if line.is_trace:
            continue
        label = line.label
        if opens := _OPENS_LIST.match(line.text):
            number = 1 if opens.group("first") else 0
        elif number >= 0 and label is not None and label.kind == "arabic" and label.number == number + 1:
            found.add(at)
            number += 1
        elif label is not None or line.is_finished:
            number = -1
    return frozenset(found)


def _heading(body: Sequence[Line], at: int) -> tuple[str, str] | None:
    line = body[at]
    if line.text[0] not in "附参索SAE" or line.joined or line.is_trace or line.is_row:
        return None
    match = _APPENDIX.fullmatch(line.text)
    if match is None or not (finished(body, at) or line.level):
        return None
    rest = (match.group("rest") or match.group("title") or "").strip()
    if len(rest) > _MAX_TITLE or re.search("[。；;，,]", rest) or rest.endswith(("：", ":")):
        return None
    return as_label(match.group("label") or match.group("back") or match.group("latin")), rest


def _is_listed(
    body: Sequence[Line],
    found: dict[int, tuple[str, str]],
    last: dict[str, int],
    at: int,
    below: int,
    count: int,
) -> bool:
    """Tell whether a heading only announces an appendix: 附件：1.某办法 under a notice, or one of several such lines.

    Args:
        body: All lines.
        found: All headings.
        last: Label → place of its last heading.
        at: Place of this one.
        below: Place of the next line; unused without one.
        count: Number of lines below.
    """
    label, rest = found[at]
    if not rest:
        # 附： may only name a table that was lost on the way.
        if count < (_MIN_LINES if label == "附" else 1):
            return True
        above_list = body[at].text.endswith(("：", ":")) and body[below].label is not None
        return above_list and any(re.fullmatch(rf"附件{NUMERAL}+", other) for other, _ in found.values())
    if is_signature(body[at + 1 :]):
        return True
    if re.match(r"\d{1,2}\s*[.．、]", rest) or last[label] > at or not count or below in found:
        return True
    return at - 1 in found and bool(found[at - 1][1]) and found[at - 1][0] != label
