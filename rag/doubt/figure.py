"""Figures of a text, and those of a sentence that no cited clause has, has elsewhere, or has with the opposite limit."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.doubt.amount import COUNT, Amount, amounts, is_measured, levelled
from rag.doubt.date import Date, blanked, dates
from rag.doubt.doubt import Doubt
from rag.locator.marks import marks_in

_DOC_NUMBER = re.compile(r"([㐀-鿿]{0,8})[〔\[【(]\s?((?:19|20)\d\d)\s?[〕\]】)]\s?第?\s?0*(\d{1,4})\s?号")
_NAME = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]+[-/.]?\d[A-Za-z0-9]*|\d+[A-Za-z]+\d*)(?![A-Za-z0-9])")
_NO_NAME = re.compile(r"\d+(?:st|nd|rd|th|s|km|kg)\Z|Q[1-4]\Z", re.IGNORECASE)
_CORRECTS = re.compile(
    r"不|没|非|未|而|有误|相反|\b(?:not|no|never|instead|rather|but|n't|incorrect|wrong)\b", re.IGNORECASE
)
_NEAR, _FOLLOWING = 12, 8
"""Characters before and behind a figure that tell which of a clause's figures it is."""
_SURER = 3
"""Characters by which the words around another figure must fit better, for a figure to be at the wrong place."""
_LEAST_SURE = 5
_ITEM = re.compile(
    r"(?m)(?:^|[:;；。])\s*(?:\(([一二三四五六七八九十]{1,3})\)|\(?\d{1,2}(?:[.、)](?!\d)|\)))"
)
_COUNTS = re.compile(
    r"共|有|以下|下列|如下|包括|分为|分成|这|分别|即|[类种项点步条]|方面|are|includ|following|types?|kinds?|ways?"
)
_MOST_COUNTED = 30
_SKIPPED = re.compile(r"[\s,、。;:()\[\]-]|^(?:以[上下内]|内)")
"""Points; and 以上 and 以下, which are what is compared, not by what it is found."""


@dataclass(frozen=True, slots=True)
class Place:
    """A 第X条, Article X or the like that a text names."""

    start: int
    end: int
    """Exclusive, in the levelled text; places of one list have one span."""
    words: str
    style: str
    """As in `rag.locator.marks`."""
    number: int
    sub: int = 0

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from other places."""
        return self.style, self.number, self.sub


Figure = Amount | Date | Place


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text says in numbers."""

    text: str
    """Levelled; all spans lie in it."""
    dates: tuple[Date, ...]
    amounts: tuple[Amount, ...]
    doc_numbers: tuple[tuple[str, str], ...]
    """(issuing prefix, year-number) of each 文号: (国发, 2015-50)."""
    places: tuple[Place, ...]
    names: frozenset[str]
    """Tokens of letters and digits, in lower case: 5g, h100."""


@lru_cache(maxsize=1024)
def figures_in(text: str) -> Figures:
    """Read a text; cached, since a clause is compared with every sentence that cites it."""
    text = levelled(text)
    rest, numbers = text, []
    for found in _DOC_NUMBER.finditer(text):
        numbers.append((found[1], f"{found[2]}-{found[3]}"))
        rest = blanked(rest, [(found.start(2) - 1, found.end())])
    marks = [
        m
        for m in marks_in(rest)
        if rest[m.start] == "第" or (rest[m.start].isascii() and rest[m.start].isalpha())
    ]
    rest = blanked(rest, [(m.start, m.end) for m in marks])
    days = dates(rest)
    rest = blanked(rest, [(day.start, day.end) for day in days])
    names = [m for m in _NAME.finditer(rest) if not _NO_NAME.fullmatch(m[0]) and not is_measured(m[0])]
    places = [
        Place(m.start, m.end, text[m.start : m.end], m.style, n, m.sub if n == m.numbers[-1] else 0)
        for m in marks
        for n in m.numbers
    ]
    return Figures(
        text,
        tuple(days),
        tuple(amounts(blanked(rest, [m.span() for m in names]))),
        tuple(numbers),
        tuple(places),
        frozenset(m[0].lower() for m in names),
    )


def figure_doubts(
    said: Figures, cited: Sequence[Figures], about: Sequence[Figures], asked: Figures
) -> Iterator[Doubt]:
    """Yield a doubt for each amount, date or name with a number that is not in the sources as the sentence has it.

    A number that only the question has may be repeated, but not in the place of one of the clause's own. How many things
    a list of the clause has may be said although the clause does not say it.

    Args:
        said: Of the sentence, without the numbers of its own list.
        cited: Of the texts of the cited clauses.
        about: Of what is known about their documents: titles, numbers, days.
        asked: Of the question and what was said before.
    """
    yield from _amount_doubts(said, cited, about, asked)
    yield from _date_doubts(said, cited, about, asked)
    known = frozenset().union(*(f.names for f in (*cited, *about, asked)))
    texts = [f.text.lower() for f in (*cited, *about, asked)]
    for name in sorted(said.names - known):
        if not any(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text) for text in texts):
            yield Doubt("figure", name)


def _amount_doubts(
    said: Figures, cited: Sequence[Figures], about: Sequence[Figures], asked: Figures
) -> Iterator[Doubt]:
    standing = [a for a in said.amounts if any(a.same(b) for f in (*cited, *about) for b in f.amounts)]
    for amount in said.amounts:
        own = [(f, b) for f in cited for b in f.amounts]
        rivals = [(f, b) for f, b in own if not amount.same(b) and b.unit == amount.unit]
        if is_misplaced(said, amount, [(f, b) for f, b in own if amount.same(b)], rivals):
            yield Doubt("figure", _with_unit(said.text, amount))
        elif amount in standing:
            best = _best(said, amount, [(f, b) for f, b in own if amount.same(b)])
            if best and amount.opposes(best):
                yield Doubt("bound", _with_unit(said.text, amount, 4))
        elif any(amount.same(b) for b in asked.amounts):
            beside = any(a.unit == amount.unit for a in standing)
            if rivals and not beside and not _CORRECTS.search(said.text):
                yield Doubt("figure", _with_unit(said.text, amount))
        elif not _is_counted(said, amount, cited):
            yield Doubt("figure", _with_unit(said.text, amount))


def _date_doubts(
    said: Figures, cited: Sequence[Figures], about: Sequence[Figures], asked: Figures
) -> Iterator[Doubt]:
    own = [(f, d) for f in cited for d in f.dates]
    # 2000 without a unit may be a year or a number.
    years = {b.value for f in (*cited, *about) for b in f.amounts}
    standing = [
        day
        for day in said.dates
        if any(day.stands_in(d) for f in (*cited, *about) for d in f.dates)
        or (day.month is None and day.year in years)
        or _stands_in_parts(day, [d for f in (*cited, *about) for d in f.dates])
    ]
    for day in said.dates:
        rivals = [(f, d) for f, d in own if not day.stands_in(d) and _parts(d) >= _parts(day)]
        if is_misplaced(said, day, [(f, d) for f, d in own if day.stands_in(d)], rivals):
            yield Doubt("date", day.words)
        elif day in standing:
            continue
        elif any(day.stands_in(d) for d in asked.dates):
            if rivals and not standing and not _CORRECTS.search(said.text):
                yield Doubt("date", day.words)
        else:
            yield Doubt("date", day.words)


def _stands_in_parts(day: Date, known: Sequence[Date]) -> bool:
    """Tell whether a year and a day without one stand apart: 11月底启动2023年度评估."""
    alone = replace(day, year=None)
    has_day = any(d.year is None and alone.stands_in(d) for d in known)
    return day.month is not None and has_day and any(d.year == day.year for d in known)


def _parts(day: Date) -> set[str]:
    return {name for name in ("year", "month", "day") if getattr(day, name) is not None}


def is_misplaced(
    said: Figures,
    one: Figure,
    same: Iterable[tuple[Figures, Figure]],
    rivals: Iterable[tuple[Figures, Figure]],
) -> bool:
    """Tell whether the words around a figure are those around another figure of the clause."""
    fits = max((_fit(said, one, f, b) for f, b in same), default=0)
    other = max((_fit(said, one, f, b) for f, b in rivals), default=0)
    return other >= max(_LEAST_SURE, fits + _SURER)


def _best(said: Figures, one: Amount, same: Sequence[tuple[Figures, Amount]]) -> Amount | None:
    """Return the clause's amount with the most alike words around it; of equal ones that which agrees in its limit."""
    if not same:
        return None
    return max(same, key=lambda pair: (_fit(said, one, *pair), not one.opposes(pair[1])))[1]


def _fit(said: Figures, one: Figure, source: Figures, other: Figure) -> int:
    """Return how many characters before and behind two figures are the same, apart from points and blanks."""
    before = _common(_kept(said.text, one.start, -1), _kept(source.text, other.start, -1), _NEAR)
    return before + _common(_kept(said.text, one.end, 1), _kept(source.text, other.end, 1), _FOLLOWING)


@lru_cache(maxsize=4096)
def _kept(text: str, place: int, step: int) -> str:
    near = text[max(0, place - 3 * _NEAR) : place][::-1] if step < 0 else text[place : place + 3 * _FOLLOWING]
    return _SKIPPED.sub("", near)


def _common(one: str, other: str, most: int) -> int:
    for count, (a, b) in enumerate(zip(one[:most], other[:most], strict=False)):
        if a != b:
            return count
    return min(len(one), len(other), most)


def _with_unit(text: str, amount: Amount, more: int = 0) -> str:
    return text[max(0, amount.start - more) : amount.end + more].strip()


def _is_counted(said: Figures, amount: Amount, cited: Sequence[Figures]) -> bool:
    if amount.unit not in (COUNT, "") or not 1 < amount.value <= _MOST_COUNTED:
        return False
    near = said.text[max(0, amount.start - 8) : amount.end + 24]
    return _COUNTS.search(near) is not None and any(amount.value in _counted(f.text) for f in (*cited, said))


@lru_cache(maxsize=1024)
def _counted(text: str) -> frozenset[int]:
    """Return the lengths of the lists of a text: of its items, and of what its sentences string together with 、 or ；."""
    found = {len(_ITEM.findall(text))}
    for sentence in re.split(r"[。\n]", text):
        for points in ("、", ";；", ",，"):
            count = sum(sentence.count(point) for point in points)
            found |= {count + 1, count + 2}
        joined = len(re.findall(r"、|和|与|及|或", sentence))
        found.add(joined + 1)
    return frozenset(found)
