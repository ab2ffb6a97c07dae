"""What a LlamaIndex user builds in ten minutes: its default splitter, Chroma, the same embedder, the best 5, its citations.

Nothing is tuned: chunks of `SentenceSplitter`'s default length over the raw sources, a default Chroma collection, the prompts
and the 512-token sources of `CitationQueryEngine`. It knows no history, so the question before is put in front, as the
product does. Of an answer's [n] those that name a source are citations of that whole source.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms.llm import LLM
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeWithScore, QueryBundle

from eval.cases import Case
from eval.outcome import Cost, Outcome, Passage, Quote
from eval.system.models import chosen_model
from eval.system.storage import VECTORS, embedded, temporary_folder
from eval.system.streamed import Counting
from eval.system.windows import sources
from rag.answer import asked
from rag.context.prompt import REFUSAL
from rag.embed import build_embedder
from rag.errors import EvaluationError
from rag.hit.query import check_question
from rag.schema import Question, Verdict
from rag.settings import Settings

TOP = 5
_MARKER = re.compile(r"\[(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\]")
_HEADER = re.compile(r"\ASource \d+:\n")
_QUOTED = re.compile(r"「[^」]*」")
_REFUSES = re.compile(
    "|".join(map(re.escape, REFUSAL.values()))
    + r"|Empty Response|没有(?:找到|提供|提到|提及|说明|相关)|(?:未|并未)(?:找到|提供|提到|提及|说明)|无法(?:回答|确定|得知|提供)"
    r"|none of the (?:provided )?sources|(?:do|does) not (?:answer|contain|mention|provide|specify)|(?:cannot|can't|unable to) (?:answer|determine)"
    r"|no (?:relevant )?information",
    re.IGNORECASE,
)
"""It has no verdict: an answer that says so in these words is taken as a refusal, any other as an answer."""
Progress = Callable[[str, int, int], None]


class Found:
    """Finds chunks. Several threads may ask at once."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        """Embed the chunks of a collection's sources, the first time, and put them into a Chroma collection.

        Raises:
            PolicyQAError: The collection or the embedder is not there.
        """
        self._retriever, self._chunks = _retriever(settings, progress)

    def ask(self, question: Question) -> Outcome:
        """Return the best chunks; raises QuestionError for a question that cannot be searched for."""
        started = time.perf_counter()
        check_question(question.text)
        nodes = self._retriever.retrieve(asked(question))
        return Outcome(tuple(map(_passage, nodes)), Cost(time.perf_counter() - started))

    def about(self) -> dict[str, object]:
        """Return how it was built."""
        return {"system": "llamaindex", "top": TOP, "chunks": self._chunks, "parallel": True}


class Cited:
    """Answers with citations. Several threads may ask at once if the model allows it."""

    def __init__(
        self, settings: Settings, cases: Sequence[Case], model: str | None, progress: Progress
    ) -> None:
        """Do as `Found`, with a model.

        Raises:
            EvaluationError: There is no model.
            PolicyQAError: The collection, the embedder or the model is not there.
        """
        choice = chosen_model(model, settings, cases)
        if choice.llm is None:
            raise EvaluationError(
                "llamaindex-citations cannot answer without a model.",
                fix="name one: --model ollama:qwen3:8b, or --model scripted:honest",
                chinese=(
                    "llamaindex-citations 没有模型就不能回答。",
                    "请指定模型：--model ollama:qwen3:8b 或 --model scripted:honest",
                ),
            )
        self._llm, self._model = choice.llm, choice.name
        self._retriever, self._chunks = _retriever(settings, progress)

    def ask(self, question: Question) -> Outcome:
        """Return the answer.

        Raises:
            QuestionError: The question cannot be searched for.
            ModelError: The model cannot answer.
        """
        started = time.perf_counter()
        check_question(question.text)
        counting = Counting(inner=self._llm)
        engine = _engine(self._retriever, counting)
        nodes = self._retriever.retrieve(asked(question))
        response = engine.synthesize(QueryBundle(asked(question)), nodes)
        seconds = time.perf_counter() - started
        text = str(response).strip()
        own_words = _QUOTED.sub("", text)
        verdict: Verdict = "refused" if not text or _REFUSES.search(own_words) else "answered"
        return Outcome(
            hits=tuple(map(_passage, nodes)),
            # The engine shows nothing before the last word.
            cost=Cost(seconds, seconds, *counting.tokens),
            verdict=verdict,
            text=text,
            quotes=() if verdict == "refused" else _quotes(text, response.source_nodes),
            model=self._model,
        )

    def about(self) -> dict[str, object]:
        """Return how it was built."""
        return {
            "system": "llamaindex-citations",
            "top": TOP,
            "chunks": self._chunks,
            "model": self._model,
            "parallel": True,
        }


def _retriever(settings: Settings, progress: Progress) -> tuple[Any, int]:
    """Return the retriever over a collection's raw sources and how many chunks it searches."""
    from llama_index.core import VectorStoreIndex  # noqa: PLC0415

    embedder = build_embedder(settings)
    nodes = _chunks(settings)
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    vectors = embedded(texts, embedder, settings.data / VECTORS, settings.embedder, progress)
    for node, vector in zip(nodes, vectors, strict=True):
        node.embedding = vector.tolist()
    store = _chroma()
    store.add(nodes)
    index = VectorStoreIndex.from_vector_store(
        store, embed_model=embedder, callback_manager=CallbackManager()
    )
    return index.as_retriever(similarity_top_k=TOP), len(nodes)


def _chunks(settings: Settings) -> list[BaseNode]:
    from llama_index.core.node_parser import SentenceSplitter  # noqa: PLC0415

    names = ["file_name"]
    documents = [
        Document(
            id_=source.name,
            text="\n".join(source.lines),
            metadata={"file_name": source.name},
            # As its reader of folders does.
            excluded_embed_metadata_keys=names,
            excluded_llm_metadata_keys=names,
        )
        for source in sources(settings)
    ]
    splitter = SentenceSplitter(id_func=lambda number, document: f"{document.node_id}#{number}")
    return list(splitter.get_nodes_from_documents(documents))


def _chroma() -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415
    from llama_index.vector_stores.chroma import ChromaVectorStore  # noqa: PLC0415

    client = chromadb.PersistentClient(str(temporary_folder()), ChromaSettings(anonymized_telemetry=False))
    return ChromaVectorStore(chroma_collection=client.create_collection("quickstart"))


def _engine(retriever: Any, llm: LLM) -> Any:
    from llama_index.core.query_engine import CitationQueryEngine  # noqa: PLC0415

    return CitationQueryEngine(retriever, llm=llm, callback_manager=CallbackManager())


def _passage(found: NodeWithScore) -> Passage:
    text = _HEADER.sub("", found.node.get_content()).strip()
    return Passage(str(found.node.metadata["file_name"]), "", text, found.score or 0.0)


def _quotes(text: str, found: Sequence[NodeWithScore]) -> tuple[Quote, ...]:
    numbers = {int(n) for marker in _MARKER.findall(text) for n in re.findall(r"\d+", marker)}
    passages = {n: _passage(found[n - 1]) for n in sorted(numbers) if 0 < n <= len(found)}
    return tuple(Quote(n, passage, passage.text) for n, passage in passages.items())
