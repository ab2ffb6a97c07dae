"""Which blocks of a page are the document, and which are navigation, buttons and footer around it.

Not by trafilatura, which was tried on twenty-four pages built as Chinese government sites build them: it lost the text
right after a table outside a paragraph, made one line of a page that is laid out by a table, and dropped the title of
most pages and the numbers of all lists. What frames a text has a small vocabulary; so that is taken away, and what is not
known stays.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.numbering import DIVISIONS, marker
from ingest.readers.web import chrome
from ingest.readers.web.blocks import Block
from ingest.readers.web.tags import Element
from rag.text import loose

_MIN_SHARE = 0.5
_MIN_SENTENCE = 30
_MAX_FOOTER = 300
"""Characters that may come after the first line of a footer even where the document is shorter."""
_TITLE_LEVELS = (1, 2, 3)
_DATE = re.compile(
    r"[\d○〇零一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)


@dataclass(frozen=True, slots=True)
class Main:
    """The document's blocks."""

    kept: tuple[Block, ...]
    above: tuple[Block, ...]
    """What stands before them on the page, where the title may be."""
    span: tuple[int, int]
    """First and one past the last of the page's blocks that they are taken from."""


def main_of(blocks: Sequence[Block], names: Collection[str] = ()) -> Main:
    """Find the document among a page's blocks.

    Args:
        blocks: All of them; none give none.
        names: What the page is called, in the form of `rag.text.loose`; the site's name may be among them.
    """
    page = _Page(blocks, names)
    first, last = page.container()
    last = page.end(first, last)
    title = page.title(first, last)
    first = page.beginning(first, last, title)
    left = page.framed | page.under(title, last)
    kept = tuple(
        b for at, b in enumerate(blocks) if first <= at < last and at not in left and not _is_buttons(b)
    )
    above = tuple(b for at, b in enumerate(blocks[:first]) if not page.is_border(at))
    return Main(_once(kept), above, (first, last))


class _Page:
    """The blocks of a page, and what of them is known to be no document."""

    def __init__(self, blocks: Sequence[Block], names: Collection[str]) -> None:
        self._blocks = blocks
        self._names = names
        self.framed: frozenset[int] = frozenset()
        self._footer = len(blocks)
        self._footer = self._footer_at()
        self.framed = self._framed()

    def is_border(self, at: int) -> bool:
        """Tell whether a block parts the document from what surrounds it."""
        return at >= self._footer or at in self.framed or _is_border(self._blocks[at])

    def _weight(self, at: int) -> int:
        return 0 if self.is_border(at) else len(self._blocks[at].text)

    def _footer_at(self) -> int:
        """Return where the page's footer begins: at the first line of one that no text follows."""
        texts = [b.text for b in self._blocks]
        last_footer = max((at for at, text in enumerate(texts) if chrome.is_footer(text)), default=-1)
        last_text = max((at for at, b in enumerate(self._blocks) if _is_text(b) or _is_signed(b)), default=-1)
        for at in range(max(last_text + 1, 1), len(texts)):
            # Who holds it may be said in a document too; who runs the site is said above its registration.
            if chrome.is_footer(texts[at]) or (at < last_footer and chrome.is_host(texts[at])):
                after = sum(map(self._weight, range(at, len(texts))))
                return at if after < max(_MAX_FOOTER, sum(map(self._weight, range(at)))) else len(texts)
        return len(texts)

    def _framed(self) -> frozenset[int]:
        """Return the blocks in elements that are made for a frame, unless a text stands in such an element."""
        found: set[int] = set()
        half = sum(map(self._weight, range(len(self._blocks)))) * _MIN_SHARE
        for inside in self._frames().values():
            texts = [self._blocks[at] for at in inside]
            if sum(map(self._weight, inside)) <= half and not any(
                _is_text(b) or _is_signed(b) for b in texts
            ):
                found.update(inside)
        return frozenset(found)

    def _frames(self) -> dict[Element, list[int]]:
        """Return the elements whose names are those of a frame, with the blocks in each."""
        known: dict[Element, bool] = {}
        found: dict[Element, list[int]] = {}
        for at, block in enumerate(self._blocks):
            element = block.element
            while element is not None:
                if element not in known:
                    names = f"{element.get('class', '')} {element.get('id', '')}"
                    known[element] = chrome.is_frame(element.tag, element.get("role", ""), names)
                if known[element]:
                    found.setdefault(element, []).append(at)
                element = element.getparent()
        return found

    def container(self) -> tuple[int, int]:
        """Go from the page down to the element that holds the document, as long as only a frame is left outside."""
        places: dict[Element | None, tuple[int, int]] = {}
        weights = Counter[Element | None]()
        children: dict[Element | None, dict[Element, None]] = {}
        for at, block in enumerate(self._blocks):
            element, weight = block.element, self._weight(at)
            while element is not None:
                places[element] = (places.get(element, (at, at))[0], at + 1)
                weights[element] += weight
                parent = element.getparent()
                children.setdefault(parent, {})[element] = None
                element = parent
            weights[None] += weight
        here: Element | None = None
        span = (0, len(self._blocks))
        while inside := children.get(here):
            best = max(inside, key=lambda child: weights[child])
            if weights[best] < _MIN_SHARE * weights[here] or not self._leaves_frame(span, places[best]):
                break
            here, span = best, places[best]
        return span

    def _leaves_frame(self, outer: tuple[int, int], inner: tuple[int, int]) -> bool:
        """Tell whether what is outside an element is cut off from it by a frame, and holds no part of a document."""
        before, after = range(outer[0], inner[0]), range(inner[1], outer[1])
        if (before and not self.is_border(before[-1])) or (after and not self.is_border(after[0])):
            return False
        texts = any(_is_text(self._blocks[at]) for part in (before, after) for at in part)
        return not texts and not any(_is_signed(self._blocks[at]) for at in after)

    def end(self, first: int, last: int) -> int:
        """Return where the document ends: before buttons, the footer, and links to other pages."""
        while last > first and self.is_border(last - 1) and not _is_own_end(self._blocks[last - 1]):
            last -= 1
        return last

    def title(self, first: int, last: int) -> int | None:
        """Return where a heading or a line with the page's name stands before the text begins; None without one."""
        for at in range(first, last):
            block = self._blocks[at]
            if _is_text(block) or block.paragraph.cells:
                break
            named = loose(block.text) in self._names
            if not self.is_border(at) and (named or block.paragraph.level in _TITLE_LEVELS):
                return at
        return None

    def beginning(self, first: int, last: int, title: int | None) -> int:
        """Return where the document begins: after the navigation above its title, or that it begins with."""
        if title is not None:
            return max((at + 1 for at in range(first, title) if self.is_border(at)), default=first)
        while first < last and self.is_border(first):
            first += 1
        return first

    def under(self, title: int | None, last: int) -> frozenset[int]:
        """Return the lines right under a title that only tell of its publication on the site."""
        found: set[int] = set()
        for at in range(title + 1, last) if title is not None else ():
            if not self.is_border(at):
                break
            found.add(at)
        return frozenset(found)


def _once(kept: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return a text once that a page holds twice, for large and for small screens."""
    half = len(kept) // 2
    twice = half and [b.text for b in kept[:half]] == [b.text for b in kept[half:]]
    return kept[:half] if twice else kept


def _is_border(block: Block) -> bool:
    text = block.text
    if block.linked:
        return not chrome.is_annex(text)
    if block.paragraph.cells:
        return chrome.is_about_row(block.paragraph.cells)
    return _is_buttons(block) or chrome.is_about(text) or chrome.is_footer(text)


def _is_own_end(block: Block) -> bool:
    """Tell whether a line at the end is rather the document's own, such as 时间：…, than the site's."""
    text = block.text
    if block.linked or _is_buttons(block) or chrome.is_footer(text) or chrome.is_host(text):
        return False
    return chrome.is_about(text) and not chrome.is_after(text)


def _is_buttons(block: Block) -> bool:
    return not block.paragraph.cells and chrome.is_buttons(block.text)


def _is_text(block: Block) -> bool:
    """Tell whether a block is surely a part of a document: an article, a chapter, or a numbered sentence."""
    label = None if block.linked else marker(block.text)
    if label is None:
        return False
    sentence = len(block.text) >= _MIN_SENTENCE and any(c in block.text for c in "。；：")
    return sentence or label.kind == "article" or label.kind in DIVISIONS


def _is_signed(block: Block) -> bool:
    """Tell whether a block is the date under a document."""
    return _DATE.fullmatch(block.text) is not None
