"""A kept answer as messages: what it says, what to mind, what it rests on, buttons."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.record.kept import KeptAnswer
from rag.text import Lang
from ui.export.blocks import Block, Paragraph, blocks_of
from ui.export.sheet import Sheet, cleaned, sheet_of
from ui.labels import filter_name, is_note, label, named
from ui.record.labels import record_label
from ui.slack.message import Message
from ui.slack.shape.buttons import answer_buttons
from ui.slack.shape.cut import cut, cut_paragraph
from ui.slack.shape.listing import paragraphs_of
from ui.slack.shape.markdown import markdown, unclosed
from ui.slack.shape.mrkdwn import bold, escaped, gap, line_of
from ui.slack.shape.pack import SECTION_CHARS, Part, Piece, fits, messages_of
from ui.slack.shape.sources import nearest_pieces, source_pieces

_MARKER = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")
_OPEN = re.compile(r"\*\*(?=\S)")


def answer_messages(
    kept: KeptAnswer, lang: Lang, *, web_url: str | None, unkept: str = ""
) -> tuple[Message, ...]:
    """Return an answer with everything, in one message where Slack's limits allow it.

    Args:
        kept: Its text, sources and warnings are data: nothing in them becomes markup, a mention, an emoji or a link.
        lang: Of all words around it.
        web_url: Public address of the page, to which sources link; None for no links.
        unkept: Why the answer could not be kept, so that nothing can be done with it; empty when it is.

    Returns:
        At least one, the buttons below the last.
    """
    sheet = sheet_of(kept)
    body = [*_verdict(kept, lang), *_body(sheet.blocks)]
    return _messages(body, kept, sheet, lang, web_url, unkept)


def closing_messages(kept: KeptAnswer, lang: Lang, *, web_url: str | None) -> tuple[Message, ...]:
    """Return what goes below a streamed text: all of `answer_messages` but the text, at least one message."""
    return _messages([*_verdict(kept, lang)], kept, sheet_of(kept), lang, web_url, "")


def stream_text(settled: str) -> str:
    """Return the verified sentences so far as Markdown for Slack's streaming methods.

    Args:
        settled: Whole sentences, with their markers. Sentences that follow only add to what is returned, unless they turn
            lines with bars into a table, or a line ends without closing its bold words.

    Returns:
        Markers are numbered by first appearance, as in `answer_messages`; empty without text. Two stars at the very end,
        which open bold words when anything follows, are left out.
    """
    text = cleaned(settled)
    shown = dict.fromkeys(map(int, _MARKER.findall(text)))
    numbers = {n: place for place, n in enumerate(shown, start=1)}
    # Bold words may go over several sentences: stars that nothing closes yet are not closed here either.
    line = _BOLD.sub(" ", text[text.rfind("\n") + 1 :].strip())
    if line.endswith("**"):
        text, line = text.rstrip().removesuffix("**"), line.removesuffix("**")
    if _OPEN.search(line) and not line.startswith("|"):
        return unclosed(markdown(blocks_of(f"{text.rstrip()}**", numbers)))
    return markdown(blocks_of(text, numbers))


def _messages(
    body: list[Piece],
    kept: KeptAnswer,
    sheet: Sheet,
    lang: Lang,
    web_url: str | None,
    unkept: str,
) -> tuple[Message, ...]:
    pieces = [
        *body,
        *_warnings(sheet, lang, unkept),
        *source_pieces(sheet, lang, web_url),
        *nearest_pieces(kept, lang, web_url),
        *_circumstances(kept, sheet, lang),
    ]
    is_kept = kept.answer_id and not unkept
    return messages_of(
        pieces or [Piece(escaped(record_label(kept.verdict, lang)))],
        [answer_buttons(kept.answer_id, lang)] if is_kept else [],
    )


def _verdict(kept: KeptAnswer, lang: Lang) -> Iterator[Piece]:
    if kept.verdict != "answered":
        yield Piece(bold(record_label(kept.verdict, lang)))


def _body(blocks: tuple[Block, ...]) -> list[Piece]:
    """Return the paragraphs of an answer, cut where they are too long; a heading stands with what it is above."""
    whole = [
        part
        for paragraph in paragraphs_of(blocks)
        for part in cut_paragraph(paragraph, lambda part: fits(line_of(part)), SECTION_CHARS)
    ]
    pieces: list[Piece] = []
    before: Paragraph | None = None
    for paragraph in whole:
        text = line_of(paragraph)
        between = gap(before, paragraph) if before else "\n\n"
        if before and before.kind == "heading" and fits(f"{pieces[-1].text}{between}{text}"):
            pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text}{between}{text}")
        elif text.strip():
            pieces.append(Piece(text, between))
        else:
            continue
        before = paragraph
    return pieces


def _warnings(sheet: Sheet, lang: Lang, unkept: str) -> Iterator[Piece]:
    """Yield what a reader must know, once each, with the numbers of the sources that it is about."""
    for place, warning in enumerate(dict.fromkeys(sheet.warnings)):
        about = "".join(f"[{source.number}]" for source in sheet.sources if warning in source.warnings)
        yield from _lines(f"⚠ {about} {warning}" if about else f"⚠ {warning}", begins=place == 0)
    if unkept:
        not_stored = f"{record_label('not_stored', lang)}{record_label('colon', lang)}{unkept}"
        yield from _lines(f"⚠ {not_stored}", begins=True)


def _circumstances(kept: KeptAnswer, sheet: Sheet, lang: Lang) -> Iterator[Piece]:
    """Yield whose documents were searched, with what limits, what was read from the question, and who wrote the answer."""
    facts = dict(sheet.facts)
    groups = label("between", lang).join(kept.groups)
    lines = [label("slack.groups", lang).format(groups=groups)] if groups else []
    for key in ("limits", "model"):
        name = record_label(key, sheet.lang)
        if name in facts:
            lines.append(f"{name}{record_label('colon', sheet.lang)}{facts[name]}")
    lines += _read_from_question(kept, lang)
    for line in lines:
        yield from _lines(line, part="aside")


def _read_from_question(kept: KeptAnswer, lang: Lang) -> Iterator[str]:
    preferred = [f"{filter_name(k, lang)} {value}" for k, value in kept.inferred.items() if not is_note(k)]
    if preferred:
        yield named("preferred", label("between", lang).join(preferred), lang)
    for key, value in kept.inferred.items():
        if is_note(key):
            yield named(f"note_{key}", value, lang)


def _lines(text: str, *, part: Part = "body", begins: bool = False) -> Iterator[Piece]:
    one_line = " ".join(cleaned(text).split())
    for place, piece in enumerate(cut(one_line, lambda piece: fits(escaped(piece)), SECTION_CHARS)):
        yield Piece(escaped(piece), "\n", part, begins=begins and place == 0)
