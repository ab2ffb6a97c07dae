"""Whether a printed line goes on with the paragraph above it."""

import re
from collections.abc import Sequence

from ingest.document.number import number_of
from ingest.numbering import DIVISIONS, marker
from ingest.readers.page.margins import AT_MARGIN, Placed, Setting

_FINISHED = re.compile(r"[。！？；：:;!?…][”’」』）)]?$")
_BULLET = re.compile(r"[•●○■□◆◇▪➢★☆]")
_LEADER = re.compile(r"[.…·．]{3,}\s*\d+$")
_DATE = re.compile(r"[（(]?\d{4}年\d{1,2}月\d{1,2}日")
"""Who passed a law and who changed it: a line each."""
_CONTENTS = re.compile(r"目\s*[录次]")
_LARGER = 1.15
_LARGER_RECOGNISED = 1.3
_WIDER_LEADING = 1.22
_DEEPEST_BLOCK = 6.0
_MAX_TITLE = 80
_MAX_HEADING = 30


class Joining:
    """Decides by the geometry of a document."""

    def __init__(self, setting: Setting, recognised: bool) -> None:
        self._setting = setting
        # Sizes of recognised lines are estimates.
        self._larger = _LARGER_RECOGNISED if recognised else _LARGER

    def goes_on(self, above: Sequence[Placed], line: Placed) -> bool:
        """Tell whether a line belongs to the paragraph of the lines above; lines of other columns and pages too.

        Args:
            above: The paragraph so far; at least one line.
            line: The next line in reading order.
        """
        last = above[-1]
        if not self._alike(last, line) or _BULLET.match(line.text) or _LEADER.search(last.text):
            return False
        if (_DATE.match(line.text) and _DATE.match(above[0].text)) or number_of(line.text):
            return False
        if self.is_large(last) and last.is_centred and line.is_centred:
            return marker(line.text) is None and marker(above[0].text) is None and _is_near(last, line)
        if not last.reaches_margin_before(line.text) or self._is_spaced(last, line):
            return False
        if line.indent < AT_MARGIN:
            return self._at_margin(above, line)
        return self._indented(above, line)

    def is_title(self, lines: Sequence[Placed]) -> bool:
        """Tell whether a paragraph is clearly a heading: larger than the text, short, no sentence, centred if long."""
        text = "".join(line.text for line in lines)
        label = marker(text)
        is_short = len(text) <= _MAX_HEADING and not re.search("[，、,]", label.rest if label else text)
        return (
            all(self.is_large(line) and (is_short or line.is_symmetric) for line in lines)
            and len(text) <= _MAX_TITLE
            and not _FINISHED.search(text)
            and not (label and label.kind == "article")
            and not _CONTENTS.fullmatch(text)
        )

    def is_large(self, line: Placed) -> bool:
        """Tell whether a line is printed larger than the text."""
        return line.line.size > self._larger * self._setting.body

    def _alike(self, last: Placed, line: Placed) -> bool:
        small, large = sorted((last.line.size, line.line.size))
        same_width = abs((line.right - line.left) - (last.right - last.left)) < 0.25 * (
            last.right - last.left
        )
        return large < self._larger * small and (same_width or last.page != line.page)

    def _is_spaced(self, last: Placed, line: Placed) -> bool:
        """More room than usual between two lines parts paragraphs, a little more only where indents do not."""
        if last.block != line.block:
            return False
        leading = (line.line.bottom - last.line.bottom) / last.line.size
        by_indent = self._setting.first_line_indented and not _is_finished(last)
        return leading > (1.6 if by_indent else _WIDER_LEADING) * self._setting.leading[line.block]

    def _at_margin(self, above: Sequence[Placed], line: Placed) -> bool:
        last, label, first = above[-1], marker(line.text), marker(above[0].text)
        hung = len(above) > 1 and above[0].indent < AT_MARGIN < above[1].indent
        next_item = (
            label is not None
            and first is not None
            and (label.kind, label.number) == (first.kind, first.number + 1)
        )
        if hung or (next_item and first and first.kind != "article" and above[0].indent < AT_MARGIN):
            return False
        if not _is_finished(last):
            return True
        if self._setting.first_line_indented:
            is_heading = label is not None and label.kind in DIVISIONS
            return not (is_heading and not line.reaches_margin_before(""))
        return label is None and last.block == line.block

    def _indented(self, above: Sequence[Placed], line: Placed) -> bool:
        last = above[-1]
        if marker(line.text) is not None:
            return False
        if line.is_centred and all(x.is_symmetric and x.reaches_margin_before("") for x in above):
            return not _is_finished(last)
        if line.indent > _DEEPEST_BLOCK:
            return False
        same_start = abs(line.indent - last.indent) < 0.5
        if len(above) > 1:
            return same_start and above[0].indent < line.indent + AT_MARGIN
        if same_start:
            return not _is_finished(last)
        listed = marker(last.text) is not None or _BULLET.match(last.text) is not None
        hangs = listed and line.indent > last.indent + AT_MARGIN
        return hangs and not _is_finished(last)


def _is_finished(line: Placed) -> bool:
    return _FINISHED.search(line.text) is not None


def _is_near(last: Placed, line: Placed) -> bool:
    return last.block == line.block and line.line.top - last.line.bottom < 1.2 * line.line.size
