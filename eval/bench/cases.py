"""Cases of an evaluation set as the questions of a bench: what is right and how it is scored is as in a run."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eval.bench.measures import DEPTH, Scores
from eval.bench.questions import BenchQuestion
from eval.cases import Case, ClauseKey, clause_key
from eval.metric.relevance import is_right
from eval.metric.retrieval import Metric, recall_at
from eval.metrics import RETRIEVAL_METRICS
from eval.outcome import Cost, Outcome, passage_of
from rag.catalog import Catalog
from rag.errors import EvaluationError
from rag.schema import Hit, Question

MEASURES: dict[str, Metric] = {
    "recall@1": recall_at(1),
    f"recall@{DEPTH}": recall_at(DEPTH),
    **RETRIEVAL_METRICS,
}
"""Those of a run, and the recall before and after the places that it looks at."""
_FOR_REPORTING = "test"


@dataclass(frozen=True, slots=True)
class CaseBench:
    """The cases of a set that the collection should answer."""

    name: str
    split: str
    """`dev`, `test`, `own`, or the name of a file without its ending."""
    cases: Mapping[str, Case]
    """By id; only such as have a right clause."""

    @property
    def single_questions_may_be_read(self) -> bool:
        """Whether the set is not the one that is kept for reporting."""
        return self.split != _FOR_REPORTING

    @property
    def questions(self) -> tuple[BenchQuestion, ...]:
        """Return what is asked, as a run asks it; questions about one document are a cluster."""
        return tuple(
            BenchQuestion(
                case.id,
                Question(case.question, case.history, as_of=case.as_of),
                case.type,
                case.document,
                case.hash,
            )
            for case in self.cases.values()
        )

    def score(self, found: Mapping[str, Sequence[Hit]]) -> Scores:
        """Score what was found for some of the cases, by the metrics of a run."""
        scores: Scores = {name: {} for name in MEASURES}
        for question_id, hits in found.items():
            outcome = Outcome(tuple(map(passage_of, hits)), Cost(0.0))
            for name, metric in MEASURES.items():
                if value := metric(self.cases[question_id], outcome):
                    scores[name][question_id] = value.value
        return scores

    def is_right(self, question_id: str, hit: Hit) -> bool:
        """Tell whether the hit is a right clause, or one that is also right."""
        return is_right(self.cases[question_id], passage_of(hit))

    def right(self, question_id: str) -> tuple[str, ...]:
        """Return title and locator of each right clause."""
        named = (f"{gold.title} {gold.locator}" for gold in self.cases[question_id].gold)
        return tuple(dict.fromkeys(named))

    def without_clause(self, held: Collection[ClauseKey]) -> tuple[str, ...]:
        """Return the ids of the cases for which none of the right clauses is there.

        Raises:
            EvaluationError: That is so for all cases.
        """
        lacking = tuple(
            case.id
            for case in self.cases.values()
            if not any(gold.key in held for gold in (*case.gold, *case.also_right))
        )
        if len(lacking) == len(self.cases):
            raise EvaluationError(
                f"The collection holds no clause that the set {self.split!r} asks about.",
                fix="policyqa ingest --sample, or choose the collection with --data",
                chinese=(
                    f"库中没有题集 {self.split!r} 所问的条款。",
                    "policyqa ingest --sample，或用 --data 指定库",
                ),
            )
        return lacking


def case_bench(name: str, split: str, cases: Sequence[Case]) -> CaseBench:
    """Return the bench over those of the cases that have a right clause.

    Args:
        name: Of the bench.
        split: Of the set.
        cases: The whole set, or those that were chosen.

    Raises:
        EvaluationError: None of them has one.
    """
    answerable = {case.id: case for case in cases if case.answerable}
    if not answerable:
        raise EvaluationError(
            "No question is left that has a right clause.",
            fix="choose more questions: a larger --limit",
            chinese=("剩下的问题都没有正确条款。", "多选一些问题：调大 --limit"),
        )
    return CaseBench(name, split, answerable)


def held_clauses(data: Path) -> frozenset[ClauseKey]:
    """Return the names of all clauses of a collection that can be found.

    Raises:
        EmptyCollection: There is no collection.
    """
    with closing(Catalog(data)) as catalog:
        titles = {document.document_id: document.title for document in catalog.documents()}
        return frozenset(
            clause_key(titles[document_id], locator) for _, document_id, locator in catalog.places()
        )
