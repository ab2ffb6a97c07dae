"""The curves that decide what is refused: fitted on questions whose answers are known, checked by cross-validation.

Questions about one document are always on the same side of a cut, so that the figures hold for documents not seen before.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import bundled_path, load_cases
from eval.provenance import code_facts, index_facts
from rag.assistant import Assistant, build_assistant
from rag.embed import build_embedder
from rag.errors import EvaluationError
from rag.hit.query import understood
from rag.rerank import SentenceScorer
from rag.schema import Question
from rag.settings import Settings
from rag.verdict.curve import FILE
from rag.verdict.evidence import search_of
from rag.verdict.signals import COSINES, signals

MOST_REFUSED = 0.045
"""Share of the answerable questions that may be refused; the aim is .05."""
_FOLDS = 10
_SHRINKAGE = 4.0
"""How strongly weights are drawn to 0, as the precision of their normal prior."""
_STEPS = 60
_DIGITS = 6
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RULE = (
    f"the smaller of the two greatest thresholds at which at most {MOST_REFUSED:.1%} of the answerable questions are refused, "
    "cross-validated: of the dev set, and of all questions"
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The signals of one question whose answer is known."""

    group: str
    """The document that it is about; a group is on one side of each cut."""
    answerable: bool
    of_dev: bool
    """It belongs to the dev set, not to the questions written for calibrating."""
    signals: Mapping[str, float]


def written_path() -> Path:
    """Return the file of the questions that were written for calibrating."""
    return Path(str(files("eval").joinpath("data", "calibration.jsonl")))


def output_path() -> Path:
    """Return the file that the product reads its curves from."""
    return Path(str(files("rag.verdict").joinpath(FILE)))


def weigh_all(settings: Settings, progress: Callable[[int, int], None]) -> list[Weighed]:
    """Search the sample collection for every question of the dev set and of the calibration set, and read the signals.

    Args:
        settings: Of the sample collection and its embedder.
        progress: Called with how many questions are done, and how many there are.

    Raises:
        EmptyCollection: There is no collection.
        EvaluationError: The collection holds nothing for a question about the sample.
    """
    assistant = build_assistant(settings, searching_only=True)
    scorer = SentenceScorer(build_embedder(settings))
    questions = list(_questions())
    found = []
    for done, (question, group, answerable, of_dev) in enumerate(questions, 1):
        found.append(Weighed(group, answerable, of_dev, _signals(assistant, question, scorer)))
        progress(done, len(questions))
    return found


def _questions() -> Iterator[tuple[Question, str, bool, bool]]:
    for case in load_cases(bundled_path("dev")):
        yield Question(case.question, case.history, as_of=case.as_of), case.document, case.answerable, True
    for line in written_path().read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Question(row["question"]), row["title"] or row["id"], row["answerable"], False


def _signals(assistant: Assistant, question: Question, scorer: SentenceScorer) -> Mapping[str, float]:
    hits = assistant.search(question, viewer=assistant.owner).hits
    if not hits:
        raise EvaluationError(
            f"Nothing was found for {question.text!r}.",
            fix="policyqa ingest --sample --data DIR, then calibrate with the same --data",
        )
    ids = {hit.clause.document_id for hit in hits}
    documents = {key: assistant.document(key, assistant.owner) for key in ids}
    return signals(search_of(understood(question), hits, documents, scorer))


def calibrated(weighed: Sequence[Weighed], settings: Settings) -> dict[str, Any]:
    """Return what the product needs to decide, and what tells how it was made; the same for the same input.

    Args:
        weighed: All questions; answerable ones and others.
        settings: Of the collection that they were asked in.
    """
    data = b"".join(path.read_bytes() for path in (bundled_path("dev"), written_path()))
    every = list(weighed[0].signals)
    names = {settings.embedder: every, None: [name for name in every if name not in COSINES]}
    return {
        "made": {
            "command": "policyqa eval calibrate",
            "version": code_facts()["version"],
            "data": hashlib.sha256(data).hexdigest()[:16],
            "index": index_facts(settings.data)["hash"],
            "questions": len(weighed),
            "answerable": sum(w.answerable for w in weighed),
            "folds": _FOLDS,
            "shrinkage": _SHRINKAGE,
            "rule": RULE,
        },
        "curves": [_curve(weighed, chosen, embedder) for embedder, chosen in names.items()],
    }


def write(made: Mapping[str, Any], path: Path) -> None:
    """Write the curves as JSON, a signal a line, so that a change can be read."""
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _curve(weighed: Sequence[Weighed], names: Sequence[str], embedder: str | None) -> dict[str, Any]:
    values = np.array([[w.signals[name] for name in names] for w in weighed])
    right = np.array([w.answerable for w in weighed], float)
    of_dev = np.array([w.of_dev for w in weighed])
    guessed = _held_out(values, right, [w.group for w in weighed])
    threshold = min(_threshold(guessed[of_dev], right[of_dev]), _threshold(guessed, right))
    means, scales, weights = _fitted(values, right)
    looked_up = [w.answerable for w in weighed if w.signals["looked_up"] and not w.signals["nothing_fits"]]
    return {
        "embedder": embedder,
        "signals": list(names),
        "means": _rounded(means),
        "scales": _rounded(scales),
        "weights": _rounded(weights[1:]),
        "intercept": round(float(weights[0]), _DIGITS),
        "threshold": round(threshold, _DIGITS),
        # Laplace's rule: of a few questions that were all answered the next may not be.
        "looked_up": round((sum(looked_up) + 1) / (len(looked_up) + 2), _DIGITS),
        "figures": {
            "all": _figures(guessed, right, threshold),
            "dev": _figures(guessed[of_dev], right[of_dev], threshold),
        },
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]


def _fitted(values: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return means, scales and weights (the first is the intercept) of a logistic regression, by Newton's method."""
    means, scales = values.mean(0), values.std(0)
    scales[scales < 1e-9] = 1.0
    rows = np.hstack([np.ones((len(values), 1)), (values - means) / scales])
    prior = np.full(rows.shape[1], _SHRINKAGE)
    prior[0] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = _chance(rows, weights)
        slope = rows.T @ (right - chance) - prior * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(prior)
        step = np.linalg.solve(curvature, slope)
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    return means, scales, weights


def _chance(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30))))


def _held_out(values: np.ndarray, right: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """Return for each question the probability by a curve that was fitted without the questions about its document."""
    fold = np.array([int(hashlib.sha256(group.encode()).hexdigest(), 16) % _FOLDS for group in groups])
    out = np.zeros(len(right))
    for number in range(_FOLDS):
        held = fold == number
        if held.any():
            means, scales, weights = _fitted(values[~held], right[~held])
            rows = np.hstack([np.ones((held.sum(), 1)), (values[held] - means) / scales])
            out[held] = _chance(rows, weights)
    return out


def _threshold(guessed: np.ndarray, right: np.ndarray) -> float:
    """Return the greatest threshold below which at most the allowed share of the answerable questions falls."""
    answerable = np.sort(guessed[right == 1])
    return float(answerable[int(MOST_REFUSED * len(answerable))])


def _figures(guessed: np.ndarray, right: np.ndarray, threshold: float) -> dict[str, Any]:
    """Return what the threshold does, and the risk (share unanswerable) of the surest answers by the share answered."""
    refused = guessed < threshold
    order = np.argsort(-guessed, kind="stable")
    risks = {}
    for share in _SHARES:
        surest = order[: max(1, round(share * len(order)))]
        risks[f"{share:.1f}"] = round(float(1 - right[surest].mean()), 3)
    return {
        "answerable": int(right.sum()),
        "unanswerable": int(len(right) - right.sum()),
        "answerable_refused": round(float(refused[right == 1].mean()), 3),
        "unanswerable_refused": round(float(refused[right == 0].mean()), 3),
        "coverage": round(float((~refused).mean()), 3),
        "risk": round(float(1 - right[~refused].mean()), 3),
        "risk_at_coverage": risks,
        "brier": round(float(((guessed - right) ** 2).mean()), 4),
    }
