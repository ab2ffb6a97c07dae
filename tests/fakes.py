"""Small real implementations for the tests of retrieval and answering: an embedder, a model, a collection."""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, LLMMetadata, MessageRole
from llama_index.core.llms.custom import CustomLLM
from pydantic import Field, PrivateAttr

import rag.embed
from ingest import pipeline
from rag.assistant import Assistant
from rag.catalog import Catalog
from rag.collection import Collection
from rag.rerank import SentenceScorer, build_reranker
from rag.retrieve import Retriever
from rag.schema import Clause, Document, Hit, Leg, LegScore
from rag.settings import Settings
from rag.writer import Writer


class FakeEmbedder(BaseEmbedding):
    """Texts that share character pairs get close vectors; no model, the same numbers everywhere."""

    model_name: str = "fake"
    dimension: int = 256
    _asked: list[str] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """The questions that were embedded."""
        return self._asked

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for pair in pairwise(text.lower()):
                row[crc32("".join(pair).encode()) % self.dimension] += 1
        return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).tolist()

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        self._asked.append(query)
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class ScriptedLLM(CustomLLM):
    """Streams the given pieces; an exception among them is raised in its turn. Keeps the messages that it got."""

    pieces: list[Any]
    """Strings and exceptions, in order."""
    context_window: int = 8192
    num_output: int = 1024
    facts: dict[str, Any] = Field(default_factory=dict)
    """`additional_kwargs` of every response."""
    _prompts: list[list[ChatMessage]] = PrivateAttr(default_factory=list)

    @property
    def prompts(self) -> list[list[ChatMessage]]:
        """The messages of each call, oldest call first."""
        return self._prompts

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.context_window, num_output=self.num_output, is_chat_model=True)

    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        self._prompts.append(list(messages))
        written = ""
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            written += piece
            said = ChatMessage(content=written, role=MessageRole.ASSISTANT)
            yield ChatResponse(message=said, delta=piece, additional_kwargs=self.facts)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError("answers are written in a conversation")

    stream_complete = complete


def make_document(document_id: str = "d1", title: str = "甲市数据管理办法", **fields: Any) -> Document:
    blank = {"source": "甲.txt", "scheme": "articles", "start_line": 1, "end_line": 9}
    return Document(**{"document_id": document_id, "title": title, **blank, **fields})


def make_clause(locator: str = "第一章/第一条", text: str = "数据应当登记。", **fields: Any) -> Clause:
    document = fields.pop("document", None) or make_document()
    label = locator.rsplit("/", 1)[-1]
    blank = {"start_line": 2, "end_line": 3, "ordinal": 0}
    ids = {
        "clause_id": f"{document.document_id}:{locator}",
        "document_id": document.document_id,
        "title": document.title,
    }
    return Clause(**{**ids, "locator": locator, "label": label, "text": text, **blank, **fields})


def make_hit(clause: Clause | None = None, score: float = 1.0, **legs: float) -> Hit:
    """Return a hit; `legs` gives the score of a leg, each at rank 1."""
    found: dict[Leg, LegScore] = {leg: LegScore(1, value) for leg, value in legs.items()}  # type: ignore[misc]
    return Hit(clause or make_clause(), score, found)


BEIJING = """# 北京市数据知识产权登记管理办法（试行）

第一章 总则

第一条 为了规范数据知识产权登记，制定本办法。

第二条 本办法所称登记机构，是指市知识产权保护中心。

第二章 登记

第三条 申请登记应当提交下列材料：
（一）登记申请表；
（二）身份证明；
（三）数据来源说明。
申请材料不齐的，登记机构应当一次告知补正。

第四条 登记证书的有效期为三年，自登记公告之日起计算。

第五条 本办法自2023年6月19日起施行，有效期至2026年6月18日。
"""
GUIZHOU = """# 贵州省数据流通交易管理办法（征求意见稿）

第一章 总则

第一条 为了促进数据流通交易，保护交易各方的合法权益，制定本办法。

第二章 交易

第十二条 数据交易场所应当备案保存交易资料，保存期限不少于三十年。

第十三条 数据商违反规定的，处五万元以上十万元以下罚款。
"""
SHENZHEN = """# 深圳市公共数据开放管理办法

第一条 为了规范公共数据开放，制定本办法。

第二条 公共数据开放平台每年公布开放目录，登记证书的有效期为五年。

第三条 本办法自2018年1月1日起施行，有效期至2020年12月31日。
"""
PLAN = """# “数据要素×”三年行动计划（2024—2026年）

一、总体要求

（一）指导思想。坚持以应用牵引数据要素供给，促进合规高效流通使用。

（二）总体目标。到2026年底，打造300个以上典型应用场景，数据产业年均增速超过20%。

二、重点行动

（一）数据要素×智慧农业。支持农业生产经营主体融合利用遥感、气象等数据。

（二）数据要素×交通运输。推进航运贸易便利化，推动电子单证在国际贸易中应用。
"""
FILES = {"北京.md": BEIJING, "贵州.md": GUIZHOU, "深圳.md": SHENZHEN, "计划.md": PLAN}
BEIJING_TITLE = "北京市数据知识产权登记管理办法（试行）"
GUIZHOU_TITLE = "贵州省数据流通交易管理办法（征求意见稿）"
SHENZHEN_TITLE = "深圳市公共数据开放管理办法"
PLAN_TITLE = "“数据要素×”三年行动计划（2024—2026年）"


def fake_settings(data: Path, **fields: Any) -> Settings:
    blank = {"data": data, "embed_model": "fake", "rerank_model": "none", "llm": "none"}
    return Settings(_env_file=None, **{**blank, **fields})


def make_collection(
    folder: Path, files: dict[str, str] | None = None, hidden: dict[str, str] | None = None
) -> Settings:
    """Ingest small documents with the fake embedder and return the settings of the collection.

    Args:
        folder: An empty folder; the files go to `folder/files`, the collection to `folder/data`.
        files: Text by file name; None for `FILES`.
        hidden: Group by file name: the documents of that file are visible to the group only.
    """
    inbox, settings = folder / "files", fake_settings(folder / "data")
    inbox.mkdir(exist_ok=True)
    for name, text in (FILES if files is None else files).items():
        (inbox / name).write_text(text, encoding="utf-8")
    for name, group in (hidden or {}).items():
        (inbox / f"{name}.meta.toml").write_text(f'visibility = "{group}"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rag.embed, "build_embedder", lambda settings: FakeEmbedder())
        pipeline.ingest([inbox], settings)
    return settings


def open_collection(settings: Settings) -> Collection:
    """Open the collection as an assistant does, with the fake embedder."""
    embedder: Any = FakeEmbedder()
    reranker = build_reranker(settings, SentenceScorer(embedder))
    return Collection(
        settings, lambda catalog, keyword, store: Retriever(catalog, keyword, store, embedder, reranker)
    )


def open_retriever(settings: Settings) -> Retriever:
    return open_collection(settings).retriever()


def open_assistant(settings: Settings, llm: ScriptedLLM | None = None) -> Assistant:
    """Return an assistant that extracts, or one that writes with a scripted model."""
    scorer = SentenceScorer(FakeEmbedder())  # type: ignore[arg-type]
    writer = Writer(llm, "ollama:fake" if llm else "extractive", scorer)
    return Assistant(settings, open_collection(settings), writer)


def clause_ids(settings: Settings, wanted: Callable[[Clause], bool] = bool) -> dict[str, str]:
    """Return `title locator` → clause id of the collection's clauses."""
    catalog = Catalog(settings.data)
    found = {f"{c.title} {c.locator}": c.clause_id for c in catalog.clauses() if wanted(c)}
    catalog.close()
    return found


def places(hits: Iterable[Hit]) -> list[str]:
    """Return `title locator` of each hit, best first."""
    return [f"{h.clause.title} {h.clause.locator}" for h in hits]
