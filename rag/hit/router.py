"""What a question says of the documents that it means: their names, numbers, places, issues, status, issuers and day.

All of it is inferred: it raises the documents that fit and leaves the others where they are.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rag.hit.day import asked_day
from rag.hit.issue import Issue, asked_issue
from rag.hit.issuers import Issuers
from rag.hit.regions import holds_in, places_in
from rag.locator.aliases import Alias, document_aliases
from rag.locator.index import PlaceIndex
from rag.locator.lookup import Found, Lookup
from rag.locator.matcher import MEANT, NAMED, TitleMatcher
from rag.locator.title import title_key
from rag.schema import Document
from rag.trace import step
from rag.validity import is_draft

_NAMES = frozenset({"title", "doc_number"})
_SHOWN = 3
_COMPARED = 4
"""More named documents than these are a list, not a comparison."""
_STATUSES: Mapping[str, re.Pattern[str]] = {
    "征求意见稿": re.compile(r"征求意见稿?|\bdraft for comments?\b|\bexposure draft\b|\bconsultation draft\b", re.I),
    "送审稿": re.compile("送审稿"),
    "草案": re.compile(r"草案|\bdraft\b", re.I),
    "讨论稿": re.compile("讨论稿"),
    "试行": re.compile(r"[（(]试行[)）]|试行(?=的|版|办法|规定|稿|文件|细则|方案|$)|\bfor trial implementation\b", re.I),
    "暂行": re.compile(r"暂行(?=的|版|办法|规定|条例|文件|细则|$|[)）])|\b(?:interim|provisional) (?=measures|rules|provisions)", re.I),
}  # fmt: skip
"""Status as printed → how a question asks for it."""
_DRAFTS = ("征求意见稿", "送审稿", "草案", "讨论稿")
_OLDER = re.compile(
    r"新旧|两个?版|修[订正]前后|旧版|老版|旧法|老办法|旧办法|旧规定|老规定|修[订正改]之?前|上一版|前一版|以前的?版|原来的(?:办法|规定|版本|条例|法)|原(?=办法|规定|条例)"
    r"|\b(?:old|older|previous|former|earlier) version|\bbefore the (?:amendment|revision)|\b(?:both|two) versions\b",
    re.IGNORECASE,
)
_VERSIONS = re.compile(r"新旧|两个?版|修[订正]前后|\bold and new\b|\b(?:both|two) versions\b", re.IGNORECASE)
"""Asks of each version of a document."""


@dataclass(frozen=True, slots=True)
class Group:
    """One of several documents or places that a question compares."""

    words: str
    """What names it in the question; empty when that cannot be told."""
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Route:
    """What a question means, each as the ids of documents; empty where it says nothing."""

    titles: Mapping[str, float] = field(default_factory=dict)
    """document_id → share of its title that the question has."""
    named: frozenset[str] = frozenset()
    """By title, short name, alias or number."""
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Region → its documents."""
    around: frozenset[str] = frozenset()
    """The documents of the provinces of the cities that are named."""
    issue: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    issuers: frozenset[str] = frozenset()
    older: frozenset[str] = frozenset()
    """Versions that newer ones have replaced and that the question asks for nonetheless."""
    day: str | None = None
    """The law of that day is asked for."""
    inferred: Mapping[str, str] = field(default_factory=dict)
    """The same in words, to be reported."""

    @property
    def likely(self) -> frozenset[str]:
        """The documents that fit every place, issue and status that is said; empty when nothing is."""
        places = frozenset().union(self.around, *self.regions.values())
        said = [ids for ids in (places, self.issue, self.status) if ids]
        return frozenset.intersection(*said) if said else frozenset()

    def groups(self, text: str, documents: Mapping[str, Document]) -> list[Group]:
        """Return the places, the named documents or their versions that a question compares; empty unless there are several.

        Args:
            text: The question.
            documents: By id.
        """
        # A city is not compared with its own province: 贵州省贵阳市.
        outer = {
            r
            for r in self.regions
            for other in self.regions.keys() - {r}
            if holds_in(r, other.removesuffix("市"))
        }
        if len(inner := sorted(self.regions.keys() - outer)) > 1:
            return [Group(_words_for(region, text), self.regions[region]) for region in inner]
        texts: dict[tuple[str, str], set[str]] = {}
        each = _VERSIONS.search(text) is not None
        for key in sorted(self.named & documents.keys()):
            texts.setdefault((title_key(documents[key].title), key if each else ""), set()).add(key)
        return [Group("", frozenset(ids)) for ids in texts.values()] if 1 < len(texts) <= _COMPARED else []


class Router:
    """Reads questions with the names that the collection itself gives to documents and bodies."""

    def __init__(
        self,
        documents: Sequence[Document],
        places: Iterable[tuple[str, str, str]] = (),
        aliases: Collection[Alias] = (),
    ) -> None:
        """Take the collection.

        Args:
            documents: All, whoever may see them.
            places: (clause_id, document_id, locator) of each clause, in order.
            aliases: What the clauses introduce.
        """
        index = PlaceIndex(places)
        self._titles = TitleMatcher(documents, document_aliases(documents, aliases), index.counts)
        self._issuers = Issuers(documents, aliases)
        self._lookup = Lookup(index, self._titles, {d.document_id: d.title for d in documents})

    @step("lookup")
    def look_up(
        self,
        text: str,
        full: str,
        documents: Collection[str],
        route: Route,
        without: Collection[str] = (),
    ) -> Found:
        """Return the clauses that a question names by number; see `Lookup.find` and, for `without`, `route`."""
        by_title = not _NAMES.intersection(without)
        return self._lookup.find(text, full, documents, route.likely & set(documents), by_title=by_title)

    def route(
        self,
        text: str,
        full: str,
        documents: Sequence[Document],
        today: date,
        without: Collection[str] = (),
    ) -> Route:
        """Return what a question means.

        Args:
            text: The question.
            full: With what it takes over from the questions before.
            documents: Those that this person may see; the others do not exist.
            today: Decides which days are to come.
            without: Keys of `Route.inferred` that the question is not read for.
        """
        known = {d.document_id: d for d in documents}
        named = {} if "title" in without else known
        own = (self._titles.named(text) or self._titles.named(full)) & named.keys()
        quoted = self._titles.described(text) & named.keys()
        numbered = (self._titles.numbered(text) or self._titles.numbered(full)) & known.keys()
        titles = {k: v for k, v in self._titles.scores(full).items() if k in named}
        if "doc_number" in without:
            titles = {k: v for k, v in titles.items() if k not in numbered}
            numbered = frozenset()
        regions = {} if "region" in without else _regions(text, full, documents)
        issue = asked_issue(full, documents)
        if issue.inferred.keys() & set(without):
            issue = Issue()
        status, asked = (frozenset(), []) if "status" in without else _status(full, documents)
        bodies = {} if "issuer" in without else self._issuers.named_in(full)
        issuers = {body: ids & known.keys() for body, ids in bodies.items() if ids & known.keys()}
        day = None if "as_of" in without else asked_day(full, today)
        inferred = {
            "title": _listed([known[i].title for i in own or quoted]),
            "doc_number": _listed([known[i].doc_number or "" for i in numbered]),
            "region": "、".join(sorted(regions)),
            **issue.inferred,
            "status": "、".join(asked),
            "issuer": _listed(sorted(issuers)),
            "as_of": day or "",
        }
        return Route(
            titles={k: min(v, NAMED) for k, v in titles.items() if v >= MEANT},
            named=frozenset(own | numbered | quoted),
            regions=regions,
            around=frozenset() if "region" in without else _around(text, full, documents),
            issue=issue.documents,
            status=status,
            issuers=frozenset().union(*issuers.values()),
            older=_older(full, documents, own, status, day),
            day=day,
            inferred={key: value for key, value in inferred.items() if value},
        )


def _words_for(region: str, text: str) -> str:
    """Return the most of a region's name that a text has: 北京 of 北京市."""
    return next((region[:n] for n in range(len(region), 1, -1) if region[:n] in text), "")


def _listed(names: Sequence[str]) -> str:
    names = sorted(set(filter(None, names)))
    return "、".join(names[:_SHOWN]) + (f"等{len(names)}份" if len(names) > _SHOWN else "")


def _regions(text: str, full: str, documents: Sequence[Document]) -> dict[str, frozenset[str]]:
    asked = tuple(places_in(text) or places_in(full))
    found: dict[str, set[str]] = {}
    for d in documents if asked else ():
        if d.region and d.region.startswith(asked):
            found.setdefault(d.region, set()).add(d.document_id)
    return {region: frozenset(ids) for region, ids in found.items()}


def _around(text: str, full: str, documents: Sequence[Document]) -> frozenset[str]:
    """Return the documents of provinces of which a text names a city but not the province itself."""
    asked = tuple(places_in(text) or places_in(full))
    elsewhere = [d for d in documents if d.region and not d.region.startswith(asked)] if asked else []
    return frozenset(d.document_id for d in elsewhere if any(holds_in(d.region, p) for p in asked))


def _status(text: str, documents: Sequence[Document]) -> tuple[frozenset[str], list[str]]:
    """Return the documents of the status that a text asks for, and its names; a draft is asked for by any name of one."""
    asked = [name for name, pattern in _STATUSES.items() if pattern.search(text)]
    fitting = [d for d in documents if d.status and any(n in d.status for n in asked)] if asked else []
    if not fitting and any(name in _DRAFTS for name in asked):
        fitting = [d for d in documents if is_draft(d)]
    return frozenset(d.document_id for d in fitting), asked if fitting else []


def _older(
    text: str, documents: Sequence[Document], named: Collection[str], status: Collection[str], day: str | None
) -> frozenset[str]:
    """Return the replaced versions that a text asks for: by their status, their full name, their day, or as the old ones."""
    replaced = [d for d in documents if d.superseded_by]
    by_id = {d.document_id: d for d in documents} if replaced else {}
    replaced = [d for d in replaced if d.superseded_by in by_id]
    asks = _OLDER.search(text) is not None
    return frozenset(
        d.document_id
        for d in replaced
        if asks
        or d.document_id in status
        or (d.document_id in named and d.superseded_by not in named)
        or (day is not None and (by_id[d.superseded_by or ""].effective_date or "") > day)
    )
