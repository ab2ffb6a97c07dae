"""The values that pass between the stages; nothing here imports from the project or from other packages.

A source (file) holds documents; a document holds clauses; a long clause is embedded in several chunks.
Dates are ISO strings (`2024-01-01`); line numbers are 1-based in the text that the reader produced; None means unknown.
"""

from rag.schema.answer import Answer, Check, Citation, Delta, Event, Notice, Settled, Stage, Usage, Verdict
from rag.schema.clause import Clause, Definition, Document, Reference, Repeal, Scheme, Validity
from rag.schema.search import Filters, Hit, Leg, LegScore, Question, Retrieval, Viewer
from rag.schema.source import Leftover, Remark, Source, SourceText

__all__ = [
    "Answer", "Check", "Citation", "Clause", "Definition", "Delta", "Document", "Event", "Filters", "Hit", "Leftover", "Leg",
    "LegScore", "Notice", "Question", "Reference", "Remark", "Repeal", "Retrieval", "Scheme", "Settled", "Source", "SourceText",
    "Stage", "Usage", "Validity", "Verdict", "Viewer",
]  # fmt: skip
