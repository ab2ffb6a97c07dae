"""From hits to a verified answer, written by a model or extracted; the model only writes, code decides what is shown."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from llama_index.core.llms.llm import LLM

import prompts
from rag.citation.context import Context
from rag.citation.extract import Extract, extract
from rag.citation.passages import Lang
from rag.citation.prompt import REFUSAL, messages_for
from rag.citation.quoted import quoted
from rag.errors import ModelBroke
from rag.hit.query import understood
from rag.hit.regions import places_in
from rag.locator.lookup import is_meant
from rag.rerank import SentenceScorer
from rag.schema import (
    Answer,
    Citation,
    Delta,
    Document,
    Event,
    Hit,
    Notice,
    Question,
    Retrieval,
    Stage,
    Usage,
    Verdict,
)
from rag.text import bare, is_chinese
from rag.verdict.evidence import Evidence
from rag.verdict.validity import validity_notices
from rag.verify import MarkerStream, citations_of, is_verbatim, misquoted, unsupported

_MISSING = {"zh": "没有找到关于{}的条款。", "en": "Nothing was found about {}."}
_NEAREST = 3
_SEVERAL = 5
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Writer:
    """What answers are made with; None for `llm` extracts."""

    llm: LLM | None
    name: str
    """`ollama:qwen3:8b` or `extractive`."""
    scorer: SentenceScorer
    notice: str | None = None
    """Said with every extracted answer: how to get a model."""
    checked: bool = True
    """Off only to measure what checking is worth: markers, quotations and figures of a model are shown as it wrote them."""


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
    draft = _Draft(question, retrieval, evidence, context, writer)
    if not evidence.enough:
        yield draft.refused(evidence.why)
        return
    yield Stage("write", retrieval)
    if writer.llm is None:
        yield draft.extracted(_no_model(writer))
        return
    yield from draft.written(writer.llm)


def _no_model(writer: Writer) -> Notice:
    return Notice("no_model", writer.notice or "没有使用语言模型，以上是原文摘录。")


class _Draft:
    def __init__(
        self,
        question: Question,
        retrieval: Retrieval,
        evidence: Evidence,
        context: Context,
        writer: Writer,
    ) -> None:
        self.question, self.retrieval, self.evidence = question, retrieval, evidence
        self.context, self.writer = context, writer
        self.read: dict[str, Hit] = {h.clause.clause_id: h for h in retrieval.hits}
        self.lang: Lang = "zh" if is_chinese(question.text) else "en"
        self.places = sorted(places_in(question.text))
        self.usage: Usage | None = None

    def refused(self, why: str, extra: Sequence[Notice] = ()) -> Answer:
        text = REFUSAL[self.lang] + (why if self.lang == "zh" else "")
        return self._answer("refused", text, [], [*extra])

    def extracted(self, reason: Notice) -> Answer:
        """Quote the best passages, each clause under its name and place."""
        # A question that names 第X条 is about that clause and no other.
        hits = [h for h in self.retrieval.hits if is_meant(h)] or self.retrieval.hits
        passages = self._passages(hits)
        if not passages:
            return self.refused("", [reason])
        fitting = [h for h in hits if not self.places or any(p in self._about(h) for p in self.places)]
        found = quoted(passages, fitting, self.lang)
        return self._finished(found.text, found.citations, [reason], model="extractive")

    def _passages(self, hits: Sequence[Hit]) -> list[Extract]:
        """Choose passages; of several places, or of several clauses of one number, each gets its best clause."""
        text = self.context.asked
        about = [[h for h in hits if place in self._about(h)] for place in self.places]
        if "ambiguous" in self.retrieval.filters.inferred:
            about = [[h] for h in hits if is_meant(h)][:_SEVERAL]
        chosen: list[Extract] = []
        for found in (extract(text, group, self.writer.scorer) for group in about if len(about) > 1):
            chosen += [p for p in found if p.hit is found[0].hit and p not in chosen]
        return chosen or extract(text, hits, self.writer.scorer)

    @property
    def _day(self) -> str | None:
        """The day for which validity is told: the one that was given, or that the question names."""
        return self.question.as_of or self.retrieval.filters.inferred.get("as_of")

    def _documents_of(self, citations: Sequence[Citation]) -> dict[str, Document]:
        return {c.clause_id: self.context.documents[c.clause_id.split(":")[0]] for c in citations}

    def _about(self, hit: Hit) -> str:
        document = self.context.documents[hit.clause.document_id]
        return f"{document.title} {document.region} {document.issuer}"

    def written(self, llm: LLM) -> Iterator[Event]:
        """Stream the model's words with checked markers; when it breaks off, quote instead."""
        messages, sources = messages_for(self.question, self.context, llm.metadata, self.lang)
        self.read |= {h.clause.clause_id: h for h in sources}
        stream = MarkerStream(len(sources))
        text, extra = "", []
        try:
            reply = None
            for reply in llm.stream_chat(messages):
                piece = stream.feed(reply.delta or "") if self.writer.checked else reply.delta or ""
                text += piece
                if piece:
                    yield Delta(piece)
        except ModelBroke as error:
            yield self.extracted(
                Notice("model_broke", f"模型中途停止，改为摘录原文。{error.message}（{error.fix}）")
            )
            return
        text = (text + stream.close()).strip()
        facts = dict(getattr(reply, "additional_kwargs", None) or {})
        self.usage = Usage(facts.get("prompt_tokens"), facts.get("completion_tokens"))
        if facts.get("prompt_cut"):
            extra.append(
                Notice(
                    "prompt_cut",
                    "提示词超过了模型的上下文长度，前面的资料可能被截掉。请调大 POLICYQA_NUM_CTX。",
                )
            )
        if facts.get("done_reason") == "length":
            extra.append(Notice("cut_short", "回答达到长度上限，没有写完。"))
        if not self.writer.checked:
            yield self._unchecked(text, sources, extra)
            return
        cited = [sources[i] for i in stream.order]
        if not cited:
            if self._refuses(text):
                yield self.refused("", extra)
            else:
                yield self.extracted(Notice("no_citation", "模型的回答没有标明出处，改为摘录原文。"))
            return
        doubts = [*unsupported(text, cited), *misquoted(text, cited, asked(self.question))]
        yield self._finished(text, citations_of(text, cited), [*extra, *doubts], model=self.writer.name)

    def _refuses(self, text: str) -> bool:
        return bare(REFUSAL[self.lang]).strip("。.") in bare(text)

    def _unchecked(self, text: str, sources: Sequence[Hit], extra: Sequence[Notice]) -> Answer:
        """Leave a marker without a source in the text; it cites nothing."""
        known = _MARKER.sub(lambda m: m[0] if 0 < int(m[1]) <= len(sources) else "", text)
        citations = citations_of(known, sources)
        if not citations and self._refuses(text):
            return self.refused("", extra)
        return self._finished(text, citations, extra, model=self.writer.name)

    def _finished(
        self, text: str, citations: Sequence[Citation], extra: Sequence[Notice], model: str
    ) -> Answer:
        kept = [c for c in citations if is_verbatim(c, self.read[c.clause_id].clause.text)]
        cited = [self.read[i] for i in dict.fromkeys(c.clause_id for c in kept)]
        said = " ".join(self._about(h) + h.clause.text for h in cited)
        missing = [p for p in self.places if p not in said] if len(self.places) > 1 else []
        if missing:
            text += "\n\n" + _MISSING[self.lang].format("、".join(missing))
        verdict: Verdict = "partial" if missing else "answered"
        return self._answer(
            verdict,
            text,
            kept,
            [*extra, *validity_notices(self._documents_of(kept), self._day)],
            model,
        )

    def _answer(
        self,
        verdict: Verdict,
        text: str,
        citations: Sequence[Citation],
        warnings: Sequence[Notice],
        model: str | None = None,
    ) -> Answer:
        nearest = () if verdict == "answered" else self.retrieval.hits[:_NEAREST]
        shown = {h.clause.clause_id for h in self.retrieval.hits}
        deeper = [self.read[i] for i in dict.fromkeys(c.clause_id for c in citations) if i not in shown]
        # Whoever shows an answer finds each cited clause among what was found.
        retrieval = (
            replace(self.retrieval, hits=(*self.retrieval.hits, *deeper)) if deeper else self.retrieval
        )
        return Answer(
            verdict,
            text,
            tuple(citations),
            tuple(warnings),
            nearest,
            retrieval,
            model or self.writer.name,
            prompts.version(),
            self.evidence.confidence,
            self.usage,
        )
