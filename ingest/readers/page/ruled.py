"""Drawn tables in a picture: their cells."""

from typing import TYPE_CHECKING

from ingest.readers.page.grids import Box

if TYPE_CHECKING:
    import numpy as np

_LONG = 2.5
"""Least length of a ruled line, in characters: longer than any stroke of one, a dash of two included."""
_TALL = 2.0
_MOST_CELLS = 2000


def cells_of(picture: "np.ndarray", size: float) -> list[list[Box]]:
    """Return the cells of each drawn table of a picture, in its own pixels; none without ruled lines.

    Args:
        picture: Grey, shape (height, width), uint8.
        size: Of a usual character, in pixels.
    """
    import cv2  # noqa: PLC0415

    ink = cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    lines = cv2.bitwise_or(
        _strokes(ink, max(3, int(_LONG * size)), flat=True),
        _strokes(ink, max(3, int(_TALL * size)), flat=False),
    )
    lines = cv2.dilate(lines, cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5)))
    _, _, frames, _ = cv2.connectedComponentsWithStats(lines)
    _, _, areas, _ = cv2.connectedComponentsWithStats(255 - lines)
    height, width = picture.shape
    tables: dict[int, list[Box]] = {}
    for x, y, w, h, _ in areas[1:_MOST_CELLS]:
        if w < size or h < 0.8 * size or x == 0 or y == 0 or x + w == width or y + h == height:
            continue
        holding = [
            i
            for i, (fx, fy, fw, fh, _) in enumerate(frames)
            if i > 0 and fx < x and fy < y and x + w < fx + fw and y + h < fy + fh
        ]
        if holding:
            frame = min(holding, key=lambda i: int(frames[i][2]) * int(frames[i][3]))
            tables.setdefault(frame, []).append(Box(float(x), float(x + w), float(y), float(y + h)))
    return [cells for cells in tables.values() if len(cells) > 1]


def _strokes(ink: "np.ndarray", length: int, flat: bool) -> "np.ndarray":
    """Return what of the ink are straight strokes of a length."""
    import cv2  # noqa: PLC0415

    # A line that slopes is made thick enough to hold a level one; along it nothing grows, or characters would touch.
    thick = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 3) if flat else (3, 1)))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (length, 1) if flat else (1, length))
    found: np.ndarray = cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel)
    return found
