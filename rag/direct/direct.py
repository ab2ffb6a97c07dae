"""Answers that need no search: to small talk, about the collection itself, and about what its catalog knows of a document."""

from collections.abc import Mapping
from datetime import date

import prompts
from rag.context.prompt import REFUSAL
from rag.direct.facts import Facts, facts_of
from rag.direct.holdings import Holdings
from rag.direct.inventory import inventory_answer
from rag.direct.smalltalk import smalltalk
from rag.schema import Answer, Filters, Notice, Question, Retrieval, Verdict
from rag.text import Lang, language_of
from rag.verdict.lack import said

_FROM_CATALOG: Mapping[Lang, str] = {
    "zh": "这个回答来自文件目录，不引用条款。",
    "en": "This answer comes from the list of documents and cites no clause.",
}


def answered_directly(question: Question, holdings: Holdings, full: str = "") -> Answer | None:
    """Return the answer to small talk or to a question about the collection or a document's catalog entry; None for any other.

    Args:
        question: As the user wrote it.
        holdings: What this person may see of what meets the question's filters.
        full: The question with what it takes over from the turns before.
    """
    lang: Lang = language_of(question.text)
    if line := smalltalk(question.text, lang):
        return _answer(question, "refused", line)
    listed = inventory_answer(question.text, holdings, lang, _day(question), alone=not question.history)
    if listed is not None:
        return _answer(question, "answered", listed, _notice(lang))
    before, answer = question.history[-1] if question.history else ("", "")
    facts = facts_of(question.text, holdings, lang, f"{full} {before}" if before else "", answer)
    return _of_document(question, facts, lang) if facts else None


def _of_document(question: Question, facts: Facts, lang: Lang) -> Answer:
    """Return the facts of a document; a refusal when it is not there, or prints none of them."""
    between = " " if lang == "en" else ""
    if facts.absent:
        return _answer(question, "refused", REFUSAL[lang] + between + said("document", lang, facts.absent))
    if not facts.known:
        return _answer(question, "refused", REFUSAL[lang] + between + facts.text, _notice(lang))
    return _answer(question, "partial" if facts.unknown else "answered", facts.text, _notice(lang))


def _answer(question: Question, verdict: Verdict, text: str, *notices: Notice) -> Answer:
    nothing = Retrieval((), Filters(dict(question.filters)), 0.0)
    confidence = 0.0 if verdict == "refused" else 1.0
    return Answer(verdict, text, (), notices, (), nothing, "extractive", prompts.version(), confidence)


def _notice(lang: Lang) -> Notice:
    return Notice("from_catalog", _FROM_CATALOG[lang])


def _day(question: Question) -> date:
    return date.fromisoformat(question.as_of) if question.as_of else date.today()
