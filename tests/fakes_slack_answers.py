"""Forty kept answers, one for each way in which an answer looks different in Slack."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fake_assistant import FakeAssistant
from fake_hostile import STRINGS
from fake_hostile import answer as hostile_answer

from rag.record.kept import (
    Circumstances,
    CitedClause,
    KeptAnswer,
    KeptDocument,
    kept_answer,
)
from rag.schema import Notice, Question
from rag.text import Lang, language_of

URL = "https://policy.example/qa"
SMALL = Path(__file__).parent / "data" / "small"
_CLAUSE = re.compile(r"^(第.+?条)\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """An answer with the circumstances in which it is shown."""

    kept: KeptAnswer
    web_url: str | None = URL
    unkept: str = ""

    @property
    def lang(self) -> Lang:
        return language_of(self.kept.question)


def asked(question: str, **circumstances: object) -> KeptAnswer:
    """Return the fake assistant's answer, kept at a fixed time."""
    assistant = FakeAssistant()
    put = Question(question, **circumstances)  # type: ignore[arg-type]
    answer = kept_answer(
        "a1", "slack:T1:U1", put, assistant.ask(put), Circumstances("slack", document=assistant.document)
    )
    return replace(answer, at="2024-05-01T12:00:00+00:00")


def clauses_of(name: str) -> dict[str, str]:
    """Return the clauses of a small document, by their numbers."""
    return dict(_CLAUSE.findall((SMALL / name).read_text(encoding="utf-8")))


def extract(question: str, name: str, places: list[str], **fields: object) -> KeptAnswer:
    """Return an answer that quotes clauses of a small document, as the product gives it without a model."""
    title, texts = name.partition(".")[0], clauses_of(name)
    cited = tuple(CitedClause(f"h1:{p}", title, p, texts[p], n) for n, p in enumerate(places, start=1))
    text = "\n\n".join(f"《{title}》{c.locator}：“{c.quote}”[{c.n}]" for c in cited)
    return replace(
        asked("养老金怎么领？"), question=question, verdict="answered", text=text, citations=cited, nearest=(),
        documents={"h1": KeptDocument(title, "湖南省人民政府", status="征求意见稿")}, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def many(count: int, words: int = 1) -> KeptAnswer:
    """Return an answer that cites so many clauses, each quoted with so many sentences."""
    cited = tuple(
        CitedClause(f"d{n}:第一章/第{n}条", f"关于数据要素市场化配置改革的若干规定（{n}）", f"第一章/第{n}条", f"登记主体应当于{n}日内提交申请材料。" * words, n)
        for n in range(1, count + 1)
    )  # fmt: skip
    text = "\n".join(f"- 第{n}类主体应当在{n}日内提交申请材料[{n}]。" for n in range(1, count + 1))
    return replace(asked("登记有效期"), question="各类主体的期限分别是多少？", text=text, citations=cited)


def text_of(question: str, text: str, **fields: object) -> KeptAnswer:
    """Return the answer on the register with another text."""
    return replace(asked("登记证书的有效期？"), question=question, text=text, **fields)  # type: ignore[arg-type]


_ZH, _EN = "登记证书的有效期？", "How long is the certificate valid?"
_DRAFT = Notice(
    "draft", "《北京市数据知识产权登记管理办法（试行）》是征求意见稿，不是正式文件。", "b1:第三章/第十三条"
)
_EXPIRED = Notice(
    "expired", "《北京市数据知识产权登记管理办法（试行）》已于2024-01-01失效。", "b1:第三章/第十四条"
)
_NO_MODEL = Notice("no_model", "没有使用模型。")
_TABLE = "| 地区 | 期限 |\n| --- | --- |\n| 北京 | 三年[1] |\n| 上海 | **两年**[2] |"
_WIDE = "对比如下：\n\n| 地区 | 期限 | 续展 | 费用 |\n|---|---|---|---|\n| 北京 | 三年[1] | 期满前一个月 | 无 |\n| 上海 | 两年[2] | | 免收 |\n\n以上为两地规定。"
_NESTED = "应当提交：\n- 申请表[1]\n  - 主体信息\n    - 名称\n    - 代码\n  - 数据说明\n- 证明[2]\n\n步骤：\n1. 提交\n   - 线上\n   - 线下\n2. 审核\n3、公示"
_HEADINGS = "# 一、有效期\n有效期为**三年**[1]。\n## （一）续展\n每次续展为**（三年）**[2]。\n### 小结\n到期前一个月办理。"
_LONG = "登记主体应当在期限届满前一个月内，按照规定办理续展登记手续[1]；逾期未办理的，由登记机构注销登记并予以公告[2]。"
_ENGLISH = "The certificate is valid for **three years** from the day of the announcement [1]. It can be renewed: see No. 14 [2].\n\n- Apply within one month before it ends.\n- Each renewal adds three years [2]."
_SLACK = "<!here> @channel <@U024BE7LH> <#C024BE7LR> #general :smile: *粗* _斜_ ~删~ `码` <!date^1392734382^{date}|x> https://evil.example [链](https://evil.example) &lt; & >[1]\n> 引\n```\n代码\n```"


def _plain() -> dict[str, KeptAnswer]:
    return {
        "answered-zh": asked(_ZH),
        "answered-en": text_of(_EN, _ENGLISH),
        "refused-zh": asked("养老金怎么领？"),
        "refused-en": replace(asked("养老金怎么领？"), question="How are pensions paid?", text="Nothing in the documents answers this."),
        "refused-without-nearest": replace(asked("养老金怎么领？"), nearest=()),
        "partial-zh": replace(asked(_ZH), verdict="partial", nearest=("d1:二/（三）",)),
        "partial-en": text_of(_EN, _ENGLISH, verdict="partial", nearest=("d1:二/（三）",)),
        "target-of-a-draft": asked("行动计划的目标是什么？"),
        "no-model": replace(asked(_ZH), model="extractive", warnings=(_NO_MODEL,)),
        "follow-up": asked("那有效期呢？", history=(("登记证书是什么？", "凭证[1]。"),)),
        "no-marker": text_of(_ZH, "有效期为三年。"),
        "marker-without-source": text_of(_ZH, "有效期为三年[1]，见[7]。"),
        "numbered-by-appearance": text_of(_ZH, "先说续展[2]，再说有效期[1][2]。"),
        "old-record": replace(asked(_ZH), documents={}, clauses={}, warnings=()),
        "script": asked("脚本是什么？"),
    }  # fmt: skip


def _shapes() -> dict[str, KeptAnswer]:
    return {
        "table": text_of(_ZH, _TABLE),
        "wide-table": text_of(_ZH, _WIDE),
        "table-en": text_of(_EN, "| Place | Term |\n| --- | --- |\n| Beijing | three years [1] |"),
        "table-without-rows": text_of(_ZH, "| 地区 | 期限 |\n| --- | --- |"),
        "nested-lists": text_of(_ZH, _NESTED),
        "headings": text_of(_ZH, _HEADINGS),
        "bold-beside-punctuation": text_of(_ZH, "《**登记办法**》规定，**“有效期”**为**三年**；**续展**的，**（每次）三年**[1]。"),
        "code": text_of(_ZH, "运行 `rm -rf *`：\n```\nfor x in *; do echo $x; done\n```\n见[1]。"),
        "slack-markup": text_of(_ZH, _SLACK),
        "spaces-and-ranges": text_of(_ZH, "3~5年、6~8年；2*3=6；a_b_c；第 1 款、10:30 开始[1]。"),
    }  # fmt: skip


def _sizes() -> dict[str, KeptAnswer]:
    clause = "各级登记机构应当依法履行登记职责，不得增设登记条件；"
    return {
        "long-text": text_of(_ZH, "\n\n".join(f"第{n}段：{_LONG * 8}" for n in range(1, 9))),
        "one-long-paragraph": text_of(_ZH, _LONG * 70),
        "long-text-en": text_of(_EN, "Each register keeps its own files, and answers for them [1]. " * 80),
        "long-list": text_of(_ZH, "\n".join(f"{n}. 第{n}类主体的有效期为{n}年[1]。" for n in range(1, 121))),
        "no-border-at-all": text_of(_ZH, "长" * 4000 + "[1]"),
        "forty-sources": many(40),
        "forty-long-sources": many(40, words=4),
        "long-quote": replace(asked(_ZH), citations=(CitedClause("b1:第三章/第十三条", "办法", "第十三条", clause * 150, 1),)),
        "long-names": replace(asked(_ZH), citations=(CitedClause("b1:第一条", "名称很长的办法" * 300, "第一条", "有效期为三年。", 1),)),
        "everything-hostile": replace(
            kept_answer("a1", "", Question("问<!here>"), hostile_answer(STRINGS[:30]), Circumstances("slack")), at="2024-05-01T12:00:00+00:00"
        ),
    }  # fmt: skip


def _circumstances() -> Iterator[tuple[str, Shown]]:
    warned = replace(
        asked(_ZH), warnings=(_DRAFT, _EXPIRED, Notice("unsure", "第二句没有找到依据。"), _NO_MODEL)
    )
    limited = asked("北京登记证书的有效期？", filters={"region": "北京市"}, as_of="2024-01-01")
    noted = {**limited.inferred, "rewritten": "北京市登记证书的有效期是多久？"}
    yield "warnings", Shown(warned)
    yield "warnings-without-page", Shown(warned, web_url=None)
    yield "limits-and-inferred", Shown(replace(limited, inferred=noted))
    yield "groups", Shown(replace(asked(_ZH), groups=("法务部",)))
    yield "unkept", Shown(asked(_ZH), unkept="磁盘已满。")


def shown() -> Mapping[str, Shown]:
    """Return all of them by name."""
    hunan = "湖南省数据要素促进条例.txt"
    extracts = {
        "extract": extract("数据经纪人的备案和处罚？", hunan, ["第九条", "第十条"], model="extractive", warnings=(_NO_MODEL,)),
    }  # fmt: skip
    plain = {**_plain(), **_shapes(), **_sizes(), **extracts}
    found = {name: Shown(kept) for name, kept in plain.items()}
    return {**found, "without-page": Shown(asked(_ZH), web_url=None), **dict(_circumstances())}
