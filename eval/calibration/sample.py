"""The signals of questions about the sample collection: those of the dev set, and those written for calibrating."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from eval.calibration.weighed import Weighed
from eval.cases import bundled_path, load_cases
from rag.assistant import build_assistant
from rag.embed import build_embedder
from rag.errors import EvaluationError
from rag.hit.query import understood
from rag.rerank import SentenceScorer
from rag.schema import Question
from rag.settings import Settings
from rag.verdict.evidence import search_of
from rag.verdict.signals import signals
from rag.verdict.topics import Topics


def written_path() -> Path:
    """Return the file of the questions that were written for calibrating."""
    return Path(str(files("eval").joinpath("data", "calibration.jsonl")))


def weigh_sample(
    settings: Settings, topics: Topics | None, progress: Callable[[int, int], None]
) -> list[Weighed]:
    """Search the sample collection for every question of the dev set and of the calibration set, and read the signals.

    Args:
        settings: Of the sample collection and its embedder.
        topics: Made with that embedder; None for none.
        progress: Called with how many questions are done, and how many there are.

    Raises:
        EmptyCollection: There is no collection.
        EvaluationError: The collection holds nothing for a question about the sample.
    """
    assistant = build_assistant(settings, searching_only=True)
    scorer = SentenceScorer(build_embedder(settings))
    questions = list(_questions())
    found = []
    for done, (question, group, answerable, part) in enumerate(questions, 1):
        hits = assistant.search(question, viewer=assistant.owner).hits
        if not hits:
            raise EvaluationError(
                f"Nothing was found for {question.text!r}.",
                fix="policyqa ingest --sample --data DIR, then calibrate with the same --data",
                chinese=(
                    f"{question.text!r} 什么也没有检索到。",
                    "policyqa ingest --sample --data DIR，再以同一 --data 校准",
                ),
            )
        documents = {
            key: assistant.document(key, assistant.owner) for key in {h.clause.document_id for h in hits}
        }
        weighed = signals(search_of(understood(question), hits, documents, scorer, topics))
        found.append(Weighed(group, answerable, (part,), weighed))
        progress(done, len(questions))
    return found


def _questions() -> Iterator[tuple[Question, str, bool, str]]:
    for case in load_cases(bundled_path("dev")):
        yield Question(case.question, case.history, as_of=case.as_of), case.document, case.answerable, "dev"
    for line in written_path().read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Question(row["question"]), row["title"] or row["id"], row["answerable"], "written"
