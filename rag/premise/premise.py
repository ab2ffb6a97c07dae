"""What a question takes for granted and the best clause contradicts: a number, an article that is not there, who, must or may."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.locator.lookup import is_meant
from rag.locator.matcher import TitleMatcher
from rag.locator.named import named_places
from rag.locator.ordinal import with_ordinals
from rag.locator.place import parts_of
from rag.premise.assertion import assertions
from rag.premise.rules import best_contradiction
from rag.premise.statement import Contradiction
from rag.premise.value import value_contradictions
from rag.schema import Clause, Document, Hit
from rag.text import Lang, bare, sentences
from rag.verdict.lack import absent_document

_SEEN = 10
_MEANT = 3
"""Most documents that can be meant by one question; with more it is not clear whose article is missing."""
_NAMED = 0.6
"""Least share of a title that a question must have for an article of that document to be looked for."""
# The asker's own paper: our contract's article 50 is no article of the collection.
_OWN_PAPER = re.compile(
    r"(?:合同|协议|章程|合约|判决书?)(?:书|中|里)?的?\s*$|^\s*(?:of|in) (?:\w+ ){0,3}(?:contract|agreement)\b",
    re.IGNORECASE,
)
_DEMANDED = re.compile(
    r"(?:要求|规定|收取?|缴纳?|交纳?|办理?|提交|处以?|征收?)(?:了|过|得)?[^，,。？?的]{0,4}?"
    r"(?P<thing>保证金|押金|定金|会费|年费|手续费|登记费|工本费|评估费|进场费|(?:注册|实缴)(?:资本|资金)|[\u4e00-\u9fff]{1,3}(?:费|税)|罚款|罚金|许可证|资质证|担保|公证|实名)"
)
_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "value": {
        "zh": "问题中的“{}”与所引条款不符：《{}》{}写的是“{}”。",
        "en": "“{0}” in the question does not agree with the clause cited: {2} of 《{1}》 says “{3}”.",
    },
    "draft": {
        "zh": "问题中的“{0}”与文件不符：《{1}》是{3}，尚未生效。",
        "en": "“{0}” in the question does not agree with the document: 《{1}》 is a draft ({3}); it is not in force.",
    },
    "no_law": {
        "zh": "问题中的“{0}”与文件不符：《{1}》不是法律。",
        "en": "“{0}” in the question does not agree with the document: 《{1}》 is no law.",
    },
    "issuer": {
        "zh": "问题中的“{0}”与文件不符：《{1}》由{3}发布。",
        "en": "“{0}” in the question does not agree with the document: 《{1}》 was issued by {3}.",
    },
    "article": {
        "zh": "《{}》没有{}，最后一条是{}。",
        "en": "《{}》 has no {}; its last article is {}.",
    },
    "absent": {
        "zh": "问题中说到的“{}”，找到的条款都没有写；最接近的是《{}》{}。",
        "en": "None of the clauses found says anything of “{0}” in the question; the nearest is {2} of 《{1}》.",
    },
}


@dataclass(frozen=True, slots=True)
class Premise:
    """A contradiction between a question and a clause, said by code."""

    asked: str
    """The words of the question: 十年."""
    text: str
    """A sentence for the user, in the language of the question, without a marker."""
    hit: Hit
    """The clause that says otherwise."""
    start: int
    end: int
    """What of its text is to be quoted."""
    leaves_nothing: bool = False
    """What is asked about does not exist, so that nothing else answers the question."""


def false_premises(
    text: str,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    clauses_of: Callable[[str], Sequence[Clause]],
    lang: Lang,
    meant: Collection[str] = (),
) -> list[Premise]:
    """Return what a question takes for granted and the clauses contradict; mostly nothing.

    A number counts only when the question states it and does not tell of the asker's own case (`rag.premise.value`). Of who
    does it, what must or may be done, and what else the parts of the question state, the one contradiction is told that
    fits best.

    Args:
        text: The present turn.
        hits: Best first.
        documents: The documents of those hits, by id.
        clauses_of: All clauses of a document, by its id.
        lang: Of the sentences.
        meant: Ids of the documents that the question means clearly where none of the places that it names is in them.
    """
    if not hits:
        return []
    articles = list(_articles(text, hits, documents, clauses_of, lang, meant))
    if articles:
        return articles
    taken = [*_stated(value_contradictions(text, hits), lang), *_absent(text, hits, lang)]
    if taken:
        return taken
    best = best_contradiction(text, hits, documents, clauses_of)
    return list(_stated([best] if best else [], lang))


def _articles(
    text: str,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    clauses_of: Callable[[str], Sequence[Clause]],
    lang: Lang,
    meant: Collection[str],
) -> Iterator[Premise]:
    """Yield the articles that a question names of the documents that it means, which end before them."""
    text = with_ordinals(text)
    named = [
        place
        for place in named_places(text)
        if place.parts[-1].style == "条"
        and not any(_OWN_PAPER.search(beside) for beside in (text[: place.span[0]], text[place.span[1] :]))
    ]
    if not named or any(is_meant(hit) for hit in hits):
        return
    for document_id in _ending(meant, documents, text):
        numbered = [(_number(clause), clause) for clause in clauses_of(document_id)]
        last = max((pair for pair in numbered if pair[0]), key=lambda pair: pair[0], default=None)
        if last and absent_document(text, [Hit(last[1], 0.0)]):
            # The article is of another law, which this document may mention.
            continue
        for place in named:
            if last and place.parts[-1].number > last[0]:
                clause = last[1]
                printed = text[slice(*place.span)].strip()
                words = _WORDS["article"][lang].format(clause.title, printed, clause.label)
                yield Premise(printed, words, Hit(clause, 0.0), 0, len(clause.text), leaves_nothing=True)


def _ending(meant: Collection[str], documents: Mapping[str, Document], text: str) -> list[str]:
    """Return the few documents that are meant, else the one whose title the question has most of."""
    if meant:
        return sorted(meant) if len(meant) <= _MEANT else []
    shares = TitleMatcher(list(documents.values())).scores(text)
    best = max(shares, key=lambda key: shares[key], default=None)
    return [best] if best and shares[best] >= _NAMED else []


def _number(clause: Clause) -> int:
    parts = parts_of(clause.locator)
    return parts[-1].number if parts and parts[-1].style == "条" else 0


def _stated(contradictions: Iterable[Contradiction], lang: Lang) -> Iterator[Premise]:
    for one in contradictions:
        clause = one.hit.clause
        words = _WORDS[one.kind][lang].format(one.asked, clause.title, clause.locator, one.said)
        yield Premise(one.asked, words, one.hit, one.start, one.end)


def _absent(text: str, hits: Sequence[Hit], lang: Lang) -> Iterator[Premise]:
    """Yield a fee, tax, sum, penalty or paper that a question gives as demanded, and that no clause found mentions."""
    given = (asserted.text for asserted in assertions(text) if asserted.manner == "cued")
    found = next(filter(None, map(_DEMANDED.search, given)), None)
    if found is None:
        return
    thing = found["thing"]
    page = bare(" ".join(f"{hit.clause.title}{hit.clause.text}" for hit in hits[:_SEEN]))
    if thing in page or thing[-2:] in page:
        return
    clause = hits[0].clause
    span = next(sentences(clause.text), (0, len(clause.text)))
    words = _WORDS["absent"][lang].format(thing, clause.title, clause.locator)
    yield Premise(thing, words, hits[0], *span)
