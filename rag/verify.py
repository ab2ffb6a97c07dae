"""Markers and quotes, checked by code: which markers exist, which words of a clause support a statement, which numbers do not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.citation.quotation import Quotation, quotations, stands_in
from rag.locator.pinpoint import pinpoint
from rag.schema import Citation, Hit, Notice
from rag.text import bare, is_chinese, sentences, terms

_OPEN, _CLOSE = "[【［", "]】］"
_NUMBERS = re.compile(r"\^?\s*\d{1,3}(?:\s*[,，、;；\-–—~～至 ]\s*\^?\d{1,3})*\s*")
_RANGE = re.compile(r"(\d+)\s*[-–—~～至]\s*\^?(\d+)|(\d+)")
_MAX_MARKER = 24
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKED_AFTER = re.compile(r"([。！？；!?][”」』）)’\"]*)((?:\s*\[\d+\])+)")
_LEAST_QUOTED = 8
"""Characters; shorter words between quotation marks are names and terms that the writer sets off."""
_NAMED = 60
_LIST_NUMBER = re.compile(r"^[\s*#-]*\d{1,2}(?:[.．](?!\d)|[、)）])")
_FIGURE = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]+[条章款项]|\d+(?:\.\d+)?\s*(?:%|％|年|月|日|天|个|万|亿|元|家|户|项)?"
)


class MarkerStream:
    """Reads an answer as it is written and lets only markers of known sources through, numbered by first appearance.

    Accepts [1], 【1】, ［1］, [^1], [1,2] and [1-3]; writes [1][2]. A marker torn between two pieces is held back.
    """

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._held = ""
        self.order: list[int] = []
        """Indexes of the sources in the order of their numbers: `order[0]` is [1]."""
        self.unknown = 0
        """Markers that were dropped."""

    def feed(self, text: str) -> str:
        """Take the next piece; return what can be shown now."""
        out: list[str] = []
        for character in text:
            if self._held:
                self._held += character
                if (
                    character in _CLOSE
                    or len(self._held) > _MAX_MARKER
                    or not re.match(r"[\d\s,，、;；\-–—~～至^]", character)
                ):
                    out.append(self._released())
            elif character in _OPEN:
                self._held = character
            else:
                out.append(character)
        return "".join(out)

    def close(self) -> str:
        """Return what was held back when the text ended: nothing if it was the beginning of a marker."""
        rest, self._held = self._held, ""
        return "" if re.fullmatch(rf"[{re.escape(_OPEN)}][\d\s,，、^-]*", rest) else rest

    def _released(self) -> str:
        held, self._held = self._held, ""
        if held[-1] in _OPEN and len(held) > 1:
            self._held = held[-1]
            return held[:-1]
        inside = held[1:-1]
        if held[-1] in _CLOSE and re.fullmatch(r"\d{4,}", inside):
            # The year of a 文号, written 国发[2015]50号: it would look like a marker.
            return f"〔{inside}〕"
        if held[-1] not in _CLOSE or not _NUMBERS.fullmatch(inside):
            return held
        return "".join(f"[{n}]" for n in map(self._number, self._expanded(inside)) if n)

    def _expanded(self, inside: str) -> list[int]:
        found: list[int] = []
        for first, last, single in _RANGE.findall(inside):
            found += range(int(first), min(int(last), int(first) + 20) + 1) if first else [int(single)]
        return found

    def _number(self, source: int) -> int:
        """Return the number to show for a source's own number, 0 for one that does not exist."""
        if not 1 <= source <= self._sources:
            self.unknown += 1
            return 0
        if source - 1 not in self.order:
            self.order.append(source - 1)
        return self.order.index(source - 1) + 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer with the numbers of its markers."""

    text: str
    """Without markers."""
    numbers: tuple[int, ...]


def statements(text: str) -> list[Statement]:
    """Cut an answer into sentences with their markers; a marker after the full stop belongs to the sentence before."""
    moved = _MARKED_AFTER.sub(r"\2\1", text)
    out = []
    for start, end in sentences(moved):
        words = _MARKER.sub("", moved[start:end]).strip()
        numbers = tuple(dict.fromkeys(int(n) for n in _MARKER.findall(moved[start:end])))
        if words.strip("。！？；!? -*#"):
            out.append(Statement(words, numbers))
    return out


def cite(n: int, hit: Hit, start: int, end: int) -> Citation:
    """Return the citation of a span of a clause's text."""
    clause = hit.clause
    return Citation(
        n,
        clause.clause_id,
        clause.title,
        clause.locator,
        pinpoint(clause.text, start, clause.label, end),
        clause.text[start:end],
        (clause.page_first, clause.page_last or clause.page_first) if clause.page_first else None,
    )


def support(statement: str, text: str) -> tuple[int, int]:
    """Return the span of the sentence in a clause that shares most with a statement; the whole of a text without sentences."""
    wanted = set(terms(statement))
    best, best_share = (0, len(text)), -1.0
    for start, end in sentences(text):
        found = set(terms(text[start:end]))
        share = len(wanted & found) / (len(found) + 8) ** 0.5
        if share > best_share:
            best, best_share = (start, end), share
    return best


def citations_of(text: str, cited: Sequence[Hit]) -> list[Citation]:
    """Return one citation for each statement and marker; `cited[n - 1]` is the clause of [n]. Equal quotes are given once."""
    found: dict[tuple[int, str], Citation] = {}
    for statement in statements(text):
        for n in statement.numbers:
            hit = cited[n - 1]
            citation = cite(n, hit, *support(statement.text, hit.clause.text))
            found.setdefault((n, citation.quote), citation)
    return sorted(found.values(), key=lambda c: c.n)


def unsupported(text: str, cited: Sequence[Hit]) -> list[Notice]:
    """Return a notice for each figure, date or 第X条 of a marked statement that stands in none of its clauses."""
    out: list[Notice] = []
    for statement in statements(text):
        if not statement.numbers:
            continue
        hits = [cited[n - 1] for n in statement.numbers]
        evidence = bare(
            "".join(f"{h.clause.title}{h.clause.locator}{h.clause.headings}{h.clause.text}" for h in hits)
        )
        # The answer's own 1. 2. 3. are no figures of a source.
        for figure in _FIGURE.findall(_LIST_NUMBER.sub("", statement.text)):
            # Not as the end of a longer number: 5年 does not stand in 15年.
            if not re.search(rf"(?<![\d.]){re.escape(bare(figure))}", evidence):
                words = f"“{figure.strip()}”不见于所引条款，请核对原文。"
                out.append(Notice("figure_not_in_source", words, hits[0].clause.clause_id))
    return list(dict.fromkeys(out))


def misquoted(text: str, cited: Sequence[Hit], asked: str) -> list[Notice]:
    """Return a notice for each quotation that stands neither in a clause cited with it nor in the question.

    A quotation of eight or more characters claims to be a source's own words. One in a statement without markers may
    stand in any cited clause. Words without a Chinese character from a Chinese clause are a translation, and let be.

    Args:
        text: The whole answer, with its markers.
        cited: `cited[n - 1]` is the clause of [n].
        asked: What the user asked; words of it may be repeated.
    """
    out: list[Notice] = []
    moved = _MARKED_AFTER.sub(r"\2\1", text)
    for quotation in quotations(moved):
        if quotation.chars < _LEAST_QUOTED or stands_in(quotation.words, asked):
            continue
        marked = [cited[n - 1] for n in _numbers_beside(quotation, moved)]
        hits = marked or cited
        if any(_says(hit, quotation.words) for hit in hits):
            continue
        if is_chinese(quotation.words) or not any(is_chinese(hit.clause.text) for hit in hits):
            words = " ".join(quotation.words.split())
            named = words if len(words) <= _NAMED else f"{words[:_NAMED]}……"
            clause_id = marked[0].clause.clause_id if marked else None
            notice = f"引文“{named}”不见于所引条款，请核对原文。"
            out.append(Notice("quote_not_in_source", notice, clause_id))
    return list(dict.fromkeys(out))


def _numbers_beside(quotation: Quotation, text: str) -> list[int]:
    """Return the numbers of the markers of the sentences that a quotation stands in."""
    touched = [(a, b) for a, b in sentences(text) if a < quotation.end and quotation.start < b]
    return [int(n) for a, b in touched for n in _MARKER.findall(text[a:b])]


def _says(hit: Hit, words: str) -> bool:
    clause = hit.clause
    sources = (f"{clause.label}{clause.text}", clause.title, clause.headings, clause.locator)
    return any(stands_in(words, source) for source in sources)


def is_verbatim(citation: Citation, clause_text: str) -> bool:
    """Tell whether the quote stands in the clause word for word, apart from blanks and width."""
    return bool(citation.quote.strip()) and bare(citation.quote) in bare(clause_text)
