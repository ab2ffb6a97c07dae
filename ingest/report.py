"""What a run of `ingest` changed."""

from dataclasses import dataclass

from rag.errors import SourceError


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that was not taken in, and why."""

    path: str
    message: str
    fix: str
    chinese: tuple[str, str] | None = None
    """Message and fix in Chinese."""


def failed_file(path: str, error: SourceError) -> FailedFile:
    """Return that a file was not taken in, in the words of its error."""
    return FailedFile(path, error.message, error.fix, error.chinese)


@dataclass(frozen=True, slots=True)
class FileNotice:
    """What a reader had to guess or leave out in a file that was taken in."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run changed; names of documents, not of files, except for `failed` and `notices`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[FailedFile, ...] = ()
    notices: tuple[FileNotice, ...] = ()
    clauses: int = 0
    """Clauses of the collection after the run."""
