"""What clauses say of clauses and documents: references, definitions, repeals; found in one document, resolved among all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.reference.definitions import definitions_in
from ingest.reference.finder import Finder
from ingest.reference.own import Own, own_of
from ingest.reference.repeals import repeals_in
from ingest.reference.targets import Find, Targets
from rag.locator.place import key_of, part_of
from rag.schema import Clause, Document, Reference


def annotated(clauses: Sequence[Clause], document: Document) -> tuple[Clause, ...]:
    """Return a document's clauses with their references, definitions and repeals, all without ids.

    Args:
        clauses: All clauses of the document, in printed order.
        document: What they belong to.
    """
    own = own_of(clauses, document)
    finder = Finder(own)
    out: list[Clause] = []
    position = 0
    for clause in clauses:
        references = finder.find(clause, position)
        definitions, repeals = definitions_in(clause.text), repeals_in(clause)
        if references or definitions or repeals or clause.references or clause.definitions or clause.repeals:
            clause = replace(clause, references=references, definitions=definitions, repeals=repeals)
        out.append(clause)
        position += part_of(clause.label).style == "条"
    return tuple(out)


def references_in(text: str, own_title: str) -> tuple[Reference, ...]:
    """Return the references of a text alone; what needs its place in a document (前款, a bare 第X条) is left out."""
    clause = Clause("", "", own_title, "", "", text, 1, 1, 0)
    return Finder(Own(own_title)).find(clause, 0)


def places(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """Return (document_id, key) → clause_id for all places that a reference may name.

    Args:
        rows: (clause_id, document_id, locator) of all clauses, in printed order.

    Returns:
        The first clause at a label, under a division (第三章 is its first clause), or at a whole locator.
    """
    out: dict[tuple[str, str], str] = {}
    for clause_id, document_id, locator in rows:
        label = locator.rpartition("/")[2]
        if part_of(label).style in ("条", "附件", "段"):
            out.setdefault((document_id, key_of(label)), clause_id)
        path = locator
        while path and (document_id, key_of(path)) not in out:
            out[document_id, key_of(path)] = clause_id
            path = path.rpartition("/")[0]
    return out


def resolved(clauses: Iterable[Clause], documents: Iterable[Document], find: Find) -> Iterator[Clause]:
    """Yield the clauses whose references or repeals gain or lose a target, with the ids filled in.

    Args:
        clauses: Any, in any order; one is held at a time.
        documents: The whole collection.
        find: Returns the clause_id of a document_id and the key of a place (see `places`, `rag.locator.place.key_of`).
    """
    targets = Targets(documents, find)
    for clause in clauses:
        changed = targets.fill(clause)
        if changed != clause:
            yield changed


def resolve(
    clauses: Iterable[Clause], documents: Iterable[Document], labels: Mapping[tuple[str, str], str]
) -> list[Clause]:
    """Return what `resolved` yields, with (document_id, key) → clause_id in place of a function."""
    return list(resolved(clauses, documents, lambda document_id, key: labels.get((document_id, key))))
