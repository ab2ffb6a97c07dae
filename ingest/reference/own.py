"""A document as its own references need it: which articles and divisions it has, and which come before an article."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.reference.names import law_at
from rag.locator.place import key_of, part_of, parts_of
from rag.schema import Clause, Document

_AMENDS = re.compile(
    r"修正案(?:[（(][^（()）]*[)）])?$|关于(?:修改|修正|修订).*的(?:决定|通知|公告)|修改.*的决定$"
)
_AMENDMENT = re.compile(r"(.+?(?:法|法典|宪法|条例|规定|办法|细则))修正案(?:[（(][^（()）]*[)）])?$")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)*)》")


@dataclass(slots=True)
class Own:
    """What a document has, in the words that it prints."""

    title: str = ""
    amends: str | None = None
    """Empty for a text that amends others but names none in its title; None for one that amends nothing."""
    subject: str = ""
    """The one document that the title of a text without articles names: what its 第X条 means."""
    articles: dict[tuple[int, int], str] = field(default_factory=dict)
    """(number, sub-number) → label, in printed order."""
    order: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Key of a division, an annex or an outline's unit → its locator."""

    def before(self, at: int, count: int) -> list[str]:
        """Return the labels of the `count` articles before the one at a position in `order`; [] if there are fewer."""
        return self.order[at - count : at] if at >= count else []

    def between(self, first: tuple[int, int], last: tuple[int, int]) -> list[str]:
        """Return the labels of the articles between two, inserted ones included."""
        return [label for number, label in self.articles.items() if first < number < last]


def own_of(clauses: Sequence[Clause], document: Document) -> Own:
    """Take note of a document's places; its clauses in printed order."""
    own = Own(document.title, _amended(document.title))
    for clause in clauses:
        path = parts_of(clause.locator)
        last = path[-1]
        if last.style == "条":
            own.articles.setdefault((last.number, last.sub), clause.label)
            own.order.append(clause.label)
        elif last.style == "附件":
            own.places.setdefault(key_of(clause.label), clause.locator)
        above, slash, _ = clause.locator.rpartition("/")
        _add(own, above if slash and last.style == "条" else clause.locator)
    if not own.articles:
        own.subject = _subject(document.title)
    return own


def _subject(title: str) -> str:
    named = _TITLE.findall(title)
    if named:
        return named[0] if len(named) == 1 else ""
    ends = (law_at(title, at) for at in range(len(title)))
    return next((title[at:end] for at, end in enumerate(ends) if end and at), "")


def _add(own: Own, locator: str) -> None:
    """Note a division under its whole path and under each end of it: 第二编/第三章 is also 第三章."""
    while locator and key_of(locator) not in own.places:
        labels = locator.split("/")
        own.places[key_of(locator)] = locator
        for first in range(1, len(labels)):
            if part_of(labels[first]).style in ("分编", "章", "节"):
                own.places.setdefault(key_of("/".join(labels[first:])), locator)
        locator = locator.rpartition("/")[0]


def article_number(label: str) -> tuple[int, int]:
    """Return (number, sub-number) of 第十二条之一."""
    part = part_of(label)
    return part.number, part.sub


def division(clause: Clause, style: str) -> str | None:
    """Return the path of the 编, 章 or 节 that a clause stands in, as printed."""
    labels = clause.locator.split("/")
    for at, part in enumerate(parts_of(clause.locator)):
        if part.style == style:
            return "/".join(labels[: at + 1])
    return None


def paragraphs(text: str) -> int:
    """Return how many 款 a clause has at most: its lines."""
    return text.count("\n") + 1


def _amended(title: str) -> str | None:
    if not _AMENDS.search(title):
        return None
    if found := _AMENDMENT.search(title):
        return found[1]
    named = _TITLE.findall(title)
    return named[0] if len(named) == 1 and "等" not in title else ""
