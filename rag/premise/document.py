"""What a question takes a document for: in force, a law, issued by a body, of effect from a day."""

import re
from collections.abc import Iterator
from typing import Literal

from rag.doubt.amount import levelled
from rag.doubt.date import dates
from rag.hit.regions import places_in
from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground
from rag.schema import Document, Hit
from rag.text import sentences
from rag.validity import is_draft

_IN_FORCE = re.compile(
    r"(?:已经?|早就|现在|正式)(?:正式)?(?:生效|施行|实施|执行|颁布|公布|出台|发布)|(?:生效|施行|实施)了|现行有效|正在施行|(?:来|就)生效|\b(?:in force|took effect|has been enacted|is effective)\b"
)
_FROM = re.compile(r"施行|生效|实施|试行|执行|起算|\beffect|\bin force\b|\bappl(?:y|ies|ied)\b")
_STARTS = re.compile(r"自.{4,14}起.{0,4}(?:施行|试行|实施|执行|生效)")
_NOT_YET = re.compile(r"尚?未|没有?|还不|草案|送审|征求意见|\bdraft\b|\bnot\b")
_LAW = re.compile(
    r"(?:这|那|该)[部个项]?(?:国家)?法律(?!意见|责任)|(?:作为|成为|公布为)(?:国家)?法律(?!依据|责任)|是(?:一部)?法律(?:$|[，。吧])|\bthis (?:law|statute|act)\b"
)
_LAWS = re.compile(r"(?:法|法典|条例|决定|解释|规定|办法|规则|细则)(?:（[^）]*）)*$")
_ISSUED = re.compile(
    r"(?:由|是|为)?(?P<body>国务院(?:办公厅)?|全国人大(?:常委会)?|全国人民代表大会(?:常务委员会)?|中共中央|党中央|中央|最高人民法院|[\u4e00-\u9fff]{2,12}?(?:部|委员会|委|局|厅|办公厅|政府|人大常委会|人大|院|协会))"
    r"(?:联合|正式)?(?:发布|印发|出台|制定|颁布|公布|颁发|下发|发)(?:的|了|$|吧)"
)
_TOP = re.compile(r"^(?:国务院|全国人大|全国人民代表大会|中共中央|党中央|中央$|最高人民|国家)")
_NATION = "全国"


def document_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield what a question states of the document it means and what is printed of it says otherwise.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    document = ground.meant
    if document is None:
        return
    text = levelled(asserted.stated)
    yield from _issued(asserted, text, document, ground)
    if asserted.manner == "wanted":
        return
    if is_draft(document) and _IN_FORCE.search(text) and not _NOT_YET.search(text):
        yield _of_document(asserted, ground, str(document.status), "draft")
    elif _LAW.search(text) and not _LAWS.search(document.title):
        yield _of_document(asserted, ground, document.title, "no_law")
    yield from _starts(asserted, text, ground)


def _of_document(
    asserted: Assertion, ground: Ground, said: str, kind: Literal["draft", "no_law", "issuer"]
) -> Contradiction:
    """Point to the article on the document's coming into force; to its first clause where there is none."""
    clause = next((c for c in reversed(ground.clauses) if _FROM.search(c.text[-80:])), ground.clauses[0])
    start, end = next(sentences(clause.text), (0, len(clause.text)))
    return Contradiction(asserted.text, Hit(clause, 0.0), start, end, said, 1.0, kind)


def _issued(asserted: Assertion, text: str, document: Document, ground: Ground) -> Iterator[Contradiction]:
    found = _ISSUED.search(text)
    if found is None or document.issuer is None or document.region in (None, ""):
        return
    body, issuer = re.sub("^.*[由是为]", "", found["body"]), document.issuer
    national = document.region == _NATION
    wrong_level = not national and _TOP.match(body) is not None
    places = places_in(body)
    elsewhere = bool(places) and (national or not any(p in f"{document.region}{issuer}" for p in places))
    if (wrong_level or elsewhere) and body not in issuer:
        yield _of_document(asserted, ground, issuer, "issuer")


def _starts(asserted: Assertion, text: str, ground: Ground) -> Iterator[Contradiction]:
    """Yield the sentence with the day from which the document applies when the question states another."""
    said = [day for day in dates(text) if day.year]
    if len(said) != 1 or not _FROM.search(text):
        return
    for clause in reversed(ground.clauses):
        for start, end in sentences(clause.text):
            sentence = levelled(clause.text[start:end])
            days = [day for day in dates(sentence) if day.year] if _STARTS.search(sentence) else []
            if days:
                if not said[0].stands_in(days[0]):
                    yield Contradiction(asserted.text, Hit(clause, 0.0), start, end, days[0].words, 1.0)
                return
