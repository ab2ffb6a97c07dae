"""The source of truth: sources, documents, clauses and their history in SQLite, and the vectors that were made of them."""

from rag.catalog.catalog import Catalog
from rag.catalog.rows import FileState, Parsed

__all__ = ["Catalog", "FileState", "Parsed"]
