"""Reads a text line by line and keeps the path of open units."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.clause.contents import PREAMBLE
from ingest.clause.scheme import Plan, question_label
from ingest.clause.sequence import finished
from ingest.clause.unit import INTRODUCTION, Unit, heading_label
from ingest.layout import Line
from ingest.numbering import DIVISIONS, RANKS, RARE, Kind, Marker

_TITLED = re.compile(r"([\u4e00-\u9fffA-Za-z0-9]{2,10})[：:](?=\S)")
_SHORT_LABEL = re.compile(r"(附(?!\s*则)[件录表]?\s*\d*|PART\s*\d+|Part\s*\d+)(?=[：:\s]|$)[：:]?\s*")
_ANNOUNCED = re.compile(r"附\s*件\s*[：:]\s*\S")
"""What comes with a letter, under its text: 附件：某办法; what is headed by 附件 itself is read apart."""
_INDEX = re.compile(r"目[录次]$")
_DATE_LINE = re.compile(r"[\d〇○零一二三四五六七八九十]{4}\s*年.{1,8}月.{1,8}日")
"""Under a signature."""
_MAX_PLAIN_HEADING = 20
_MAX_DIVISION = 30
_MAX_GAP = 3
_MAX_GAP_DECIMAL = 2
_MIN_TITLED = 8
_ARTICLE_RANK = 900
"""In a text of articles every other number stands above them."""
_QUESTION_RANK = 950
_TITLED_RANK = 990
_FREE_RANK = 0


class Reader:
    """Reads one text: a document without its appendices, or one appendix."""

    def __init__(
        self, plan: Plan, body: Sequence[Line], appendix: Unit | None = None, asked: int = 0
    ) -> None:
        self.units: list[Unit] = [appendix or Unit(INTRODUCTION, -1, (INTRODUCTION,), (), is_free=True)]
        self.traces: list[Line] = []
        self.asked = asked
        """Questions so far, in the whole document."""
        self._plan, self._body = plan, body
        self._stack: list[Unit] = [appendix] if appendix else []
        self._last: dict[Kind, tuple[int, int]] = {}
        self._decimal: tuple[int, ...] = ()
        self._ranks: dict[Kind, int] = {}
        self._marked = any(line.level for line in body)
        self._titled = _titled(body) if plan.scheme == "report" else frozenset()

    def read(self, at: int) -> None:
        """Give the line at an index of the body to the unit that it opens or continues."""
        line, plan = self._body[at], self._plan
        if line.is_trace or at in plan.contents:
            self.traces.append(line)
            return
        label = self._own(line)
        if label is not None and not self._in_index() and self._accepts(label, at):
            self._open_numbered(label, at)
        elif at in plan.questions:
            self._ask(line)
        elif self._is_free_heading(at):
            short = _SHORT_LABEL.match(line.text)
            name, rest = (
                (heading_label(short.group(1)), line.text[short.end() :])
                if short
                else (heading_label(line.text), "")
            )
            self._open(name, self._free_rank(line), line, rest, free=True)
        elif at in self._titled and (titled := _TITLED.match(line.text)):
            self._open(titled.group(1), _TITLED_RANK, line, line.text[titled.end() :])
        else:
            self.units[-1].lines.append((line, line.text))

    def _own(self, line: Line) -> Marker | None:
        """Take `I.` for a letter after `H.`, and `10 ` for a number of a standard after `9 `."""
        label = line.label
        if label is None or label.kind not in ("roman", "two_digits"):
            return label
        if label.kind == "roman" and self._last.get("letter") == (ord(label.label[0]) - ord("A"), 0):
            return replace(label, kind="letter", number=ord(label.label[0]) - ord("A") + 1)
        if label.kind == "two_digits" and label.number == 10 and "bare" in self._plan.rare:
            return replace(label, kind="bare")
        return label

    def _open_numbered(self, label: Marker, at: int) -> None:
        line, plan = self._body[at], self._plan
        self._last[label.kind] = (label.number, label.sub)
        if label.kind in ("decimal", "bare", "arabic"):
            self._decimal = (*label.above, label.number)
        if label.kind == plan.leaf and at in plan.articles:
            rank = _ARTICLE_RANK
        elif plan.levels and line.level:
            rank = line.level
        else:
            rank = self._rank(label)
        self._open(label.label, rank, line, label.rest, division=label.kind in DIVISIONS or at in plan.parts)

    def _free_rank(self, line: Line) -> int:
        if self._plan.levels and line.level:
            return line.level
        return _TITLED_RANK if PREAMBLE.fullmatch(line.text) else _FREE_RANK

    def _rank(self, label: Marker) -> int:
        """Put a rare style below every style that came before it: A. under 1. where 1. came first, above it elsewhere."""
        if label.kind not in self._ranks:
            before = max(self._ranks.values(), default=0)
            own = RANKS[label.kind]
            below = label.kind in RARE and label.kind not in ("decimal", "bare")
            self._ranks[label.kind] = max(own, before + 1) if below else own
        return self._ranks[label.kind] + len(label.above)

    def _open(
        self, label: str, rank: int, line: Line, rest: str, *, division: bool = False, free: bool = False
    ) -> None:
        bottom = 1 if self._stack and self._stack[0].is_appendix else 0
        while len(self._stack) > bottom and self._stack[-1].rank >= rank:
            self._stack.pop()
        up = self._stack[-1] if self._stack else None
        above = tuple(word for unit in self._stack for word in unit.words)
        path = (*(up.path if up else ()), label)
        unit = Unit(label, rank, path, above, [(line, rest)], up, is_division=division, is_free=free)
        self._stack.append(unit)
        self.units.append(unit)

    def _ask(self, line: Line) -> None:
        self.asked += 1
        printed, rest = question_label(line) or ("", line.text)
        self._open(printed or f"第{self.asked}问", _QUESTION_RANK, line, rest)

    def _in_index(self) -> bool:
        """The numbers under 报告目录 name chapters that are not printed here, so they make no units."""
        return (
            bool(self._stack) and self._stack[-1].is_free and _INDEX.search(self._stack[-1].label) is not None
        )

    def _accepts(self, label: Marker, at: int) -> bool:
        line, plan = self._body[at], self._plan
        if label.kind == plan.leaf and plan.scheme == "articles":
            return at in plan.articles
        if (
            at in plan.quoted
            or label.kind == "article"
            or (label.kind in RARE and label.kind not in plan.rare)
        ):
            return False
        if plan.scheme == "articles" and label.kind not in DIVISIONS and at not in plan.parts:
            return False
        if plan.scheme == "outline" and label.kind in ("trend", "two_digits"):
            return False
        if label.kind in DIVISIONS and not (line.is_heading or len(line.text) <= _MAX_DIVISION):
            return False
        return self._in_sequence(label, at)

    def _in_sequence(self, label: Marker, at: int) -> bool:
        """A number counts when it follows the last one of its style, or begins anew; after a torn line only then."""
        if label.kind == "decimal":
            return self._follows_decimal((*label.above, label.number))
        last, sub = self._last.get(label.kind, (0, 0))
        if (label.number, label.sub) in ((last + 1, 0), (last, sub + 1)):
            return True
        if not finished(self._body, at):
            return False
        if label.number == 1:
            return True
        line = self._body[at]
        if line.level or line.bold:
            return True
        if label.kind not in self._last:
            return label.kind in DIVISIONS or (
                label.kind in ("han", "han_bracket") and label.number <= _MAX_GAP
            )
        return 0 <= label.number - last <= _MAX_GAP

    def _follows_decimal(self, own: tuple[int, ...]) -> bool:
        last = self._decimal
        if own == (*last, 1) or (own[-1] == 1 and len(own) == 2 and own[0] == (last[0] if last else 0) + 1):
            return True
        depth = len(own)
        if len(last) >= depth and own[:-1] == last[: depth - 1]:
            return 0 < own[-1] - last[depth - 1] <= _MAX_GAP_DECIMAL
        return not last

    def _is_free_heading(self, at: int) -> bool:
        line, plan = self._body[at], self._plan
        if at in plan.quoted or line.joined or line.is_row or _ANNOUNCED.match(line.text):
            return False
        if self.units[-1].takes_as_title(line):
            return False
        if at in plan.parts and line.label is None:
            return True
        if PREAMBLE.fullmatch(line.text) and len(self.units) == 1 and not self.units[0].lines:
            return True
        if plan.scheme != "report" or (self._in_index() and line.label is not None):
            return False
        if self._marked:
            return line.is_heading and (line.level > 0 or line.bold) and has_letters(line.text)
        if self.units[0].is_appendix or (line.text[-1] in "：:" and not any(u.lines for u in self.units)):
            # A line of a form or of a list, or a salutation.
            return False
        short = len(line.text) <= _MAX_PLAIN_HEADING and not re.search("[，,、。；;]", line.text)
        short = short and not _DATE_LINE.fullmatch(line.text)
        if not (short and has_letters(line.text) and (line.is_heading or line.text[-1] in "：:")):
            return False
        return finished(self._body, at) and self._stands_above_text(at)

    def _stands_above_text(self, at: int) -> bool:
        """Below it comes a label, a sentence or a table; a short line there means that both are lines of a list."""
        following = (self._body[i] for i in range(at + 1, len(self._body)))
        below = next((line for line in following if not line.is_trace), None)
        return below is not None and (
            below.label is not None or below.is_finished or len(below.text) > _MAX_PLAIN_HEADING
        )


def has_letters(text: str) -> bool:
    """Tell whether a heading says anything."""
    return re.search(r"[^\W\d_]", text) is not None


def _titled(body: Sequence[Line]) -> frozenset[int]:
    """Return the places of paragraphs that open with a short title, 通用智能：…; none when there is only one."""
    found = {i: m for i, line in enumerate(body) if line.label is None and (m := _TITLED.match(line.text))}
    labels = {m.group(1) for m in found.values()}
    whole = all(len(body[i].text) - m.end() >= _MIN_TITLED for i, m in found.items())
    return frozenset(found if whole and len(labels) == len(found) > 1 else ())
