"""Places in a clause that name another clause or document: 本办法第六条, 《…条例》第X条, 前款 is left to the reader."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.locator.numerals import NUMERAL, to_chinese, to_int
from rag.schema import Clause, Document, Reference
from rag.text import loose

_OWN = r"本(?:办法|条例|规定|细则|实施细则|规则|法|决定|意见|方案|解释|章程|准则)"
_ARTICLE = rf"第{NUMERAL}+条(?:之{NUMERAL}+)?"
_PATTERN = re.compile(rf"(?:(?P<own>{_OWN})|《(?P<title>[^《》]{{2,60}})》)?(?P<article>{_ARTICLE})?")


def references_in(text: str, own_title: str) -> tuple[Reference, ...]:
    """Return the references of a clause's text in printed order, without their targets' ids; none gives none.

    An article without a title counts only when it goes on a list (本办法第六条第二款、第二十一条), since a bare
    第X条 may quote another law.
    """
    found: list[Reference] = []
    for start, end, title, article in _matches(text):
        target = own_title if title is None else title
        found.append(Reference((start, end), target, article))
    return tuple(found)


def _matches(text: str) -> Iterator[tuple[int, int, str | None, str | None]]:
    current: str | None = None
    last_end = -99
    for match in re.finditer(r"本|《|第", text):
        at = match.start()
        if at < last_end:
            continue
        found = _PATTERN.match(text, at)
        if found is None or found.end() == at:
            continue
        own, title, article = found.group("own"), found.group("title"), found.group("article")
        if own and not article:
            continue
        if own or title:
            current = title
        elif not (
            last_end <= at <= last_end + 12
            and re.fullmatch(r"(第[^，。；]{1,6}[款项])?[、和及或者至]{1,2}", text[last_end:at])
        ):
            continue
        yield at, found.end(), current, article
        last_end = found.end()


def resolve(
    clauses: Sequence[Clause], documents: Sequence[Document], labels: Mapping[tuple[str, str], str]
) -> list[Clause]:
    """Return the clauses whose references gain or lose a target, with the ids filled in.

    Args:
        clauses: Clauses with references.
        documents: The whole collection; a full title or one without 中华人民共和国 names a document.
        labels: (document_id, label) → clause_id.
    """
    titles: dict[str, str] = {}
    for document in documents:
        titles.setdefault(_key(document.title), document.document_id)
    changed: list[Clause] = []
    for clause in clauses:
        references = tuple(_resolved(r, clause, titles, labels) for r in clause.references)
        if references != clause.references:
            changed.append(replace(clause, references=references))
    return changed


def _key(title: str) -> str:
    return re.sub(r"^中华人民共和国|(（[^（）]*）|\([^()]*\))+$", "", loose(title))


def _resolved(
    reference: Reference, clause: Clause, titles: Mapping[str, str], labels: Mapping[tuple[str, str], str]
) -> Reference:
    own = reference.target_title == clause.title
    document_id = clause.document_id if own else titles.get(_key(reference.target_title or ""))
    target = None
    if document_id and reference.target_locator:
        sub = re.search("之", reference.target_locator)
        number = re.search(rf"第({NUMERAL}+)条", reference.target_locator)
        label = (
            reference.target_locator if sub or not number else f"第{to_chinese(to_int(number.group(1)))}条"
        )
        target = labels.get((document_id, label))
    return replace(reference, target_document_id=document_id, clause_id=target)
