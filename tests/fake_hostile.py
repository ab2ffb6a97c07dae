"""Texts that would do harm if a screen took them for markup, and an assistant over documents that consist of them."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fake_assistant import FakeAssistant

from rag.schema import (
    Answer,
    Citation,
    Clause,
    Document,
    Event,
    Filters,
    Hit,
    Notice,
    Question,
    Retrieval,
    Stage,
    Viewer,
)

STRINGS = json.loads((Path(__file__).parent / "data" / "hostile_strings.json").read_text(encoding="utf-8"))


def letters(text: str) -> str:
    """Return what a reader sees of a text, without blanks and unseen characters."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def loose(text: str) -> str:
    """Return the letters without the marks by which an answer may have lists, headings, tables and bold words."""
    return re.sub(r"[#*|•\d.\-]", "", letters(text))


def document(text: str, number: int = 1) -> Document:
    """Return a document whose every field begins with a word for the field and goes on with the text."""
    return Document(
        f"x{number}", f"题{text}", f"源{text}", "articles", 1, 3, source_name=f"刊{text}", issuer=f"机{text}",
        region=f"地{text}", doc_number=f"号{text}", status=f"状{text}", effective_text=f"效{text}", period=f"划{text}",
        inferred=("issuer",),
    )  # fmt: skip


def clause(text: str, number: int = 1, ordinal: int = 0) -> Clause:
    """Return a clause of such a document."""
    place = f"{ordinal}位{text}"
    return Clause(
        f"x{number}:{place}", f"x{number}", f"题{text}", place, f"条{text}", f"文{text}\n{text}", 1, 2, ordinal, f"章{text}"
    )  # fmt: skip


def answer(texts: list[str]) -> Answer:
    """Return an answer that cites a clause for each text, and has found a further one."""
    cited = [clause(text, n) for n, text in enumerate(texts, start=1)]
    hits = tuple(Hit(c, 1.0) for c in (*cited, clause(texts[0], 1, 7)))
    return Answer(
        "partial", "\n\n".join(f"答{text}\n{text}[{n}]" for n, text in enumerate(texts, start=1)),
        tuple(Citation(n, c.clause_id, c.title, c.locator, f"款{t}", t) for n, (c, t) in enumerate(zip(cited, texts, strict=True), start=1)),
        (*(Notice("x", f"警{t}", c.clause_id) for c, t in zip(cited, texts, strict=True)), Notice("y", f"总{texts[0]}")),
        (Hit(clause(texts[0], 1, 8), 1.0),),
        Retrieval(hits, Filters({"title": f"限{texts[0]}"}, {"issuer": f"推{texts[0]}", "note_history": f"承{texts[0]}"}), 0.1),
        f"型{texts[0]}", f"版{texts[0]}",
    )  # fmt: skip


class HostileAssistant(FakeAssistant):
    """Answers every question with all of the texts."""

    def __init__(self) -> None:
        super().__init__(notice="".join(STRINGS[:3]))

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        return answer(STRINGS).retrieval

    def _stream(self, question: Question) -> Iterator[Event]:
        said = answer(STRINGS)
        yield Stage("search")
        yield Stage("read", said.retrieval)
        yield said

    def documents(self, viewer: Viewer | None = None) -> list[Document]:
        return [document(text, n) for n, text in enumerate(STRINGS, start=1)]

    def clauses(self, document_id: str, viewer: Viewer | None = None) -> list[Clause]:
        n = int(document_id.removeprefix("x"))
        return [clause(STRINGS[n - 1], n, ordinal) for ordinal in range(3)]

    def clause(self, clause_id: str, viewer: Viewer | None = None) -> Clause:
        return next(c for c in self.clauses(clause_id.partition(":")[0]) if c.clause_id == clause_id)

    def neighbours(self, clause_id: str, viewer: Viewer | None = None) -> list[Clause]:
        own = self.clause(clause_id)
        return [c for c in self.clauses(own.document_id) if abs(c.ordinal - own.ordinal) == 1]
