"""What a run of `ingest` changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that was not taken in, and why."""

    path: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run changed; names of documents, not of files, except for `failed`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[FailedFile, ...] = ()
    clauses: int = 0
    """Clauses of the collection after the run."""
