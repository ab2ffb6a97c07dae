"""An answer as text for a terminal, and as HTML for the pane of sources.

Questions, clauses and a model's words are data: nothing in them is taken for markup or for a terminal command.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from rag.schema import Answer, Citation, Clause, Document, Filters, Hit, Notice
from rag.text import Lang
from ui.labels import filter_name, is_note, label, named
from ui.place import inside, place

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DRAFTS = ("征求意见", "草案", "送审")


def terminal(answer: Answer, lang: Lang = "zh") -> str:
    """Return the answer with its markers, then its citations, warnings and, where it lacks, the nearest clauses.

    No line ends with a line break; control characters of the texts are dropped.
    """
    blocks = [answer.text]
    if answer.verdict == "partial":
        blocks.insert(0, label("partial", lang))
    if answer.citations:
        lines = [f"[{cited.n}] {place(cited, lang)} “{one_line(cited.quote)}”" for cited in answer.citations]
        blocks.append("\n".join([named("citations", "", lang), *lines]))
    if answer.warnings:
        blocks.append(
            "\n".join(named("warnings", one_line(warning.text), lang) for warning in answer.warnings)
        )
    if answer.nearest:
        lines = [f"- 《{hit.clause.title}》 {hit.clause.locator}" for hit in answer.nearest]
        blocks.append("\n".join([named("nearest", "", lang), *lines]))
    if limits := limits_line(answer.retrieval.filters, lang):
        blocks.append(limits)
    return CONTROL.sub("", "\n\n".join(blocks))


def card_id(turn: int, n: int) -> str:
    """Return the anchor of citation n in the pane of sources; unique over the turns of a conversation, from 1."""
    return f"cite-{turn}-{n}"


def source_cards(
    answer: Answer,
    documents: Mapping[str, Document],
    clauses: Mapping[str, Clause] | None = None,
    *,
    lang: Lang = "zh",
    turn: int = 1,
) -> str:
    """Return the pane of sources of one answer as HTML.

    Args:
        answer: Cited clauses come first and in full, the rest of what was found is folded. A refusal shows its
            nearest clauses under their own heading and nothing else.
        documents: By `document_id`; a missing one leaves its details out.
        clauses: Cited clauses by id that are not among the hits, such as neighbours.
        lang: Language of the labels.
        turn: Number of the question in its conversation, from 1.
    """
    texts = {hit.clause.clause_id: hit.clause for hit in (*answer.retrieval.hits, *answer.nearest)} | dict(
        clauses or {}
    )
    groups: dict[int, list[Citation]] = {}
    for cited in answer.citations:
        groups.setdefault(cited.n, []).append(cited)
    shown = {cited.clause_id for cited in answer.citations} | {hit.clause.clause_id for hit in answer.nearest}
    parts = [_warnings(w for w in of_the_answer(answer) if w.clause_id not in shown)]
    for n, group in groups.items():
        clause = texts.get(group[0].clause_id)
        notes = _warnings(w for w in answer.warnings if w.clause_id == group[0].clause_id)
        document = documents.get(clause.document_id) if clause else None
        parts.append(_card(n, group, clause, document, notes, card_id(turn, n), lang))
    if answer.verdict == "refused":
        parts.append(f'<p class="pq-hint">{label("no_citation", lang)}</p>')
    if answer.nearest:
        parts.append(_nearest(answer.nearest, documents, lang))
    if answer.verdict != "refused":
        rest = [hit for hit in answer.retrieval.hits if hit.clause.clause_id not in shown]
        parts.append(hit_list(rest, "also_found", documents, lang))
    parts.append(_foot(answer, lang))
    return "".join(parts)


def hit_list(hits: Sequence[Hit], key: str, documents: Mapping[str, Document], lang: Lang = "zh") -> str:
    """Return found clauses as HTML, folded under the label `key`; each unfolds to its full text. Empty without hits."""
    if not hits:
        return ""
    inner = "".join(_folded(hit.clause, documents, lang) for hit in hits)
    count = label("clauses", lang).format(n=len(hits))
    return (
        f'<details class="pq-more"><summary>{label(key, lang)}<span>{count}</span></summary>{inner}</details>'
    )


def limits_line(filters: Filters, lang: Lang = "zh") -> str:
    """Return one line on what the search was limited to and preferred, and how the question was read; empty without."""
    preferred = {key: value for key, value in filters.inferred.items() if not is_note(key)}
    lines = [named(f"note_{key}", value, lang) for key, value in filters.inferred.items() if is_note(key)]
    for kind, chosen in (("limited", filters.explicit), ("preferred", preferred)):
        parts = [f"{filter_name(key, lang)} {value}" for key, value in chosen.items()]
        if parts:
            lines.append(named(kind, label("between", lang).join(parts), lang))
    return label("between", lang).join(lines)


def _card(
    n: int,
    cited: list[Citation],
    clause: Clause | None,
    document: Document | None,
    notes: str,
    anchor: str,
    lang: Lang,
) -> str:
    badge = _badge(document)
    headings = f'<p class="pq-headings">{escape(clause.headings)}</p>' if clause and clause.headings else ""
    text = (
        _marked(clause.text, [c.quote for c in cited])
        if clause
        else "".join(_marked(c.quote, [c.quote]) for c in cited)
    )
    return (
        f'<article class="pq-card" id="{anchor}"><header><span class="pq-n">{n}</span>'
        f"<div><h3>《{escape(cited[0].title)}》{badge}</h3>"
        f'<p class="pq-locator">{escape(cited[0].locator)}<span>{escape(inside(cited, lang))}</span></p>{headings}</div></header>'
        f'{notes}<div class="pq-text">{text}</div>{_details(document, lang)}</article>'
    )


def _folded(clause: Clause, documents: Mapping[str, Document], lang: Lang) -> str:
    document = documents.get(clause.document_id)
    return (
        f'<details class="pq-hit"><summary><b>《{escape(clause.title)}》</b>{_badge(document)} '
        f"<span>{escape(clause.locator)}</span></summary>"
        f'<div class="pq-text">{_marked(clause.text, [])}</div>{_details(document, lang)}</details>'
    )


def _nearest(hits: Iterable[Hit], documents: Mapping[str, Document], lang: Lang) -> str:
    heading = f'<h3>{label("nearest", lang)}</h3><p class="pq-hint">{label("nearest_hint", lang)}</p>'
    inner = "".join(_folded(hit.clause, documents, lang) for hit in hits)
    return f'<section class="pq-nearest">{heading}{inner}</section>'


def _marked(text: str, quotes: Iterable[str]) -> str:
    """Return a clause's paragraphs as HTML, quoted words in <mark>; quotes may overlap or cross a line break."""
    inside = [False] * len(text)
    for quote in filter(None, quotes):
        start = text.find(quote)
        if start >= 0:
            inside[start : start + len(quote)] = [True] * len(quote)
    out: list[str] = []
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        runs: list[tuple[bool, int]] = [
            (inside[i], i) for i in range(start, end) if i == start or inside[i] != inside[i - 1]
        ]
        ends = [i for _, i in runs[1:]] + [end]
        pieces = [(on, escape(text[i:stop])) for (on, i), stop in zip(runs, ends, strict=True)]
        out.append("<p>" + "".join(f"<mark>{piece}</mark>" if on else piece for on, piece in pieces) + "</p>")
    return "".join(out)


def _badge(document: Document | None) -> str:
    if not document or not document.status:
        return ""
    kind = " pq-draft" if any(word in document.status for word in _DRAFTS) else ""
    return f'<span class="pq-badge{kind}">{escape(document.status)}</span>'


def _details(document: Document | None, lang: Lang) -> str:
    """Return what is known about a document; only the date of effect is listed when unknown."""
    if not document:
        return ""
    rows: list[tuple[str, str]] = []
    for key in ("issuer", "doc_number", "effective_date", "expiry_date", "period"):
        value: str | None = getattr(document, key)
        if key == "effective_date":
            value = value or document.effective_text or label("unknown", lang)
        if value:
            note = (
                label("in_brackets", lang).format(text=label("inferred", lang))
                if key in document.inferred
                else ""
            )
            rows.append((label(key, lang), value + note))
    rows.append((label("printed_in", lang), _printed_in(document, lang)))
    return (
        '<dl class="pq-facts">'
        + "".join(f"<div><dt>{dt}</dt><dd>{escape(dd)}</dd></div>" for dt, dd in rows)
        + "</dl>"
    )


def _printed_in(document: Document, lang: Lang) -> str:
    issue = label("issue", lang).format(n=document.issue_no) if document.issue_no is not None else None
    return " ".join(filter(None, (document.source_name, issue, document.issue_date))) or document.source


def of_the_answer(answer: Answer) -> list[Notice]:
    """Return the warnings without the one on the missing model: the page says it once, at the top."""
    return [warning for warning in answer.warnings if warning.code != "no_model"]


def _warnings(warnings: Iterable[Notice]) -> str:
    return "".join(f'<p class="pq-warning">{escape(warning.text)}</p>' for warning in warnings)


def _foot(answer: Answer, lang: Lang) -> str:
    model = label("extractive", lang) if answer.model == "extractive" else answer.model
    lines = filter(None, (limits_line(answer.retrieval.filters, lang), named("written_by", model, lang)))
    return f'<p class="pq-foot">{"<br>".join(escape(line) for line in lines)}</p>'


def one_line(text: str) -> str:
    """Return a text with one blank for each run of blanks and line breaks."""
    return " ".join(text.split())
