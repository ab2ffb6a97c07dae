"""The text layer of a PDF's page."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ingest.readers.page.glyphs import Glyph, pieces_of, readable, share_unreadable
from ingest.readers.page.grids import Box, grid_of
from ingest.readers.page.sheet import Grid, Sheet

_SLOPE = 0.05
_MOST_DRAWN = 4000
"""A map or a chart has more drawn lines than any table; to look for tables there would take minutes."""
_EDGE = 3.0
_LIGHT = 0.6
_LARGE = 1.8
_THIN = 2.5


@dataclass(frozen=True, slots=True)
class Layer:
    """What the text layer of a page holds."""

    sheet: Sheet
    characters: int
    """Without blanks."""
    unreadable: float
    """Share of the characters that mean nothing outside their font."""
    pictures: float
    """Share of the page that pictures cover."""
    left_out: str
    """Words printed across the text."""
    drawn: int
    """Number of drawn lines."""
    typed: int
    """Filled fields of a form and notes typed on the page, which are not in the text layer."""

    @property
    def crowded(self) -> bool:
        """So much is drawn that tables were not looked for."""
        return self.drawn >= _MOST_DRAWN


def layer_of(page: Any, watermarks: Collection[str]) -> Layer:
    """Read the text layer of a page of pdfplumber.

    Args:
        page: As pdfplumber gives it. A page whose text lies on its side is turned first.
        watermarks: Words that earlier pages print across their text.

    Raises:
        Exception: Whatever a damaged page makes pdfminer raise.
    """
    turn = _turn(page.chars)
    if turn:
        page = _turned(page, turn)
    x0, top, x1, bottom = page.cropbox
    seen = [
        c
        for c in page.chars
        if x0 <= (c["x0"] + c["x1"]) / 2 <= x1 and top <= (c["top"] + c["bottom"]) / 2 <= bottom
    ]
    upright = [c for c in seen if _is_upright(c)]
    over = _watermark(upright, watermarks)
    printed = [c for c in upright if id(c) not in over]
    glyphs = [_glyph(c, page) for c in printed]
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    grids, inside = _grids(page, glyphs) if 0 < drawn < _MOST_DRAWN else ([], set())
    sheet = Sheet(
        number=page.page_number,
        width=float(x1 - x0),
        height=float(bottom - top),
        pieces=pieces_of(g for g in glyphs if id(g) not in inside),
        grids=tuple(grids),
        rules=tuple(_rules(page)),
    )
    texts = [c["text"] for c in seen]
    crossing = "".join(c["text"] for c in seen if not _is_upright(c) or id(c) in over)
    return Layer(
        sheet,
        sum(bool(t.strip()) for t in texts),
        share_unreadable(texts),
        _pictures(page, sheet),
        crossing.strip(),
        drawn,
        _typed(page),
    )


def _is_upright(char: dict[str, Any]) -> bool:
    a, b = char["matrix"][:2]
    return bool(a > 0 and abs(b) < _SLOPE * a)


def _turn(chars: Sequence[dict[str, Any]]) -> int:
    """Return by how many degrees, clockwise, a page must be turned so that most of its text is upright."""
    turns: Counter[int] = Counter()
    for char in chars:
        a, b = char["matrix"][:2]
        if max(abs(a), abs(b)) > 0 and min(abs(a), abs(b)) < _SLOPE * max(abs(a), abs(b)):
            turns[(0 if a > 0 else 180) if abs(a) > abs(b) else 90 if b > 0 else 270] += 1
    return turns.most_common(1)[0][0] if turns else 0


def _turned(page: Any, turn: int) -> Any:
    from pdfplumber.page import Page  # noqa: PLC0415

    page.page_obj.rotate = page.page_obj.attrs["Rotate"] = (page.page_obj.rotate + turn) % 360
    return Page(page.pdf, page.page_obj, page.page_number)


def _watermark(chars: Sequence[dict[str, Any]], known: Collection[str]) -> set[int]:
    """Return the ids of large light characters that lie over other text, or that did on an earlier page."""
    if not chars:
        return set()
    usual = median(c["size"] for c in chars)
    large = [c for c in chars if c["size"] > _LARGE * usual and _is_light(c["non_stroking_color"])]
    if not large:
        return set()
    ids = {id(c) for c in large}
    under = [c for c in chars if id(c) not in ids and c["text"].strip()]
    lies_over = any(
        big["x0"] < (c["x0"] + c["x1"]) / 2 < big["x1"]
        and big["top"] < (c["top"] + c["bottom"]) / 2 < big["bottom"]
        for big in large
        for c in under
    )
    return ids if lies_over or "".join(c["text"] for c in large).strip() in known else set()


def _is_light(colour: Sequence[Any] | None) -> bool:
    """Tell whether a colour in grey, RGB or CMYK is light; unknown ones are not."""
    parts = [x for x in colour or () if isinstance(x, int | float)]
    if len(parts) == 4:
        return max(parts[:3]) + parts[3] < 1 - _LIGHT
    return len(parts) in (1, 3) and min(parts) >= _LIGHT


def _glyph(char: dict[str, Any], page: Any) -> Glyph:
    left, top = page.cropbox[:2]
    # As pdfplumber turns y0 into top.
    baseline = page.height - char["matrix"][5] + page.mediabox[1]
    return Glyph(
        readable(char["text"]),
        float(char["x0"] - left),
        float(char["x1"] - left),
        float(baseline - top),
        max(float(char["size"]), 0.1),
    )


def _grids(page: Any, glyphs: Sequence[Glyph]) -> tuple[list[Grid], set[int]]:
    """Return the ruled tables of a page, and the ids of the characters in their cells."""
    left, top = (float(x) for x in page.cropbox[:2])
    grids: list[Grid] = []
    inside: set[int] = set()
    for table in page.find_tables():
        boxes: list[Box] = []
        own: set[int] = set()
        for x0, cell_top, x1, bottom in table.cells:
            held = [
                g
                for g in glyphs
                if x0 <= (g.x0 + g.x1) / 2 + left < x1
                and cell_top <= g.baseline - 0.35 * g.size + top < bottom
                and id(g) not in inside | own
            ]
            own.update(map(id, held))
            boxes.append(Box(x0 - left, x1 - left, cell_top - top, bottom - top, pieces_of(held)))
        grid = grid_of(boxes, _EDGE)
        if grid:
            grids.append(grid)
            inside |= own
    return grids, inside


def _rules(page: Any) -> Iterable[tuple[float, float, float]]:
    left, top = (float(x) for x in page.cropbox[:2])
    for line in (*page.lines, *page.rects):
        if line["bottom"] - line["top"] < _THIN:
            yield line["x0"] - left, line["x1"] - left, line["top"] - top


def _pictures(page: Any, sheet: Sheet) -> float:
    area = sum(
        max(0.0, min(i["x1"], page.cropbox[2]) - max(i["x0"], page.cropbox[0]))
        * max(0.0, min(i["bottom"], page.cropbox[3]) - max(i["top"], page.cropbox[1]))
        for i in page.images
    )
    return float(min(1.0, area / max(sheet.width * sheet.height, 1.0)))


def _typed(page: Any) -> int:
    from pdfminer.pdftypes import resolve1  # noqa: PLC0415

    found = 0
    for reference in resolve1(page.page_obj.annots) or []:
        note = resolve1(reference)
        kind = getattr(resolve1(note.get("Subtype")), "name", "") if isinstance(note, dict) else ""
        if kind in ("FreeText", "Widget"):
            found += bool(resolve1(note.get("Contents" if kind == "FreeText" else "V")))
    return found
