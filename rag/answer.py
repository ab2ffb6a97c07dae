"""From hits to a verified answer, written by a model or extracted; the model only writes, code decides what is shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llama_index.core.llms.llm import LLM

import prompts
from rag.citation.extract import Extract, extract
from rag.citation.prompt import REFUSAL, Lang, messages_for
from rag.errors import ModelBroke
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
from rag.verify import MarkerStream, citations_of, cite, is_verbatim, misquoted, unsupported

_QUOTED = {"zh": "", "en": "Quoted from the documents:\n\n"}
_MISSING = {"zh": "没有找到关于{}的条款。", "en": "Nothing was found about {}."}
_NEAREST = 3
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
    """Return the question as it is searched for: after a question, the one before in front."""
    return f"{question.history[-1][0]} {question.text}" if question.history else question.text


def write(
    question: Question,
    retrieval: Retrieval,
    evidence: Evidence,
    documents: Mapping[str, Document],
    writer: Writer,
) -> Iterator[Event]:
    """Yield the answer as it is written, and the whole answer at the end.

    Args:
        question: With its history.
        retrieval: What was found.
        evidence: Whether it is enough; if not, no model is asked.
        documents: Of the hits, by id.
        writer: Model or none.

    Raises:
        ModelUnavailable: The model's server does not answer before the first word.
    """
    draft = _Draft(question, retrieval, evidence, documents, writer)
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
        documents: Mapping[str, Document],
        writer: Writer,
    ) -> None:
        self.question, self.retrieval, self.evidence = question, retrieval, evidence
        self.documents, self.writer = documents, writer
        self.lang: Lang = "zh" if is_chinese(question.text) else "en"
        self.places = sorted(places_in(question.text))
        self.usage: Usage | None = None

    def refused(self, why: str, extra: Sequence[Notice] = ()) -> Answer:
        text = REFUSAL[self.lang] + (why if self.lang == "zh" else "")
        return self._answer("refused", text, [], [*extra])

    def extracted(self, reason: Notice) -> Answer:
        """Quote the best passages, each clause under its name and place."""
        passages = self._passages()
        if not passages:
            return self.refused("", [reason])
        groups: dict[str, list[Extract]] = {}
        for passage in passages:
            groups.setdefault(passage.hit.clause.clause_id, []).append(passage)
        blocks: list[str] = []
        citations: list[Citation] = []
        for n, group in enumerate(groups.values(), 1):
            clause = group[0].hit.clause
            quoted = "……".join(p.text for p in group)
            blocks.append(f"《{clause.title}》{clause.locator}：{quoted}[{n}]")
            citations += [cite(n, p.hit, p.start, p.end) for p in group]
        return self._finished(
            _QUOTED[self.lang] + "\n\n".join(blocks), citations, [reason], model="extractive"
        )

    def _passages(self) -> list[Extract]:
        """Choose passages; a question about several places gets the best clause of each."""
        text, hits = asked(self.question), list(self.retrieval.hits)
        # A question that names 第X条 is about that clause and no other.
        hits = [h for h in hits if is_meant(h)] or hits
        chosen: list[Extract] = []
        for place in self.places if len(self.places) > 1 else []:
            found = extract(text, [h for h in hits if place in self._about(h)], self.writer.scorer)
            chosen += [p for p in found if p.hit is found[0].hit and p not in chosen]
        return chosen or extract(text, hits, self.writer.scorer)

    def _documents_of(self, citations: Sequence[Citation]) -> dict[str, Document]:
        return {c.clause_id: self.documents[c.clause_id.split(":")[0]] for c in citations}

    def _about(self, hit: Hit) -> str:
        document = self.documents[hit.clause.document_id]
        return f"{document.title} {document.region} {document.issuer}"

    def written(self, llm: LLM) -> Iterator[Event]:
        """Stream the model's words with checked markers; when it breaks off, quote instead."""
        messages, sources = messages_for(
            self.question, self.retrieval.hits, self.documents, llm.metadata, self.lang
        )
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
        texts = {h.clause.clause_id: h.clause.text for h in self.retrieval.hits}
        kept = [c for c in citations if is_verbatim(c, texts[c.clause_id])]
        said = " ".join(
            self._about(h) + h.clause.text
            for h in self.retrieval.hits
            if h.clause.clause_id in {c.clause_id for c in kept}
        )
        missing = [p for p in self.places if p not in said] if len(self.places) > 1 else []
        if missing:
            text += "\n\n" + _MISSING[self.lang].format("、".join(missing))
        verdict: Verdict = "partial" if missing else "answered"
        return self._answer(
            verdict,
            text,
            kept,
            [*extra, *validity_notices(self._documents_of(kept), self.question.as_of)],
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
        return Answer(
            verdict,
            text,
            tuple(citations),
            tuple(warnings),
            nearest,
            self.retrieval,
            model or self.writer.name,
            prompts.version(),
            self.evidence.confidence,
            self.usage,
        )
