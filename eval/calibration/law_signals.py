"""The signals of questions about laws, and the file that keeps them: searching for them takes a set of 55,000 articles."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eval.bench.public import PublicSet
from eval.calibration.laws import Asking, LawQuestion, drawn, law_questions
from eval.calibration.shelf import Shelf
from eval.calibration.weighed import Weighed
from rag.errors import EvaluationError
from rag.hit.query import understood
from rag.retrieve import Retriever
from rag.schema import Question
from rag.verdict.evidence import search_of
from rag.verdict.signals import signals
from rag.verdict.topics import Topics

_SHOWN = 10
"""Hits that are weighed with a question, as the product does."""
_DIGITS = 4
_RENEW = "policyqa eval calibrate --laws DIR, with the folder of the public set"


@dataclass(frozen=True, slots=True)
class LawSignals:
    """The signals, and what they were made with."""

    embedder: str
    questions: tuple[Weighed, ...]


def kept_path() -> Path:
    """Return the file in which the program keeps them."""
    return Path(str(files("eval").joinpath("data", "laws.jsonl")))


def weigh_laws(
    public: PublicSet, shelf: Shelf, topics: Topics, progress: Callable[[str, int, int], None]
) -> LawSignals:
    """Search collections of some laws for questions that they answer and others, and read the signals.

    Args:
        public: The set.
        shelf: The collection that holds it.
        topics: Made with the same embedder.
        progress: Called with the stage (`near` or `ask`), how much is done, and how much there is.
    """
    questions = law_questions(
        public, shelf.matrix, shelf.embedder, lambda done, count: progress("near", done, count)
    )
    askings = list(drawn(questions, {law: len(row) for law, row in public.clauses.items()}))
    found: list[Weighed] = []
    for done, asking in enumerate(askings, 1):
        asked = list(_parts(asking))
        if asked:
            with shelf.opened(asking.laws) as retriever:
                found += _weighed(asked, retriever, shelf, topics)
        progress("ask", done, len(askings))
    return LawSignals(topics.embedder, tuple(found))


def _parts(asking: Asking) -> Iterator[tuple[LawQuestion, tuple[str, ...]]]:
    size = str(asking.size)
    for question in asking.answered:
        yield question, ("laws", size, "answerable")
    for question in asking.visiting:
        yield question, ("laws", size, "unanswerable", "visiting")
    for question in asking.near:
        yield question, ("laws", size, "unanswerable", "near")


def _weighed(
    asked: Sequence[tuple[LawQuestion, tuple[str, ...]]], retriever: Retriever, shelf: Shelf, topics: Topics
) -> Iterator[Weighed]:
    for one, part in asked:
        question = Question(one.text)
        hits = retriever.search(question, _SHOWN).hits
        # One without a hit is refused whatever the curve says.
        if hits:
            documents = {h.clause.document_id: retriever.document(h.clause.document_id) for h in hits}
            values = signals(search_of(understood(question), hits, documents, shelf.scorer, topics))
            yield Weighed(one.group, "answerable" in part, part, values)


def keep(made: LawSignals, path: Path) -> None:
    """Write them: what they are, then a question a line. No word of a question or law but the law's title is kept."""
    names = list(made.questions[0].signals)
    lines = [json.dumps({"embedder": made.embedder, "signals": names}, ensure_ascii=False)]
    for one in made.questions:
        values = [round(one.signals[name], _DIGITS) for name in names]
        row = {"group": one.group, "part": one.part, "answerable": one.answerable, "values": values}
        lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def kept(path: Path, embedder: str) -> list[Weighed]:
    """Read what `keep` wrote.

    Args:
        path: The file.
        embedder: As `Settings.embedder` names the one that is calibrated for.

    Raises:
        EvaluationError: They were made with another embedder.
    """
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    made = json.loads(first)
    if made["embedder"] != embedder:
        raise EvaluationError(
            f"The signals of laws were made with the embedder {made['embedder']!r}, not {embedder!r}.",
            fix=_RENEW,
            chinese=(
                f"法律的信号由嵌入模型 {made['embedder']!r} 生成，不是 {embedder!r}。",
                "policyqa eval calibrate --laws DIR，DIR 为公开题集的文件夹",
            ),
        )
    return [
        Weighed(
            row["group"],
            row["answerable"],
            tuple(row["part"]),
            dict(zip(made["signals"], row["values"], strict=True)),
        )
        for row in map(json.loads, rows)
    ]
