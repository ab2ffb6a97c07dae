"""An assistant over four clauses: it finds them by shared characters and answers with their sentences."""

import threading
import time
from collections.abc import Iterator
from typing import TypeVar

from rag.catalog.edition import Edition
from rag.errors import ModelBroke, NotFound, QuestionError
from rag.schema import (
    Answer,
    Citation,
    Clause,
    Delta,
    Document,
    Event,
    Filters,
    Hit,
    LegScore,
    Notice,
    Question,
    Retrieval,
    Stage,
    Viewer,
)
from rag.text import has_words

T = TypeVar("T")

BEIJING = Document(
    "b1", "北京市数据知识产权登记管理办法（试行）", "046.txt", "articles", 1, 90,
    source_name="大数据发展动态", issue_no=37, issue_date="2023-07-10", issuer="北京市知识产权局", region="北京市",
    doc_number="京知局〔2023〕11号", status="试行", effective_date="2023-06-19", inferred=("issuer",),
)  # fmt: skip
PLAN = Document(
    "d1", "“数据要素×”三年行动计划（2024—2026年）（征求意见稿）", "051.txt", "outline", 1, 60,
    source_name="大数据发展动态", issue_no=51, issue_date="2023-12-25", status="征求意见稿", period="2024—2026年",
)  # fmt: skip
HOSTILE = Document("x1", "<script>alert(1)</script>办法", "x.txt", "articles", 1, 3, issuer="<b>局</b>")


def _clause(document: Document, locator: str, text: str, ordinal: int) -> Clause:
    label = locator.rsplit("/", 1)[-1]
    return Clause(
        f"{document.document_id}:{locator}",
        document.document_id,
        document.title,
        locator,
        label,
        text,
        1,
        2,
        ordinal,
    )


CLAUSES = (
    _clause(
        BEIJING,
        "第三章/第十三条",
        "数据知识产权登记证书样式、标准由登记机构统一制定。\n"
        "数据知识产权登记证书是登记主体依法持有数据并对数据行使权利的凭证，享有依法依规加工使用、获取收益等权益。\n"
        "登记证书的有效期为三年，自登记公告之日起计算。\n"
        "涉及授权运营的公共数据及以协议获取的企业、个人数据，其协议期限不超过三年的，以相关协议截止日期为有效期。",
        12,
    ),
    _clause(
        BEIJING,
        "第三章/第十四条",
        "登记证书有效期满，需要继续使用证书的，申请人应当在期满前一个月内按照规定办理续展登记手续。"
        "每次续展登记的有效期为三年，自上一届有效期满次日起计算。期满未办理续展手续的，由登记机构注销登记并予以公告。",
        13,
    ),
    _clause(
        PLAN,
        "二/（三）",
        "总体目标\n到2026年底，数据要素应用场景广度和深度大幅拓展，打造300个以上示范性强、显示度高、带动性广的典型应用场景，"
        "数据产业年均增速超过20%，数据交易规模增长1倍。",
        4,
    ),
    _clause(
        HOSTILE,
        "第一条",
        "<img src=x onerror=alert(1)> *不是强调* _也不是_ # 标题 [链接](http://evil.example) `代码`。",
        0,
    ),
)


class FakeAssistant:
    """Answers over `CLAUSES`; keeps the questions it was asked and whether its iterator was closed early."""

    def __init__(self, notice: str | None = None, pause_s: float = 0.0) -> None:
        self._notice = notice
        self.asked: list[Question] = []
        self.closed_early = threading.Event()
        self._pause_s = pause_s

    def notice(self, lang: str = "zh") -> str | None:
        return self._notice

    @property
    def owner(self) -> Viewer:
        return Viewer()

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        shared = {
            clause.clause_id: len(set(question.text) & set(clause.title + clause.text)) for clause in CLAUSES
        }
        ranked = sorted(CLAUSES, key=lambda clause: -shared[clause.clause_id])[:limit]
        hits = [
            Hit(clause, shared[clause.clause_id], {"keyword": LegScore(rank, shared[clause.clause_id])})
            for rank, clause in enumerate(ranked, start=1)
        ]
        inferred = {"region": "北京市"} if "北京" in question.text else {}
        return Retrieval(tuple(hits), Filters(inferred=inferred), 0.01)

    def ask(self, question: Question, viewer: Viewer | None = None) -> Answer:
        *_, answer = self.stream(question, viewer)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
        if not has_words(question.text):
            raise QuestionError(
                "问题里没有可以检索的文字。", fix="写出要查的事项，例如：登记证书的有效期是多久？"
            )
        self.asked.append(question)
        try:
            yield from self._stream(question)
        except GeneratorExit:
            self.closed_early.set()
            raise

    def documents(self, viewer: Viewer | None = None) -> list[Document]:
        return [BEIJING, PLAN, HOSTILE]

    def document(self, document_id: str, viewer: Viewer | None = None) -> Document:
        return _find(document_id, {document.document_id: document for document in self.documents()})

    def clauses(self, document_id: str, viewer: Viewer | None = None) -> list[Clause]:
        return [c for c in CLAUSES if c.document_id == self.document(document_id).document_id]

    def clause(self, clause_id: str, viewer: Viewer | None = None) -> Clause:
        return _find(clause_id, {clause.clause_id: clause for clause in CLAUSES})

    def neighbours(self, clause_id: str, viewer: Viewer | None = None) -> list[Clause]:
        clause = self.clause(clause_id)
        return [
            c for c in CLAUSES if c.document_id == clause.document_id and abs(c.ordinal - clause.ordinal) == 1
        ]

    def edition(self, document_id: str, viewer: Viewer | None = None) -> Edition:
        self.document(document_id)
        return Edition(("近日，《办法》印发。<b>不是标记</b>",) if document_id == "b1" else ())

    def clause_counts(self, viewer: Viewer | None = None) -> dict[str, int]:
        return {d.document_id: len(self.clauses(d.document_id)) for d in self.documents()}

    def _stream(self, question: Question) -> Iterator[Event]:
        yield Stage("search")
        retrieval = self.search(question)
        self._wait(3)
        yield Stage("read", retrieval)
        self._wait(3)
        yield Stage("write", retrieval)
        answer = answer_to(question.text, retrieval)
        for i in range(0, len(answer.text), 4):
            if "中断" in question.text and i > 8:
                raise ModelBroke("模型 ollama:qwen3:8b 在回答中途停止。", fix="ollama serve")
            yield Delta(answer.text[i : i + 4])
            self._wait(1)
        if "卡住" in question.text:
            while True:
                yield Delta("……")
                time.sleep(0.01)
        yield answer

    def _wait(self, times: int) -> None:
        time.sleep(self._pause_s * times)


def answer_to(text: str, retrieval: Retrieval) -> Answer:
    """Return the fixed answer that a question's words call for; a refusal when there is none."""
    if "脚本" in text:
        return _answered(
            "照原文：*不是强调* <script>alert(2)</script>[1][7]。",
            [(1, CLAUSES[3], CLAUSES[3].text[:12], None)],
            retrieval,
        )
    if "目标" in text:
        warnings = (
            Notice(
                "draft",
                "《“数据要素×”三年行动计划（2024—2026年）（征求意见稿）》是征求意见稿，不是正式文件。",
                CLAUSES[2].clause_id,
            ),
        )
        cited = [(1, CLAUSES[2], "打造300个以上示范性强、显示度高、带动性广的典型应用场景", None)]
        return _answered("到2026年底打造300个以上典型应用场景[1]。", cited, retrieval, warnings)
    if "有效期" in text:
        said = (
            "登记证书的有效期为三年，自登记公告之日起计算[1]；协议期限不超过三年的，以协议截止日期为准[1]。\n\n"
            "期满需要继续使用的，应当在期满前一个月内办理续展登记手续，每次续展的有效期为三年[2]。"
        )
        cited = [
            (1, CLAUSES[0], "登记证书的有效期为三年，自登记公告之日起计算。", "第三款"),
            (1, CLAUSES[0], "其协议期限不超过三年的，以相关协议截止日期为有效期。", "第四款"),
            (
                2,
                CLAUSES[1],
                "申请人应当在期满前一个月内按照规定办理续展登记手续。每次续展登记的有效期为三年",
                None,
            ),
        ]
        return _answered(said, cited, retrieval)
    refusal = "所收文件中没有找到可以回答这个问题的条款。"
    return Answer("refused", refusal, (), (), retrieval.hits[:2], retrieval, "extractive", "1")


def _answered(
    text: str,
    cited: list[tuple[int, Clause, str, str | None]],
    retrieval: Retrieval,
    warnings: tuple[Notice, ...] = (),
) -> Answer:
    citations = tuple(
        Citation(n, c.clause_id, c.title, c.locator, pinpoint, quote) for n, c, quote, pinpoint in cited
    )
    return Answer("answered", text, citations, warnings, (), retrieval, "ollama:qwen3:8b", "1")


def _find(key: str, known: dict[str, T]) -> T:
    if key not in known:
        raise NotFound(f"Nothing is called {key!r}.", fix="policyqa documents")
    return known[key]
