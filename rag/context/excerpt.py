"""As much of a clause as there is room for, cut at sentences."""

from collections.abc import Callable, Sequence

from rag.context.companions import shared
from rag.text import sentences

GAP = "……"
"""Stands where words are left out."""
_LEAST = 60
"""Tokens that are given in any case."""


def excerpt(
    text: str,
    room: float,
    asked: str,
    estimate: Callable[[str], int],
    spans: Sequence[tuple[int, int]] = (),
) -> str:
    """Return the text, or sentences of it in their order with a mark where others are missing.

    Args:
        text: Of a clause.
        room: Tokens; a beginning of one sentence is given even when there is less.
        asked: Besides the first sentence, which often is a heading, those come that take up most of the question.
        estimate: Upper bound of a text's tokens.
        spans: Words that are meant: of a text that is too long, only their sentences are given.
    """
    if estimate(text) <= room:
        return text
    bounds = list(sentences(text)) or [(0, len(text))]
    order = _order(text, bounds, asked, spans)
    gap = estimate(GAP)
    # With what stands before the next sentence: a line break.
    ends = [start for start, _ in bounds[1:]] + [len(text)]
    costs = [estimate(text[a:end]) + gap for (a, _), end in zip(bounds, ends, strict=True)]
    left, kept = room - gap, list[int]()
    for number in order:
        if costs[number] <= left:
            kept.append(number)
            left -= costs[number]
    if not kept:
        start, end = bounds[order[0]]
        return _clipped(text[start:end], max(room - gap, _LEAST), estimate) + GAP
    return _joined(text, bounds, sorted(kept))


def _order(
    text: str, bounds: Sequence[tuple[int, int]], asked: str, spans: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the numbers of the sentences in the order in which they deserve room."""
    meant = [i for i, (a, b) in enumerate(bounds) if any(a < end and start < b for start, end in spans)]
    if meant:
        return meant
    rest = range(1, len(bounds))
    return [0, *sorted(rest, key=lambda i: -shared(asked, text[bounds[i][0] : bounds[i][1]]))]


def _joined(text: str, bounds: Sequence[tuple[int, int]], kept: Sequence[int]) -> str:
    """Return sentences in printed order; what follows each other keeps its line breaks."""
    out = "" if kept[0] == 0 else GAP
    for number, following in zip(kept, [*kept[1:], len(bounds)], strict=True):
        start, end = bounds[number]
        last = number == len(bounds) - 1
        goes_on = following == number + 1 and not last
        out += text[start : bounds[following][0]] if goes_on else text[start:end] + ("" if last else GAP)
    return out


def _clipped(text: str, room: float, estimate: Callable[[str], int]) -> str:
    """Return the beginning of a sentence that is too long for its room, such as a table's."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if estimate(text[:middle]) <= room else (low, middle - 1)
    return text[:low]
