"""The words of an answer that is quoted from clauses, and where other documents have the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.citation.extract import Extract
from rag.citation.passages import Lang
from rag.schema import Citation, Hit
from rag.text import bare, sentences
from rag.verify import cite

_BEFORE: Mapping[Lang, str] = {"zh": "", "en": "Quoted from the documents:\n\n"}
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
    citations: list[Citation] = []
    number = 0
    for group in groups.values():
        number += 1
        words = "……".join(p.text for p in group)
        block = f"{_name(group[0].hit)}：{words}[{number}]"
        citations += [cite(number, p.hit, p.start, p.end) for p in group]
        named: list[str] = []
        for twin in _twins(group, others):
            number += 1
            named.append(f"{_name(twin[0].hit)}[{number}]")
            citations += [cite(number, p.hit, p.start, p.end) for p in twin]
        others = [hit for hit in others if hit.clause.clause_id not in {c.clause_id for c in citations}]
        blocks.append(block + (_SAME[lang].format(_BETWEEN[lang].join(named)) if named else ""))
    return Quoted(_BEFORE[lang] + "\n\n".join(blocks), tuple(citations))


def _name(hit: Hit) -> str:
    return f"《{hit.clause.title}》{hit.clause.locator}"


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
