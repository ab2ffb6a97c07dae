"""The places of a collection's clauses, made once; finds those that a question names without reading clauses."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from rag.locator.named import Named, named_places
from rag.locator.numerals import NUMERAL, to_int
from rag.locator.place import UNKNOWN, Part, parts_of

_OUTLINE = ("", "（")
_ALIKE: Mapping[str, tuple[str, ...]] = {
    "部": ("部", ""), "大": ("", "部", "（"), "点": ("", "（"), "小": ("", "（"),
}  # fmt: skip
"""Style in a question → styles as printed: 第三部分 may be 三 of an outline."""
_LOOSELY: Mapping[str, tuple[str, ...]] = {
    **_ALIKE, "部": ("部", "", "章"), "点": ("", "（", "条"), "条": ("条", "", "（"), "章": ("章", "部", ""), "节": ("节", "（", ""),
}  # fmt: skip
"""The same when nothing is printed in that style: 第16条 of an outline is its point 16."""
_AT_TOP = ("", "部", "大", "章")
_WORDED = re.compile(rf"([\u4e00-\u9fff]{{2,4}}?)({NUMERAL}{{1,4}})")
_Path = tuple[Part, ...]


class Spot(NamedTuple):
    """A clause at a named place or under it."""

    clause_id: str
    document_id: str
    place: str
    """The place itself, as printed: the clause's locator up to the last part that is named."""


class _Row(NamedTuple):
    number: int
    """Of the clause in the order of the collection."""
    document_id: str
    locator: str
    path: _Path


def covers(place: Named, locator: str) -> bool:
    """Tell whether a locator is a named place or under it; 第三部分 also names 三 of an outline."""
    return bool(_reach(place.parts, _path(locator), _ALIKE))


class PlaceIndex:
    """Where each clause stands.

    55,000 articles of national laws have 1,300 locators: what is found out of a locator is found out once.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Take (clause_id, document_id, locator) of each clause, in order."""
        self._clause_ids: list[str] = []
        self._documents: list[str] = []
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for number, (clause_id, document_id, locator) in enumerate(rows):
            self._clause_ids.append(clause_id)
            self._documents.append(document_id)
            self._numbers[locator].append(number)
        self._paths = {locator: _path(locator) for locator in self._numbers}
        self._with: dict[Part, list[str]] = defaultdict(list)
        for locator, path in self._paths.items():
            for part in set(path):
                if part.style != UNKNOWN:
                    self._with[part].append(locator)
        self._words = {part.style for part in self._with if len(part.style) > 1} - {"附件", "分编"}

    @property
    def counts(self) -> dict[str, int]:
        """How many articles or items each document has, by document_id; one whose numbers begin anew is missing."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for locator, numbers in self._numbers.items():
            last = self._paths[locator][-1]
            if last.style in ("条", *_OUTLINE):
                for number in numbers:
                    found[self._documents[number], last.style].append(last.number)
        return {
            document_id: len(values)
            for (document_id, _), values in found.items()
            if len(values) > 1 and sorted(values) == list(range(1, len(values) + 1))
        }

    def named(self, text: str) -> list[Named]:
        """Return the places that a question names, with those that only this collection has: 趋势三."""
        found = named_places(text)
        if self._words:
            words = "|".join(sorted(self._words, key=len, reverse=True))
            pattern = rf"(?P<word>{words})\s*(?P<n>{NUMERAL}{{1,4}})|第(?P<m>{NUMERAL}{{1,4}})[个大项]*(?P<last>{words})"
            found += [
                Named((Part(m["word"] or m["last"], to_int(m["n"] or m["m"])),), span=m.span())
                for m in re.finditer(pattern, text)
            ]
        return sorted(found, key=lambda place: place.span[0])

    def find(self, place: Named, documents: Collection[str], *, loosely: bool = False) -> list[Spot]:
        """Return the clauses of some documents at a place or under it, in printed order.

        Args:
            place: Of a question.
            documents: Ids of the only documents to look into.
            loosely: Whatever the style is printed in, and when there is no such place, the same number elsewhere in the
                document if it occurs only once.
        """
        alike = _LOOSELY if loosely else _ALIKE
        for skipped in range(len(place.parts) if loosely else 1):
            found = self._at_place(place.parts[skipped:], documents, alike)
            if found and (not skipped or len({spot.place for spot in found}) == 1):
                return found
        return []

    def _at_place(
        self, wanted: _Path, documents: Collection[str], alike: Mapping[str, Sequence[str]]
    ) -> list[Spot]:
        last = wanted[-1]
        locators = {
            x for style in _styles(last, alike) for x in self._with.get(last._replace(style=style), ())
        }
        reached: list[tuple[_Row, list[int]]] = []
        for locator in locators:
            path = self._paths[locator]
            if at := _reach(wanted, path, alike):
                reached += [
                    (_Row(number, self._documents[number], locator, path), at)
                    for number in self._numbers[locator]
                    if self._documents[number] in documents
                ]
        reached.sort(key=lambda found: found[0].number)
        if last.style in alike or last.style in _OUTLINE:
            reached = _nearest(reached)
        return [
            Spot(self._clause_ids[row.number], row.document_id, _up_to(row, at[-1])) for row, at in reached
        ]


def _nearest(rows: Sequence[tuple[_Row, list[int]]]) -> list[tuple[_Row, list[int]]]:
    """Return the rows of the places that fit best in each document.

    Those where the named parts stand directly under each other, then those of a clause of its own, then the lower ones.
    """
    tiers: dict[tuple[str, _Path], tuple[int, bool, bool]] = {}
    best: dict[str, tuple[int, bool, bool]] = {}
    for row, at in rows:
        tier = (at[-1] - at[0] - len(at) + 1, at[-1] + 1 < len(row.path), at[-1] == 0)
        key = (row.document_id, row.path[: at[-1] + 1])
        tiers[key] = min(tier, tiers.get(key, tier))
        best[row.document_id] = min(tier, best.get(row.document_id, tier))
    return [
        (row, at)
        for row, at in rows
        if tiers[row.document_id, row.path[: at[-1] + 1]] == best[row.document_id]
    ]


def _up_to(row: _Row, end: int) -> str:
    return row.locator if end + 1 == len(row.path) else "/".join(row.locator.split("/")[: end + 1])


def _path(locator: str) -> _Path:
    """Return the parts of a locator; 趋势三 has the style 趋势 here."""
    path = parts_of(locator)
    if all(part.style != UNKNOWN for part in path):
        return path
    return tuple(
        part if part.style != UNKNOWN else _worded(label)
        for part, label in zip(path, locator.split("/"), strict=True)
    )


def _worded(label: str) -> Part:
    found = _WORDED.fullmatch(label)
    return Part(found[1], to_int(found[2])) if found else Part(UNKNOWN, 0)


def _styles(part: Part, alike: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return alike.get(part.style, (part.style,))


def _reach(wanted: _Path, path: _Path, alike: Mapping[str, Sequence[str]]) -> list[int]:
    """Return where in a path the wanted parts stand, one below the other; empty when one is missing."""
    if len(wanted) == 1 and wanted[0].style not in alike and wanted[0].style != "":
        return [path.index(wanted[0])] if wanted[0] in path else []
    reached: list[int] = []
    for at, part in enumerate(path):
        if len(reached) < len(wanted) and _fits(wanted[len(reached)], part, path[:at], alike):
            reached.append(at)
    return reached if len(reached) == len(wanted) else []


def _fits(wanted: Part, part: Part, above: _Path, alike: Mapping[str, Sequence[str]]) -> bool:
    if part[1:] != wanted[1:] or part.style not in _styles(wanted, alike):
        return False
    # 第三部分 may be 三, but not the 3 of 二/3.
    return not (wanted.style in _AT_TOP and part.style == "" and any(p.style in _OUTLINE for p in above))
