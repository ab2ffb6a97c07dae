"""What the product adds to the time of the model that writes: until the first word is shown, and to the whole answer."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from eval.bench.paced import Call, Pace, PacedServer, paced_server
from eval.cases import Case
from rag.assistant import Assistant, build_assistant
from rag.errors import EvaluationError
from rag.llm import LlmChoice, OllamaLLM
from rag.schema import Answer, Delta, Question, Stage
from rag.settings import Settings

FIRST_MS, WHOLE_SHARE = 60.0, 0.05
"""Targets: added before the first word, and to the whole answer as a share of the model's own time."""


@dataclass(frozen=True, slots=True)
class Added:
    """To one answer, from the end of the search on."""

    id: str
    before_ms: float
    """Until the prompt was at the server: the evidence weighed, clauses chosen, the prompt made and sent."""
    first_ms: float
    """Until the first word is shown, less what the server took from the prompt to its first piece."""
    whole_ms: float
    """Until the verified answer, less what the server took from the prompt to its last piece."""
    model_ms: float
    """What the server took for the whole."""


@dataclass(frozen=True, slots=True)
class Overhead:
    """Of all questions that the model answered at once."""

    pace: Pace
    added: tuple[Added, ...]
    apart: int
    """Questions that were refused or quoted without the model, or for which it was asked again (a repair)."""

    def before_ms(self, percent: float) -> float:
        """Return a percentile of what was added before the model had its prompt."""
        return float(np.percentile([each.before_ms for each in self.added], percent))

    def first_ms(self, percent: float) -> float:
        """Return a percentile of what was added before the first word."""
        return float(np.percentile([each.first_ms for each in self.added], percent))

    def whole_share(self, percent: float) -> float:
        """Return a percentile of what was added to the whole, as a share of the model's own time."""
        return float(np.percentile([each.whole_ms / each.model_ms for each in self.added], percent))


def measure_overhead(
    settings: Settings,
    cases: Sequence[Case],
    pace: Pace | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Overhead:
    """Ask each question once of the product with a scripted model behind a server that writes at a fixed pace.

    Args:
        settings: Their collection; the model of the settings is not asked.
        cases: Questions with an answer; the first is also asked once before, so that everything is loaded.
        pace: Of the server; None for that of a fast one.
        progress: Called with (questions done, questions in all).

    Raises:
        EvaluationError: No question was answered by the model.
        EmptyCollection: There is nothing to search in.
    """
    pace = pace or Pace()
    with paced_server(cases, pace) as server:
        llm = OllamaLLM(model="scripted", base_url=server.url, timeout_s=60)
        assistant = build_assistant(settings, model=LlmChoice(llm, "scripted:honest", None))
        for case in cases[:1]:
            _ask(assistant, server, case)
        found = []
        for number, case in enumerate(cases, 1):
            found.append(_ask(assistant, server, case))
            progress(number, len(cases))
    added = tuple(each for each in found if each)
    if not added:
        raise EvaluationError(
            "The model answered none of the questions.",
            fix="policyqa ingest --sample, or choose the collection with --data",
            chinese=("没有一个问题由模型回答。", "policyqa ingest --sample，或用 --data 指定库"),
        )
    return Overhead(pace, added, len(found) - len(added))


def _ask(assistant: Assistant, server: PacedServer, case: Case) -> Added | None:
    """Return what was added to one answer; None unless the model was asked exactly once and its words were shown."""
    server.calls.clear()
    found, first, whole = 0.0, 0.0, 0.0
    for event in assistant.stream(Question(case.question, case.history, as_of=case.as_of), assistant.owner):
        now = time.perf_counter()
        if isinstance(event, Stage) and event.name == "read":
            found = now
        elif isinstance(event, Delta):
            first = first or now
        elif isinstance(event, Answer):
            whole = now
    calls = list(server.calls)
    return _added(case.id, found, first, whole, calls[0]) if len(calls) == 1 and first else None


def _added(name: str, found: float, first: float, whole: float, call: Call) -> Added:
    own_first, own = call.first - call.received, call.last - call.received
    return Added(
        name,
        (call.received - found) * 1e3,
        (first - found - own_first) * 1e3,
        (whole - found - own) * 1e3,
        own * 1e3,
    )


def as_json(found: Overhead) -> str:
    """Return the figures, and each question's."""
    figures = {
        "questions": len(found.added),
        "apart": found.apart,
        "pace": asdict(found.pace),
        "before_ms": {"median": found.before_ms(50), "p95": found.before_ms(95)},
        "first_ms": {"median": found.first_ms(50), "p95": found.first_ms(95), "target": FIRST_MS},
        "whole_share": {
            "median": found.whole_share(50),
            "p95": found.whole_share(95),
            "target": WHOLE_SHARE,
        },
        "added": [asdict(each) for each in found.added],
    }
    return json.dumps(figures, ensure_ascii=False, indent=2)


def as_markdown(found: Overhead) -> str:
    """Return the figures as a table."""
    pace = found.pace
    return "\n".join(
        (
            f"{len(found.added)} 个问题 questions; {found.apart} 另计 apart",
            f"模型 model: {pace.first * 1e3:.0f} ms + {pace.piece * 1e3:.0f} ms/词元 token",
            "",
            "| 增加 added | 中位数 median | 95 % | 目标 target |",
            "| --- | --- | --- | --- |",
            f"| 首字 first token | {found.first_ms(50):.0f} ms | {found.first_ms(95):.0f} ms | {FIRST_MS:.0f} ms |",
            f"| 其中提问前 of it before the prompt | {found.before_ms(50):.0f} ms | {found.before_ms(95):.0f} ms | |",
            f"| 整个回答 whole answer | {found.whole_share(50):.1%} | {found.whole_share(95):.1%} | {WHOLE_SHARE:.0%} |",
        )
    )
