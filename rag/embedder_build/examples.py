"""What a step of training is made of: questions, the passages that answer them, and passages that only look right."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.embedder_build.articles import Article, Asked
from rag.text import sentences

_GOLDS = 4
"""Most articles of one question in an epoch; some have twenty."""
_LEAST_SENTENCE = 12
_LIST_MARK = re.compile(r"^[（(][一二三四五六七八九十]+[）)]")
_KEEPS_SENTENCE = 0.3
"""How often the passage of a sentence still has the sentence in it."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question and one passage that answers it."""

    question: str
    passage: str
    gold: str
    """Key of the passage's article."""
    right: frozenset[str]
    """Keys of all articles that answer the question."""
    negatives: tuple[str, ...]
    """Keys of articles that look right; may be empty."""


def asked_examples(
    asked: Sequence[Asked],
    negatives: Sequence[Sequence[str]],
    articles: dict[str, Article],
    rng: random.Random,
) -> list[Example]:
    """Return an example for each question and article, in the order of the questions."""
    found = []
    for one, wrong in zip(asked, negatives, strict=True):
        for key in rng.sample(one.golds, min(_GOLDS, len(one.golds))):
            passage = articles[key].passage_for(one.question)
            found.append(Example(one.question, passage, key, frozenset(one.golds), tuple(wrong)))
    return found


def sentence_examples(articles: dict[str, Article], count: int, rng: random.Random) -> list[Example]:
    """Return examples in which a sentence of an article asks for the rest of it: the language of laws itself."""
    found: list[Example] = []
    for key in rng.sample(list(articles), min(len(articles), 6 * count)):
        text = articles[key].text
        spans = [(a, b) for a, b in sentences(text) if b - a >= _LEAST_SENTENCE]
        if len(found) == count:
            break
        if len(spans) < 2:
            continue
        start, end = rng.choice(spans)
        sentence = _LIST_MARK.sub("", text[start:end]).rstrip("。；;")
        rest = text if rng.random() < _KEEPS_SENTENCE else f"{text[:start]}{text[end:]}".strip()
        article = Article(key, articles[key].heading, rest)
        found.append(Example(sentence, article.passage_for(sentence), key, frozenset({key}), ()))
    return found
