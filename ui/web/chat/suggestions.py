"""Questions that the collection surely answers: to begin with, and to go on with after an answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Literal

from rag.errors import NotFound
from rag.schema import Answer, Clause, Document, Viewer
from rag.text import Lang, language_of, loose
from ui.service import Assistant, Service

CURATED: Mapping[Lang, Sequence[tuple[str, str]]] = {"zh": (
    ("北京市数据知识产权登记证书的有效期是多久？期满怎么续展？", "北京市数据知识产权登记管理办法"),
    ("无线充电设备的新规定从什么时候起施行？在此之前生产的设备还能用吗？", "无线充电（电力传输）设备无线电管理暂行规定"),
    ("贵州省大数据发展专项资金不得用于哪些支出？", "贵州省大数据发展专项资金管理办法"),
    ("长春市哪些数据不得进行交易？", "长春市数据交易管理办法"),
    ("“数据要素×”三年行动计划提出到2026年底要达到什么目标？", "“数据要素×”三年行动计划"),
    ("In which frequency band may chargers for electric vehicles of up to 22 kW work?", "无线充电（电力传输）设备无线电管理暂行规定"),
), "en": (
    ("How long is a Beijing data intellectual property registration certificate valid?", "北京市数据知识产权登记管理办法"),
    ("From when do the new rules for wireless charging devices apply?", "无线充电（电力传输）设备无线电管理暂行规定"),
    ("Which data may not be traded under the Changchun measures for data trading?", "长春市数据交易管理办法"),
    ("What goals does the “Data Elements ×” three-year action plan set for the end of 2026?", "“数据要素×”三年行动计划"),
    ("In which frequency band may chargers for electric vehicles of up to 22 kW work?", "无线充电（电力传输）设备无线电管理暂行规定"),
)}  # fmt: skip
"""By language of the page: a question and part of the title of the document that answers it."""
_Kind = Literal["begins", "says", "means", "rules"]
_ASKED: Mapping[Lang, Mapping[_Kind, str]] = {
    "zh": {
        "begins": "《{title}》从什么时候起施行？",
        "says": "《{title}》{place}说了什么？",
        "means": "《{title}》所称“{term}”是指什么？",
        "rules": "《{title}》规定了哪些内容？",
    },
    # No others are answered well without a language model.
    "en": {"begins": "From when is 《{title}》 in force?", "says": "What does {place} of 《{title}》 say?"},
}
EXAMPLES = 6
FOLLOW_UPS = 3
_LONGEST_TITLE = 40
_LONGEST_TERM = 16
_READ = 12
"""Documents that are read for examples: a collection may hold thousands."""


def examples(service: Service, viewer: Viewer, lang: Lang) -> list[str]:
    """Return questions to begin with: the service's; else curated ones whose document this person sees, then some of its own words.

    Args:
        service: Has the collection.
        viewer: Whose documents count.
        lang: Of the questions.

    Returns:
        All of the service's, or at most `EXAMPLES`; empty without documents.
    """
    if service.examples:
        return list(service.examples)
    assistant = service.assistant
    documents = assistant.documents(viewer)
    titles = [loose(document.title) for document in documents]
    known = [question for question, title in CURATED[lang] if any(loose(title) in other for other in titles)]
    short = [document for document in documents if _is_short(document.title)]
    # Spread over the collection, which lists its documents in the order of their sources.
    spread = short[:: max(1, len(short) // _READ)][:_READ]
    own = chain.from_iterable(
        islice(_about(document, assistant, viewer, number, lang), 1) for number, document in enumerate(spread)
    )
    return list(islice(chain(known, own), EXAMPLES))


def _about(
    document: Document, assistant: Assistant, viewer: Viewer, number: int, lang: Lang
) -> Iterator[str]:
    """Yield questions about one document, of another kind first for each number."""
    clauses: Sequence[Clause] = ()
    with suppress(NotFound):
        clauses = assistant.clauses(document.document_id, viewer)
    terms = [one.term for clause in clauses for one in clause.definitions if len(one.term) <= _LONGEST_TERM]
    kinds = [
        _asks("begins", lang, title=document.title) if document.effective_date else [],
        _says(clauses[len(clauses) // 2], document, lang) if clauses else [],
        _asks("means", lang, title=document.title, term=terms[0]) if terms else [],
        _asks("rules", lang, title=document.title) if clauses else [],
    ]
    yield from chain.from_iterable(kinds[(number + turn) % len(kinds)] for turn in range(len(kinds)))


def suggested(assistant: Assistant, answer: Answer, asked: str, viewer: Viewer) -> tuple[str, ...]:
    """Return questions to go on with after an answer: about what stands beside its clauses, or near a refusal.

    Args:
        assistant: Knows the clauses around.
        answer: As it stands.
        asked: The question, in whose language the others are, and which is not suggested again.
        viewer: Whose documents count.

    Returns:
        At most `FOLLOW_UPS`; empty for an answer that rests on nothing.
    """
    used = [cited.clause_id for cited in answer.citations] or [
        hit.clause.clause_id for hit in answer.nearest[:FOLLOW_UPS]
    ]
    found: list[str] = []
    lang = language_of(asked)
    with suppress(NotFound):
        cited = [assistant.clause(clause_id, viewer) for clause_id in dict.fromkeys(used)]
        of_answer = (
            _beside(assistant, cited, viewer, lang)
            if answer.citations
            else _themselves(assistant, cited, viewer, lang)
        )
        found = [text for text in of_answer if loose(text) != loose(asked)]
    return tuple(dict.fromkeys(found))[:FOLLOW_UPS]


def _themselves(assistant: Assistant, clauses: Sequence[Clause], viewer: Viewer, lang: Lang) -> Iterator[str]:
    for clause in clauses:
        yield from _says(clause, assistant.document(clause.document_id, viewer), lang)


def _beside(assistant: Assistant, cited: Sequence[Clause], viewer: Viewer, lang: Lang) -> Iterator[str]:
    """Yield what the clauses define, name and stand beside: one of each kind first."""
    ids = {clause.clause_id for clause in cited}
    named: list[Clause] = []
    for clause_id in [r.clause_id for clause in cited for r in clause.references if r.clause_id]:
        with suppress(NotFound):
            named.append(assistant.clause(clause_id, viewer))
    after = [
        beside
        for clause in cited[:FOLLOW_UPS]
        for beside in assistant.neighbours(clause.clause_id, viewer)
        if beside.ordinal > clause.ordinal
    ]
    first = assistant.document(cited[0].document_id, viewer)
    begins = _asks("begins", lang, title=first.title) if first.effective_date else []
    terms = [
        question
        for clause in named
        for one in clause.definitions
        if len(one.term) <= _LONGEST_TERM
        for question in _asks("means", lang, title=clause.title, term=one.term)
    ]
    places = [
        question
        for clause in (*named, *after)
        if clause.clause_id not in ids
        for question in _says(clause, assistant.document(clause.document_id, viewer), lang)
    ]
    yield from chain(terms[:1], places[:1], begins, places[1:])


def _says(clause: Clause, document: Document, lang: Lang) -> list[str]:
    place = clause.label if document.scheme == "articles" else clause.locator
    return _asks("says", lang, title=clause.title, place=place)


def _asks(kind: _Kind, lang: Lang, **words: str) -> list[str]:
    """Return the one question of this kind; none in a language that has none."""
    return [_ASKED[lang][kind].format(**words)] if kind in _ASKED[lang] else []


def _is_short(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE
