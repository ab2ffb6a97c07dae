"""An answer as Markdown for a chat bubble; whatever stands in a text is shown letter by letter, only its tables are tables."""

import re

from rag.schema import Answer
from rag.text import Lang
from ui.labels import label
from ui.render import CONTROL, of_the_answer, one_line
from ui.web.sources.cards import card_id

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_TABLE = re.compile(r"(?:^|(?<=\n))\|.+\|\n\|(?: ?-{3,} ?\|)+(?:\n\|.*\|)*")
"""A head, a rule and rows, each from bar to bar."""


def bubble(answer: Answer, lang: Lang = "zh", turn: int = 1) -> str:
    """Return the answer for a chat bubble; markers link to the cards that `source_cards` makes for the same turn.

    A marker without a citation stays plain text.
    """
    known = {cited.n for cited in answer.citations}
    linked = re.sub(
        r"&#91;(\d{1,3})&#93;",  # [1] after the escape
        lambda m: f"[&#91;{m[1]}&#93;](#{card_id(turn, int(m[1]))})" if int(m[1]) in known else m[0],
        _with_tables(answer.text),
    )
    blocks = [f"**{label('partial', lang)}**", linked] if answer.verdict == "partial" else [linked]
    blocks += [f"⚠ {plain_markdown(one_line(warning.text))}" for warning in of_the_answer(answer)]
    return "\n\n".join(blocks)


def plain_markdown(text: str) -> str:
    """Return text so that Markdown shows it letter by letter; only **bold** on one line keeps its meaning."""
    # Entities, not backslashes: `\[` would start a formula in Gradio, and an escaped address is still made a link.
    lines = [
        _PUNCTUATION.sub(lambda m: f"&#{ord(m[0])};", line.strip())
        for line in CONTROL.sub("", text).split("\n")
    ]
    return re.sub(r"&#42;&#42;(\S(?:.*?\S)?)&#42;&#42;", r"**\1**", "\n".join(lines))


def _with_tables(text: str) -> str:
    """Return `plain_markdown` of a text in which a table stays a table; its cells are shown letter by letter, too."""
    out, at = [], 0
    for table in _TABLE.finditer(text):
        head, _, *rows = table[0].split("\n")
        cells = [row.strip("|").split("|") for row in (head, *rows)]
        lines = ["| " + " | ".join(map(plain_markdown, row)) + " |" for row in cells]
        rule = "|" + " --- |" * len(cells[0])
        out += [plain_markdown(text[at : table.start()]), "\n".join(["", lines[0], rule, *lines[1:], ""])]
        at = table.end()
    return "\n".join([*out, plain_markdown(text[at:])]) if out else plain_markdown(text)


def growing(settled: str, provisional: str) -> str:
    """Return an answer in the making: verified sentences as they are, the words behind them lighter, nothing as a link."""
    lines = plain_markdown(provisional).split("\n")
    lines = [line and f'<span class="pq-provisional">{line}</span>' for line in lines]
    return plain_markdown(settled) + "\n".join(lines)
