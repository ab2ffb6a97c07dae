"""Three legs, one ranking: lookup by number, BM25 over characters and pairs, and vectors."""

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import islice

import numpy as np
from llama_index.core.schema import NodeWithScore

from rag.catalog import Catalog
from rag.characters import simplified
from rag.chunk.nodes import clause_node
from rag.dense import DenseLeg
from rag.embed import Embedder
from rag.errors import ChromaUnavailable
from rag.hit import weights
from rag.hit.everyday import formal_terms, with_formal_words
from rag.hit.filters import allowed, left_out
from rag.hit.fusion import Ranking, fuse, stretched
from rag.hit.in_force import asks_in_force, says_in_force
from rag.hit.parts import Parts
from rag.hit.preference import in_turn, preferred, without_others
from rag.hit.query import Asked, understood
from rag.hit.router import Route, Router
from rag.hit.turn import says_enough
from rag.keyword_index import KeywordIndex
from rag.locator.aliases import SAYS_ALIAS, aliases_in
from rag.locator.amended import amended_in
from rag.locator.lookup import Found
from rag.locator.matcher import MEANT
from rag.locator.named import without_places
from rag.rerank import Reranker
from rag.schema import Document, Filters, Hit, Leg, LegScore, Question, Retrieval, Viewer
from rag.text import terms
from rag.trace import step

MAX_HITS = 500
_ALIAS_CLAUSES = 500
_SHOWN = 5
_ALL = Parts()


class Retriever:
    """Finds clauses in one collection; keeps no state between questions."""

    def __init__(
        self,
        catalog: Catalog,
        keyword: KeywordIndex,
        store: DenseLeg,
        embedder: Embedder,
        reranker: Reranker | None = None,
        parts: Parts = _ALL,
    ) -> None:
        """Take the collection as it is now; `parts` says what of the search works."""
        self._documents = catalog.documents()
        self._by_id: dict[str, Document] = {d.document_id: d for d in self._documents}
        self._catalog, self._keyword, self._store, self._embedder = catalog, keyword, store, embedder
        self._reranker, self._parts = reranker, parts
        introducing = [clause_id for clause_id, _ in keyword.search(SAYS_ALIAS, _ALIAS_CLAUSES)]
        aliases = [a for c in catalog.clause_map(introducing).values() for a in aliases_in(c.text)]
        places = [*keyword.places(), *amended_in(self._documents, catalog.clauses)]
        self._router = Router(self._documents, places, aliases)

    def document(self, document_id: str) -> Document:
        """Return a document of the collection."""
        return self._by_id[document_id]

    def in_print(self, question: Question) -> Question:
        """Return the question in the characters of the collection.

        Traditional ones become simplified ones, in which nearly every collection is printed; they stay where the clauses
        have more of them.
        """
        said = "\n".join((question.text, *(user for user, _ in question.history)))
        if (read := simplified(said)) == said:
            return question
        here, there = set(terms(said)), set(terms(read))
        if self._keyword.frequency(here - there) > self._keyword.frequency(there - here):
            return question
        history = tuple((simplified(user), simplified(answer)) for user, answer in question.history)
        return replace(question, text=simplified(question.text), history=history)

    @step("retrieval")
    def search(
        self,
        question: Question,
        limit: int = 10,
        viewer: Viewer | None = None,
        asked: Asked | None = None,
    ) -> Retrieval:
        """Return the best clauses for a question.

        Args:
            question: With its history, from which it is completed.
            limit: Most hits, 1 to 500.
            viewer: Decides which documents exist; None sees the public ones.
            asked: What to search for; None for what the rules make of the question.

        Raises:
            QuestionError: The question cannot be searched for.
            FilterError: A filter does not exist.
        """
        started = time.perf_counter()
        asked = asked or understood(self.in_print(question))
        text, full, viewer, today = asked.text, asked.full, viewer or Viewer(), date.today()
        seen = [d for d in self._documents if viewer.sees(d)]
        without = question.without
        route = self._router.route(text, full, seen, today, without) if self._parts.router else Route()
        shown = allowed(self._documents, question.filters, question.as_of, viewer, route.older)
        known = {d.document_id for d in shown}
        found = self._router.look_up(text, full, known, route, without) if self._parts.router else Found()
        legs: dict[Leg, Ranking] = {"lookup": found.ranking}
        if not says_enough(without_places(text)):
            # Nothing but a number is asked: each clause of that number is meant.
            legs["lookup"] = [(clause_id, max(share, MEANT)) for clause_id, share in found.ranking]
        depth = max(weights.DEPTH, min(limit, MAX_HITS))
        legs |= self._ranked(full, depth, known)
        scores = self._scored(text, legs, route, today)
        compared = self._compared(text, full, scores, route, known, today)
        legs["rerank"] = compared or self._rerank(asked.compared, scores)
        for clause_id, title_share in legs["lookup"]:
            # 第三条 without a document may mean a contract: then a number alone says little.
            bonus = weights.LOOKUP_BONUS + title_share if title_share >= MEANT else weights.NUMBER_BONUS
            scores[clause_id] = scores.get(clause_id, 0.0) + bonus
        hits = self._hits(legs, scores, min(limit, MAX_HITS))
        filters = self._filters(question, asked, viewer, route, found)
        missing: tuple[Leg, ...] = () if "dense" in legs else ("dense",)
        return Retrieval(tuple(hits), filters, time.perf_counter() - started, missing, found.meant)

    def _filters(
        self, question: Question, asked: Asked, viewer: Viewer, route: Route, found: Found
    ) -> Filters:
        """Say what the search was limited to and what it preferred, and what it leaves to the reader."""
        explicit = dict(question.filters) | ({"as_of": question.as_of} if question.as_of else {})
        inferred = dict(asked.report()) | dict(route.inferred)
        if found.ambiguous:
            inferred["ambiguous"] = found.ambiguous
        if gone := left_out(self._documents, question.filters, question.as_of, viewer):
            more = f"等{len(gone)}份" if len(gone) > _SHOWN else ""
            inferred["left_out"] = "、".join(f"《{d.title}》" for d in gone[:_SHOWN]) + more
        return Filters(explicit, inferred)

    def _ranked(self, full: str, depth: int, known: Collection[str]) -> dict[Leg, Ranking]:
        """Ask the two legs that rank, in these documents only; one that is off finds nothing, one that is down is left out."""
        only = None if len(known) == len(self._documents) else known
        legs: dict[Leg, Ranking] = {"keyword": []} if self._parts.dense else {"keyword": [], "dense": []}
        if self._parts.keyword:
            legs["keyword"] = self._keyword.search(full, depth, only, formal_terms(full, self._keyword))
        if self._parts.dense:
            vector = self._vector(full)
            with suppress(ChromaUnavailable):
                legs["dense"] = self._store.search(vector, weights.DENSE_DEPTH * depth, only)
        # The indexes may still hold a document that was taken out while another process is updating them.
        return {leg: [row for row in rows if row[0].split(":")[0] in known] for leg, rows in legs.items()}

    def _vector(self, full: str) -> list[float]:
        """Return what the dense leg searches for: the question, half of it with the statutes' words for its everyday ones."""
        vector: list[float] = self._embedder.get_query_embedding(full)
        if (formal := with_formal_words(full, self._keyword)) == full:
            return vector
        share = weights.EVERYDAY_SHARE
        mixed = (1 - share) * np.array(vector) + share * np.array(self._embedder.get_query_embedding(formal))
        return [float(value) for value in mixed / np.linalg.norm(mixed)]

    def _scored(self, text: str, legs: Mapping[Leg, Ranking], route: Route, today: date) -> dict[str, float]:
        """Fuse the legs and raise what the question asks for in so many words."""
        dense = self._parts.dense and "dense" in legs
        dense_weight = weights.DENSE_WEIGHT if self._parts.keyword and dense else float(dense)
        scores = fuse(legs["keyword"], legs.get("dense", []), dense_weight=dense_weight)
        if self._parts.router:
            scores = preferred(scores, route, self._by_id, today)
            if asks_in_force(text):
                self._prefer_validity(scores)
        return scores

    def _compared(
        self,
        text: str,
        full: str,
        scores: dict[str, float],
        route: Route,
        known: Collection[str],
        today: date,
    ) -> Ranking:
        """Search for each place or document that a question compares on its own, and let their clauses take turns.

        Returns:
            The second look's ranking; empty, and `scores` unchanged, when nothing is compared.
        """
        groups = route.groups(full, self._by_id)
        ranking: dict[str, float] = {}
        found: list[dict[str, float]] = []
        for group in groups:
            own = without_others(full, group, groups)
            legs = self._ranked(own, weights.DEPTH, group.documents & set(known))
            part = self._scored(text, legs, route, today)
            ranking |= dict(self._rerank(without_others(text, group, groups), part))
            found.append(part)
        scores |= in_turn(found, weights.COMPARED_HITS)
        return sorted(ranking.items(), key=lambda row: -row[1])

    def _prefer_validity(self, scores: dict[str, float]) -> None:
        """Raise the clause that says from when on a document holds: it is short and shares no word with most questions."""
        first = sorted(scores, key=lambda i: -scores[i])[: weights.VALIDITY_DOCUMENTS]
        for place, document_id in enumerate(dict.fromkeys(i.split(":")[0] for i in first)):
            for clause in self._catalog.clauses(document_id)[-3:]:
                if says_in_force(clause.text):
                    bonus = weights.VALIDITY_BONUS / (1 + place)
                    scores[clause.clause_id] = scores.get(clause.clause_id, 0.0) + bonus

    @step("rerank")
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
        for clause_id, share in stretched(ranking, alone=0.0).items():
            scores[clause_id] += self._reranker.weight * share
        return ranking

    def _hits(self, legs: Mapping[Leg, Ranking], scores: Mapping[str, float], limit: int) -> list[Hit]:
        ranks: dict[str, dict[Leg, LegScore]] = {}
        for leg, ranking in legs.items():
            for rank, (clause_id, score) in enumerate(ranking, 1):
                ranks.setdefault(clause_id, {})[leg] = LegScore(rank, score)
        order = iter(sorted(scores, key=lambda i: -scores[i]))
        hits: list[Hit] = []
        # A clause that another process has just taken out of the catalog makes room for the next one.
        while best := list(islice(order, limit - len(hits))):
            clauses = self._catalog.clause_map(best)
            hits += [Hit(clauses[i], scores[i], ranks.get(i, {})) for i in best if i in clauses]
        return hits
