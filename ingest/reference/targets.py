"""Which document and clause of the collection a reference or repeal means."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ingest.reference.names import short_forms
from rag.locator.numerals import to_chinese
from rag.locator.place import key_of, part_of
from rag.locator.title import title_key
from rag.schema import Clause, Document, Reference, Repeal
from rag.text import loose
from rag.validity import is_draft

Find = Callable[[str, str], str | None]
"""(document_id, key of a place) → clause_id."""
_HALVES = {"总则": "第一编", "分则": "第二编"}


class Targets:
    """The collection's documents by every name that another may call them."""

    def __init__(self, documents: Iterable[Document], find: Find) -> None:
        self._find = find
        self._age: dict[str, tuple[bool, str]] = {}
        self._whole: dict[str, list[str]] = defaultdict(list)
        self._short: dict[str, list[str]] = defaultdict(list)
        self._tail: dict[str, list[str]] = defaultdict(list)
        self._key: dict[str, str] = {}
        for d in documents:
            self._age[d.document_id] = (
                not is_draft(d),
                d.adopted_on or d.effective_date or d.issue_date or "",
            )
            key = self._key[d.document_id] = title_key(d.title)
            self._whole[loose(d.title)].append(d.document_id)
            self._short[key].append(d.document_id)
            _, about, rest = key.partition("关于")
            if about and not key.startswith(about):
                self._tail[about + rest].append(d.document_id)
        self._named: dict[str, tuple[str, ...]] = {}

    def fill(self, clause: Clause) -> Clause:
        """Return the clause with the ids of its references and repeals as they are now."""
        if not clause.references and not clause.repeals:
            return clause
        repeals = tuple(self._repealed(r, clause) for r in clause.repeals)
        old = {r.span: r.target_document_id for r in repeals}
        references = tuple(
            replace(r, target_document_id=old[r.span], clause_id=None)
            if r.span in old and r.target_locator is None
            else self._filled(r, clause)
            for r in clause.references
        )
        if references == clause.references and repeals == clause.repeals:
            return clause
        return replace(clause, references=references, repeals=repeals)

    def _filled(self, reference: Reference, clause: Clause) -> Reference:
        title = reference.target_title or ""
        own = title == clause.title
        candidates = self.documents(title)
        if own and reference.target_locator == clause.label:
            return replace(reference, target_document_id=clause.document_id, clause_id=clause.clause_id)
        if own:
            candidates = (clause.document_id, *(c for c in candidates if c != clause.document_id))
        if not reference.target_locator:
            return replace(
                reference, target_document_id=candidates[0] if candidates else None, clause_id=None
            )
        for document_id in candidates:
            if found := self._clause(document_id, reference.target_locator):
                return replace(reference, target_document_id=document_id, clause_id=found)
        return replace(reference, target_document_id=candidates[0] if candidates else None, clause_id=None)

    def _repealed(self, repeal: Repeal, clause: Clause) -> Repeal:
        """A text that repeals its own title means an older version, never itself or a newer one."""
        limit = self._age.get(clause.document_id, (True, ""))
        found = [
            c
            for c in self.documents(repeal.target_title, newest=False)
            if c != clause.document_id and not (limit[1] and self._age[c] > limit)
        ]
        return replace(repeal, target_document_id=max(found, key=self._age.__getitem__) if found else None)

    def documents(self, title: str, *, newest: bool = True) -> tuple[str, ...]:
        """Return the documents that a title names, the newest: several when one text is split, as the books of a code are."""
        known = self._named.get(title)
        if known is None:
            key = title_key(title)
            key = short_forms().get(key, key)
            known = tuple(self._whole.get(loose(title)) or self._short.get(key) or self._tail.get(key) or ())
            self._named[title] = known
        if not newest or len(known) < 2:
            return known
        best = max(self._age[c] for c in known)
        return tuple(c for c in known if self._age[c] == best)

    def _clause(self, document_id: str, locator: str) -> str | None:
        return next((found for key in _keys(locator) if (found := self._find(document_id, key))), None)


def _keys(locator: str) -> Sequence[str]:
    """Return the keys under which a place may be known: 第三部分 and 第三条 may be 三 of an outline, 分则 is 第二编."""
    first, slash, rest = locator.partition("/")
    if first in _HALVES and rest:
        return [key_of(f"{_HALVES[first]}/{rest}"), key_of(rest)]
    part = part_of(first)
    if part.style == "条" and not part.sub and 0 < part.number < 10_000:
        return [key_of(locator), to_chinese(part.number)]
    if part.style == "部" and 0 < part.number < 10_000:
        return [key_of(locator), to_chinese(part.number) + (slash + key_of(rest) if rest else "")]
    return [key_of(locator)]
