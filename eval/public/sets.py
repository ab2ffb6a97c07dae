"""Public test sets: passages, questions and which passages answer which, scored by the usual measures of retrieval.

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

from eval.statistics import Interval, mean_interval
from rag.errors import EvaluationError
from rag.locator.numerals import NUMERAL
from rag.schema import Clause, Document

RECALL_AT = (1, 3, 5, 10, 20, 30, 50, 100)
HIT_AT = (1, 5, 10)
DEPTH = 100
"""Most passages of one ranking that count."""
_ARTICLE = re.compile(rf"(?P<title>.*\S)\s*(?P<label>第{NUMERAL}+条(?:之{NUMERAL}+)?)")
_WHOLE = "全文"


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
                f"No question is in the split {name!r}.", fix=f"choose all or one of: {splits}"
            )
        return found


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


def score(
    rankings: Mapping[str, Sequence[str]], queries: Sequence[Query], qrels: Mapping[str, frozenset[str]]
) -> dict[str, dict[str, float]]:
    """Score rankings by trec_eval's definitions.

    Args:
        rankings: qid → ids of passages, best first; of an id that comes twice the first counts. A question without a
            ranking counts 0.
        queries: What is averaged over; each has a passage that answers it.
        qrels: qid → ids of the right passages.

    Returns:
        measure → qid → value in [0, 1], for recall@k, hit@k (one right passage among the first k), mrr@10, ndcg@10 (binary
        gains) and map@100.
    """
    import ir_measures  # noqa: PLC0415
    from ir_measures import AP, RR, R, Success, nDCG  # noqa: PLC0415

    measures = {
        **{f"recall@{k}": R @ k for k in RECALL_AT},
        **{f"hit@{k}": Success @ k for k in HIT_AT},
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
        "map@100": AP @ DEPTH,
    }
    names = {str(measure): name for name, measure in measures.items()}
    out: dict[str, dict[str, float]] = {name: {q.qid: 0.0 for q in queries} for name in measures}
    right = {q.qid: dict.fromkeys(qrels[q.qid], 1) for q in queries}
    # trec_eval sorts by score, so the rank is given as one.
    run = {
        q.qid: {name: -float(rank) for rank, name in enumerate(dict.fromkeys(rankings.get(q.qid, ())))}
        for q in queries
    }
    run = {qid: ranking for qid, ranking in run.items() if ranking}
    for value in ir_measures.iter_calc(list(measures.values()), right, run) if run else ():
        out[names[str(value.measure)]][value.query_id] = float(value.value)
    return out


def means(scores: Mapping[str, Mapping[str, float]]) -> dict[str, Interval]:
    """Average each measure over the questions, with 95 % intervals; questions are taken as independent."""
    return {name: mean_interval(list(by_query.values()), list(by_query)) for name, by_query in scores.items()}


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
                    f"{path}:{number} is damaged: {error}", fix="copy the set anew"
                ) from error
            if lacking:
                raise EvaluationError(
                    f"{path}:{number} has no {lacking[0]!r}.", fix="see the set's layout in eval/public.py"
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
                f"{path}:{number} is no line of four columns.", fix="copy the set anew"
            ) from error
    return {qid: frozenset(names) for qid, names in found.items()}


def _missing(path: Path) -> EvaluationError:
    return EvaluationError(
        f"{path} is missing.",
        fix="give the folder of the set with --dir, or the one above it as POLICYQA_BENCH",
    )
