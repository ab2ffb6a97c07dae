"""The words of an answer that is quoted from clauses, and where other documents have the same words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.quote.extract import Extract
from rag.schema import Citation, Clause, Hit
from rag.text import Lang, bare, sentences
from rag.verify import cite

GAP = "……"
"""Stands between two passages of a clause that do not follow each other."""
_PRINTED_MARKER = re.compile(r"\[(\d{1,3})\]")
_SAME: Mapping[Lang, str] = {"zh": "（相同文字另见{}）", "en": " (the same words: {})"}
_BETWEEN: Mapping[Lang, str] = {"zh": "、", "en": ", "}
_LEAST_CHARS = 12
"""Of a sentence, without blanks; shorter ones, such as headings, stand in many documents."""
_LEAST_SHARE = 0.5
"""Of the quoted words that another clause must have, sentence by sentence, to be named beside it."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """An answer in the words of its sources."""

    text: str
    citations: tuple[Citation, ...]
    sources: tuple[Hit, ...] = ()
    """The cited clauses, whether they were found for the question or belong to what was found."""
    missing: tuple[str, ...] = ()
    """What the question asks for and no document holds; the answer then is a part of what was asked."""


class Quotes:
    """Numbers clauses in the order in which they are quoted: the same clause has one number throughout."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._citations: dict[tuple[int, str], Citation] = {}
        self._sources: dict[str, Hit] = {}

    def mark(self, passage: Extract) -> str:
        """Cite a passage; return its marker."""
        clause_id = passage.hit.clause.clause_id
        number = self._numbers.setdefault(clause_id, len(self._numbers) + 1)
        citation = cite(number, passage.hit, passage.start, passage.end)
        self._citations.setdefault((number, citation.quote), citation)
        self._sources.setdefault(clause_id, passage.hit)
        return f"[{number}]"

    def words(self, passage: Extract) -> str:
        """Cite a passage; return its words with the marker at the end of each paragraph, below a table once."""
        marker = self.mark(passage)
        text = _without_markers(passage.text)
        lines = text.split("\n")
        if any(line.lstrip().startswith("|") for line in lines):
            return f"{text}\n{marker}"
        return "\n".join(f"{line.rstrip()}{marker}" if line.strip() else line for line in lines)

    def joined(self, passages: Sequence[Extract]) -> str:
        """Return `words` of several passages of one clause, with a gap between them."""
        return GAP.join(map(self.words, passages))

    def line(self, passages: Sequence[Extract]) -> str:
        """Return passages of one clause on one line, as in a cell of a table; a bar of a table within is made wide."""
        return GAP.join(
            " ".join(_without_markers(p.text).split()).replace("|", "｜") + self.mark(p)
            for p in passages
            if p.text.strip()
        )

    def named(self, passages: Sequence[Extract]) -> str:
        """Cite passages of one clause; return its name with its marker."""
        marks = [self.mark(p) for p in passages]
        return name_of(passages[0].hit.clause) + marks[0]

    def quoted(self, text: str, missing: Sequence[str] = ()) -> Quoted:
        """Return the answer of this text, citations in the order of their numbers."""
        citations = sorted(self._citations.values(), key=lambda c: c.n)
        return Quoted(text, tuple(citations), tuple(self._sources.values()), tuple(missing))


def quoted(passages: Sequence[Extract], hits: Sequence[Hit], lang: Lang) -> Quoted:
    """Return passages, each clause under its name and place, with the clauses that have the same words.

    Args:
        passages: Those of one clause together.
        hits: Where the same words are looked for, besides the clauses of the passages.
        lang: Of the words around the quotes.
    """
    groups: dict[str, list[Extract]] = {}
    for passage in passages:
        groups.setdefault(passage.hit.clause.clause_id, []).append(passage)
    others = [hit for hit in hits if hit.clause.clause_id not in groups]
    blocks: list[str] = []
    quotes = Quotes()
    for group in groups.values():
        block = f"{name_of(group[0].hit.clause)}：{quotes.joined(group)}"
        twins = _twins(group, others)
        named = [quotes.named(twin) for twin in twins]
        taken = {twin[0].hit.clause.clause_id for twin in twins}
        others = [hit for hit in others if hit.clause.clause_id not in taken]
        blocks.append(block + (_SAME[lang].format(_BETWEEN[lang].join(named)) if named else ""))
    return quotes.quoted("\n\n".join(blocks))


def _without_markers(text: str) -> str:
    """Return words with brackets that nobody takes for markers of the answer: a document's own [2] is ［2］, of equal worth."""
    return _PRINTED_MARKER.sub(r"［\1］", text)


def name_of(clause: Clause) -> str:
    """Return what a clause is called in an answer."""
    return f"《{clause.title}》{clause.locator}"


def _twins(group: Sequence[Extract], hits: Sequence[Hit]) -> list[list[Extract]]:
    """Return, for each clause of another document that has the sentences of a quote, where it has them."""
    said = {words for p in group for words in _bare_sentences(p.text).values()}
    chars = sum(map(len, said))
    out: list[list[Extract]] = []
    for hit in hits:
        if hit.clause.document_id == group[0].hit.clause.document_id:
            continue
        found = {span: words for span, words in _bare_sentences(hit.clause.text).items() if words in said}
        if found and sum(map(len, set(found.values()))) >= _LEAST_SHARE * chars:
            out.append([Extract(hit, start, end) for start, end in found])
    return out


def _bare_sentences(text: str) -> dict[tuple[int, int], str]:
    """Return the sentences that are long enough to tell documents apart, by where they stand."""
    found = {(start, end): bare(text[start:end]).rstrip("。;!?") for start, end in sentences(text)}
    return {span: words for span, words in found.items() if len(words) >= _LEAST_CHARS}
