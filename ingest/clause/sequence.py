"""Which labels belong to the document itself, by the sequence of their numbers: not quoted ones, not references."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.layout import Line
from ingest.numbering import RARE, Kind, Marker

_MAX_QUOTED = 80
"""Lines of one quotation; a mark that is not closed by then was forgotten."""
_WINDOW = 80
_ANNOUNCES = re.compile("修改为|增加|改为|作为第")
_MAX_STEP = 3
_JUMP, _TORN = 0.4, 0.6


def quoted(body: Sequence[Line]) -> frozenset[int]:
    """Return the places of lines inside a quotation that began on a line above, as in the text of an amendment."""
    found: set[int] = set()
    at = 0
    while at < len(body):
        end = _quotation_end(body, at) or at
        found.update(range(at + 1, end + 1))
        # The line that ends one may begin another.
        at = max(end, at + 1)
    return frozenset(found)


def _quotation_end(body: Sequence[Line], start: int) -> int | None:
    text = body[start].text
    depth = text.count("“") - text.count("”")
    if depth <= 0:
        return None
    for at in range(start + 1, min(start + _MAX_QUOTED, len(body))):
        text = body[at].text
        opened = text.count("“") - text.count("”")
        if text[0] != "“" and opened > 0:
            # A quotation holds no other in the same marks, so its end was forgotten.
            return at - 1
        # Each paragraph of a quotation may begin with a mark, and only the last one ends with one.
        depth += opened - (text[0] == "“")
        if depth <= 0 or text.endswith(("”", "”。", "”；")):
            return at
    return None


def announced(body: Sequence[Line], inside: frozenset[int]) -> frozenset[int]:
    """Return the places of articles that an amendment announces (增加五条，内容如下：) and prints without quotation marks."""
    found: set[int] = set()
    last = number = 0
    start: int | None = None
    for at, line in enumerate(body):
        label = line.label
        if label is not None and label.kind == "article" and at not in inside:
            before, number = number, label.number
            # The numbers of the amendment itself go on after the block.
            is_announced = number > last + _MAX_STEP if before == last else number == before + 1
            if start is None or not is_announced:
                if start is not None and before != last:
                    found.update(range(start, at))
                start, last = None, number
        if start is None and line.text[-1] in "：:" and _ANNOUNCES.search(line.text):
            start = at + 1
    if start is not None and number != last:
        found.update(range(start, len(body)))
    return frozenset(found)


def finished(body: Sequence[Line], at: int) -> bool:
    """Tell whether the line before this one is complete, so that this one can begin something."""
    line, above = body[at], at - 1
    if line.joined is not None or line.level or line.item:
        return not line.joined
    while above >= 0 and body[above].is_trace:
        above -= 1
    if above < 0:
        return True
    before = body[above]
    return before.is_finished or before.is_heading or (before.label is not None and not before.label.rest)


def chains(body: Sequence[Line], kind: Kind, inside: frozenset[int]) -> list[list[int]]:
    """Return the places of the articles that the document itself has.

    Args:
        body: Lines of a document.
        kind: The style of number that articles have here.
        inside: Lines of quotations.

    Returns:
        Those of the longest rising run of numbers; where the numbers begin at 1 again, a run for each text. Empty
        without articles.
    """
    places = [i for i, line in enumerate(body) if line.label is not None and line.label.kind == kind]
    places = _one_language(body, places)
    return [run for run in (_rising(body, x, inside) for x in _runs(body, places, inside)) if run]


def _label(body: Sequence[Line], at: int) -> Marker:
    label = body[at].label
    assert label is not None  # noqa: S101 - narrows the type
    return label


def _one_language(body: Sequence[Line], places: list[int]) -> list[int]:
    """Of a text with 第一条 and Article 1 side by side, keep the labels of the language that has more."""
    chinese = [i for i in places if body[i].text[0] in "第笫"]
    other = [i for i in places if body[i].text[0] not in "第笫"]
    return chinese if len(chinese) >= len(other) and chinese else other if other else places


def _runs(body: Sequence[Line], places: list[int], inside: frozenset[int]) -> list[list[int]]:
    """Part the articles of several texts in one, where the numbers begin at 1 again and go on with 2."""
    runs: list[list[int]] = [[]]
    for nth, at in enumerate(places):
        label = _label(body, at)
        after = _label(body, places[nth + 1]).number if nth + 1 < len(places) else 0
        begins = (label.number, label.sub, after) == (1, 0, 2) and at not in inside and finished(body, at)
        if begins and len(runs[-1]) > 1:
            runs.append([])
        runs[-1].append(at)
    return runs


def _rising(body: Sequence[Line], places: list[int], inside: frozenset[int]) -> list[int]:
    keys = [(_label(body, i).number, _label(body, i).sub) for i in places]
    regular = all(a < b and b[0] - a[0] <= 1 and (b[1] == 0 or b[0] == a[0]) for a, b in pairwise(keys))
    if regular and inside.isdisjoint(places[:1]):
        return places
    best: list[tuple[float, int]] = []
    for j, key in enumerate(keys):
        own = 1.0 if finished(body, places[j]) else 1.0 - _TORN
        score, before = (-1.0, -1) if places[j] in inside else (own, -1)
        for i in range(max(0, j - _WINDOW), j):
            if keys[i] >= key or best[i][0] < 0:
                continue
            follows = key in ((keys[i][0] + 1, 0), (keys[i][0], keys[i][1] + 1))
            if places[j] in inside and not follows:
                continue
            reached = best[i][0] + (1.0 if follows else own - _JUMP * (1 + (key[0] - keys[i][0] > _MAX_STEP)))
            if reached >= score:
                score, before = reached, i
        best.append((score, before))
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    out: list[int] = []
    while at >= 0 and best[at][0] > 0:
        out.append(places[at])
        at = best[at][1]
    return out[::-1]


def rare_kinds(body: Sequence[Line]) -> frozenset[Kind]:
    """Return those rare styles of number of which this text has at least two in a row, beginning with 1."""
    last: dict[Kind, tuple[int, ...]] = {}
    found: set[Kind] = set()
    for line in body:
        label = line.label
        if label is None or label.kind not in RARE:
            continue
        own = (*label.above, label.number)
        before = last.get(label.kind)
        if before is not None and own in ((*before[:-1], before[-1] + 1), (before[0] + 1, 1)):
            found.add(label.kind)
        if label.number == 1 or (
            before is not None and own[:-1] == before[:-1] and own[-1] == before[-1] + 1
        ):
            last[label.kind] = own
    if "decimal" not in found:
        found.discard("bare")
    return frozenset(found)
