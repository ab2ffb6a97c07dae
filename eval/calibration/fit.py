"""Fits the curves, and says what they do to questions held out.

Questions about one document are always on the same side of a cut, so that the figures hold for documents not seen before.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from eval.calibration.law_signals import kept_path
from eval.calibration.sample import written_path
from eval.calibration.weighed import Weighed
from eval.cases import bundled_path
from eval.provenance import code_facts, index_facts
from rag.settings import Settings
from rag.verdict.curve import FILE
from rag.verdict.signals import COSINES

MOST_REFUSED = 0.045
"""Share of the answerable questions that may be refused; the aim is .05."""
_FOLDS = 10
_SHRINKAGE = 1.0
"""How strongly weights are drawn to 0, as the precision of their normal prior."""
_LAWS_ANSWERED = 0.7
"""Share of the laws' weight that answerable questions have: most that people ask a collection it can answer."""
_STEPS = 60
_DIGITS = 6
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SAMPLE = (("dev",), ("dev", "written"))
_EVERY = (*_SAMPLE, ("laws",))
"""Sets in each of which no more may be refused than that share."""
RULE = (
    f"the smallest of the greatest thresholds at which at most {MOST_REFUSED:.1%} of the answerable questions are refused, "
    "cross-validated: of the dev set, of all questions about the sample and, with cosines, of those about laws"
)


def output_path() -> Path:
    """Return the file that the product reads its curves from."""
    return Path(str(files("rag.verdict").joinpath(FILE)))


def calibrated(weighed: Sequence[Weighed], settings: Settings) -> dict[str, Any]:
    """Return what the product needs to decide, and what tells how it was made; the same for the same input.

    Args:
        weighed: All questions; answerable ones and others.
        settings: Of the collection that they were asked in.
    """
    data = b"".join(path.read_bytes() for path in (bundled_path("dev"), written_path(), kept_path()))
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
    counts = _counts(weighed)
    guessed = _held_out(values, right, counts, [w.group for w in weighed])
    # Words alone hardly tell one law from another: bound by laws, that curve would refuse next to nothing anywhere.
    sets = [np.array([w.part[0] in names for w in weighed]) for names in (_EVERY if embedder else _SAMPLE)]
    threshold = min(_threshold(guessed[one], right[one]) for one in sets if right[one].any())
    means, scales, weights = _fitted(values, right, counts)
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
            name: _figures(guessed[chosen], right[chosen], threshold)
            for name, chosen in _reported(weighed)
            if len(set(right[chosen])) > 1
        },
    }


def _reported(weighed: Sequence[Weighed]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each part that figures are given for: the sets, and the collections of laws by their size."""
    names = {w.part[0]: () for w in weighed} | {
        " ".join(w.part[:2]): () for w in weighed if w.part[0] == "laws"
    }
    for name in names:
        yield name, np.array([w.is_in(*name.split()) for w in weighed])


def _counts(weighed: Sequence[Weighed]) -> np.ndarray:
    """Return how much each question counts, 1 on average: the parts of each part count the same, however many questions they have."""
    inside: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    size: dict[tuple[str, ...], int] = defaultdict(int)
    for one in weighed:
        size[one.part] += 1
        for depth in range(len(one.part)):
            inside[one.part[:depth]].add(one.part[: depth + 1])
    shares = np.array(
        [
            _weight(one)
            / size[one.part]
            / np.prod([len(inside[one.part[:depth]]) for depth in range(len(one.part))])
            for one in weighed
        ]
    )
    return np.asarray(shares / shares.mean())


def _weight(one: Weighed) -> float:
    """Return how much a question about laws counts by its answer, 1 on average; any other counts 1."""
    if not one.is_in("laws"):
        return 1.0
    return 2 * (_LAWS_ANSWERED if one.answerable else 1 - _LAWS_ANSWERED)


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]


def _fitted(
    values: np.ndarray, right: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return means, scales and weights (the first is the intercept) of a logistic regression, by Newton's method."""
    means = np.average(values, axis=0, weights=counts)
    scales = np.sqrt(np.average((values - means) ** 2, axis=0, weights=counts))
    scales[scales < 1e-9] = 1.0
    rows = np.hstack([np.ones((len(values), 1)), (values - means) / scales])
    prior = np.full(rows.shape[1], _SHRINKAGE)
    prior[0] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = _chance(rows, weights)
        slope = rows.T @ (counts * (right - chance)) - prior * weights
        curvature = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + np.diag(prior)
        step = np.linalg.solve(curvature, slope)
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    return means, scales, weights


def _chance(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30))))


def _held_out(values: np.ndarray, right: np.ndarray, counts: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """Return for each question the probability by a curve that was fitted without the questions about its document."""
    fold = np.array([int(hashlib.sha256(group.encode()).hexdigest(), 16) % _FOLDS for group in groups])
    out = np.zeros(len(right))
    for number in range(_FOLDS):
        held = fold == number
        if held.any():
            means, scales, weights = _fitted(values[~held], right[~held], counts[~held])
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
