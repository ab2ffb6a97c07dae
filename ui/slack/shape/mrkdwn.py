"""Text for Slack's blocks and for its `text`: mrkdwn, which knows bold words and links but no escape for its own marks."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from ui.export.blocks import Block, Mark, Paragraph, Spans
from ui.export.sheet import cleaned
from ui.slack.shape.guard import BREAK, guarded
from ui.slack.shape.listing import paragraphs_of, spaced

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
LIKENESS = {"*": "∗", "＊": "﹡", "_": "ˍ", "＿": "ˍ", "~": "∼", "`": "ˋ", "｀": "ˋ"}
"""What looks like a mark of mrkdwn without being one. Nothing else is sure: an invisible character beside a mark is for Slack
a border, at which marks count the more."""
_MARKS = re.compile(f"[{re.escape(''.join(LIKENESS))}]")
_CODE = "`｀"
_QUOTE = re.compile(r"(?m)^(?=[^\S\n]*(?:&gt;|＞))")
_SOFT_HYPHEN = "\u00ad"
_BULLETS = "•◦▪"
_INDENT = "    "
_ITEMS = ("bullet", "numbered")


def mrkdwn(blocks: Sequence[Block]) -> str:
    """Return an answer's blocks: headings bold, tables as lists, all other marks of the text shown letter by letter."""
    paragraphs = [*paragraphs_of(blocks)]
    out = "".join(map(line_of, paragraphs[:1]))
    for before, paragraph in pairwise(paragraphs):
        out += gap(before, paragraph) + line_of(paragraph)
    return out


def line_of(paragraph: Paragraph) -> str:
    """Return one paragraph, without what parts it from its neighbours."""
    shown = _spans(paragraph.spans, in_bold=paragraph.kind == "heading")
    if paragraph.kind not in _ITEMS:
        return shown
    mark = paragraph.mark or _BULLETS[min(paragraph.depth, len(_BULLETS) - 1)]
    between = spaced(paragraph.mark) if paragraph.mark else " "
    return f"{_INDENT * paragraph.depth}{escaped(mark)}{between}{shown}"


def gap(before: Paragraph, after: Paragraph) -> str:
    """Return what stands between two paragraphs."""
    return "\n" if before.kind == "heading" or after.kind in _ITEMS else "\n\n"


def escaped(text: str) -> str:
    """Return a text of a document or person so that mrkdwn shows it letter by letter; its line breaks stay."""
    return _escaped(text, _where_it_counts)


def linked(text: str, url: str) -> str:
    """Return one line as a link.

    Args:
        text: Of a document or person.
        url: To our own page, without `<`, `>` and `|`; empty gives the text alone.
    """
    if not url:
        return escaped(text)
    return f"<{url.translate(_ENTITIES)}|{_escaped(text, _always).replace('|', '｜')}>"


def bold(text: str) -> str:
    """Return words in bold, wherever they stand; blanks alone stay as they are."""
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    # Slack takes a star as a mark only at a border, which Chinese letters and punctuation are not, and a closing one
    # not behind every bracket.
    close = "" if inner[-1].isalnum() else BREAK
    return f"{before}{BREAK}*{_escaped(inner, _always)}{close}*{BREAK}{after}"


def _spans(spans: Spans, *, in_bold: bool) -> str:
    out = ""
    for span in spans:
        if isinstance(span, Mark):
            out += f"[{span.number}]"
        else:
            out += bold(span.text) if span.bold or in_bold else escaped(span.text)
    return out


def _escaped(text: str, likeness: Callable[[re.Match[str]], str]) -> str:
    shown = guarded(_MARKS.sub(likeness, cleaned(text)))
    return _QUOTE.sub(_SOFT_HYPHEN, shown.translate(_ENTITIES))


def _always(found: re.Match[str]) -> str:
    return LIKENESS[found[0]]


def _where_it_counts(found: re.Match[str]) -> str:
    """Leave a mark that stands inside a word or between blanks: 3~5, a_b, 2 * 3."""
    beside = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    harmless = all(map(str.isalnum, beside)) or not any(map(str.strip, beside))
    return found[0] if harmless and found[0] not in _CODE else _always(found)
