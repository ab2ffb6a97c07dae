"""Public test sets: passages, questions and which passages answer which.

A set is a folder with `corpus.jsonl`, `queries.jsonl` (each may be packed as `.xz`) and `qrels.tsv`, as STARD's is here:
`{"id", "text"}`, `{"qid", "question", "split"}`, and lines `qid 0 id relevance`.
"""

import hashlib
import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.measures import Scores, score
from eval.bench.questions import BenchQuestion
from rag.errors import EvaluationError
from rag.locator.numerals import NUMERAL
from rag.schema import Clause, Document, Hit, Question

_ARTICLE = re.compile(rf"(?P<title>.*\S)\s*(?P<label>第{NUMERAL}+条(?:之{NUMERAL}+)?)")
_WHOLE = "全文"
_FOR_REPORTING = frozenset({"dev", "test"})


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a public set."""

    qid: str
    question: str
    split: str
    """`train`, `dev`, …; empty when the set has none."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set that was read."""

    name: str
    documents: tuple[Document, ...]
    """One a title."""
    clauses: dict[str, tuple[Clause, ...]]
    """Of each document, by document_id, in the order of the corpus."""
    ids: dict[str, str]
    """clause_id → the set's own id."""
    queries: tuple[Query, ...]
    qrels: dict[str, frozenset[str]]
    """qid → ids of the passages that answer it."""

    def split(self, name: str) -> list[Query]:
        """Return the questions of a split; `all` for all.

        Raises:
            EvaluationError: There is none in it.
        """
        found = [q for q in self.queries if name in ("all", q.split)]
        if not found:
            splits = ", ".join(sorted({q.split for q in self.queries}))
            raise EvaluationError(
                f"No question is in the split {name!r}.",
                fix=f"choose all or one of: {splits}",
                chinese=(f"分组 {name!r} 中没有问题。", f"用 all 或其中之一：{splits}"),
            )
        return found


@dataclass(frozen=True, slots=True)
class PublicBench:
    """The questions of one split, over a collection that holds the set."""

    public: PublicSet
    split: str
    queries: tuple[Query, ...]

    @property
    def name(self) -> str:
        """Return the set's name."""
        return self.public.name

    @property
    def single_questions_may_be_read(self) -> bool:
        """Whether none of them is kept for reporting: dev and test of public sets are."""
        return not {query.split for query in self.queries} & _FOR_REPORTING

    @property
    def questions(self) -> tuple[BenchQuestion, ...]:
        """Return what is asked; each question is a cluster of its own."""
        return tuple(
            BenchQuestion(q.qid, Question(q.question), "", q.qid, self._hash(q)) for q in self.queries
        )

    def score(self, found: Mapping[str, Sequence[Hit]]) -> Scores:
        """Score what was found for some of the questions, by the set's own ids."""
        ids = self.public.ids
        rankings = {qid: [ids[hit.clause.clause_id] for hit in hits] for qid, hits in found.items()}
        return score(rankings, list(rankings), self.public.qrels)

    def is_right(self, question_id: str, hit: Hit) -> bool:
        """Tell whether the hit is one of the passages that answer."""
        return self.public.ids[hit.clause.clause_id] in self.public.qrels[question_id]

    def right(self, question_id: str) -> tuple[str, ...]:
        """Return the ids of the passages that answer."""
        return tuple(sorted(self.public.qrels[question_id]))

    def _hash(self, query: Query) -> str:
        words = "\n".join((query.question, *sorted(self.public.qrels[query.qid])))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def read_set(folder: Path) -> PublicSet:
    """Read a set.

    Returns:
        Its passages as clauses: one whose id ends in 第X条 is that article of the law before it; any other is a document
        of its own.

    Raises:
        EvaluationError: A file is missing or a line is damaged.
    """
    titles: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for row in _rows(folder, "corpus"):
        found = _ARTICLE.fullmatch(str(row["id"]))
        title, label = (found["title"], found["label"]) if found else (str(row["id"]), _WHOLE)
        titles[title].append((label, row))
    documents: list[Document] = []
    clauses: dict[str, tuple[Clause, ...]] = {}
    ids: dict[str, str] = {}
    for title, rows in titles.items():
        document = _document(folder.name, title, len(rows))
        documents.append(document)
        clauses[document.document_id] = tuple(_clauses(document, rows, ids))
    queries = tuple(
        Query(str(row["qid"]), str(row["question"]), str(row.get("split", "")))
        for row in _rows(folder, "queries")
    )
    return PublicSet(folder.name, tuple(documents), clauses, ids, queries, _qrels(folder / "qrels.tsv"))


def _document(set_name: str, title: str, clauses: int) -> Document:
    document_id = hashlib.sha256(f"{set_name}|{title}".encode()).hexdigest()[:12]
    return Document(document_id, title, f"{title}.md", "articles", 1, clauses)


def _clauses(
    document: Document, rows: Sequence[tuple[str, dict[str, Any]]], ids: dict[str, str]
) -> Iterator[Clause]:
    seen: dict[str, int] = defaultdict(int)
    for ordinal, (label, row) in enumerate(rows):
        seen[label] += 1
        again = f"~{seen[label]}" if seen[label] > 1 else ""
        clause_id = f"{document.document_id}:{label}{again}"
        ids[clause_id] = str(row["id"])
        line = ordinal + 1
        yield Clause(
            clause_id,
            document.document_id,
            document.title,
            label,
            label,
            str(row["text"]),
            line,
            line,
            ordinal,
        )


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = next((p for end in ("jsonl", "jsonl.xz") if (p := folder / f"{name}.{end}").is_file()), None)
    if path is None:
        raise _missing(folder / f"{name}.jsonl")
    needed = {"corpus": ("id", "text"), "queries": ("qid", "question")}[name]
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                lacking = [key for key in needed if key not in row]
            except (ValueError, TypeError) as error:
                raise EvaluationError(
                    f"{path}:{number} is damaged: {error}",
                    fix="copy the set anew",
                    chinese=(f"{path}:{number} 已损坏：{error}", "重新复制题集"),
                ) from error
            if lacking:
                raise EvaluationError(
                    f"{path}:{number} has no {lacking[0]!r}.",
                    fix="give each line the keys that docs/evaluation.md names",
                    chinese=(
                        f"{path}:{number} 没有 {lacking[0]!r}。",
                        "每行都要有 docs/evaluation.zh.md 所列的键",
                    ),
                )
            yield row


def _qrels(path: Path) -> dict[str, frozenset[str]]:
    if not path.is_file():
        raise _missing(path)
    found: dict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            qid, _, name, relevance = line.split("\t")
            if int(relevance) > 0:
                found[qid].add(name)
        except ValueError as error:
            raise EvaluationError(
                f"{path}:{number} is no line of four columns.",
                fix="copy the set anew",
                chinese=(f"{path}:{number} 不是四列。", "重新复制题集"),
            ) from error
    return {qid: frozenset(names) for qid, names in found.items()}


def _missing(path: Path) -> EvaluationError:
    return EvaluationError(
        f"{path} is missing.",
        fix="give the folder of the set with --dir, or the one above it as POLICYQA_BENCH",
        chinese=(f"缺少 {path}。", "用 --dir 给出题集的文件夹，或把它的上一级设为 POLICYQA_BENCH"),
    )
