"""What an answer rests on, one entry a source: number, document and clause as a link, the quoted words."""

from collections.abc import Iterator, Sequence

from rag.record.kept import KeptAnswer
from rag.text import Lang
from ui.export.sheet import Sheet, Source
from ui.record.labels import record_label
from ui.slack.shape.cut import cut
from ui.slack.shape.link import clause_url
from ui.slack.shape.mrkdwn import bold, escaped, linked
from ui.slack.shape.pack import SECTION_CHARS, Piece, fits, length

_NAME_CHARS = 1000
"""Most that a document with its clause has in one piece, beside its address; the longest real ones have 150."""


def source_pieces(sheet: Sheet, lang: Lang, web_url: str | None) -> Iterator[Piece]:
    """Yield the list of sources under its heading; nothing without any.

    Args:
        sheet: Numbers its sources as its text does.
        lang: Of the heading.
        web_url: Public address of the page; None shows no links.
    """
    heading = f"{bold(record_label('sources', lang))}\n"
    for place, source in enumerate(sheet.sources):
        lines = [*_source(source, web_url, "" if place else heading)]
        for part, text in enumerate(lines):
            yield Piece(text, "\n", begins=place == part == 0)


def nearest_pieces(kept: KeptAnswer, lang: Lang, web_url: str | None) -> Iterator[Piece]:
    """Yield the clauses that come near without answering, under their heading; nothing without any."""
    known = [(clause_id, kept.clauses[clause_id]) for clause_id in kept.nearest if clause_id in kept.clauses]
    heading = f"{bold(record_label('nearest', lang))}\n"
    for place, (clause_id, clause) in enumerate(known):
        name = " ".join(f"《{clause.title}》 {clause.locator}".split())
        named = [*_named(name, clause_url(web_url, clause_id))]
        named[0] = f"{'' if place else heading}• {named[0]}"
        for part, text in enumerate(named):
            yield Piece(text, "\n", begins=place == part == 0)


def _source(source: Source, web_url: str | None, heading: str) -> Iterator[str]:
    """Yield the texts of one source; the quoted words begin in that of its name."""
    named = [*_named(source.name, clause_url(web_url, source.clause_id))]
    named[0] = f"{heading}[{source.number}] {named[0]}"
    text = named.pop()
    yield from named
    for quote in source.quotes:
        for words in _quoted(quote, f"{text}\n"):
            if fits(f"{text}\n{words}"):
                text = f"{text}\n{words}"
            else:
                yield text
                text = words
    yield text


def _named(name: str, url: str) -> list[str]:
    first, *others = cut(name, lambda part: length(escaped(part)) <= _NAME_CHARS, _NAME_CHARS)
    return [linked(first, url), *map(escaped, others)]


def _quoted(quote: str, before: str) -> Sequence[str]:
    """Return quoted words in parts that each fit behind what stands before them, every line marked as a quotation."""
    whole = f"“{quote}”"
    if not quote.strip():
        return []

    def shown(part: str) -> str:
        return "\n".join(f"> {escaped(line.strip())}" for line in part.split("\n") if line.strip())

    return [shown(part) for part in cut(whole, lambda part: fits(before + shown(part)), SECTION_CHARS)]
