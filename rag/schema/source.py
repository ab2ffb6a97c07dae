"""What a user put in: a file as its reader gives it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader had to guess, left out or could not read, in both languages."""

    en: str
    zh: str

    def words(self, lang: Literal["zh", "en"]) -> str:
        """Return it in one of them."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader made of a file."""

    lines: tuple[str, ...]
    """The text, one entry a line, without line ends."""
    encoding: str
    """How the bytes were read, for the report: `utf-8`, `gb18030`, `docx`, …"""
    pages: tuple[tuple[int, int], ...] = ()
    """First and last page of each line, from 1; empty for formats without pages."""
    whole_paragraphs: bool = False
    """Each line is a whole paragraph, as in a word processor's file; otherwise page breaks may have torn some."""
    remarks: tuple[Remark, ...] = ()
    """For whoever put the file in; empty when all is certain and nothing was left out."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file that a user put in, and what its masthead says."""

    name: str
    """File name; unique in a collection."""
    sha256: str
    """Of the file's bytes."""
    lines: tuple[str, ...]
    """The reader's text."""
    source_name: str | None = None
    """Name of the periodical, as printed: 大数据发展动态."""
    issue_no: int | None = None
    issue_date: str | None = None
    pages: tuple[tuple[int, int], ...] = ()
    """As in `SourceText`, like the next."""
    whole_paragraphs: bool = False


@dataclass(frozen=True, slots=True)
class Leftover:
    """Characters of a document that belong to no clause and no field."""

    line: int
    kind: Literal["leftover", "join"]
    """`leftover`: the trace of a picture or of layout; `join`: a word doubled at a page break, dropped once."""
    text: str
