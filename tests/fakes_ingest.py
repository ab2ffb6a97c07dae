"""What the tests of ingestion read: the five bulletins with their hand-made truth, and texts written in a test."""

from functools import cache
from pathlib import Path

from eval.structure.bulletins import ISSUES as ISSUES
from ingest.documents import parse
from ingest.readers import read
from rag.catalog import Parsed
from rag.schema import Source

ROOT = Path(__file__).parents[1]


@cache
def bulletin(issue: str) -> tuple[Source, list[Parsed]]:
    """One of the five issues, parsed."""
    path = next((ROOT / "corpus").glob(f"{issue}_*.txt"))
    return parse(Source(path.name, "0" * 64, read(path).lines))


def text_of(*lines: str, name: str = "文件.txt") -> tuple[Source, list[Parsed]]:
    """Parse lines written in a test."""
    return parse(Source(name, "0" * 64, tuple("\n".join(lines).split("\n"))))


def document_of(*lines: str, name: str = "文件.txt") -> Parsed:
    """Parse lines that hold one document."""
    _, parsed = text_of(*lines, name=name)
    assert len(parsed) == 1, [p.document.title for p in parsed]
    return parsed[0]


def locators(parsed: Parsed) -> list[str]:
    """Where its clauses stand, in printed order."""
    return [c.locator for c in parsed.clauses]


def clause(parsed: Parsed, locator: str) -> str:
    """The text of its first clause of that locator."""
    return next(c.text for c in parsed.clauses if c.locator == locator)
