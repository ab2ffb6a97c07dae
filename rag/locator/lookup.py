"""The lookup leg: clauses that a question names by number, 第十二条 or 三（一）, of a document that it names or not."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.locator.numerals import NUMERAL, to_int
from rag.schema import Clause, Document, Hit
from rag.text import bare, loose, terms

_STYLES = "编章节条部"
_NAMED = re.compile(
    rf"第\s*({NUMERAL}(?:\s?{NUMERAL})*)\s*"
    # Not 第一章程, 第二节课, 第三条生产线, 第一部法律.
    r"(分?编|章(?!程)|节(?!课)|条(?!生产线)|部分|部(?=[^\u4e00-\u9fff]|[第的讲说规里中]|$))"
    rf"(?:\s*之\s*({NUMERAL}+))?"
)
_ENGLISH = re.compile(r"\b(article|chapter|section|part)\s+(\d+|[IVX]+)\b", re.IGNORECASE)
_OUTLINE = re.compile(
    r"(?<![第零一二三四五六七八九十百])([一二三四五六七八九十]{1,3})\s*[、/]?\s*[（(]([一二三四五六七八九十]{1,3})[）)]"
)
_BRACKETED = re.compile(r"第\s*[（(]\s*([一二三四五六七八九十]{1,3}|\d{1,2})\s*[）)]\s*(?:条|项|点|款|部分)?")
_ENGLISH_STYLES = {"article": "条", "chapter": "章", "section": "节", "part": "部"}
_ROMAN = {"I": 1, "V": 5, "X": 10}
MEANT = 0.2
"""Least share of a title from which on a question means that document."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a question names: the parts of a locator, outermost first, as (style, number, sub-number)."""

    parts: tuple[tuple[str, int, int], ...]


def named_places(text: str) -> list[Named]:
    """Return the places that a text names; 第二章第五条 is one, 第五条和第六条 are two, a text without numbers has none."""
    text = re.sub(r"《[^》]*》", " ", text)
    found: list[Named] = []
    above: tuple[tuple[str, int, int], ...] = ()
    end = -1
    for match in _NAMED.finditer(text):
        style = match.group(2).replace("部分", "部").replace("分编", "编")
        part = (style, to_int(match.group(1)), to_int(match.group(3)) if match.group(3) else 0)
        goes_on = (
            match.start() == end
            and above
            and _STYLES.index(style) > _STYLES.index(above[-1][0])
            and style != "部"
        )
        above = (*above, part) if goes_on else (part,)
        if goes_on:
            found.pop()
        found.append(Named(above))
        end = match.end()
    found += [
        Named((("", to_int(m.group(1)), 0), ("（", to_int(m.group(2)), 0))) for m in _OUTLINE.finditer(text)
    ]
    if not found:
        # Inside an article, 第（三）项 is a pinpoint; alone it is a unit of an outline.
        found += [Named((("（", to_int(m.group(1)), 0),)) for m in _BRACKETED.finditer(text)]
    for match in _ENGLISH.finditer(text):
        number = match.group(2)
        value = int(number) if number.isdigit() else _roman(number.upper())
        found.append(Named(((_ENGLISH_STYLES[match.group(1).lower()], value, 0),)))
    return found


def _roman(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def _part_of(label: str) -> tuple[str, int, int]:
    """Return style, number and sub-number of a locator's part; style "?" when it has no number."""
    match = re.fullmatch(rf"第({NUMERAL}+)(编|章|节|条|部)分?(?:之({NUMERAL}+))?", bare(label))
    if match:
        return match.group(2), to_int(match.group(1)), to_int(match.group(3)) if match.group(3) else 0
    match = re.fullmatch(rf"(\()?({NUMERAL}+)\)?", bare(label))
    return ("（" if match.group(1) else "", to_int(match.group(2)), 0) if match else ("?", 0, 0)


def stands_at(clause: Clause, place: Named) -> bool:
    """Tell whether a clause is at a named place or under it; 第三部分 also names 三 of an outline."""
    path = [_part_of(label) for label in clause.locator.split("/")]
    wanted = list(place.parts)
    while path and wanted:
        part = path.pop(0)
        same = part == wanted[0] or (wanted[0][0] == "部" and part == ("", *wanted[0][1:]))
        if same:
            wanted.pop(0)
    return not wanted


def is_meant(hit: Hit) -> bool:
    """Tell whether a hit was looked up by its number in a document that the question means."""
    found = hit.legs.get("lookup")
    return found is not None and found.score >= MEANT


class TitleMatcher:
    """Finds the documents that a question means, by the rarer words of their titles."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._terms = {d.document_id: {t for t in terms(d.title) if len(t) > 1} for d in documents}
        counts = Counter(t for found in self._terms.values() for t in found)
        self._weight = {t: math.log(1 + len(documents) / n) for t, n in counts.items()}
        self._titles = {d.document_id: loose(d.title) for d in documents}

    def scores(self, text: str) -> dict[str, float]:
        """Return document_id → share in (0, 1] of the weight of the title's words that the text has; 2 for a title in full.

        Documents that share nothing are missing.
        """
        asked, plain = set(terms(text)), loose(text)
        out: dict[str, float] = {}
        for document_id, words in self._terms.items():
            total = sum(self._weight[t] for t in words)
            share = sum(self._weight[t] for t in words & asked) / total if total else 0.0
            title = re.sub(r"([（(][^（()）]*[）)])+$", "", self._titles[document_id])
            if len(title) >= 6 and title in plain:
                share = 2.0
            if share:
                out[document_id] = share
        return out


def look_up(text: str, clauses: Sequence[Clause], titles: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the clauses at the places that a question names as (clause_id, score), best first.

    Args:
        text: The question.
        clauses: All clauses that may be shown, in order.
        titles: How well each document fits the question, from `TitleMatcher`.

    Returns:
        Empty when the question names no place or none exists. The score is the title's, so that the documents that
        the question means come first; when it means none clearly, all documents' clauses of that number are returned.
    """
    places = named_places(text)
    if not places:
        return []
    best = max(titles.values(), default=0.0)
    found = [
        (c.clause_id, titles.get(c.document_id, 0.0)) for c in clauses if any(stands_at(c, p) for p in places)
    ]
    if best >= MEANT:
        close = [row for row in found if row[1] >= max(MEANT, 0.8 * best)]
        found = close or found
    return sorted(found, key=lambda row: -row[1])
