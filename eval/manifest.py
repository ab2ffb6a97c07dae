"""What is written of a run beside its rows: what decides them, and how it went."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.machine import PEAK, memory_peak_mb
from eval.outcome import System
from eval.rows import Row
from eval.runs import RUN, difference, read_about
from rag.errors import EvaluationError

DECISIVE = (
    "system",
    "settings",
    "prompts",
    "model",
    "embedder",
    "reranker",
    "index",
    "code",
    "machine",
    "metrics",
)
"""Keys of `run.json` in which all rows of a run must agree."""


def set_hash(cases: Sequence[Case]) -> str:
    """Return 16 hex digits that tell two sets of cases apart, order included."""
    return hashlib.sha256("".join(case.hash for case in cases).encode()).hexdigest()[:16]


def facts_of(
    cases: Sequence[Case], system: System, name: str, metrics: Collection[str], about: Mapping[str, object]
) -> dict[str, Any]:
    """Return what is known of a run before its first case.

    Args:
        cases: What will be asked.
        system: What is asked.
        name: Of the configuration.
        metrics: Names of the metrics.
        about: What else decides the answers, as `eval.provenance` finds it.
    """
    return {
        "name": name,
        "started": _now(),
        "set_hash": set_hash(cases),
        "cases": len(cases),
        "metrics": list(metrics),
        "system": system.about(),
        **about,
        "machine": about.get("machine") or {},
    }


def resumed(out: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with what goes on holding of an earlier run in the folder.

    Raises:
        EvaluationError: The folder holds a run of something else.
    """
    if not (out / RUN).is_file():
        return facts
    earlier = read_about(out)
    now = json.loads(json.dumps(facts))
    for key in DECISIVE:
        differs = difference(_comparable(earlier.get(key)), _comparable(now.get(key)))
        if differs:
            raise EvaluationError(
                f"{out} holds a run with other {key}: {differs}.",
                fix="run into another folder",
                chinese=(f"{out} 中的运行用了不同的 {key}：{differs}。", "换一个文件夹运行"),
            )
    peak = (earlier.get("machine") or {}).get(PEAK, 0.0)
    return {
        **facts,
        "started": earlier.get("started", facts["started"]),
        "machine": {**facts["machine"], PEAK: peak},
    }


def _comparable(fact: Any) -> Any:
    return {key: value for key, value in fact.items() if key != PEAK} if isinstance(fact, dict) else fact


def ended(facts: dict[str, Any], rows: Sequence[Row], seconds: float) -> dict[str, Any]:
    """Add what only the answers tell; more than one model or prompt in a run is shown, not hidden."""
    machine = facts["machine"]
    return {
        **facts,
        "models": sorted({row["model"] for row in rows if row["model"]}),
        "prompt_versions": sorted({row["prompt_version"] for row in rows if row["prompt_version"]}),
        "failed": sum(row["error"] is not None for row in rows),
        "machine": {**machine, PEAK: max(machine.get(PEAK, 0.0), memory_peak_mb())},
        "seconds": round(seconds, 3),
        "ended": _now(),
    }


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def pretty(value: Mapping[str, object]) -> str:
    """Return the facts as `run.json` holds them."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
