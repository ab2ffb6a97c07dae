"""`policyqa eval gate`: whether answers have become worse than the committed baseline."""

import json as json_format
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import DataFlag, JsonFlag, progress_bar, say, tell

if TYPE_CHECKING:
    from eval.gate.baseline import Baseline
    from eval.gate.rule import Outcome


def gate(
    renew: Annotated[
        bool, typer.Option("--renew", help="Make these answers the baseline, and print what that changes.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Another than the one that comes with the program.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Ask the dev set three times and fail when answers are worse than the baseline.

    Once without a model, once with one that quotes rightly and once with one that lies: no server is needed, and settings
    other than --data and threads stay as delivered. The collection must be the sample (ingest --sample). Each question that became worse is named. What noise between kinds of CPU
    explains passes; what code guarantees may not be worse for any question.

    Examples:
      policyqa eval gate --data build/gate
      policyqa eval gate --data build/gate --renew
    """
    from eval.gate.asking import ask_all  # noqa: PLC0415
    from eval.gate.baseline import bundled_baseline, read_baseline  # noqa: PLC0415
    from eval.gate.message import verdict_message  # noqa: PLC0415
    from eval.gate.rule import compare  # noqa: PLC0415
    from rag.errors import EvaluationError  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    path = baseline or bundled_baseline()
    try:
        old = read_baseline(path)
    except EvaluationError:
        if not renew:
            raise
        old = None
    with progress_bar({"ask": "提问 questions"}) as progress:
        now, runs = ask_all(load_settings(data), progress=lambda done, total: progress("ask", done, total))
    if renew or old is None:
        return _renew(path, old, now, json)
    outcome = compare(old, now)
    if json:
        say(_as_json(outcome, runs=str(runs)))
    else:
        say(verdict_message(outcome, old, now, runs))
    return 0 if outcome.passed else 1


def _renew(path: Path, old: "Baseline | None", now: "Baseline", json: bool) -> int:
    from eval.gate.baseline import write_baseline  # noqa: PLC0415
    from eval.gate.message import renewal_message  # noqa: PLC0415

    written = write_baseline(path, now, old)
    summary = renewal_message(old, now)
    if json:
        say(
            json_format.dumps(
                {"baseline": str(path), "written": written, "summary": summary}, ensure_ascii=False
            )
        )
    elif written:
        say(summary)
        tell(f"写入 written to {path}; 摘要请写进提交说明 put the summary into the commit's message")
    else:
        tell(f"没有变化 {path} says the same already")
    return 0


def _as_json(outcome: "Outcome", **more: object) -> str:
    shape = {
        "passed": outcome.passed,
        **asdict(outcome),
        "gains": [
            {"run": run, "metric": metric, "gain": gain} for (run, metric), gain in outcome.gains.items()
        ],
        **more,
    }
    return json_format.dumps(shape, ensure_ascii=False)
