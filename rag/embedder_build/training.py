"""Contrastive training: each question is drawn to its passage and away from all other passages of the step."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from rag.embedder_build.articles import Article
from rag.embedder_build.examples import Example
from rag.embedder_build.quantisation import with_rounded_products

_PAD = 1
_KEPT_EVERY = 50
_FAR = -1e4


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the weights, together with the data."""

    seed: int = 0
    steps: int = 330
    batch: int = 32
    """Questions a step; each brings its passage and one hard negative."""
    learning_rate: float = 6e-5
    warm_up: float = 0.08
    """Share of the steps in which the rate rises."""
    temperature: float = 0.03
    frozen_layers: int = 2
    """Of 12, from below, besides the embeddings: what they know of words in general stays."""
    question_tokens: int = 64
    passage_tokens: int = 160
    rounded: bool = False
    """Train with the rounding of 8-bit products in the loop."""
    device: str = "cpu"


class Vectors:
    """Texts to vectors of unit length, with gradients."""

    def __init__(self, network: BertModel, tokenizer: Tokenizer, device: str) -> None:
        self._network, self._tokenizer, self._device = network, tokenizer, device

    def of(self, texts: Sequence[str], tokens: int) -> torch.Tensor:
        """Return float32, shape (len(texts), 384)."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        ids = [row if len(row) <= tokens else [*row[: tokens - 1], row[-1]] for row in ids]
        longest = max(map(len, ids))
        padded = torch.tensor([row + [_PAD] * (longest - len(row)) for row in ids], device=self._device)
        mask = (padded != _PAD).long()
        with torch.autocast("cuda", torch.bfloat16, enabled=self._device.startswith("cuda")):
            hidden = self._network(input_ids=padded, attention_mask=mask).last_hidden_state
        weights = mask[..., None].float()
        return functional.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=1)


def train(
    network: BertModel,
    tokenizer: Tokenizer,
    epochs: Sequence[Sequence[Example]],
    articles: dict[str, Article],
    recipe: Recipe,
    folder: Path,
    progress: Callable[[int, int, float], None],
) -> None:
    """Train the network in place; a stopped run goes on from its last checkpoint.

    Args:
        network: In float32.
        tokenizer: Of the network.
        epochs: The examples of each epoch, at least one batch each; the last epoch goes on until the steps are done.
        articles: By key, for the texts of negatives.
        recipe: How.
        folder: Keeps `checkpoint.pt`.
        progress: Called with (steps done, steps in all, loss of the last step).
    """
    torch.manual_seed(recipe.seed)
    network.to(torch.device(recipe.device)).train()  # type: ignore[arg-type]
    _freeze(network, recipe.frozen_layers)
    if recipe.rounded:
        with_rounded_products(network)
    weights = [w for w in network.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=recipe.learning_rate, weight_decay=0.01)
    plan = _plan(epochs, recipe)
    kept = folder / "checkpoint.pt"
    first = _resume(kept, network, optimizer, recipe) if kept.exists() else 0
    vectors = Vectors(network, tokenizer, recipe.device)
    for step in range(first, len(plan)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * _rate(step / len(plan), recipe.warm_up)
        loss = _loss(plan[step], articles, vectors, recipe, random.Random(f"{recipe.seed} {step}"))  # noqa: S311 - it guards nothing
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        progress(step + 1, len(plan), float(loss.detach()))
        if (step + 1) % _KEPT_EVERY == 0:
            _keep(kept, network, optimizer, recipe, step + 1)
    network.eval()  # type: ignore[no-untyped-call]
    kept.unlink(missing_ok=True)


def _loss(
    batch: Sequence[Example],
    articles: dict[str, Article],
    vectors: Vectors,
    recipe: Recipe,
    rng: random.Random,
) -> torch.Tensor:
    """Cross-entropy of each question over all passages of the step (InfoNCE, van den Oord et al. 2018, eq. 4)."""
    wrong = [rng.choice(e.negatives) for e in batch if e.negatives]
    texts = [e.passage for e in batch]
    texts += [
        articles[key].passage_for(e.question)
        for e, key in zip((e for e in batch if e.negatives), wrong, strict=True)
    ]
    keys = [e.gold for e in batch] + wrong
    asked = vectors.of([f"query: {e.question}" for e in batch], recipe.question_tokens)
    passages = vectors.of([f"passage: {text}" for text in texts], recipe.passage_tokens)
    scores = asked @ passages.T / recipe.temperature
    also_right = torch.tensor(
        [[j != i and key in e.right for j, key in enumerate(keys)] for i, e in enumerate(batch)],
        device=scores.device,
    )
    return functional.cross_entropy(
        scores.masked_fill(also_right, _FAR), torch.arange(len(batch), device=scores.device)
    )


def _plan(epochs: Sequence[Sequence[Example]], recipe: Recipe) -> list[list[Example]]:
    """Return the batches of the run; what does not fill the last one of an epoch is left out."""
    batches: list[list[Example]] = []
    epoch = 0
    while len(batches) < recipe.steps:
        examples = epochs[min(epoch, len(epochs) - 1)]
        order = random.Random(f"{recipe.seed} epoch {epoch}").sample(examples, len(examples))  # noqa: S311 - it guards nothing
        batches += [
            order[i : i + recipe.batch] for i in range(0, len(order) - recipe.batch + 1, recipe.batch)
        ]
        epoch += 1
    return batches[: recipe.steps]


def _rate(done: float, warm_up: float) -> float:
    """Return the share of the learning rate at a share of the run: up in a line, down in half a cosine."""
    if done < warm_up:
        return done / warm_up + 1e-3
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up)))


def _freeze(network: BertModel, layers: int) -> None:
    network.embeddings.requires_grad_(False)
    for layer in network.encoder.layer[:layers]:
        layer.requires_grad_(False)


def _keep(
    path: Path, network: BertModel, optimizer: torch.optim.Optimizer, recipe: Recipe, step: int
) -> None:
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "recipe": asdict(recipe),
        "step": step,
    }
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def _resume(path: Path, network: BertModel, optimizer: torch.optim.Optimizer, recipe: Recipe) -> int:
    """Take up the checkpoint of the same recipe; return its step, 0 when it is of another."""
    state = torch.load(path, map_location=recipe.device, weights_only=True)
    if state["recipe"] != asdict(recipe):
        return 0
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
