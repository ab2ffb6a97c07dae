"""The same document in several texts: a draft and what became of it, a law before and after an amendment."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from rag.catalog.sketch import containment, resemblance
from rag.schema import Document
from rag.text import bare, loose
from rag.validity import is_draft

_STATUS = re.compile(r"[(（][^()（）]*(征求意见|草案|送审|讨论稿|试行|暂行|修订|修正|修改)[^()（）]*[)）]$")
_SAME_TITLE = 0.2
_SAME_NUMBER = 0.5
"""Least share of the shorter text's wording that stands in the other: versions of one law have .55 to 1."""
_OTHER_TITLE = 0.85
"""Least share of both texts' wording: an amendment stands almost whole in the law that it amends, and is no version of it."""
_MIN_SKETCH = 20
_COMMON = 20
"""A wording that so many documents share says nothing."""


def successors(documents: Sequence[Document], sketches: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Return for each document that has a newer version the id of the next newer one.

    Two texts are versions of one document when their titles are the same but for a status in brackets and they have some
    wording in common, when their numbers are the same, or when nearly all the wording is. A draft is older than what is
    no draft; else the printed dates decide, and without them neither supersedes the other.

    Args:
        documents: Those that can be found.
        sketches: By document_id, see `rag.catalog.sketch`.
    """
    families = _Families()
    by_id = {d.document_id: d for d in documents}
    for a, b in _candidates(documents, sketches):
        if _are_versions(by_id[a], by_id[b], sketches[a], sketches[b]):
            families.join(a, b)
    newer: dict[str, str] = {}
    for family in families.groups():
        ordered = sorted((by_id[i] for i in family), key=_age)
        for older in ordered:
            after = next((d for d in ordered if _age(d) > _age(older)), None)
            if after:
                newer[older.document_id] = after.document_id
    return newer


def _candidates(
    documents: Sequence[Document], sketches: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, str]]:
    titles: dict[str, list[str]] = defaultdict(list)
    wording: dict[int, list[str]] = defaultdict(list)
    for d in documents:
        titles[_core(d.title)].append(d.document_id)
        if len(sketches[d.document_id]) >= _MIN_SKETCH:
            for value in sketches[d.document_id].tolist():
                wording[value].append(d.document_id)
    pairs = {pair for group in titles.values() for pair in combinations(sorted(group), 2)}
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for group in wording.values():
        if 1 < len(group) <= _COMMON:
            for pair in combinations(sorted(group), 2):
                shared[pair] += 1
    pairs |= {pair for pair, count in shared.items() if count >= _MIN_SKETCH * _SAME_NUMBER}
    yield from sorted(pairs)


def _are_versions(a: Document, b: Document, words_a: np.ndarray, words_b: np.ndarray) -> bool:
    if a.region and b.region and a.region != b.region:
        return False
    if _core(a.title) == _core(b.title):
        return containment(words_a, words_b) >= _SAME_TITLE
    if a.doc_number and b.doc_number:
        same_number = bare(a.doc_number) == bare(b.doc_number)
        return same_number and containment(words_a, words_b) >= _SAME_NUMBER
    return resemblance(words_a, words_b) >= _OTHER_TITLE


def _core(title: str) -> str:
    """Return a title without the status at its end and without 中华人民共和国."""
    plain = loose(title).removeprefix("中华人民共和国")
    while plain != (shorter := _STATUS.sub("", plain)):
        plain = shorter
    return plain


def _age(document: Document) -> tuple[bool, str]:
    """Return what sorts versions, oldest first."""
    return not is_draft(document), document.adopted_on or document.effective_date or document.issue_date or ""


class _Families:
    """Groups of documents that are versions of each other, directly or through a third."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def _top(self, key: str) -> str:
        while (above := self._above.setdefault(key, key)) != key:
            key = above
        return key

    def join(self, a: str, b: str) -> None:
        self._above[self._top(a)] = self._top(b)

    def groups(self) -> Iterable[list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in self._above:
            found[self._top(key)].append(key)
        return found.values()
