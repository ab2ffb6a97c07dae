"""How well a network finds the articles of questions that it was not trained on, among those that look right."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from rag.embedder_build.articles import Article, Asked
from rag.embedder_build.training import Recipe, Vectors

_BATCH = 32
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Means over the questions, in [0, 1]."""

    recall: float
    """Recall@10."""
    mrr: float
    """MRR@10."""
    articles: int
    """How many there were to choose from."""


def measure(
    network: BertModel,
    tokenizer: Tokenizer,
    asked: Sequence[Asked],
    negatives: Sequence[Sequence[str]],
    articles: dict[str, Article],
    recipe: Recipe,
) -> Found:
    """Rank the golds and the hard negatives of all these questions for each of them; at least one question."""
    keys = sorted({k for one, wrong in zip(asked, negatives, strict=True) for k in (*one.golds, *wrong)})
    passages = [(n, f"passage: {p}") for n, key in enumerate(keys) for p in articles[key].passages]
    # Texts of like length side by side: what is padded costs as much as what is not.
    passages.sort(key=lambda row: len(row[1]))
    network.to(torch.device(recipe.device)).eval()  # type: ignore[arg-type]
    vectors = Vectors(network, tokenizer, recipe.device)
    with torch.no_grad():
        batches = [passages[i : i + _BATCH] for i in range(0, len(passages), _BATCH)]
        rows = torch.cat(
            [vectors.of([text for _, text in batch], recipe.passage_tokens) for batch in batches]
        )
        questions = torch.cat(
            [vectors.of([f"query: {one.question}"], recipe.question_tokens) for one in asked]
        )
    owners = torch.tensor([n for n, _ in passages], device=rows.device)
    recall = mrr = 0.0
    for one, cosines in zip(asked, questions @ rows.T, strict=True):
        best = torch.full((len(keys),), -1.0, device=rows.device)
        best = best.scatter_reduce(0, owners, cosines, "amax")
        first = [keys[i] for i in best.argsort(descending=True)[:_DEPTH].tolist()]
        recall += len({*first} & {*one.golds}) / len(one.golds)
        mrr += next((1 / rank for rank, key in enumerate(first, 1) if key in one.golds), 0.0)
    return Found(recall / len(asked), mrr / len(asked), len(keys))
