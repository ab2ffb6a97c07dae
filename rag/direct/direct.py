"""Answers that need no search: to small talk, and about the collection itself."""

from collections.abc import Mapping, Sequence
from datetime import date

import prompts
from rag.direct.inventory import inventory_answer
from rag.direct.smalltalk import smalltalk
from rag.schema import Answer, Document, Filters, Notice, Question, Retrieval
from rag.text import Lang, language_of

_FROM_CATALOG: Mapping[Lang, str] = {
    "zh": "这个回答来自文件目录，不引用条款。",
    "en": "This answer comes from the list of documents and cites no clause.",
}


def answered_directly(question: Question, documents: Sequence[Document]) -> Answer | None:
    """Return the answer to a greeting, to off-topic talk or to a question about the collection; None for any other.

    Args:
        question: As the user wrote it.
        documents: Those that this person may see and that meet the question's filters.
    """
    lang: Lang = language_of(question.text)
    nothing = Retrieval((), Filters(dict(question.filters)), 0.0)
    if line := smalltalk(question.text, lang):
        return Answer("refused", line, (), (), (), nothing, "extractive", prompts.version())
    found = inventory_answer(question.text, documents, lang, _day(question), alone=not question.history)
    if found is None:
        return None
    notice = Notice("from_catalog", _FROM_CATALOG[lang])
    return Answer("answered", found, (), (notice,), (), nothing, "extractive", prompts.version(), 1.0)


def _day(question: Question) -> date:
    return date.fromisoformat(question.as_of) if question.as_of else date.today()
