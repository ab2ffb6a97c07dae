"""The systems that an evaluation asks: the product, the product with a part off, and what it is compared with."""

from collections.abc import Callable, Sequence

from eval.cases import Case
from eval.outcome import System
from rag.errors import EvaluationError
from rag.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the stage (`embed`), how much is done and how much there is in all."""
SYSTEMS = {
    "product": "the product as it is set up",
    "no-title": "the product without the documents' titles in the texts that are indexed",
    "keyword-only": "the product without vectors: BM25 alone, nothing fused",
    "dense-only": "the product without BM25: vectors alone, nothing fused",
    "no-router": "the product without lookup by number and without preference for places and validity",
    "no-reranker": "the product without the second look at the first hits",
    "no-verification": "the product with a model's markers, quotations and figures unchecked",
    "windows": "BM25 over windows of 512 tokens of the raw sources; only finds",
    "llamaindex": "plain LlamaIndex: SentenceSplitter, Chroma, the same embedder, the best 5; only finds",
    "llamaindex-citations": "its CitationQueryEngine over that; needs a model",
}
"""Name → what it is, in one line."""
MODELS = {
    "scripted:honest": "quotes the right clauses if it is given them; for measuring the rest of the answering half",
    "scripted:liar": "the same with one known lie in each answer",
    "gguf:PATH": "a model file, run by llama.cpp in this process",
}
"""Models that only an evaluation has, beside those that the settings can name."""


def build_system(
    name: str,
    settings: Settings,
    cases: Sequence[Case],
    *,
    model: str | None = None,
    progress: Progress | None = None,
) -> System:
    """Make a system ready to be asked.

    Args:
        name: A key of `SYSTEMS`.
        settings: Of the collection, its embedder, reranker and model.
        cases: What will be asked; the scripted models know their answers from here.
        model: A form of `MODELS`; None for the model of the settings.
        progress: Told of texts that are embedded for a system that needs an index of its own; only the first time.

    Raises:
        EvaluationError: There is no system or model of that name, or the system needs a model and has none.
        PolicyQAError: The collection, the embedder or the model is not there.
    """
    tell = progress or _silent
    if name not in SYSTEMS:
        raise EvaluationError(
            f"No system is called {name!r}.",
            fix=f"use one of {', '.join(SYSTEMS)}",
            chinese=(f"没有名为 {name!r} 的系统。", f"请用其中之一：{'、'.join(SYSTEMS)}"),
        )
    if name == "windows":
        from eval.system.windows import Windows  # noqa: PLC0415

        return Windows(settings)
    if name.startswith("llamaindex"):
        from eval.system.plain_llamaindex import Cited, Found  # noqa: PLC0415

        return Found(settings, tell) if name == "llamaindex" else Cited(settings, cases, model, tell)
    from eval.system.parts import untitled, without  # noqa: PLC0415
    from eval.system.product import build  # noqa: PLC0415

    if name == "product":
        return build(settings, cases, model)
    return (
        untitled(settings, cases, model, tell)
        if name == "no-title"
        else without(name, settings, cases, model)
    )


def _silent(stage: str, done: int, total: int) -> None:
    pass
