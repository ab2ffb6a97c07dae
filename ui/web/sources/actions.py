"""What can be done with a clause on the screen: read it in its document, copy it with its source, ask about it."""

from collections.abc import Iterable

from rag.schema import Clause
from rag.text import Lang
from ui.address import clause_place
from ui.labels import label
from ui.render import CONTROL, one_line
from ui.web.sources.text import shown

EXPORTS = ("docx", "md", "html", "print")
"""Forms in which an answer can be taken along; the last one is for the printer."""


def source_line(title: str, place: str, words: str) -> str:
    """Return words with where they stand, for a letter or a report, as 《…办法》第三条：…."""
    return CONTROL.sub("", f"《{title}》{place}：{words}")


def open_link(clause_id: str, name: str, lang: Lang) -> str:
    """Return the link to a clause in the reader.

    Args:
        clause_id: Of the clause.
        name: Title and locator, for who does not see where the link stands.
        lang: Of the words.
    """
    said = label("sources.open", lang)
    return f'<a class="pq-act" href="{shown(clause_place(clause_id).address)}" aria-label="{shown(f"{said} {name}")}">{said}</a>'


def actions(clause: Clause, copied: Iterable[str], lang: Lang) -> str:
    """Return the buttons below a cited clause.

    Args:
        clause: They are about it.
        copied: Source lines, one for each quote.
        lang: Of the words.
    """
    name = f"《{clause.title}》{clause.locator}"
    near = "".join(
        f'<button type="button" class="pq-act" data-pq-near="{step}" data-pq-from="{shown(clause.clause_id)}"'
        f' data-pq-end="{label(f"sources.no_{step}", lang)}">'
        f"{label(f'sources.{step}', lang)}</button>"
        for step in ("before", "after")
    )
    # An article's number says all; that of an outline's part, such as （三）, only with those above it.
    place = clause.label if clause.label.startswith("第") else clause.locator.replace("/", "")
    asked = label("sources.ask_text", lang).format(title=one_line(clause.title), locator=one_line(place))
    copy, ask = label("sources.copy", lang), label("sources.ask", lang)
    return (
        f'<div class="pq-actions" role="group" aria-label="{shown(name)}">{near}{open_link(clause.clause_id, name, lang)}'
        f'<button type="button" class="pq-act" data-pq-copy="{shown(chr(10).join(copied))}">{copy}</button>'
        f'<button type="button" class="pq-act" data-pq-ask="{shown(asked)}" data-pq-doc="{shown(clause.document_id)}">{ask}</button>'
        "</div>"
    )


def export_buttons(which: str, lang: Lang) -> str:
    """Return the buttons, one a format, that export answers; they work anywhere on the page.

    Args:
        which: `last`, `all`, or the number of a turn from 1.
        lang: Of the words.
    """
    return "".join(
        f'<button type="button" class="pq-act" data-pq-export="{kind}" data-pq-which="{shown(which)}">'
        f"{label(f'sources.export_{kind}', lang)}</button>"
        for kind in EXPORTS
    )
