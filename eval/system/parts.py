"""The product with one part off: what a part is worth is the difference that it makes."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from llama_index.core.schema import BaseNode

from eval.cases import Case
from eval.system.models import chosen_model
from eval.system.product import Product
from eval.system.storage import VECTORS, embedded, temporary_folder
from rag import keyword_index
from rag.assistant import MakeRetriever, build_assistant
from rag.catalog import Catalog
from rag.chunk.nodes import chunk_nodes
from rag.chunk.parts import passages
from rag.dense import DenseLeg
from rag.embed import Embedder
from rag.hit.parts import Parts
from rag.keyword_index import KeywordIndex
from rag.rerank import Reranker
from rag.retrieve import Retriever
from rag.schema import Clause
from rag.settings import Settings
from rag.vector_store import VectorStore

Progress = Callable[[str, int, int], None]
_WHOLE = Parts()
_CHUNK_BATCH = 512


@dataclass(frozen=True, slots=True)
class _Off:
    parts: Parts = _WHOLE
    reranker: bool = True
    checked: bool = True


WITHOUT = {
    "keyword-only": _Off(Parts(dense=False)),
    "dense-only": _Off(Parts(keyword=False)),
    "no-router": _Off(Parts(router=False)),
    "no-reranker": _Off(reranker=False),
    "no-verification": _Off(checked=False),
}
"""Systems whose part is off by a switch."""


def without(name: str, settings: Settings, cases: Sequence[Case], model: str | None) -> Product:
    """Return the product without one part, a key of `WITHOUT`; raises as `eval.system.build_system`.

    Without vectors the second look is still there, and so is the rule whether the evidence is enough, which then goes by
    the best sentence alone.
    """
    off = WITHOUT[name]
    if not off.reranker:
        settings = settings.model_copy(update={"rerank_model": "none"})
    assistant = build_assistant(
        settings,
        model=chosen_model(model, settings, cases),
        retriever=partial(Retriever, parts=off.parts),
        checked=off.checked,
    )
    return Product(assistant, {"system": name})


def untitled(settings: Settings, cases: Sequence[Case], model: str | None, progress: Progress) -> Product:
    """Return the product over indexes whose texts begin with the locator; raises as `eval.system.build_system`.

    Titles are shown, looked up and read by the second look as always. Its vectors are embedded once.
    """
    assistant = build_assistant(
        settings,
        model=chosen_model(model, settings, cases),
        retriever=_over_untitled_texts(settings, progress),
    )
    return Product(assistant, {"system": "no-title"})


def _over_untitled_texts(settings: Settings, progress: Progress) -> MakeRetriever:
    def make(
        catalog: Catalog,
        keyword: KeywordIndex,
        store: DenseLeg,
        embedder: Embedder,
        again: Reranker | None,
    ) -> Retriever:
        folder = temporary_folder()
        keyword_index.build(folder, map(_untitled, catalog.each_clause()))
        own_store = _store(catalog, folder, embedder, settings, progress)
        retriever = Retriever(catalog, KeywordIndex(folder), own_store, embedder, again)
        weakref.finalize(retriever, own_store.close)
        return retriever

    return make


def _store(
    catalog: Catalog, folder: Path, embedder: Embedder, settings: Settings, progress: Progress
) -> VectorStore:
    clauses = catalog.clauses()
    texts = [passages(_untitled(clause)) for clause in clauses]
    flat = [text for parts in texts for text in parts]
    vectors = iter(embedded(flat, embedder, settings.data / VECTORS, settings.embedder, progress))
    documents = {document.document_id: document for document in catalog.documents()}
    nodes: list[BaseNode] = []
    for clause in clauses:
        # The node itself keeps its title: only its vector does without.
        for node in chunk_nodes(clause, documents[clause.document_id]):
            node.embedding = next(vectors).tolist()
            nodes.append(node)
    store = VectorStore(folder)
    for start in range(0, len(nodes), _CHUNK_BATCH):
        store.add(nodes[start : start + _CHUNK_BATCH])
    return store


def _untitled(clause: Clause) -> Clause:
    return replace(clause, title="")
