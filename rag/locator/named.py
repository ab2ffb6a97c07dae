"""Places that a question names by number: 第十二条, 第五条至第八条, 第二编第一分编第四章, 三（一）第9点, 附件1, Part 2 (2) item 9."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.locator.marks import RANKS, Mark, marks_in
from rag.locator.numerals import NUMERAL
from rag.locator.pinpoint import INSIDE, Pinpoint, split_pinpoint
from rag.locator.place import Part

GENERIC = ("点", "小", "（")
"""Styles that say little alone: every outline has a 第三点."""
_LONGEST_RANGE = 60
_TITLE = re.compile(r"《[^《》]*》")
_NUMBER = rf"(?:[（(]\s*{NUMERAL}{{1,12}}\s*[）)]|{NUMERAL}(?:\s?{NUMERAL}){{0,11}})"
_UNIT = r"(?:款(?!项)|项(?!目)|目(?!标|录|的|前))"
# Behind 的 or 中 a number needs 第 or brackets: 第三条的五项措施 is no place.
_PINPOINT = re.compile(
    rf"(?:{INSIDE}(?:第\s*{_NUMBER}|[（(]\s*{NUMERAL}{{1,12}}\s*[）)])\s*{_UNIT}|\s*{_NUMBER}\s*{_UNIT})+"
)
_INSIDE = re.compile(INSIDE)
_COMMA = re.compile(r"\s*[、/,.，]\s*")
_UP_TO = re.compile(r"\s*(?:直?到|至|-|—|–|~|to|through)\s*")
_AND = re.compile(r"\s*(?:、|,|，|和|与|及|以及|and|&)\s*")
_OF = re.compile(r"\s*(?:of|in|under)\s+(?:the\s+)?", re.IGNORECASE)
_OUTLINE = ("", "（", "大")


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a question names."""

    parts: tuple[Part, ...]
    """Of a locator, outermost first, as (style, number, sub-number); besides a locator's own styles 大 and 小 for 第二大点 and
    第三小点, and 点 for 第9点 and 第9项, which may be printed in any style."""
    pinpoint: Pinpoint | None = None
    """The 款, 项 and 目 named after an article."""
    span: tuple[int, int] = field(default=(0, 0), compare=False)
    """Start and end (exclusive) in the text."""

    @property
    def is_generic(self) -> bool:
        """It says little alone."""
        return len(self.parts) == 1 and self.parts[0].style in GENERIC

    def is_item(self, text: str) -> bool:
        """It is a 第N项 in the text that it was read from: an item of a list, or a point of an outline, but no article."""
        return self.is_generic and text[slice(*self.span)].rstrip().endswith("项")


def named_places(text: str) -> list[Named]:
    """Return the places that a text names, in its order; a text without any has none.

    第二章第五条 is one place, 第五条和第六条 are two, 第五条至第八条 are four. What stands between 《》 names none. A 点 or 项 without
    a place above it counts only where no article is named: there it is a place inside the article.
    """
    text = _TITLE.sub(lambda m: "《" + "\0" * (len(m[0]) - 2) + "》", text)
    found = _turned(text, _paths(text))
    if any(place.parts[-1].style == "条" for place in found):
        found = [place for place in found if not place.is_generic]
    return found


def without_places(text: str) -> str:
    """Return a text with blanks where it names places; the text itself when it names none."""
    signs = list(text)
    for place in named_places(text):
        start, end = place.span
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def _paths(text: str) -> list[Named]:
    """Return each place, joining what stands directly under it: 三、, then （五）, then 第16条."""
    out: list[Named] = []
    for mark in marks_in(text):
        last = out[-1] if out else None
        if last and mark.start < last.span[1]:
            continue
        between = text[last.span[1] : mark.start] if last else ""
        if last and _is_inside(mark, last, between):
            # Article 5(2), 第三条第一至三款: places inside the article.
            out[-1:] = _inside(last, mark)
        elif last and (other := _beside_pinpoint(text, mark, last, between)):
            out.append(other)
        elif mark.style not in ("款", "目"):
            out = _with(out, mark, between, text)
    return out


def _with(found: list[Named], mark: Mark, between: str, text: str) -> list[Named]:
    """Return the places with those of one more mark: under the last one, beside it, or on their own."""
    last = found[-1] if found else None
    path: tuple[Part, ...] = ()
    start = mark.start
    if last and _is_under(mark, last, between):
        path, start = last.parts, last.span[0]
        found = found[:-1]
    elif mark.needs_parent:
        return found
    elif last and _is_beside(mark, last, between):
        path = last.parts[:-1]
        if _UP_TO.fullmatch(between):
            found = [*found, *_between(last, mark)]
    style = mark.style
    if path and path[-1].style in _OUTLINE and style in ("条", path[-1].style):
        # 三（五）第16条 is the 16th point of an outline, and so is (16) of 3 (5)(16).
        style = "点"
    numbers = [(number, 0) for number in mark.numbers[:-1]] + [(mark.numbers[-1], mark.sub)]
    new = [Named((*path, Part(style, *number)), span=(start, mark.end)) for number in numbers]
    return [*found, *new[:-1], _with_pinpoint(text, new[-1])]


def _with_pinpoint(text: str, place: Named) -> Named:
    end = place.span[1]
    found = _PINPOINT.match(text, end) if place.parts[-1].style == "条" else None
    if found is None:
        return place
    return replace(place, pinpoint=split_pinpoint(found.group())[1], span=(place.span[0], found.end()))


def _inside(place: Named, mark: Mark) -> list[Named]:
    """Return an article with the 款 that a mark behind it names; without any when it names something else."""
    span = (place.span[0], mark.end)
    if mark.style != "款" or place.pinpoint is not None:
        return [replace(place, span=span)]
    return [replace(place, pinpoint=Pinpoint(number), span=span) for number in mark.numbers]


def _beside_pinpoint(text: str, mark: Mark, last: Named, between: str) -> Named | None:
    """Return the 第三款 of 第三条第二款和第三款, the 第（三）项 of 第二款第（一）项和第（三）项; None for anything else."""
    found = _PINPOINT.match(text, mark.start) if last.pinpoint and _AND.fullmatch(between) else None
    point = split_pinpoint(found.group())[1] if found else None
    if found is None or point is None or last.pinpoint is None:
        return None
    if point.paragraph is None:
        if last.pinpoint.item is None:
            return None
        point = replace(point, paragraph=last.pinpoint.paragraph)
    return replace(last, pinpoint=point, span=found.span())


def _is_inside(mark: Mark, last: Named, between: str) -> bool:
    inner = mark.style in GENERIC or mark.style == "款"
    return inner and last.parts[-1].style == "条" and _INSIDE.fullmatch(between) is not None


def _is_under(mark: Mark, last: Named, between: str) -> bool:
    """Tell whether a mark goes on with the place before it."""
    above = last.parts[-1].style
    if above == "（" and (mark.style == "条" or (mark.needs_parent and not between)):
        return bool(_INSIDE.fullmatch(between) or _COMMA.fullmatch(between))
    if RANKS[mark.style] <= RANKS[above] or (mark.style in ("段", "部") and above != "附件"):
        return False
    printed = between.strip() == "/" or (above in _OUTLINE and _COMMA.fullmatch(between))
    return bool(printed or _INSIDE.fullmatch(between))


def _is_beside(mark: Mark, last: Named, between: str) -> bool:
    """Tell whether a mark goes on with a list or a range: 第二部分的第三点和第五点."""
    above = last.parts[-1].style
    same = mark.style == above or (mark.style == "条" and above == "点")
    return same and bool(_UP_TO.fullmatch(between) or _AND.fullmatch(between))


def _between(last: Named, mark: Mark) -> Iterator[Named]:
    """Yield the places of a range but its two ends; a range that is too long has no others."""
    style, first, _ = last.parts[-1]
    if first < mark.numbers[0] <= first + _LONGEST_RANGE:
        for number in range(first + 1, mark.numbers[0]):
            yield Named((*last.parts[:-1], Part(style, number)), span=last.span)


def _turned(text: str, found: list[Named]) -> list[Named]:
    """Put `item 9 of Part 2 (2)` in the order of a locator."""
    out: list[Named] = []
    for place in found:
        inner = out[-1] if out else None
        if (
            inner
            and _OF.fullmatch(text[inner.span[1] : place.span[0]])
            and RANKS[inner.parts[0].style] > RANKS[place.parts[-1].style]
        ):
            out[-1] = Named((*place.parts, *inner.parts), inner.pinpoint, (inner.span[0], place.span[1]))
        else:
            out.append(place)
    return out
