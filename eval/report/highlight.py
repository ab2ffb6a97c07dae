"""Words marked in a text: the text in pieces, each with the marks that lie on it."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

_MARKER = re.compile(r"\[(\d{1,3})\]")
# Blanks, markers, Chinese phrases with the mark that ends them, and single words of other writings.
_PHRASE = re.compile(r"\s+|\[\d{1,3}\]|[^\s\[，。；：！？、]+[，。；：！？、]*|.")
_AROUND = 60
"""Characters that are kept on each side of a mark when a long text is shortened."""
_ALIKE = 0.3
"""Two texts that share less are shown without marks: nearly all would be marked."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, in order without gaps."""

    text: str
    marks: tuple[str, ...] = ()
    """Names of the marks on it, in the order in which they were given."""
    left_out: int = 0
    """Characters that stand in the text here and are not shown; then `text` is empty."""
    marker: int | None = None
    """The number of a marker [n]."""


def marked(text: str, words: Mapping[str, Iterable[str]], longest: int | None = None) -> tuple[Piece, ...]:
    """Divide a text where words in it begin and end.

    Args:
        text: May be empty.
        words: Name of a mark → texts to be marked with it; compared after NFKC without blanks, and left out where they do not
            stand in the text.
        longest: A text above so many characters is shortened to its beginning and what is near marks; None never.

    Returns:
        Pieces that together are the text.
    """
    plain, places = _plain(text)
    on = {name: bytearray(len(text)) for name in words}
    shown = (
        bytearray(len(text)) if longest is not None and len(text) > longest else bytearray(b"\1" * len(text))
    )
    shown[: 2 * _AROUND] = b"\1" * len(shown[: 2 * _AROUND])
    for name, needles in words.items():
        for needle in needles:
            start, end = _find(_plain(needle)[0], plain, places)
            on[name][start:end] = b"\1" * (end - start)
            near = slice(max(start - _AROUND, 0), end + _AROUND) if end else slice(0)
            shown[near] = b"\1" * len(shown[near])
    runs = groupby(
        range(len(text)), key=lambda i: (shown[i], [name for name in words if shown[i] and on[name][i]])
    )
    pieces = []
    for (kept, marks), run in runs:
        span = list(run)
        whole = text[span[0] : span[-1] + 1]
        pieces.append(Piece(whole, tuple(marks)) if kept else Piece("", left_out=len(whole)))
    return tuple(pieces)


def with_markers(text: str, known: Iterable[int]) -> tuple[Piece, ...]:
    """Divide an answer at its [n]; a marker without a citation stays plain text."""
    numbers = set(known)
    pieces: list[Piece] = []
    start = 0
    for found in _MARKER.finditer(text):
        if int(found[1]) in numbers:
            pieces += [Piece(text[start : found.start()]), Piece(found[0], marker=int(found[1]))]
            start = found.end()
    return tuple(piece for piece in (*pieces, Piece(text[start:])) if piece.text)


def changed(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two texts with what only one of them has marked `gone` and `new`; unmarked when they have little in common."""
    one, other = _PHRASE.findall(before), _PHRASE.findall(after)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return (Piece(before),), (Piece(after),)
    old, new = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        same = kind == "equal"
        old.append(Piece("".join(one[a:b]), () if same else ("gone",)))
        new.append(Piece("".join(other[c:d]), () if same else ("new",)))
    return tuple(p for p in old if p.text), tuple(p for p in new if p.text)


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Return the text as it is compared, and the place in the text of each of its characters."""
    letters = [
        (c, i) for i, char in enumerate(text) for c in unicodedata.normalize("NFKC", char) if not c.isspace()
    ]
    return "".join(c for c, _ in letters), [i for _, i in letters]


def _find(needle: str, plain: str, places: Sequence[int]) -> tuple[int, int]:
    start = plain.find(needle) if needle else -1
    return (places[start], places[start + len(needle) - 1] + 1) if start >= 0 else (0, 0)
