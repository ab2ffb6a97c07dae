"""Questions that the collection surely answers: to begin with, and to go on with after an answer."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from rag.errors import NotFound
from rag.schema import Answer, Clause, Document, Viewer
from rag.text import loose
from ui.service import Assistant

CURATED = (
    ("北京市数据知识产权登记证书的有效期是多久？期满怎么续展？", "北京市数据知识产权登记管理办法"),
    ("无线充电设备的新规定从什么时候起施行？在此之前生产的设备还能用吗？", "无线充电（电力传输）设备无线电管理暂行规定"),
    ("贵州省大数据发展专项资金不得用于哪些支出？", "贵州省大数据发展专项资金管理办法"),
    ("长春市哪些数据不得进行交易？", "长春市数据交易管理办法"),
    ("“数据要素×”三年行动计划提出到2026年底要达到什么目标？", "“数据要素×”三年行动计划"),
    ("In which frequency band may chargers for electric vehicles of up to 22 kW work?", "无线充电（电力传输）设备无线电管理暂行规定"),
)  # fmt: skip
"""A question and part of the title of the document that answers it."""
EXAMPLES = 6
FOLLOW_UPS = 3
_LONGEST_TITLE = 40
_LONGEST_TERM = 16
_READ = 12
"""Documents that are read for examples: a collection may hold thousands."""


def examples(assistant: Assistant, viewer: Viewer) -> list[str]:
    """Return questions to begin with: the curated ones whose document this person sees, then some of its own words.

    Returns:
        At most `EXAMPLES`; empty without documents.
    """
    documents = assistant.documents(viewer)
    titles = [loose(document.title) for document in documents]
    known = [question for question, title in CURATED if any(loose(title) in other for other in titles)]
    short = [document for document in documents if _is_short(document.title)]
    # Spread over the collection, which lists its documents in the order of their sources.
    spread = short[:: max(1, len(short) // _READ)][:_READ]
    own = chain.from_iterable(
        islice(_about(document, assistant, viewer, number), 1) for number, document in enumerate(spread)
    )
    return list(islice(chain(known, own), EXAMPLES))


def _about(document: Document, assistant: Assistant, viewer: Viewer, number: int) -> Iterator[str]:
    """Yield questions about one document, of another kind first for each number."""
    clauses: Sequence[Clause] = ()
    with suppress(NotFound):
        clauses = assistant.clauses(document.document_id, viewer)
    terms = [one.term for clause in clauses for one in clause.definitions if len(one.term) <= _LONGEST_TERM]
    kinds = [
        [f"《{document.title}》从什么时候起施行？"] if document.effective_date else [],
        [_asks_for(clauses[len(clauses) // 2], document)] if clauses else [],
        [_defines(document.title, terms[0])] if terms else [],
        [f"《{document.title}》规定了哪些内容？"] if clauses else [],
    ]
    yield from chain.from_iterable(kinds[(number + turn) % len(kinds)] for turn in range(len(kinds)))


def suggested(assistant: Assistant, answer: Answer, asked: str, viewer: Viewer) -> tuple[str, ...]:
    """Return questions to go on with after an answer: about what stands beside its clauses, or near a refusal.

    Args:
        assistant: Knows the clauses around.
        answer: As it stands.
        asked: The question, which is not suggested again.
        viewer: Whose documents count.

    Returns:
        At most `FOLLOW_UPS`; empty for an answer that rests on nothing.
    """
    used = [cited.clause_id for cited in answer.citations] or [
        hit.clause.clause_id for hit in answer.nearest[:FOLLOW_UPS]
    ]
    found: list[str] = []
    with suppress(NotFound):
        cited = [assistant.clause(clause_id, viewer) for clause_id in dict.fromkeys(used)]
        of_answer = (
            _beside(assistant, cited, viewer) if answer.citations else _themselves(assistant, cited, viewer)
        )
        found = [text for text in of_answer if loose(text) != loose(asked)]
    return tuple(dict.fromkeys(found))[:FOLLOW_UPS]


def _themselves(assistant: Assistant, clauses: Sequence[Clause], viewer: Viewer) -> Iterator[str]:
    for clause in clauses:
        yield _asks_for(clause, assistant.document(clause.document_id, viewer))


def _beside(assistant: Assistant, cited: Sequence[Clause], viewer: Viewer) -> Iterator[str]:
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
    begins = [f"《{first.title}》从什么时候起施行？"] if first.effective_date else []
    terms = [
        _defines(clause.title, one.term)
        for clause in named
        for one in clause.definitions
        if len(one.term) <= _LONGEST_TERM
    ]
    places = [
        _asks_for(clause, assistant.document(clause.document_id, viewer))
        for clause in (*named, *after)
        if clause.clause_id not in ids
    ]
    yield from chain(terms[:1], places[:1], begins, places[1:])


def _asks_for(clause: Clause, document: Document) -> str:
    place = clause.label if document.scheme == "articles" else clause.locator
    return f"《{clause.title}》{place}说了什么？"


def _defines(title: str, term: str) -> str:
    return f"《{title}》所称“{term}”是指什么？"


def _is_short(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE
