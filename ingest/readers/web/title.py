"""The title of a page's document: what the site calls it, against what the text itself begins with."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.clause.scheme import NORMATIVE
from ingest.numbering import marker
from ingest.readers.paragraphs import Paragraph, tidy
from ingest.readers.web.blocks import Block
from rag.text import loose, wide_brackets

Element = Any
"""An element of lxml."""
_PARTS = re.compile(r"[_|｜>»]+|\s[-—–]+|[-—–]+\s|(?<=\D)[-—–]+(?=\D)")
_SITE = re.compile(
    r"(?:政府|网|网站|门户|平台|委员会|办公[厅室]|[厅局部]|首页|中心|公开|公告|文件|法规|规章|规范性文件|动态|新闻|正文|详情)$"
)
_TITLE = re.compile(rf"(?:{NORMATIVE}|公报|函|令|报告|白皮书|规程|规范|规约|章程)(?:（.*）)?$")
_BODY = re.compile(r".*(?:政府|委员会|办公[厅室]|[厅局部委院会署])")
_NO_TITLE = ("。", "；", "：", "，", "、")
_MAX = 100
_MIN = 4
_LINES = 4
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Names:
    """What a page is called outside its text."""

    declared: tuple[str, ...]
    """The title in the site's own metadata; empty without."""
    parts: tuple[str, ...]
    """Of the page's name; that of the site and of its column are mostly among them."""

    @property
    def known(self) -> frozenset[str]:
        """All that can be a title, in the form of `rag.text.loose`."""
        return frozenset(loose(name) for name in (*self.declared, *self.parts) if not _is_site(name))


def names_of(root: Element) -> Names:
    """Return what a page is called."""
    metas = {
        m.get("name", m.get("property", "")).lower(): m.get("content") for m in root.xpath("//meta[@content]")
    }
    declared = [tidy(re.sub("<[^>]*>", "", metas.get(key, ""))) for key in ("articletitle", "dc.title")]
    titles = ["".join(element.itertext()) for element in root.xpath("//title[not(ancestor::svg)]")]
    parts = [
        tidy(part) for text in (*titles, metas.get("og:title", "")) for part in (text, *_PARTS.split(text))
    ]
    return Names(tuple(filter(_fits, declared)), tuple(filter(_fits, parts)))


def titled(names: Names, kept: Sequence[Block], above: Sequence[Block]) -> list[Paragraph]:
    """Return the document's paragraphs with its title first, once.

    Args:
        names: What the page is called.
        kept: The document's blocks.
        above: What stands before them on the page.
    """
    paragraphs = [block.paragraph for block in kept]
    printed = [b.text for b in kept[:_DEPTH] if b.paragraph.level and _can_be(b)]
    for title in (*_sure(names, above), *(part for part in names.parts if not _is_site(part)), *printed):
        if place := _place(paragraphs, title):
            return _with_title(paragraphs, *place)
    candidates = list(_sure(names, above))
    if not _begins_with_title(paragraphs):
        candidates += _likely(names, above, paragraphs)
    return [*(Paragraph(title, 1) for title in candidates[:1]), *paragraphs]


def _sure(names: Names, above: Sequence[Block]) -> Iterator[str]:
    """Yield titles that are the text's even if it begins with another: declared, or printed above and named."""
    yield from names.declared
    yield from (b.text for b in reversed(above) if loose(b.text) in names.known and _can_be(b))
    headings = [b.text for b in reversed(above) if b.paragraph.level in (1, 2, 3) and _can_be(b)]
    yield from (text for text in headings if any(loose(text) in name for name in names.known))


def _likely(names: Names, above: Sequence[Block], paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """Yield titles for a text that begins with none."""
    lines = [b for b in reversed(above) if _can_be(b) and not _is_site(b.text)]
    yield from (b.text for b in lines if b.paragraph.level in (1, 2, 3))
    yield from (b.text for b in lines[:_LINES] if _TITLE.search(wide_brackets(b.text)))
    yield from (part for part in names.parts[1:] if _TITLE.search(wide_brackets(part)))
    if paragraphs and not _could_be_title(paragraphs[0]):
        yield from (part for part in names.parts[1:] if not _is_site(part))


def _fits(text: str) -> bool:
    return _MIN <= len(text) <= _MAX


def _is_site(name: str) -> bool:
    """Tell whether a name is rather that of a site or of a column of it."""
    return _SITE.search(name) is not None and _TITLE.search(wide_brackets(name)) is None


def _can_be(block: Block) -> bool:
    return not block.linked and not block.paragraph.cells and _fits(block.text) and marker(block.text) is None


def _could_be_title(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return _fits(text) and marker(text) is None and not paragraph.cells and not text.endswith(_NO_TITLE)


def _begins_with_title(paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether one of the first lines reads as the title of a document."""
    return any(_could_be_title(p) and _TITLE.search(wide_brackets(p.text)) for p in paragraphs[:_LINES])


def _place(paragraphs: Sequence[Paragraph], title: str) -> tuple[int, int] | None:
    """Return where the text itself prints a title near its beginning: first paragraph and how many; or None."""
    wanted = loose(title)
    for at in range(min(_DEPTH, len(paragraphs))):
        joined = ""
        for size, paragraph in enumerate(paragraphs[at : at + _LINES], 1):
            if paragraph.cells or paragraph.bullet or marker(paragraph.text) is not None:
                break
            joined += loose(paragraph.text)
            # The text often names the issuing body before what the site calls it.
            body = joined.removesuffix(wanted)
            if joined == wanted or (
                joined != body and at == 0 and _BODY.fullmatch(body) and _TITLE.search(joined)
            ):
                return at, size
    return None


def _with_title(paragraphs: Sequence[Paragraph], at: int, size: int) -> list[Paragraph]:
    """Make one heading of the lines of a title, before what stands above it in the text."""
    lines = paragraphs[at : at + size]
    title = replace(lines[0], text="".join(p.text for p in lines), level=1, bullet=False)
    return [title, *paragraphs[:at], *paragraphs[at + size :]]
