"""The collection that the hand-made references are about: the bulletins, and laws of which only some clauses have text."""

import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from fakes_ingest import ISSUES, bulletin

from ingest.references import annotated, places, resolve
from rag.schema import Clause, Document

DATA = Path(__file__).parent / "data"


def read(name: str) -> list[dict]:
    """The records of a file of `tests/data`."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def law(number: int, record: dict) -> tuple[Document, list[Clause]]:
    """A document of the fixture; clauses that nothing is asked about are empty."""
    document = Document(f"law{number}", record["title"], record["source"], record["scheme"], 1, 1)
    clauses: list[Clause] = []
    seen = Counter[str]()
    above = ""
    for ordinal, written in enumerate(record["locators"]):
        locator = above + written if written.startswith("/") else written
        above = locator.rpartition("/")[0]
        seen[locator] += 1
        again = f"~{seen[locator]}" if seen[locator] > 1 else ""
        headings, text = record["texts"].get(locator, ("", "")) if not again else ("", "")
        clause_id = f"{document.document_id}:{locator}{again}"
        label = locator.rsplit("/", 1)[-1]
        clauses.append(
            Clause(
                clause_id, document.document_id, document.title, locator, label, text, 1, 1, ordinal, headings
            )
        )
    return document, clauses


@cache
def collection() -> dict[tuple[str, str], list[Clause]]:
    """(source or issue, title) → clauses with references, definitions and repeals, resolved."""
    shelf = {
        (issue, p.document.title): (p.document, p.clauses) for issue in ISSUES for p in bulletin(issue)[1]
    }
    for number, record in enumerate(read("references-clauses.jsonl")):
        shelf[record["source"], record["title"]] = law(number, record)
    found = {key: annotated(clauses, document) for key, (document, clauses) in shelf.items()}
    rows = [c for clauses in found.values() for c in clauses]
    labels = places((c.clause_id, c.document_id, c.locator) for c in rows)
    changed = {c.clause_id: c for c in resolve(rows, [d for d, _ in shelf.values()], labels)}
    return {key: [changed.get(c.clause_id, c) for c in clauses] for key, clauses in found.items()}


def truth() -> dict[tuple[str, str, str], list[dict]]:
    """(source or issue, title, locator) → what is written by hand about the clause; empty where it says nothing."""
    out: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
    for record in read("references.jsonl"):
        rows = out[record["source"], record["title"], record["locator"]]
        if record["kind"] != "none":
            rows.append(record)
    return out
