"""The public set that the embedder learns from: articles of national laws, and questions that name theirs.

A folder with `corpus.jsonl.xz` (`id`, `text`), `queries.jsonl.xz` (`qid`, `question`, `split`) and `qrels.tsv`, as STARD has it.
"""

import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rag.chunk.parts import parts
from rag.errors import EvaluationError
from rag.text import terms

_LABEL = re.compile(r"(第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?)$")
_QUESTIONS = "questions.tsv"


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a law."""

    key: str
    """Law and label, 中华人民共和国民法典第十条; unique."""
    heading: str
    """As the index writes it in front of the text: 中华人民共和国民法典 第十条."""
    text: str

    @property
    def passages(self) -> list[str]:
        """What the index embeds of it; at least one."""
        return [f"{self.heading}\n{part}" for part in parts(self.text)]

    def passage_for(self, question: str) -> str:
        """Return the passage that shares most words with a question."""
        asked = set(terms(question))
        return max(self.passages, key=lambda p: len(asked & set(terms(p))))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the articles that answer it."""

    question: str
    golds: tuple[str, ...]
    """Keys of articles; at least one."""


def read_articles(folder: Path) -> dict[str, Article]:
    """Return all articles by key, in the order of the file; raises EvaluationError."""
    found = {}
    for row in _rows(folder / "corpus.jsonl.xz"):
        law = _LABEL.sub("", row["id"])
        label = row["id"][len(law) :]
        found[row["id"]] = Article(row["id"], f"{law} {label}".strip(), row["text"].strip())
    return found


def read_questions(folder: Path, articles: dict[str, Article]) -> list[Asked]:
    """Return the questions of the split `train`, and of no other; raises EvaluationError."""
    train = {
        str(row["qid"]): row["question"]
        for row in _rows(folder / "queries.jsonl.xz")
        if row["split"] == "train"
    }
    golds: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        qid, _, key, _ = line.split("\t")
        if qid in train and key in articles:
            golds[qid].append(key)
    return [Asked(train[qid], tuple(keys)) for qid, keys in golds.items()]


def written_questions(articles: dict[str, Article]) -> list[Asked]:
    """Return the questions that were written for the maker, see `README.md` beside them."""
    text = files("rag.embedder_build").joinpath(_QUESTIONS).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return [Asked(question, (key,)) for key, question in rows if key in articles]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise EvaluationError(
            f"Cannot read {path}: {error}",
            fix="give the folder of STARD with --stard",
            chinese=(f"无法读取 {path}：{error}", "用 --stard 给出 STARD 的文件夹"),
        ) from error
