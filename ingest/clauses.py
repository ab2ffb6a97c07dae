"""A document into clauses, by the style and the sequence of its numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.layout import Joiner, Line
from ingest.numbering import DIVISIONS, Kind, Marker, marker
from ingest.scheme import parts
from rag.schema import Leftover, Scheme
from rag.text import wide_brackets

INTRODUCTION = "引言"
_TITLED = re.compile(r"([\u4e00-\u9fffA-Za-z0-9]{2,10})[：:](?=\S)")
_SHORT_LABEL = re.compile(r"(附(?!\s*则)[件录表]?\s*\d*|PART\s*\d+|Part\s*\d+)(?=[：:\s]|$)[：:]?\s*")
_APPENDIX = re.compile(r"附\s*(件|录|表)\s*[\d一二三四五六七八九十]*\s*[：:]?")
TOC = re.compile(r"目\s*[录次]")
_INDEX = re.compile(r"目[录次]$")
_MAX_PLAIN_HEADING = 20
_MAX_GAP = 3
_ARTICLE_RANK = 90


@dataclass(slots=True)
class Unit:
    """A numbered or titled unit while it is being read."""

    label: str
    rank: int
    path: tuple[str, ...]
    headings: tuple[str, ...]
    """Words of the headings above."""
    lines: list[tuple[Line, str]] = field(default_factory=list)
    """Each line with its text; the first without the label."""
    children: int = 0
    is_division: bool = False

    @property
    def heading(self) -> str:
        """Label and words, as printed, when the first line is a heading."""
        return self.lines[0][0].text if self.lines else self.label

    @property
    def has_text(self) -> bool:
        """There is more than a heading."""
        texts = [text for _, text in self.lines if text]
        if len(texts) != 1:
            return len(texts) > 1
        line, text = self.lines[0]
        return not text or not (line.is_heading or _is_heading_words(text))


def _is_heading_words(text: str) -> bool:
    return len(text) <= 40 and not re.search(r"[。；;！？]", text.rstrip("。：:"))


@dataclass(frozen=True, slots=True)
class RawClause:
    """A clause before it has an identity."""

    locator: str
    label: str
    text: str
    headings: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Structure:
    """What the body of a document is made of; each of its lines is in exactly one of the three."""

    clauses: tuple[RawClause, ...]
    heading_lines: tuple[int, ...]
    leftovers: tuple[Leftover, ...]


class _Reader:
    """Reads the body line by line and keeps the path of open units."""

    def __init__(self, scheme: Scheme, body: Sequence[Line]) -> None:
        self.scheme = scheme
        self.units: list[Unit] = [Unit(INTRODUCTION, -1, (INTRODUCTION,), ())]
        self.stack: list[Unit] = []
        self.traces: list[Line] = []
        self._last: dict[Kind, tuple[int, int]] = {}
        self._before: Line | None = None
        self._marked = any(line.level for line in body)
        self._titled = {x.text for x in body if _TITLED.match(x.text)} if scheme == "report" else set()
        self._parts = parts(body) if scheme == "articles" else frozenset()
        self._toc_first: str | None = None
        self._in_toc = False

    def read(self, line: Line) -> None:
        """Give a line to the unit that it opens or continues."""
        if line.is_trace or self._skips_toc(line):
            self.traces.append(line)
            return
        found = None if self._in_index(line) else marker(line.text)
        if found and self._accepts(found, line):
            self._last[found.kind] = (found.number, found.sub)
            # In a text of articles every other number stands above them.
            rank = _ARTICLE_RANK if found.kind == "article" else found.rank
            division = found.kind in DIVISIONS or line.number in self._parts
            self._open(found.label, rank, line, found.rest, division)
        elif self._is_free_heading(line):
            label, rest = self._free_label(line.text)
            self._open(label, 0, line, rest, False)
        elif len(self._titled) > 1 and (titled := _TITLED.match(line.text)):
            self._open(titled.group(1), 99, line, line.text[titled.end() :], False)
        else:
            self.units[-1].lines.append((line, line.text))
        self._before = line

    def _open(self, label: str, rank: int, line: Line, rest: str, division: bool) -> None:
        while self.stack and self.stack[-1].rank >= rank:
            self.stack.pop()
        if self.stack:
            self.stack[-1].children += 1
        above = tuple(u.heading for u in self.stack)
        unit = Unit(
            label, rank, (*(u.label for u in self.stack), label), above, [(line, rest)], is_division=division
        )
        self.stack.append(unit)
        self.units.append(unit)

    def _in_index(self, line: Line) -> bool:
        """The numbers under 报告目录 name chapters that are not printed here, so they make no units."""
        under_index = (
            bool(self.stack) and self.stack[-1].rank == 0 and _INDEX.search(self.stack[-1].label) is not None
        )
        return under_index and marker(line.text) is not None

    def _skips_toc(self, line: Line) -> bool:
        """Skip 目录 and the chapter names under it, up to where the first of them comes again."""
        if TOC.fullmatch(line.text) and len(self.units) == 1:
            self._in_toc = True
            return True
        found = marker(line.text)
        if not self._in_toc or not found or found.kind not in DIVISIONS or found.label == self._toc_first:
            self._in_toc = False
            return False
        self._toc_first = self._toc_first or found.label
        return True

    def _accepts(self, found: Marker, line: Line) -> bool:
        kinds = {"articles": DIVISIONS | {"article"}}.get(self.scheme)
        if kinds is not None:
            if found.kind not in kinds and line.number not in self._parts:
                return False
        elif found.kind == "article" or (self.scheme == "outline" and found.kind in ("trend", "two_digits")):
            return False
        if found.kind in DIVISIONS and not (line.is_heading or len(line.text) <= 30):
            return False
        return self._in_sequence(found, line)

    def _in_sequence(self, found: Marker, line: Line) -> bool:
        """A number counts when it follows the last one of its style, or begins anew; after a torn line only then."""
        last, sub = self._last.get(found.kind, (0, 0))
        if (found.number, found.sub) in ((last + 1, 0), (last, sub + 1)):
            return True
        before = self._before
        finished = before is None or before.is_finished or before.is_heading or bool(line.level or line.item)
        if found.kind == "article":
            return finished and (found.number > last or not self._last.get(found.kind)) and found.sub == 0
        if found.number == 1:
            return finished or before is None
        first_of_book = found.kind not in self._last and found.kind in DIVISIONS
        return finished and (
            first_of_book or 0 <= found.number - last <= _MAX_GAP or bool(line.level or line.bold)
        )

    def _is_free_heading(self, line: Line) -> bool:
        finished = self._before is None or self._before.is_finished
        if _APPENDIX.fullmatch(line.text) and (finished or line.level):
            return True
        if line.number in self._parts and marker(line.text) is None:
            return True
        if self.scheme != "report" or self._in_index(line):
            return False
        if self._marked:
            return line.is_heading and (line.level > 0 or line.bold)
        short = len(line.text) <= _MAX_PLAIN_HEADING and not re.search("[，,、。；;]", line.text)
        return finished and short and (line.is_heading or line.text[-1] in "：:")

    @staticmethod
    def _free_label(text: str) -> tuple[str, str]:
        short = _SHORT_LABEL.match(text)
        if short:
            return wide_brackets(short.group(1)), text[short.end() :]
        return wide_brackets(text).rstrip("：:"), ""


def structure(scheme: Scheme, body: Iterable[Line], joiner: Joiner) -> Structure:
    """Divide the body of a document (without title, document number and source line) into clauses.

    Returns:
        Clauses in printed order, the lines of headings that are no clause, and leftovers. No lines give nothing.
    """
    lines = list(body)
    reader = _Reader(scheme, lines)
    for line in lines:
        reader.read(line)
    clauses: list[RawClause] = []
    headings: list[int] = []
    leftovers = [Leftover(x.number, "leftover", x.text) for x in reader.traces]
    for unit in reader.units:
        if not unit.lines:
            continue
        if (unit.children or unit.is_division) and not unit.has_text:
            headings.extend(line.number for line, _ in unit.lines)
            continue
        paragraphs = joiner.paragraphs(unit.lines, items=scheme == "articles")
        leftovers.extend(Leftover(n, "join", text) for p in paragraphs for n, text in p.doubled)
        clauses.append(
            RawClause(
                locator="/".join(unit.path),
                label=unit.label,
                text="\n".join(p.text for p in paragraphs),
                headings=" / ".join(unit.headings),
                start_line=unit.lines[0][0].number,
                end_line=unit.lines[-1][0].number,
            )
        )
    leftovers.sort(key=lambda x: x.line)
    return Structure(tuple(clauses), tuple(headings), tuple(leftovers))
