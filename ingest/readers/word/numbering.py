"""The numbers that Word generates in front of list paragraphs: 第一条, （一）, 1.2."""

import re
from collections import Counter
from dataclasses import dataclass, field

from ingest.readers.counters import is_known, printed
from ingest.readers.word.styles import ListPlace, Styles
from ingest.readers.word.tree import MC, Element, W, child, number, switch, value

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_MAX_LINKS = 5


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    start: int
    style: str
    template: str
    """With %1 to %9 for the numbers of the levels."""
    apart: bool
    """A blank or a tab follows the number."""
    legal: bool
    """All numbers in it are decimals."""
    restart: int | None
    """The level from 1 after which it begins anew; 0 never; None after any above."""
    hidden: bool
    linked: str | None
    """The paragraph style that stands for this level."""


@dataclass(frozen=True, slots=True)
class Label:
    """A generated number as printed; empty for a bullet and where nothing is printed."""

    text: str = ""
    apart: bool = False
    bullet: bool = False


@dataclass(slots=True)
class _Scheme:
    """A numbering scheme (abstractNum) and how far it has counted; all lists made from it count on together."""

    levels: dict[int, Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass(frozen=True, slots=True)
class _List:
    scheme: _Scheme
    levels: dict[int, Level]
    """Those that this list has otherwise than its scheme."""
    starts: dict[int, int]


class Numbering:
    """The lists of one document; counts as the paragraphs come by in print order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract = (
            {} if root is None else {a.get(W + "abstractNumId"): a for a in root.findall(W + "abstractNum")}
        )
        self._nums = {} if root is None else {n.get(W + "numId"): n for n in root.findall(W + "num")}
        self._schemes: dict[str, _Scheme] = {}
        self._lists: dict[int, _List | None] = {}
        self._begun: set[tuple[int, int]] = set()
        self.unknown: Counter[str] = Counter()
        """Styles of numbers that are printed as decimals for want of a better way, with how often."""

    def label(self, place: ListPlace) -> Label | None:
        """Count one paragraph and return its label; None when its list does not exist."""
        found = self._list(place.list_id)
        if found is None:
            return None
        level = self._level(found, place)
        definition = found.levels.get(level) or found.scheme.levels.get(level)
        if definition is None:
            return None
        self._count(place.list_id, found, level)
        if definition.style == "bullet":
            return Label(bullet=True)
        if definition.hidden:
            return Label()
        return Label(self._text(found, level, definition), definition.apart)

    def _level(self, found: _List, place: ListPlace) -> int:
        if place.style is not None:
            for level, definition in (found.scheme.levels | found.levels).items():
                if definition.linked == place.style:
                    return level
        return min(max(place.level or 0, 0), _LEVELS - 1)

    def _count(self, list_id: int, found: _List, level: int) -> None:
        levels = found.scheme.levels | found.levels
        counts = found.scheme.counts
        first = level in found.starts and (list_id, level) not in self._begun
        before = counts[level]
        start = found.starts.get(level, levels[level].start)
        counts[level] = start if first or before is None else before + 1
        self._begun.add((list_id, level))
        for below in range(level + 1, _LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or level < restart:
                counts[below] = None

    def _text(self, found: _List, level: int, definition: Level) -> str:
        levels = found.scheme.levels | found.levels

        def one(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            if at > level or at not in levels:
                return ""
            style = levels[at].style
            if not is_known(style):
                self.unknown[style] += 1
            count = found.scheme.counts[at]
            count = found.starts.get(at, levels[at].start) if count is None else count
            return printed(count, "decimal" if definition.legal else style)

        return _PLACE.sub(one, definition.template)

    def _list(self, list_id: int) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read(self._nums.get(str(list_id)))
        return self._lists[list_id]

    def _read(self, num: Element | None) -> _List | None:
        scheme = self._scheme(value(num, "abstractNumId"))
        if num is None or scheme is None:
            return None
        levels: dict[int, Level] = {}
        starts: dict[int, int] = {}
        for override in num.findall(W + "lvlOverride"):
            at = _index(override)
            start = number(override, "startOverride")
            if start is not None:
                starts[at] = start
            if (changed := child(override, "lvl")) is not None:
                levels[at] = _definition(changed)
        return _List(scheme, levels, starts)

    def _scheme(self, abstract_id: str | None) -> _Scheme | None:
        """Return a scheme, going through a list style where that holds its levels."""
        for _ in range(_MAX_LINKS):
            abstract = self._abstract.get(abstract_id)
            if abstract is None or abstract_id is None:
                return None
            link = value(abstract, "numStyleLink")
            if link is None:
                if abstract_id not in self._schemes:
                    levels = {_index(level): _definition(level) for level in abstract.findall(W + "lvl")}
                    self._schemes[abstract_id] = _Scheme(levels)
                return self._schemes[abstract_id]
            style = next(self._styles.chain(link), None)
            abstract_id = value(self._nums.get(value(style, "pPr", "numPr", "numId")), "abstractNumId")
        return None


def _index(element: Element) -> int:
    text = element.get(W + "ilvl", "0")
    return min(int(text), _LEVELS - 1) if text.isdecimal() else 0


def _definition(level: Element) -> Level:
    start = number(level, "start")
    return Level(
        start=0 if start is None else start,
        style=_style(level),
        template=value(level, "lvlText") or "",
        apart=value(level, "suff") != "nothing",
        legal=bool(switch(level, "isLgl")),
        restart=number(level, "lvlRestart"),
        hidden=bool(switch(level, "rPr", "vanish")),
        linked=value(level, "pStyle"),
    )


def _style(level: Element) -> str:
    own = value(level, "numFmt")
    if own is None:
        # A format that old programs do not know stands beside one that they do.
        own = value(level.find(f"{MC}AlternateContent/{MC}Fallback"), "numFmt")
    return own or "decimal"
