"""Hard negatives: what two searches put first without being right."""

import json
import lzma
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from shutil import rmtree

import numpy as np

from rag import keyword_index
from rag.catalog.vectors import VectorCache
from rag.chunk.encoder import Encoder
from rag.chunk.parts import passages_key
from rag.embedder_build.articles import Article, Asked
from rag.keyword_index import KeywordIndex
from rag.schema import Clause
from rag.text import bare, terms

NEGATIVES = "negatives.jsonl.xz"
_DENSE, _KEYWORD = 30, 15
_SURE = 3
"""Articles in the first places may be as right as the one that a question was written for."""
_ALIKE = 0.6
_BATCH = 200


def mine(
    asked: Sequence[Asked],
    articles: dict[str, Article],
    encoder: Encoder,
    folder: Path,
    progress: Callable[[int, int], None],
) -> list[list[str]]:
    """Return for each question keys of articles that look right and are not, best first; at most 45.

    Args:
        asked: The questions.
        articles: The collection, by key.
        encoder: Whose mistakes are looked for; it embeds all articles once, and a stopped run goes on.
        folder: Keeps their vectors and words.
        progress: Called with (articles done, articles in all).
    """
    keys = list(articles)
    rows, owners = _vectors(list(articles.values()), encoder, folder, progress)
    index = _keyword_index(list(articles.values()), folder)
    found = []
    for one in asked:
        cosines = rows @ encoder.queries([one.question])[0]
        best = np.full(len(keys), -1.0, dtype=np.float32)
        np.maximum.at(best, owners, cosines)
        dense = np.argsort(-best)[:_DENSE]
        keyword = [key for key, _ in index.search(one.question, _KEYWORD)]
        candidates = list(dict.fromkeys([*(keys[i] for i in dense), *keyword]))
        gold_words = [_words(articles[k].text) for k in one.golds]
        right = {bare(articles[k].text) for k in one.golds}
        found.append(
            [
                k
                for k in candidates
                if k not in one.golds
                and bare(articles[k].text) not in right
                and not any(_alike(_words(articles[k].text), words) for words in gold_words)
            ]
        )
    return found


def kept_negatives(articles: dict[str, Article]) -> dict[str, list[str]]:
    """Return question → keys of articles, as they were mined for the bundled weights."""
    keys = list(articles)
    data = lzma.decompress(files("rag.embedder_build").joinpath(NEGATIVES).read_bytes())
    rows = map(json.loads, data.decode().splitlines())
    return {row["question"]: [keys[n] for n in row["articles"]] for row in rows}


def keep_negatives(path: Path, negatives: dict[str, list[str]], articles: dict[str, Article]) -> None:
    """Write them: a line a question, articles by their number from 0 in the order of the set's file."""
    number = {key: n for n, key in enumerate(articles)}
    with lzma.open(path, "wt", preset=9, encoding="utf-8") as file:
        for question, keys in negatives.items():
            row = {"question": question, "articles": [number[key] for key in keys]}
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def without_doubtful(negatives: list[str]) -> list[str]:
    """Drop those that may be right too, for a question with one known answer among many possible ones."""
    return negatives[_SURE:]


def _vectors(
    articles: Sequence[Article], encoder: Encoder, folder: Path, progress: Callable[[int, int], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Return float32, shape (passages, dimension), and the article's number of each row."""
    cache = VectorCache(folder, "bundled")
    names = [passages_key(a.passages) for a in articles]
    known = cache.keys()
    for start in range(0, len(articles), _BATCH):
        batch = range(start, min(start + _BATCH, len(articles)))
        new = {names[i]: encoder.passages(articles[i].passages) for i in batch if names[i] not in known}
        if new:
            cache.add(new)
        progress(batch.stop, len(articles))
    rows, owners = [], []
    for start in range(0, len(articles), _BATCH):
        kept = cache.get(names[start : start + _BATCH])
        for i, name in enumerate(names[start : start + _BATCH], start):
            rows.append(kept[name])
            owners += [i] * len(kept[name])
    cache.close()
    return np.concatenate(rows), np.array(owners)


def _keyword_index(articles: Sequence[Article], folder: Path) -> KeywordIndex:
    rmtree(folder / "words", ignore_errors=True)
    clauses = (
        Clause(a.key, a.key, a.heading, "", a.key, a.text, start_line=1, end_line=1, ordinal=0)
        for a in articles
    )
    keyword_index.build(folder / "words", clauses)
    return KeywordIndex(folder / "words")


def _words(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(len(one | other), 1)
