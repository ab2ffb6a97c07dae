"""Text for Slack's streaming methods and Markdown blocks: Markdown with the same content as the mrkdwn of the blocks.

Written so that a text that grows by whole sentences gives Markdown that grows: what was streamed once cannot be changed.
"""

import re
from collections.abc import Sequence

from ui.export.blocks import Block, Mark, Paragraph, Spans
from ui.slack.shape.guard import BREAK, guarded
from ui.slack.shape.listing import paragraphs_of, spaced

_SPECIAL = re.compile(r"[\\`*_~\[\]|]")
_BEGINNING = re.compile(r"^(?:(?=[-+#=])|\d{1,9}(?=[.)]))")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_INDENT = "    "
"""More than any list's mark is wide, and less than what would make code of it."""


def markdown(blocks: Sequence[Block]) -> str:
    """Return an answer's blocks: headings bold, tables as lists, all other marks of the text shown letter by letter."""
    out = ""
    before: Paragraph | None = None
    outermost = 0
    for paragraph in paragraphs_of(blocks):
        # Items inside a numbered one begin a list of their own, as its number is text.
        begins = before is None or before.kind != "bullet"
        outermost = paragraph.depth if begins else min(outermost, paragraph.depth)
        out += (_gap(before, paragraph) if before else "") + _line(paragraph, paragraph.depth - outermost)
        before = paragraph
    return out


def _gap(before: Paragraph, after: Paragraph) -> str:
    """Numbers stay text, since they are a part of the answer, and a list of Markdown counts by itself."""
    if before.kind != after.kind or before.kind not in ("bullet", "numbered"):
        return "\n\n"
    return "\n" if before.kind == "bullet" else "  \n"


def _line(paragraph: Paragraph, depth: int) -> str:
    shown = _spans(paragraph.spans, in_bold=paragraph.kind == "heading")
    if paragraph.kind == "bullet":
        return f"{_INDENT * depth}- {_begun(shown)}"
    return _begun(f"{_escaped(paragraph.mark)}{spaced(paragraph.mark)}{shown}")


def _begun(line: str) -> str:
    """Return a line whose first characters make no heading, list or rule of it."""
    return _BEGINNING.sub(r"\g<0>\\", line)


def _spans(spans: Spans, *, in_bold: bool) -> str:
    out = ""
    for span in spans:
        if isinstance(span, Mark):
            out += f"[{span.number}]"
        elif span.bold or in_bold:
            out += _bold(span.text)
        else:
            # A bracket right behind a marker would make a link of it, a colon the definition of one.
            out += (BREAK if out.endswith("]") and span.text[:1] in "(:" else "") + _escaped(span.text)
    return out


def _bold(text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    # Stars count beside letters only: not between a Chinese letter and a bracket, say.
    first, last = ("" if letter.isalnum() else BREAK for letter in (inner[0], inner[-1]))
    return f"{before}{BREAK}**{first}{_escaped(inner)}{last}**{BREAK}{after}"


def unclosed(shown: str) -> str:
    """Return Markdown that ends with bold words without what ends them, for words that are still to come."""
    return shown.removesuffix(f"**{BREAK}").removesuffix(BREAK) if shown.endswith(f"**{BREAK}") else shown


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda special: f"\\{special[0]}", guarded(text)).translate(_ENTITIES)
