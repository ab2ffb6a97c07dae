"""Characters of a PDF's text layer into pieces of lines."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.readers.page.sheet import Piece

_GAP = 0.9
"""A wider gap, in characters, ends a piece: it may be that between two columns."""
_BLANK_GAP = 0.2
"""A gap as wide as a blank, where the file also has a blank."""
_BARE_GAP = 0.5
"""A gap that no justified line has, so it is one without a blank in the file too."""
_LATIN_GAP = 0.15
_SAME_LINE = 0.45
_RADICALS = str.maketrans(
    "⺁⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⼾⾭⿈",
    "厂母民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟户青黄",
)
"""Radicals that some programs write for the characters that look the same, ⻓ for 长; the rest NFKC knows."""
_BULLETS = "\uf06c\uf06e\uf075\uf076\uf09f\uf0a7\uf0b7\uf0d8\uf0e8\uf0fc"
_UNREADABLE = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\U000f0000-\U0010fffd\x00-\x08\x0e-\x1f\ufffd\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    """Height of the font."""


def readable(text: str) -> str:
    """Return a character as it looks: radicals as characters, bullets of symbol fonts as •, ligatures apart.

    One that has no meaning outside its font comes back as U+FFFD.
    """
    if text in _BULLETS:
        return "•"
    if _UNREADABLE.search(text):
        return "\ufffd"
    if "\u2e80" <= text[0] <= "\u2fdf" or "\uf900" <= text[0] <= "\ufaff" or "\ufb00" <= text[0] <= "\ufb06":
        return unicodedata.normalize("NFKC", text.translate(_RADICALS))
    return text


def share_unreadable(texts: Sequence[str]) -> float:
    """Return which part of a page's characters means nothing: no text, or another alphabet's bytes taken for Latin.

    Args:
        texts: The characters as the file gives them.

    Returns:
        From 0 to 1; 0 for a page without characters.
    """
    seen = [t for t in texts if t.strip()]
    broken = sum(readable(t) == "\ufffd" for t in seen)
    accented = sum("\u00a1" <= t[0] <= "\u00ff" and t not in "·×÷±°§" for t in seen)
    if accented > 0.3 * len(seen):
        broken += accented
    return broken / len(seen) if seen else 0.0


def pieces_of(glyphs: Iterable[Glyph]) -> tuple[Piece, ...]:
    """Join characters into pieces, from top to bottom and from left to right; blanks give none."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.baseline):
        line = lines[-1] if lines else None
        size = max(glyph.size, line[0].size) if line else 0
        if line and glyph.baseline - line[-1].baseline < _SAME_LINE * size and _near(line, glyph):
            line.append(glyph)
        else:
            lines.append([glyph])
    return tuple(piece for line in lines for piece in _cut(sorted(line, key=lambda g: g.x0)))


def _near(line: Sequence[Glyph], glyph: Glyph) -> bool:
    """Tell whether a character stands on the line, not on the next one of small print that came too close."""
    return glyph.baseline - line[0].baseline < 0.6 * max(glyph.size, line[0].size)


def _cut(line: Sequence[Glyph]) -> list[Piece]:
    """Cut a line at wide gaps; characters printed twice to look bold count once."""
    pieces: list[Piece] = []
    run: list[Glyph] = []
    text = ""
    blank = False
    for glyph in line:
        if not glyph.text.strip():
            blank = True
            continue
        last = run[-1] if run else None
        if last is not None:
            if _printed_twice(run, glyph):
                continue
            gap = (glyph.x0 - last.x1) / max(min(last.size, glyph.size), 0.1)
            if gap > _GAP:
                pieces.append(_piece(run, text))
                run, text = [], ""
            elif _is_blank(last.text, glyph.text, gap, blank):
                text += " "
        run.append(glyph)
        text += glyph.text
        blank = False
    if run:
        pieces.append(_piece(run, text))
    return pieces


def _printed_twice(run: Sequence[Glyph], glyph: Glyph) -> bool:
    return any(
        other.text == glyph.text and abs(glyph.x0 - other.x0) < 0.35 * (glyph.x1 - glyph.x0)
        for other in run[-3:]
    )


def _is_blank(before: str, after: str, gap: float, blank: bool) -> bool:
    """Tell whether a blank is printed between two characters.

    Justified lines have narrow gaps everywhere, and programs set Chinese and Latin apart by themselves, so there a
    gap counts only with a blank in the file, or when it is too wide for that.
    """
    if before[-1].isascii() and after[0].isascii():
        return blank or gap > _LATIN_GAP
    return gap > (_BLANK_GAP if blank else _BARE_GAP)


def _piece(run: Sequence[Glyph], text: str) -> Piece:
    sizes = sorted(g.size for g in run)
    size = sizes[len(sizes) // 2]
    baseline = sorted(g.baseline for g in run if g.size >= size)[0]
    # Ascent and descent of the fonts differ wildly; these make lines of one size equally high.
    return Piece(text, run[0].x0, run[-1].x1, baseline - 0.88 * size, baseline + 0.12 * size, size)
