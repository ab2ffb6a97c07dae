"""Three legs, one ranking: lookup by number, BM25 over characters and pairs, and vectors."""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.catalog import Catalog
from rag.chunk.nodes import clause_node
from rag.embed import Embedder
from rag.hit.filters import allowed
from rag.hit.parts import Parts
from rag.hit.query import check_question
from rag.hit.regions import places_in, with_chinese_names
from rag.keyword_index import KeywordIndex
from rag.locator.lookup import MEANT, PlaceIndex, TitleMatcher
from rag.locator.named import named_places
from rag.rerank import Reranker
from rag.schema import Document, Filters, Hit, Leg, LegScore, Question, Retrieval, Viewer
from rag.vector_store import VectorStore

MAX_HITS = 500
_DEPTH = 100
_DENSE_WEIGHT = 0.7
"""Of the dense leg in the fusion by min-max scores; the keyword leg has the rest."""
_REGION_BONUS = 0.3
_LOOKUP_BONUS = 1.0
_NUMBER_BONUS = 0.3
_VALIDITY_BONUS = 0.6
_VALIDITY_HITS = 5
_ASKS_VALIDITY = re.compile(
    r"(哪一?天|什么时候|何时|几时).{0,8}(开始|起|算)|施行|生效|实施日期|有效期|失效|作废|作数|算数|管用|到期|废止|还有效|in force|take effect|effective|expire",
    re.IGNORECASE,
)
_SAYS_VALIDITY = re.compile(
    r"(自|从).{0,20}(日|起)起?.{0,3}(施行|试行|实施|执行|生效)|(实施期|有效期|试行期)(为|至|自)?"
)
_ALL = Parts()
Ranking = Sequence[tuple[str, float]]


def fuse(keyword: Ranking, dense: Ranking, *, dense_weight: float = _DENSE_WEIGHT) -> dict[str, float]:
    """Merge two rankings of one question by min-max scores.

    Args:
        keyword: (clause_id, score), best first; may be empty.
        dense: The same; may overlap.
        dense_weight: In [0, 1].

    Returns:
        clause_id → score in [0, 1]: each leg's scores are stretched to [0, 1] and summed by weight; a clause that a leg
        did not return gets 0 there. Empty if both are.
    """
    out: dict[str, float] = {}
    for ranking, weight in ((keyword, 1 - dense_weight), (dense, dense_weight)):
        if not ranking:
            continue
        low, high = ranking[-1][1], ranking[0][1]
        for clause_id, score in ranking:
            share = (score - low) / (high - low) if high > low else 1.0
            out[clause_id] = out.get(clause_id, 0.0) + weight * share
    return out


def _prefer_region(
    text: str, full: str, documents: Sequence[Document], scores: dict[str, float]
) -> str | None:
    """Raise the clauses of the places that the question names; clauses of other places stay, only lower."""
    asked = places_in(text) or places_in(full)
    regions = {
        d.document_id: d.region for d in documents if d.region and any(d.region.startswith(a) for a in asked)
    }
    if not regions:
        return None
    top = max(scores.values(), default=0.0)
    best: dict[str, str] = {}
    for clause_id in sorted(scores, key=lambda i: -scores[i]):
        region = regions.get(clause_id.split(":")[0])
        if region:
            best.setdefault(region, clause_id)
            scores[clause_id] += _REGION_BONUS
    # A question that compares places needs the best clause of each among the first.
    for clause_id in best.values() if len(best) > 1 else ():
        scores[clause_id] = max(scores[clause_id], top)
    return "、".join(sorted(set(regions.values())))


class Retriever:
    """Finds clauses in one collection; keeps no state between questions."""

    def __init__(
        self,
        catalog: Catalog,
        keyword: KeywordIndex,
        store: VectorStore,
        embedder: Embedder,
        reranker: Reranker | None = None,
        parts: Parts = _ALL,
    ) -> None:
        """Take the collection as it is now; `parts` says what of the search works."""
        self._documents = catalog.documents()
        self._by_id: dict[str, Document] = {d.document_id: d for d in self._documents}
        self._catalog, self._keyword, self._store, self._embedder = catalog, keyword, store, embedder
        self._titles = TitleMatcher(self._documents)
        self._places = PlaceIndex(catalog.places())
        self._reranker, self._parts = reranker, parts

    def document(self, document_id: str) -> Document:
        """Return a document of the collection."""
        return self._by_id[document_id]

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        """Return the best clauses for a question.

        Args:
            question: Its last user turn before counts as part of it.
            limit: Most hits, 1 to 500.
            viewer: Decides which documents exist; None sees the public ones.

        Raises:
            QuestionError: The question cannot be searched for.
            FilterError: A filter does not exist.
        """
        started = time.perf_counter()
        text = check_question(question.text)
        full = with_chinese_names(f"{question.history[-1][0]} {text}" if question.history else text)
        documents = allowed(self._documents, question.filters, question.as_of, viewer or Viewer())
        only = None if len(documents) == len(self._documents) else {d.document_id for d in documents}
        depth = max(_DEPTH, min(limit, MAX_HITS))
        legs: dict[Leg, Ranking] = {"lookup": self._look_up(text, full, documents)}
        legs |= self._ranked(full, depth, only)
        # The indexes may still hold a document that was taken out while another process is updating them.
        known = {d.document_id for d in documents}
        legs = {
            leg: [row for row in ranking if row[0].split(":")[0] in known] for leg, ranking in legs.items()
        }
        scores = fuse(legs["keyword"], legs["dense"], dense_weight=self._dense_weight)
        region = self._prefer(text, full, documents, scores)
        legs["rerank"] = self._rerank(text, scores)
        for clause_id, title_share in legs["lookup"]:
            # 第三条 without a document may mean a contract: then a number alone says little.
            bonus = _LOOKUP_BONUS + title_share if title_share >= MEANT else _NUMBER_BONUS
            scores[clause_id] = scores.get(clause_id, 0.0) + bonus
        hits = self._hits(legs, scores, min(limit, MAX_HITS))
        explicit = dict(question.filters) | ({"as_of": question.as_of} if question.as_of else {})
        inferred = {"region": region} if region else {}
        return Retrieval(tuple(hits), Filters(explicit, inferred), time.perf_counter() - started)

    def _ranked(self, full: str, depth: int, only: Collection[str] | None) -> dict[Leg, Ranking]:
        """Ask the two legs that rank; one that does not work finds nothing."""
        legs: dict[Leg, Ranking] = {"keyword": [], "dense": []}
        if self._parts.keyword:
            legs["keyword"] = self._keyword.search(full, depth, only)
        if self._parts.dense:
            legs["dense"] = self._store.search(self._embedder.get_query_embedding(full), depth, only)
        return legs

    @property
    def _dense_weight(self) -> float:
        both = self._parts.keyword and self._parts.dense
        return _DENSE_WEIGHT if both else float(self._parts.dense)

    def _look_up(self, text: str, full: str, documents: Sequence[Document]) -> Ranking:
        if not self._parts.router or not named_places(text):
            return []
        known = {d.document_id for d in documents}
        titles = {k: v for k, v in self._titles.scores(full).items() if k in known}
        best = max(titles.values(), default=0.0)
        meant = {k for k, v in titles.items() if v >= max(MEANT, 0.8 * best)}
        return self._places.look_up(text, titles, meant) or self._places.look_up(text, titles, known)

    def _prefer(
        self, text: str, full: str, documents: Sequence[Document], scores: dict[str, float]
    ) -> str | None:
        """Raise what the question asks for in so many words; return the places that it names."""
        if not self._parts.router:
            return None
        region = _prefer_region(text, full, documents, scores)
        if _ASKS_VALIDITY.search(text):
            self._prefer_validity(scores)
        return region

    def _prefer_validity(self, scores: dict[str, float]) -> None:
        """Raise the clause that says from when on a document holds: it is short and shares no word with most questions."""
        documents = dict.fromkeys(
            i.split(":")[0] for i in sorted(scores, key=lambda i: -scores[i])[:_VALIDITY_HITS]
        )
        for place, document_id in enumerate(documents):
            for clause in self._catalog.clauses(document_id)[-3:]:
                if _SAYS_VALIDITY.search(clause.text):
                    bonus = _VALIDITY_BONUS / (1 + place)
                    scores[clause.clause_id] = scores.get(clause.clause_id, 0.0) + bonus

    def _rerank(self, text: str, scores: dict[str, float]) -> Ranking:
        """Look at the first hits again; the new score, stretched to [0, 1], is added to the old one by its weight."""
        if self._reranker is None or len(scores) < 2:
            return []
        clauses = self._catalog.clause_map(sorted(scores, key=lambda i: -scores[i])[: self._reranker.depth])
        nodes = [NodeWithScore(node=clause_node(c, self._by_id[c.document_id])) for c in clauses.values()]
        if not nodes:
            # All of them have left the catalog since the index was read.
            return []
        found = self._reranker.postprocess_nodes(nodes, query_str=text)
        ranking = [(n.node.node_id, n.score or 0.0) for n in found]
        low, high = ranking[-1][1], ranking[0][1]
        for clause_id, score in ranking:
            scores[clause_id] += self._reranker.weight * ((score - low) / (high - low) if high > low else 0.0)
        return ranking

    def _hits(self, legs: Mapping[Leg, Ranking], scores: Mapping[str, float], limit: int) -> list[Hit]:
        ranks: dict[str, dict[Leg, LegScore]] = {}
        for leg, ranking in legs.items():
            for rank, (clause_id, score) in enumerate(ranking, 1):
                ranks.setdefault(clause_id, {})[leg] = LegScore(rank, score)
        best = sorted(scores, key=lambda i: -scores[i])[:limit]
        clauses = self._catalog.clause_map(best)
        return [Hit(clauses[i], scores[i], ranks.get(i, {})) for i in best if i in clauses]


class ClauseRetriever(BaseRetriever):
    """The retriever for LlamaIndex users: nodes of whole clauses with their scores."""

    def __init__(self, newest: Callable[[], Retriever], limit: int = 10, **kwargs: Any) -> None:
        """`newest` returns the search over the collection as it is when a question comes."""
        super().__init__(**kwargs)
        self._newest, self._limit = newest, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        retriever = self._newest()
        found = retriever.search(Question(query_bundle.query_str), self._limit)
        return [
            NodeWithScore(
                node=clause_node(hit.clause, retriever.document(hit.clause.document_id)),
                score=hit.score,
            )
            for hit in found.hits
        ]
