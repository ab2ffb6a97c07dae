"""Pieces of HTML that the views of this tab share; whatever comes from a file is shown letter by letter."""

from collections.abc import Sequence

from rag.schema import Clause, Document, Leftover
from rag.text import Lang
from ui.labels import label
from ui.render import one_line
from ui.web.sources.text import shown

FIELDS = ("title", "issuer", "region", "doc_number", "status", "effective_date", "expiry_date")
"""What is shown of a document and can be corrected, in this order."""
_MOST_LINES = 300
_EXCERPT = 46


def word(key: str, lang: Lang, **values: object) -> str:
    """Return a word of this tab with its places filled in; not escaped."""
    return label(f"files.{key}", lang).format(**values)


def button(act: str, key: str, name: str, *, main: bool = False, about: str = "") -> str:
    """Return a button that tells the page `act` and `key`; `about` completes its name for screen readers."""
    kind = "pq-f-button pq-f-main" if main else "pq-f-button"
    spoken = f' aria-label="{shown(f"{name} {about}")}"' if about else ""
    return f'<button type="button" class="{kind}" data-act="{act}" data-key="{shown(key)}"{spoken}>{shown(name)}</button>'


def badge(text: str, kind: str = "") -> str:
    """Return a small mark beside a name."""
    return f'<span class="pq-f-badge {kind}">{shown(text)}</span>'


def said(message: str, fix: str, lang: Lang) -> str:
    """Return an error as a paragraph that is read out at once."""
    return (
        f'<p class="pq-f-error" role="alert">{shown(message)}<br><b>{label("fix", lang)}</b> {shown(fix)}</p>'
    )


def facts(
    document: Document, lang: Lang, corrected: frozenset[str] = frozenset(), *, whole: bool = True
) -> str:
    """Return what is known of a document as a list.

    Args:
        document: With corrections.
        lang: Of the page.
        corrected: Names of fields that were set by hand; these are marked, as those that were inferred are.
        whole: Name what is not known too.
    """
    rows = []
    for key in FIELDS[1:]:
        value = getattr(document, key)
        if not (value or whole):
            continue
        text = shown(value) if value else f'<span class="pq-f-none">{label("unknown", lang)}</span>'
        mark = ""
        if key in corrected:
            mark = badge(word("by_hand", lang), "pq-f-hand")
        elif value and key in document.inferred:
            mark = badge(label("inferred", lang), "pq-f-inferred")
        rows.append(f"<div><dt>{word(f'field_{key}', lang)}</dt><dd>{text}{mark}</dd></div>")
    if document.visibility != "public":
        rows.append(
            f"<div><dt>{word('field_visibility', lang)}</dt><dd>{badge(document.visibility, 'pq-f-hand')}</dd></div>"
        )
    return f'<dl class="pq-f-facts">{"".join(rows)}</dl>'


def tree(clauses: Sequence[Clause], lang: Lang) -> str:
    """Return the labels of a document's clauses under their headings, each with its first words, folded."""
    rows, above = [], ""
    for clause in clauses[:_MOST_LINES]:
        if clause.headings != above:
            above = clause.headings
            if above:
                rows.append(f'<li class="pq-f-heading">{shown(above)}</li>')
        text = one_line(clause.text)
        words = text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")
        rows.append(f"<li><b>{shown(clause.label)}</b> {shown(words)}</li>")
    if len(clauses) > _MOST_LINES:
        rows.append(f"<li>{word('more_clauses', lang, n=len(clauses) - _MOST_LINES)}</li>")
    name = word("structure", lang, n=len(clauses))
    return f'<details class="pq-f-tree"><summary>{name}</summary><ol>{"".join(rows)}</ol></details>'


def doubts(leftovers: Sequence[Leftover], lang: Lang) -> str:
    """Return what of a document's text is in no clause, and words that were doubled at a page break; empty without any."""
    if not leftovers:
        return ""
    rows = [
        f"<li>{word('doubt_line', lang, n=x.line)} {badge(word(f'doubt_{x.kind}', lang))} {shown(one_line(x.text)[:200])}</li>"
        for x in leftovers[:_MOST_LINES]
    ]
    name = word("doubts", lang, n=len(leftovers))
    return f'<details class="pq-f-doubts"><summary>{name}</summary><p>{word("doubts_hint", lang)}</p><ul>{"".join(rows)}</ul></details>'
