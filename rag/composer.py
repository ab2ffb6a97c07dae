"""One answer, put together from what was found: quoted, written by a model and checked, or refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llama_index.core.llms.llm import LLM

import prompts
from rag.citation.writing import Writing
from rag.context.context import Context
from rag.context.prompt import REFUSAL, messages_for
from rag.doubt.source import Known
from rag.errors import ModelBroke, ModelUnavailable, PromptTooLong
from rag.hit.regions import narrowest, places_in
from rag.llm import counter_of
from rag.premise.premise import Premise, false_premises
from rag.quote.extractive import extractive
from rag.reply import Reply, instead
from rag.schema import (
    Answer,
    Check,
    Citation,
    Delta,
    Document,
    Event,
    Hit,
    Notice,
    Question,
    Retrieval,
    Usage,
    Verdict,
)
from rag.server.notices import server_notice
from rag.text import Lang, bare, language_of
from rag.validity import validity_notices
from rag.verdict.evidence import Evidence, after_writing
from rag.verdict.unfilled import nothing_given
from rag.verify import citations_of, cite, is_verbatim
from rag.writer import Writer

_MISSING = {"zh": "没有找到关于{}的条款。", "en": "Nothing was found about {}."}
_BETWEEN = {"zh": "、", "en": ", "}
_NEAREST = 3
_MARKER = re.compile(r"\[(\d{1,3})\]")


class Composer:
    """Puts the answer to one question together."""

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
        self.lang: Lang = language_of(question.text)
        # 它的公示期呢 asks of the place of the turns before.
        self.places = sorted(narrowest(places_in(question.text) or places_in(context.asked)))
        self.usage: Usage | None = None
        self.raw: str | None = None
        self.checks: tuple[Check, ...] = ()
        self.premises: list[Premise] = false_premises(
            question.text,
            retrieval.hits,
            context.documents,
            context.clauses_of,
            self.lang,
            retrieval.meant,
        )

    @property
    def asks_for_nothing(self) -> bool:
        """Whether what is asked about does not exist, such as an article beyond the last."""
        return any(premise.leaves_nothing for premise in self.premises)

    def refused(self, why: str, extra: Sequence[Notice] = ()) -> Answer:
        """Say that there is no answer and why; a question that rests on something wrong is told so."""
        if self.premises and not self.asks_for_nothing:
            text, citations = self._with_premises("", ())
            notices = validity_notices(
                self._documents_of(citations), self._day, lang=self.lang, places=self.places
            )
            return self._answer("partial", text, citations, [*extra, *notices], "extractive")
        why = " ".join(premise.text for premise in self.premises) or why
        text = " ".join(filter(None, (REFUSAL[self.lang], why))) if self.lang == "en" else REFUSAL["zh"] + why
        return self._answer("refused", text, [], [*extra])

    def extracted(self, reason: Notice) -> Answer:
        """Quote the best passages; refuse when there is nothing to quote."""
        found = extractive(self.retrieval, self.context, self.places, self.writer.scorer, self.lang)
        if found is None:
            return self.refused("", [reason])
        self.read |= {h.clause.clause_id: h for h in found.sources}
        if lacking := nothing_given(self.question.text, found.citations, self.retrieval.hits, self.lang):
            return self.refused(lacking, [reason])
        return self._finished(found.text, found.citations, [reason], "extractive", found.missing)

    @property
    def _day(self) -> str | None:
        """The day for which validity is told: the one that was given, or that the question names."""
        return self.question.as_of or self.retrieval.filters.inferred.get("as_of")

    def _documents_of(self, citations: Sequence[Citation]) -> dict[str, Document]:
        return {c.clause_id: self.context.documents[c.clause_id.split(":")[0]] for c in citations}

    def written(self, llm: LLM) -> Iterator[Event]:
        """Stream the model's words, sentence by sentence verified; quote instead when it breaks off or cites nothing."""
        messages, sources = messages_for(
            self.question, self.context, llm.metadata, counter_of(llm), self.lang
        )
        self.read |= {h.clause.clause_id: h for h in sources}
        reply = Reply(llm, messages, self.lang)
        writing = Writing(self._known(sources), self.lang, self.writer.entailment)
        try:
            if not self.writer.checked:
                yield from self._unchecked(reply, sources)
                return
            yield from reply.checked(writing)
        except (ModelBroke, ModelUnavailable) as error:
            if isinstance(error, ModelUnavailable) and not self._falls_back(error):
                raise
            yield self.extracted(instead(self.lang, error))
            return
        self.raw, self.checks, self.usage = writing.raw, tuple(writing.checks), reply.usage
        yield self._judged(writing, reply)

    def _falls_back(self, error: ModelUnavailable) -> bool:
        # A shorter question mends what is too long, and a server does not.
        return self.writer.falls_back and not isinstance(error, PromptTooLong)

    def _known(self, sources: Sequence[Hit]) -> Known:
        said = [self.context.asked, self.question.text, *(user for user, _ in self.question.history)]
        return Known("\n".join(said), self.context.documents, sources)

    def _judged(self, writing: Writing, reply: Reply) -> Answer:
        """Return what the model wrote as the answer, unless nothing of it can be relied on."""
        text, cited = writing.finished()
        if not cited and self._refuses(text):
            return self.refused("", reply.notices)
        verdict = after_writing(self.evidence, writing.written)
        if verdict == "refused":
            return self.extracted(instead(self.lang, "not_verified" if cited else "no_citation"))
        notices = [*reply.notices, *writing.notices]
        return self._finished(text, citations_of(text, cited), notices, self.writer.name, verdict=verdict)

    def _refuses(self, text: str) -> bool:
        return bare(REFUSAL[self.lang]).strip("。.") in bare(text)

    def _unchecked(self, reply: Reply, sources: Sequence[Hit]) -> Iterator[Event]:
        """Show the words as they come; a marker without a source stays in the text and cites nothing."""
        text = ""
        for piece in reply.words():
            if isinstance(piece, str):
                text += piece
            yield Delta(piece) if isinstance(piece, str) else piece
        self.raw, self.usage = text, reply.usage
        known = _MARKER.sub(lambda m: m[0] if 0 < int(m[1]) <= len(sources) else "", text)
        citations = citations_of(known, sources)
        if not citations and self._refuses(text):
            yield self.refused("", reply.notices)
        else:
            yield self._finished(text.strip(), citations, reply.notices, self.writer.name)

    def _finished(
        self,
        text: str,
        citations: Sequence[Citation],
        extra: Sequence[Notice],
        model: str,
        lacking: Sequence[str] = (),
        verdict: Verdict = "answered",
    ) -> Answer:
        kept = [c for c in citations if is_verbatim(c, self.read[c.clause_id].clause.text)]
        if missing := self._missing(kept, lacking):
            verdict = "partial"
            if untold := [name for name in missing if name not in text]:
                text += "\n\n" + _MISSING[self.lang].format(_BETWEEN[self.lang].join(untold))
        text, kept = self._with_premises(text, kept)
        notices = validity_notices(self._documents_of(kept), self._day, lang=self.lang, places=self.places)
        return self._answer(verdict, text, kept, [*extra, *notices], model)

    def _missing(self, citations: Sequence[Citation], lacking: Sequence[str]) -> list[str]:
        """Return the parts of the question that the answer has nothing on."""
        cited = [self.read[i] for i in dict.fromkeys(c.clause_id for c in citations)]
        untold = [
            p for p in self.places if not any(self.context.is_for(h, p) or p in h.clause.text for h in cited)
        ]
        places = untold if len(self.places) > 1 else []
        return list(dict.fromkeys([*places, *lacking, *self.evidence.missing]))

    def _with_premises(self, text: str, citations: Sequence[Citation]) -> tuple[str, list[Citation]]:
        """Put what the question takes wrongly for granted in front of an answer, and number all markers anew."""
        if not self.premises:
            return text, [*citations]
        numbers: dict[str, int] = {}
        lines, found = [], []
        for premise in self.premises:
            n = numbers.setdefault(premise.hit.clause.clause_id, len(numbers) + 1)
            lines.append(f"{premise.text[:-1]}[{n}]{premise.text[-1]}")
            found.append(cite(n, premise.hit, premise.start, premise.end))
            self.read[premise.hit.clause.clause_id] = premise.hit
        shifted = {c.n: numbers.setdefault(c.clause_id, len(numbers) + 1) for c in citations}
        rest = _MARKER.sub(lambda m: f"[{shifted.get(int(m[1]), int(m[1]))}]", text)
        moved = [replace(c, n=shifted[c.n]) for c in citations]
        whole = dict.fromkeys([*found, *moved])
        return "\n\n".join(filter(None, ["\n".join(lines), rest])), sorted(whole, key=lambda c: c.n)

    def _answer(
        self,
        verdict: Verdict,
        text: str,
        citations: Sequence[Citation],
        warnings: Sequence[Notice],
        model: str | None = None,
    ) -> Answer:
        meant = [premise.hit for premise in self.premises if premise.leaves_nothing]
        told = {h.clause.clause_id for h in meant}
        rest = [h for h in self.retrieval.hits if h.clause.clause_id not in told]
        nearest = () if verdict == "answered" else (*meant, *rest)[:_NEAREST]
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
            (
                *(server_notice(f"{leg}_missing", self.lang) for leg in retrieval.missing),
                *self.evidence.notices,
                *warnings,
            ),
            nearest,
            retrieval,
            model or self.writer.name,
            prompts.version(),
            self.evidence.confidence,
            self.usage,
            self.raw,
            self.checks,
        )
