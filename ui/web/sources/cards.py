"""The clauses of one answer as HTML: the cited ones in full, the others folded."""

from collections.abc import Iterable, Mapping, Sequence

from rag.schema import Answer, Citation, Clause, Document, Hit, Notice
from rag.text import Lang
from ui.labels import label, named
from ui.place import inside
from ui.render import limits_line, of_the_answer, one_line
from ui.web.sources.actions import actions, open_link, source_line
from ui.web.sources.facts import badges, day_asked, details
from ui.web.sources.text import paragraphs, shown


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
    cited_or_near = {c.clause_id for c in answer.citations} | {hit.clause.clause_id for hit in answer.nearest}
    day = day_asked(answer)
    parts = [_warnings(w for w in of_the_answer(answer) if w.clause_id not in cited_or_near)]
    for n, group in groups.items():
        clause = texts.get(group[0].clause_id)
        notes = _warnings(w for w in answer.warnings if w.clause_id == group[0].clause_id)
        document = documents.get(clause.document_id) if clause else None
        parts.append(_card(group, clause, document, notes, card_id(turn, n), lang, day))
    if answer.verdict == "refused":
        parts.append(f'<p class="pq-hint">{label("no_citation", lang)}</p>')
    if answer.nearest:
        parts.append(_nearest(answer.nearest, documents, lang, day))
    if answer.verdict != "refused":
        rest = [hit for hit in answer.retrieval.hits if hit.clause.clause_id not in cited_or_near]
        parts.append(hit_list(rest, "also_found", documents, lang, day))
    parts.append(_foot(answer, lang))
    return "".join(parts)


def hit_list(
    hits: Sequence[Hit],
    key: str,
    documents: Mapping[str, Document],
    lang: Lang = "zh",
    day: str | None = None,
) -> str:
    """Return found clauses as HTML, folded under the label `key`; each unfolds to its full text. Empty without hits."""
    if not hits:
        return ""
    inner = "".join(folded(hit.clause, documents.get(hit.clause.document_id), lang, day) for hit in hits)
    count = label("clauses", lang).format(n=len(hits))
    return (
        f'<details class="pq-more"><summary>{label(key, lang)}<span>{count}</span></summary>{inner}</details>'
    )


def folded(clause: Clause, document: Document | None, lang: Lang = "zh", day: str | None = None) -> str:
    """Return a clause as one line that unfolds to its text; `day` is that of its validity, None for today."""
    link = open_link(clause.clause_id, f"《{clause.title}》{clause.locator}", lang)
    return (
        f'<details class="pq-hit"><summary><b>《{shown(clause.title)}》</b>{badges(document, lang, day)} '
        f'<span class="pq-place">{shown(clause.locator)}</span></summary>'
        f'<div class="pq-text">{paragraphs(clause.text)}</div>{details(document, lang)}'
        f'<div class="pq-actions">{link}</div></details>'
    )


def _card(
    cited: list[Citation],
    clause: Clause | None,
    document: Document | None,
    notes: str,
    anchor: str,
    lang: Lang,
    day: str | None,
) -> str:
    first = cited[0]
    headings = f'<p class="pq-headings">{shown(clause.headings)}</p>' if clause and clause.headings else ""
    if clause:
        text = paragraphs(clause.text, [c.quote for c in cited])
        below = actions(clause, [_copied(c) for c in cited], lang)
    else:
        # It has left the collection meanwhile.
        text, below = "".join(paragraphs(c.quote, [c.quote]) for c in cited), ""
    return (
        f'<article class="pq-card" id="{anchor}"><header><span class="pq-n">{first.n}</span>'
        f"<div><h3>《{shown(first.title)}》{badges(document, lang, day)}</h3>"
        f'<p class="pq-locator">{shown(first.locator)}<span>{shown(inside(cited, lang))}</span></p>{headings}</div></header>'
        f'{notes}<div class="pq-text">{text}</div>{details(document, lang)}{below}</article>'
    )


def _copied(cited: Citation) -> str:
    place = " ".join(filter(None, (cited.locator, cited.pinpoint)))
    return source_line(cited.title, place, one_line(cited.quote))


def _nearest(hits: Iterable[Hit], documents: Mapping[str, Document], lang: Lang, day: str | None) -> str:
    heading = f'<h3>{label("nearest", lang)}</h3><p class="pq-hint">{label("nearest_hint", lang)}</p>'
    inner = "".join(folded(hit.clause, documents.get(hit.clause.document_id), lang, day) for hit in hits)
    return f'<section class="pq-nearest">{heading}{inner}</section>'


def _warnings(warnings: Iterable[Notice]) -> str:
    return "".join(f'<p class="pq-warning">{shown(warning.text)}</p>' for warning in warnings)


def _foot(answer: Answer, lang: Lang) -> str:
    model = label("extractive", lang) if answer.model == "extractive" else answer.model
    lines = filter(None, (limits_line(answer, lang), named("written_by", model, lang)))
    return f'<p class="pq-foot">{"<br>".join(shown(line) for line in lines)}</p>'
