"""Which documents of the collection are listed, in which order, and how many each filter would leave."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from rag.schema import Document
from rag.text import Lang, loose
from ui.labels import label

Order = Literal["bulletin", "newest", "oldest", "title"]
ORDERS: tuple[Order, ...] = ("bulletin", "newest", "oldest", "title")
UNKNOWN = "-"
"""Chosen to see what has no value at all."""


def date_of(document: Document) -> str:
    """Return the document's own date, else that of its bulletin; empty when neither is printed."""
    return document.adopted_on or document.effective_date or document.issue_date or ""


def _bulletin(document: Document) -> str:
    if not document.source_name:
        return ""
    number = "" if document.issue_no is None else str(document.issue_no)
    return "|".join((document.issue_date or "", number, document.source_name))


_VALUES: dict[str, Callable[[Document], Sequence[str]]] = {
    "bulletin": lambda d: [_bulletin(d)],
    "region": lambda d: [d.region or ""],
    "issuer": lambda d: (d.issuer or "").split("、"),
    "year": lambda d: [date_of(d)[:4]],
    "status": lambda d: [d.status or ""],
}
FACETS = tuple(_VALUES)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a visitor asked to see."""

    words: str = ""
    """Each must stand in the title or the 文号."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Values by facet; an empty or missing one allows all."""
    order: Order = "bulletin"


def selected(documents: Sequence[Document], selection: Selection) -> list[Document]:
    """Return the documents that fit, in the order asked for."""
    fitting = [d for d in _with_words(documents, selection.words) if _fits(d, selection)]
    if selection.order == "title":
        return sorted(fitting, key=lambda d: d.title)
    if selection.order == "bulletin":
        # Two stable sorts: newest bulletin first, and the printed order inside one.
        return sorted(fitting, key=_bulletin, reverse=True)
    dated = sorted((d for d in fitting if date_of(d)), key=date_of, reverse=selection.order == "newest")
    return [*dated, *(d for d in fitting if not date_of(d))]


def _with_words(documents: Sequence[Document], words: str) -> list[Document]:
    wanted = [loose(word) for word in words.split()]
    if not wanted:
        return list(documents)
    return [d for d in documents if all(w in loose(f"{d.title} {d.doc_number or ''}") for w in wanted)]


def _fits(document: Document, selection: Selection, without: str = "") -> bool:
    for facet, value in selection.chosen.items():
        if value and facet != without:
            found = _VALUES[facet](document)
            if ("" if value == UNKNOWN else value) not in found:
                return False
    return True


def choices(
    documents: Sequence[Document], selection: Selection, lang: Lang
) -> dict[str, list[tuple[str, str]]]:
    """Return (words, value) of what can be chosen, by facet: all first, and how many documents each would leave."""
    worded = _with_words(documents, selection.words)
    found: dict[str, list[tuple[str, str]]] = {}
    for facet in FACETS:
        counts = Counter(
            value or UNKNOWN
            for d in worded
            if _fits(d, selection, without=facet)
            for value in set(_VALUES[facet](d))
        )
        if (kept := selection.chosen.get(facet)) and kept not in counts:
            counts[kept] = 0
        # What is chosen stays in the list, or the field would show a value that it does not have.
        ordered = sorted(counts, reverse=True) if facet in ("bulletin", "year") else _by_count(counts)
        ordered.sort(key=lambda value: value == UNKNOWN)
        everything = (label("reader.all", lang), "")
        found[facet] = [everything, *((_counted(facet, v, counts[v], lang), v) for v in ordered)]
    return found


def _by_count(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda value: (-counts[value], value))


def _counted(facet: str, value: str, count: int, lang: Lang) -> str:
    name = bulletin_name(value, lang) if facet == "bulletin" and value != UNKNOWN else value
    name = label("unknown", lang) if value == UNKNOWN else name
    return label("reader.counted", lang).format(name=name, n=count)


def bulletin_name(value: str, lang: Lang) -> str:
    """Return a bulletin's name, number and date in words; that of no bulletin for an empty value."""
    if not value:
        return label("reader.no_bulletin", lang)
    day, number, name = value.split("|", 2)
    return " ".join(filter(None, (name, number and label("issue", lang).format(n=number), day)))


def grouped(documents: Sequence[Document], order: Order) -> Iterator[tuple[str | None, list[Document]]]:
    """Yield (bulletin, its documents) in the order given; all of them without a bulletin where another order rules."""
    if order != "bulletin":
        yield None, list(documents)
        return
    for value, group in groupby(documents, key=_bulletin):
        yield value, list(group)


def likely(document: Document, documents: Sequence[Document], most: int = 6) -> list[Document]:
    """Return the documents whose titles have most in common with one, best first: what it may be compared with."""
    pairs = _pairs(document.title)
    scored = [
        (len(pairs & other) / len(pairs | other), d)
        for d in documents
        if d.document_id != document.document_id and (other := _pairs(d.title))
    ]
    scored = [entry for entry in scored if entry[0] > 0]
    return [d for _, d in sorted(scored, key=lambda entry: -entry[0])[:most]]


def _pairs(title: str) -> set[str]:
    plain = loose(title)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
