"""From hits to a verified answer, written by a model or extracted; the model only writes, code decides what is shown."""

from collections.abc import Iterator

from rag.composer import Composer
from rag.context.context import Context
from rag.hit.query import understood
from rag.schema import Event, Notice, Question, Retrieval, Stage
from rag.verdict.evidence import Evidence
from rag.writer import Writer


def asked(question: Question) -> str:
    """Return the question as it is searched for without a model; raises QuestionError as the search does."""
    return understood(question).full


def write(
    question: Question,
    retrieval: Retrieval,
    evidence: Evidence,
    context: Context,
    writer: Writer,
) -> Iterator[Event]:
    """Yield the answer as it is written, and the whole answer at the end.

    Args:
        question: With its history.
        retrieval: What is shown as found, and may be extracted from.
        evidence: Whether it is enough; if not, no model is asked.
        context: What a model may read besides: deeper hits, and what belongs to the hits.
        writer: Model or none.

    Raises:
        ModelUnavailable: The model's server does not answer before the first word.
    """
    composer = Composer(question, retrieval, evidence, context, writer)
    if not evidence.enough or composer.asks_for_nothing:
        yield composer.refused(evidence.why)
        return
    yield Stage("write", retrieval)
    if writer.llm is None:
        yield composer.extracted(Notice("no_model", writer.notice[composer.lang]))
        return
    yield from composer.written(writer.llm)
