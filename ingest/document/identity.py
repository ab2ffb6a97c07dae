"""Which document a text is and what its source is called: ids that last through corrections, better parsers and new versions."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import MappingProxyType

from rag.catalog import Parsed
from rag.schema import Clause, Document
from rag.text import bare, text_hash


def document_id(title: str, doc_number: str | None, version: str | None = None) -> str:
    """Return 12 hex digits for a title and its printed number; `version` tells apart texts that share both."""
    key = "|".join([bare(title), bare(doc_number or ""), *([version] if version else [])])
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def text_of(clauses: Sequence[Clause]) -> str:
    """Return a hash of a document's whole text."""
    return text_hash("\n".join(c.text for c in clauses))


def renamed(parsed: Parsed, new_id: str) -> Parsed:
    """Return the same document under another id."""
    old_id = parsed.document.document_id
    if new_id == old_id:
        return parsed
    clauses = tuple(
        replace(c, document_id=new_id, clause_id=new_id + c.clause_id[len(old_id) :]) for c in parsed.clauses
    )
    return replace(parsed, document=replace(parsed.document, document_id=new_id), clauses=clauses)


def identified(
    parsed: Sequence[Parsed],
    known: Mapping[str, Document],
    source: str,
    clauses_of: Callable[[str], Sequence[Clause]],
    *,
    lost: Mapping[str, str] = MappingProxyType({}),
    same_bytes: bool = False,
) -> tuple[list[Parsed], list[Document]]:
    """Give the documents of one source their lasting ids.

    Args:
        parsed: In printed order.
        known: All documents of the catalog as they were read, by id.
        source: Name of the source.
        clauses_of: Returns a known document's clauses.
        lost: Hash of the text by id of documents that have just lost their source; the same text is the same document.
        same_bytes: The source is read again by a newer parser; otherwise its file is new or has changed.

    Returns:
        The documents to store, and those that are kept already word for word, under the id that they have.
    """
    texts = [text_of(item.clauses) for item in parsed]
    chosen = _matched(
        parsed, texts, [d for d in known.values() if d.source == source], clauses_of, same_bytes
    )
    elsewhere = {k for k, d in known.items() if d.source != source}
    taken: dict[str, tuple[str, str]] = {}
    out: list[Parsed] = []
    repeated: list[Document] = []
    for place, (item, text) in enumerate(zip(parsed, texts, strict=True)):
        document, key = item.document, (bare(item.document.title), text)
        version = document.adopted_on or document.effective_date or document.issue_date or text[:8]
        again = next((k for k, v in taken.items() if v == key), None)
        for candidate in (
            again
            or chosen.get(place)
            or next((k for k, v in lost.items() if v == text), document.document_id),
            document.document_id,
            *(document_id(document.title, document.doc_number, v) for v in (version, text[:8])),
        ):
            if again or (candidate in elsewhere and text_of(clauses_of(candidate)) == text):
                repeated.append(replace(document, document_id=candidate))
                break
            mine = candidate == chosen.get(place) or candidate not in chosen.values()
            if mine and candidate not in taken and candidate not in elsewhere:
                taken[candidate] = key
                out.append(renamed(item, candidate))
                break
    return out, repeated


def _matched(
    parsed: Sequence[Parsed],
    texts: Sequence[str],
    before: Sequence[Document],
    clauses_of: Callable[[str], Sequence[Clause]],
    same_bytes: bool,
) -> dict[int, str]:
    """Return which documents of a source are those that it held before: place in `parsed` → id.

    First those of the same name and text, then of the same name, then over the same lines unless these hold another
    document now.
    """
    clauses = {d.document_id: clauses_of(d.document_id) for d in before}
    found: dict[int, str] = {}

    def match(fits: Callable[[int, Document], bool]) -> None:
        for place in range(len(parsed)):
            left = (d for d in before if d.document_id not in found.values())
            if place not in found and (old := next((d for d in left if fits(place, d)), None)):
                found[place] = old.document_id

    def same_name(place: int, old: Document) -> bool:
        new = parsed[place].document
        return bare(old.title) == bare(new.title) and old.doc_number == new.doc_number

    def same_place(place: int, old: Document) -> bool:
        new = parsed[place]
        lines = (old.start_line, old.end_line) == (new.document.start_line, new.document.end_line)
        return lines and (same_bytes or _share(new.clauses, clauses[old.document_id]))

    match(lambda place, old: same_name(place, old) and texts[place] == text_of(clauses[old.document_id]))
    match(same_name)
    match(same_place)
    return found


def _share(new: Sequence[Clause], old: Sequence[Clause]) -> bool:
    """Tell whether half of the clauses of the shorter text stand in the other."""
    both = {text_hash(c.text) for c in new} & {text_hash(c.text) for c in old}
    return bool(both) and 2 * len(both) >= min(len(new), len(old))


def source_names(address: str) -> Iterator[str]:
    """Yield what a source may be called: its file's name, with its folder's or the whole path when that is taken."""
    path = Path(address)
    yield path.name
    yield f"{path.parent.name}/{path.name}"
    yield address
    yield from (f"{address}~{number}" for number in count(2))
