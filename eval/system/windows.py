"""BM25 over windows of fixed length: what is left of the product without clauses, vectors and rules.

Words are cut as in the product's keyword leg, characters and pairs, so that the difference is that of the texts alone.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from importlib.resources import files
from typing import Any

from eval.outcome import Cost, Outcome, Passage
from eval.system.storage import temporary_folder
from rag import keyword_index
from rag.answer import asked
from rag.catalog import Catalog
from rag.errors import EmptyCollection
from rag.hit.query import check_question
from rag.keyword_index import KeywordIndex
from rag.schema import Clause, Question, Source
from rag.settings import Settings

TOKENS, OVERLAP = 512, 64
_HITS = 10


class Windows:
    """Finds windows of the raw sources. Several threads may ask at once."""

    def __init__(self, settings: Settings) -> None:
        """Index the sources of a collection.

        Raises:
            EmptyCollection: There is no collection, or no source in it.
        """
        found = [window for source in sources(settings) for window in windows_of(source)]
        self._windows = {window.clause_id: window for window in found}
        folder = temporary_folder()
        keyword_index.build(folder, found)
        self._index = KeywordIndex(folder)

    def ask(self, question: Question) -> Outcome:
        """Return the best windows; for a follow-up the question before is searched for, too, as by the product.

        Raises:
            QuestionError: The question cannot be searched for.
        """
        started = time.perf_counter()
        check_question(question.text)
        found = self._index.search(asked(question), _HITS)
        hits = [Passage(self._windows[i].document_id, "", self._windows[i].text, score) for i, score in found]
        return Outcome(tuple(hits), Cost(time.perf_counter() - started))

    def about(self) -> dict[str, object]:
        """Return the lengths of the windows."""
        return {
            "system": "windows",
            "tokens": TOKENS,
            "overlap": OVERLAP,
            "windows": len(self._windows),
            "parallel": True,
        }


def sources(settings: Settings) -> list[Source]:
    """Return the sources of a collection with their raw text, by name.

    Raises:
        EmptyCollection: There is no collection, or no source in it.
    """
    with closing(Catalog(settings.data)) as catalog:
        found = [catalog.source(name) for name in sorted(catalog.files())]
    if not found:
        raise EmptyCollection(
            "The collection holds no document.",
            fix="policyqa ingest PATH",
            chinese=("库中没有文件。", "policyqa ingest PATH"),
        )
    return found


def windows_of(source: Source) -> Iterator[Clause]:
    """Yield the windows of a source, cut by the tokens of the bundled embedder, as clauses without a name; none of no text."""
    text = "\n".join(source.lines)
    spans = _spans(text)
    step = TOKENS - OVERLAP
    for ordinal, start in enumerate(range(0, max(len(spans) - OVERLAP, 1), step)):
        part = spans[start : start + TOKENS]
        if not part:
            return
        words = text[part[0][0] : part[-1][1]]
        yield Clause(f"{source.name}#{ordinal}", source.name, "", "", "", words, 1, 1, ordinal)


def _spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each token in the text."""
    return [(a, b) for a, b in _tokenizer().encode(text, add_special_tokens=False).offsets if a < b]


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415

    path = files("rag").joinpath("models", "clause_embed", "tokenizer.json")
    tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    tokenizer.no_truncation()
    return tokenizer
