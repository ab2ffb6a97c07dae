"""A comparison of regions or documents: a table with a row for each, and verbatim words with a citation in each cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.context.context import Context
from rag.quote.extract import Extract, best_sentences, extract
from rag.quote.named import documents_named, in_order, others_left_out
from rag.quote.quoted import Quoted, Quotes
from rag.rerank import SentenceScorer
from rag.schema import Hit
from rag.text import Lang
from rag.verdict.parts import sure_slots

_COMPARES = re.compile(
    r"比较|对比|相比|比一比|区别|不同|不一样|差异|差别|异同|compar|differ|versus|\bvs\b", re.IGNORECASE
)
"""Words of a comparison, which is a table even when one side has nothing to show."""
_SEVERAL = re.compile(
    r"(?P<n>[两二三四])(?:份|个|部)[^，。？?]{0,10}?(?:文件|办法|方案|意见|条例|规定|措施|计划|细则)|both (?:documents|plans|measures)"
)
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4}
_TITLE = re.compile(r"《[^》]*》")
"""A year in a title is no time that a clause gives."""
_CELL_CHARS = 240
_WHOLE_CHARS = 120
_FAR = 2.5
"""Standard deviations by which the sentence that says what is asked may lie below the nearest one."""
# 能不能 asks whether something is allowed; what is not is asked for by 哪些不能.
_ASKS_FORBIDDEN = re.compile(
    r"不得|禁止|严禁|(?<!能)不能|(?<!可)不可以|不允许|不准|\b(?:must|may|can) ?not\b|prohibit|forbid",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"不得|禁止|严禁|不能|不可|不允许|不准|不予|不应|\b(?:must|may|shall|can) ?not\b|prohibit|forbid",
    re.IGNORECASE,
)
# Twenty years for which something is kept are no 公示期.
_PERIOD = re.compile(
    r"(?P<of>公示|有效|试行|试用|异议|整改)(?:期限?|时间|时限)?(?:各|分别)?(?:是|为|有|要|需)?(?:多久|多长|几[个天日年]|多少[个天日年]|怎么规定|如何规定|[？?]|$)"
)
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"head": "| 比较对象 | 原文 |", "none": "没有找到相关条款", "edition": "（{}）"},
    "en": {
        "head": "| Compared | In the words of the document |",
        "none": "no clause on this was found",
        "edition": " ({})",
    },
}


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    hits: tuple[Hit, ...]
    """Of the place or document, best first; empty when nothing was found."""
    is_document: bool
    asked: str = ""
    """The question about it alone; empty when it is to be made from the whole one."""
    from_day: str = ""
    """From when on a document holds, where another one has its title."""


def compared(
    context: Context,
    hits: Sequence[Hit],
    places: Sequence[str],
    inferred: Mapping[str, str],
    scorer: SentenceScorer,
    lang: Lang,
) -> Quoted | None:
    """Set side by side what several places or documents say.

    Args:
        context: The question, and the documents of the hits.
        hits: Best first.
        places: That the question names.
        inferred: What the search read from the question.
        scorer: Compares the question with sentences.
        lang: Of the words around the quotes.

    Returns:
        None when the question names no two places or documents; or only one of them has a clause, unless it compares them
        in so many words or each place was searched for alone.
    """
    rows = _of_sides(context) or _rows(context, hits, places, inferred)
    found = sum(bool(row.hits) for row in rows)
    if len(rows) < 2 or found < (1 if context.sides or _COMPARES.search(context.asked) else 2):
        return None
    quotes = Quotes()
    lines = [_WORDS[lang]["head"], "| --- | --- |"]
    missing: list[str] = []
    for row in rows:
        passages = _cell(row, rows, context.asked, scorer)
        if passages:
            clause = passages[0].hit.clause
            where = f"《{clause.title}》{clause.locator}"
            name = f"{where}{_edition(row, lang)}" if row.is_document else f"{row.name}：{where}"
            words = quotes.line(passages)
            lines.append(f"| {name}{quotes.mark(passages[0])} | {words} |")
        else:
            missing.append(row.name)
            lines.append(f"| {row.name} | {_WORDS[lang]['none']} |")
    return quotes.quoted("\n".join(lines), missing)


def _edition(row: _Row, lang: Lang) -> str:
    return _WORDS[lang]["edition"].format(row.from_day) if row.from_day else ""


def _of_sides(context: Context) -> list[_Row]:
    """Return a row for each place that was searched for alone; without hits where they do not answer."""
    rows: list[_Row] = []
    for side in context.sides:
        own = tuple(h for h in side.hits if side.evidence.enough and context.is_for(h, side.place))
        rows.append(_Row(side.place, own, False, side.asked))
    return rows


def _rows(
    context: Context, hits: Sequence[Hit], places: Sequence[str], inferred: Mapping[str, str]
) -> list[_Row]:
    """Return what is compared: named documents, else places, else as many documents as the question speaks of."""
    named = documents_named(context, inferred)
    several = _SEVERAL.search(context.asked)
    if len(named) < 2 and len(places) < 2 and several:
        fitting = [d for d in in_order(context) if all(p in f"{d.title}{d.region}{d.issuer}" for p in places)]
        named = fitting[: _COUNTS.get(several["n"] or "两", 2)]
    titles = [d.title for d in named]
    by_document = [
        _Row(
            d.title,
            _of(hits, context, d.document_id),
            True,
            from_day=(d.effective_date or d.adopted_on or "") if titles.count(d.title) > 1 else "",
        )
        for d in named
    ]
    if len(named) > 1 and not (len(places) > 1 and len(places) > len(named)):
        return by_document
    return [_Row(p, tuple(h for h in hits if context.is_for(h, p)), False) for p in places]


def _of(hits: Sequence[Hit], context: Context, document_id: str) -> tuple[Hit, ...]:
    """Return the hits of a document; deeper ones where the first have none."""
    own = tuple(h for h in hits if h.clause.document_id == document_id)
    return own or tuple(h for h in context.hits if h.clause.document_id == document_id)[:3]


def _cell(row: _Row, rows: Sequence[_Row], asked: str, scorer: SentenceScorer) -> list[Extract]:
    """Return the passages of the one clause that fits best, as much as a cell holds; none that cannot answer."""
    if not row.hits:
        return []
    own = row.asked or others_left_out(asked, row.name, [r.name for r in rows if r is not row])
    fitting = [h for h in row.hits if _says(own, _TITLE.sub("", h.clause.text))]
    found = extract(own, fitting or row.hits, scorer, most=1, whole_chars=_WHOLE_CHARS)
    if not _says(own, "".join(p.text for p in found)):
        sentences = best_sentences(own, row.hits, scorer)
        texts = ((s, row.hits[s.hit].clause.text[s.start : s.end]) for s in sentences)
        near = (s for s, text in texts if s.score >= sentences[0].score - _FAR and _says(own, text))
        found = [Extract(row.hits[s.hit], s.start, s.end) for s in near][:1]
    out: list[Extract] = []
    for passage in found:
        if out and sum(len(p.text) for p in out) + len(passage.text) > _CELL_CHARS:
            break
        out.append(passage)
    return out


def _says(asked: str, text: str) -> bool:
    """Tell whether words can answer at all: an amount or a time that is asked for stands in them, or what is forbidden."""
    if _ASKS_FORBIDDEN.search(asked) and not _FORBIDS.search(text):
        return False
    if (period := _PERIOD.search(asked)) and period["of"] not in text:
        return False
    return all(slot.fits(text) for slot in sure_slots(asked))
