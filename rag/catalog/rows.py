"""Values of the schema as rows of the tables, and back."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any, NamedTuple

from rag.chunk.metadata import as_json as metadata_json
from rag.chunk.metadata import chunk_metadata
from rag.chunk.parts import digest, passages, passages_key
from rag.schema import Clause, Definition, Document, Leftover, Reference, Repeal, Source
from rag.text import text_hash


@dataclass(frozen=True, slots=True)
class FileState:
    """What was known of a file when it was last read."""

    name: str
    path: str
    """Its address: of a member of an archive, the archive's path and the member's name."""
    size: int
    mtime_ns: int
    sha256: str
    parser: str
    sidecar: str = ""
    """Hash of the fields that a person set beside it; empty without."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as it was read, with its clauses."""

    document: Document
    clauses: tuple[Clause, ...]
    leftovers: tuple[Leftover, ...]


class Standing(NamedTuple):
    """How a document stands to the others; fields as in `rag.schema.Document`."""

    superseded_by: str | None = None
    repealed_by: str | None = None
    repealed_on: str | None = None


def as_json(fields: dict[str, Any]) -> str:
    """Return fields as they are stored: compact, Chinese as it is."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def source_row(source: Source, state: FileState) -> tuple[Any, ...]:
    """Return a row of `sources`."""
    pages = json.dumps(source.pages) if source.pages else ""
    return (
        *astuple(state),
        "\n".join(source.lines),
        pages,
        int(source.whole_paragraphs),
        source.source_name,
        source.issue_no,
        source.issue_date,
    )


def source_from(row: sqlite3.Row) -> Source:
    """Make a source from its row."""
    return Source(
        name=row["name"],
        sha256=row["sha256"],
        lines=tuple(row["lines"].split("\n")),
        source_name=row["source_name"],
        issue_no=row["issue_no"],
        issue_date=row["issue_date"],
        pages=tuple((first, last) for first, last in json.loads(row["pages"] or "[]")),
        whole_paragraphs=bool(row["whole_paragraphs"]),
    )


def document_from(fields: dict[str, Any]) -> Document:
    """Make a document from its stored fields."""
    note = fields["editor_note"]
    return Document(
        **{
            **fields,
            "editor_note": tuple(note) if note else None,
            "inferred": tuple(fields["inferred"]),
        }
    )


def standing_from(row: Sequence[Any]) -> dict[str, Any]:
    """Return the fields of a row of `standing` without its key."""
    return Standing(*row)._asdict()


def clause_from(fields: dict[str, Any]) -> Clause:
    """Make a clause from its stored fields."""
    kinds = {"references": Reference, "definitions": Definition, "repeals": Repeal}
    lists = {
        key: tuple(kind(**{**x, "span": tuple(x["span"])}) for x in fields[key])
        for key, kind in kinds.items()
    }
    return Clause(**{**fields, **lists})


def clause_row(clause: Clause, document: Document) -> tuple[str, str, int, str, str, str, str, int]:
    """Return a row of `clauses`: what is stored, and what tells whether its chunks must be made again."""
    texts = passages(clause)
    key = passages_key(texts)
    return (
        clause.clause_id,
        clause.document_id,
        clause.ordinal,
        as_json(asdict(clause)),
        text_hash(clause.text),
        key,
        digest(key, metadata_json(chunk_metadata(clause, document))),
        len(texts),
    )
