"""Modals: what was wrong with an answer, and its cited clauses in full, cut to what Slack shows.

Words of documents stand in rich text, in which nothing is markup: no mention, link or emoji comes of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rag.record.kept import REASONS
from rag.text import Lang, sentences
from ui.labels import label
from ui.slack.message import Message
from ui.slack.shape.mrkdwn import escaped

REASON = "pq_reason"
"""callback_id of the modal that asks what was wrong; also block_id and action_id of its choices."""
WORDS = "pq_words"
"""block_id and action_id of the field for one's own words."""
LONGEST_WORDS = 2000
_BLOCK_CHARS = 3000
_MODAL_BLOCKS, _MODAL_CHARS = 100, 30_000
"""A view may have 250 kB, and a Chinese character takes six bytes in what the SDK sends."""
_MESSAGE_BLOCKS, _MESSAGE_CHARS = 50, 9_000
_LEAST_CHARS = 300
_BLOCKS_EACH = 3
"""Heading, one piece of text, rule."""
_REACH = 80
"""Characters behind a place that tell whether a sentence ends there."""
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A cited clause as it is shown; all texts without control characters."""

    number: int
    """Of its marker in the answer as shown."""
    name: str
    """《…办法》（文号），第三条 第二款; empty when the clause may not be named here."""
    text: str
    """In full; empty when there is none to be shown."""
    quotes: tuple[str, ...] = ()
    """Set in bold where the text has them."""
    notes: tuple[str, ...] = ()
    """What a reader must know of it, one sentence each."""
    link: str = ""
    """Address in the web reader; empty without one."""


def reason_modal(question: str, lang: Lang, metadata: str) -> dict[str, Any]:
    """Return the modal that asks what was wrong with an answer.

    Args:
        question: That was answered, as plain text.
        lang: Of the words.
        metadata: Comes back with the reason; at most 3,000 characters.
    """
    options = [{"text": _plain(label(reason, lang)), "value": reason} for reason in REASONS]
    shown, left = beginning(question, _BLOCK_CHARS // 10)
    return {
        "type": "modal",
        "callback_id": REASON,
        "private_metadata": metadata,
        "title": _plain(label("slack.reason_title", lang)),
        "submit": _plain(label("slack.reason_send", lang)),
        "close": _plain(label("slack.close", lang)),
        "blocks": [
            _rich([_text(shown + "……" if left else shown)], "rich_text_quote"),
            {
                "type": "input", "block_id": REASON, "optional": True, "label": _plain(label("what_is_wrong", lang)),
                "element": {"type": "radio_buttons", "action_id": REASON, "options": options},
            },
            {
                "type": "input", "block_id": WORDS, "optional": True, "label": _plain(label("in_your_words", lang)),
                "element": {"type": "plain_text_input", "action_id": WORDS, "multiline": True, "max_length": LONGEST_WORDS},
            },
        ],
    }  # fmt: skip


def clauses_modal(clauses: Sequence[ShownClause], lang: Lang) -> dict[str, Any]:
    """Return the modal with cited clauses; `clauses` has at least one."""
    return {
        "type": "modal",
        "title": _plain(label("slack.clauses_title", lang)),
        "close": _plain(label("slack.close", lang)),
        "blocks": _blocks(clauses, lang, _MODAL_BLOCKS, _MODAL_CHARS),
    }


def clauses_message(clauses: Sequence[ShownClause], lang: Lang) -> Message:
    """Return the same as a message, shorter; `clauses` has at least one."""
    names = "\n".join(f"[{clause.number}] {clause.name}" for clause in clauses)
    # Blocks take the place of `text` wherever they are shown.
    text = f"{label('slack.clauses_title', lang)}\n{escaped(names)}"
    return Message(text, tuple(_blocks(clauses, lang, _MESSAGE_BLOCKS, _MESSAGE_CHARS)))


def beginning(text: str, most: int) -> tuple[str, str]:
    """Return the beginning of a text and the rest, cut at the end of a paragraph or sentence, else of a part of one.

    Args:
        text: May be empty.
        most: Characters of the beginning, at least 1.

    Returns:
        Both without blanks at the cut; the rest is empty when all fits.
    """
    if len(text) <= most:
        return text, ""
    ends = [end for _, end in sentences(text[: most + _REACH]) if end <= most]
    if not ends:
        ends = [i + 1 for i in range(most) if text[i] in "，、：,:;； \n"]
    end = ends[-1] if ends else most
    return text[:end].rstrip(), text[end:].lstrip()


def _blocks(clauses: Sequence[ShownClause], lang: Lang, most_blocks: int, most_chars: int) -> list[Block]:
    """Each clause gets its share of the room, and what short ones leave of theirs."""
    shown = clauses[: (most_blocks - 1) // _BLOCKS_EACH]
    spare = most_blocks - 1 - _BLOCKS_EACH * len(shown)
    blocks: list[Block] = []
    chars = most_chars
    for place, clause in enumerate(shown):
        share = max(_LEAST_CHARS, chars // (len(shown) - place))
        own, used = _clause(clause, lang, share, 1 + spare // (len(shown) - place))
        spare -= max(0, len(own) - _BLOCKS_EACH)
        chars -= used
        blocks += own
    if left := len(clauses) - len(shown):
        return [*blocks, _rich([_text(label("slack.clauses_left", lang).format(n=left), italic=True)])]
    # The last rule parts nothing.
    return blocks[:-1]


def _clause(clause: ShownClause, lang: Lang, most_chars: int, most_pieces: int) -> tuple[list[Block], int]:
    """Return the blocks of one clause, rule included, and how many characters of its text they hold."""
    notes = [_text(f"\n{note}", italic=True) for note in clause.notes]
    head = [_text(f"[{clause.number}] {clause.name}".rstrip(), bold=True), *_link(clause, lang), *notes]
    pieces, left = _pieces(clause.text, most_chars, most_pieces)
    used = sum(map(len, pieces))
    bold = _quoted(clause.text, clause.quotes)
    blocks = [_rich(head)]
    start = 0
    for piece in pieces:
        start = clause.text.index(piece, start)
        blocks.append(_rich(_marked(piece, bold[start : start + len(piece)])))
        start += len(piece)
    if left:
        count = sum(1 for _ in sentences(left))
        line = label("slack.sentences_left", lang).format(n=count, m=len(left))
        blocks[-1]["elements"].append(
            {"type": "rich_text_section", "elements": [_text(f"\n{line}", italic=True), *_link(clause, lang)]}
        )
    return [*blocks, {"type": "divider"}], used


def _pieces(text: str, most_chars: int, most_pieces: int) -> tuple[list[str], str]:
    """Divide a text into pieces for one block each; the second is what does not fit."""
    pieces: list[str] = []
    left = text.strip()
    while left and len(pieces) < most_pieces:
        room = min(_BLOCK_CHARS, most_chars - sum(map(len, pieces)))
        if room < _LEAST_CHARS and len(left) > room:
            break
        piece, left = beginning(left, room)
        pieces.append(piece)
    return pieces, left


def _quoted(text: str, quotes: Sequence[str]) -> list[bool]:
    """Tell of each character whether it is quoted."""
    inside = [False] * len(text)
    for quote in filter(None, quotes):
        if (start := text.find(quote)) >= 0:
            inside[start : start + len(quote)] = [True] * len(quote)
    return inside


def _marked(text: str, bold: Sequence[bool]) -> list[Block]:
    changes = [0, *(i for i in range(1, len(text)) if bold[i] != bold[i - 1]), len(text)]
    return [_text(text[start:end], bold=bold[start]) for start, end in pairwise(changes)]


def _link(clause: ShownClause, lang: Lang) -> Iterator[Block]:
    if clause.link:
        yield _text("  ")
        yield {"type": "link", "url": clause.link, "text": label("sources.open", lang)}


def _rich(elements: Sequence[Block], kind: str = "rich_text_section") -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Block:
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}
