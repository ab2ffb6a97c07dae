"""Small benches: found clauses, questions whose right ones are known, and reports of them."""

from fakes import make_clause, make_document, make_hit

from eval.bench.questions import BenchQuestion
from eval.bench.report import BenchReport, asked, search_score
from eval.bench.search import Found
from rag.schema import Question

LAW = make_document("d1", "甲市数据办法")


def found_clauses(*numbers, document=LAW):
    """Hits of articles by their number, best first."""
    return tuple(
        make_hit(make_clause(f"第{n}条", ordinal=n, document=document), 1 / place)
        for place, n in enumerate(numbers, 1)
    )


class FakeBench:
    """Questions by id with the number of the article that answers; ids that begin alike are a cluster."""

    name, split = "small", "train"

    def __init__(self, right, may_be_read=True):
        self._right, self.single_questions_may_be_read = right, may_be_read
        self.questions = tuple(
            BenchQuestion(i, Question(f"问题{i}"), "lookup", i[0], f"hash-{i}") for i in right
        )

    def score(self, found):
        first = {i: self._first(i, hits) for i, hits in found.items()}
        measures = {"recall@1": 1, "hit@5": 5, "recall@10": 10, "recall@100": 100}
        return {
            **{name: {i: float(0 < rank <= k) for i, rank in first.items()} for name, k in measures.items()},
            "mrr@10": {i: 1 / rank if 0 < rank <= 10 else 0.0 for i, rank in first.items()},
            "ndcg@10": {i: float(rank == 1) for i, rank in first.items()},
        }

    def is_right(self, question_id, hit):
        return hit.clause.locator == f"第{self._right[question_id]}条" and hit.clause.title == LAW.title

    def right(self, question_id):
        return (f"{LAW.title} 第{self._right[question_id]}条",)

    def _first(self, question_id, hits):
        return next((rank for rank, hit in enumerate(hits, 1) if self.is_right(question_id, hit)), 0)


def make_report(bench, searches, **fields):
    """Return the report of a bench; `searches` gives by name what was found for each question."""
    scores = {
        name: search_score(Found(hits, (0.01, 0.02), ()), bench.score(hits), bench.questions)
        for name, hits in searches.items()
    }
    blank = {
        "set_name": bench.name,
        "split": bench.split,
        "questions": len(bench.questions),
        "passages": 9,
        "without_clause": (),
        "memory_mb": 100.0,
        "first_question_seconds": 0.5,
        "ingested": None,
        "filtered": None,
        "searches": scores,
        "misses": (),
        "asked": asked(bench.questions),
        "about": {"settings": {"rerank_model": "none"}},
    }
    return BenchReport(**{**blank, **fields})
