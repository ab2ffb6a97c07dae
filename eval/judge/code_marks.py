"""The code metrics turned into marks, to see how far each goes without a model."""

from collections.abc import Mapping

from eval.judge.mark import Axis, Mark, nearest_grade
from eval.judge.sample import Marked
from eval.metrics import METRICS

_CODE: dict[str, tuple[Axis, tuple[str, ...]]] = {
    "key_facts": ("correctness", ("refusal_right", "key_facts")),
    "citation_recall": ("correctness", ("refusal_right", "citation_recall")),
    "all": (
        "correctness",
        ("refusal_right", "key_facts", "numbers_right", "list_complete", "citation_recall"),
    ),
    "quotes_verbatim": ("groundedness", ("quotes_verbatim",)),
    "numbers_right": ("groundedness", ("numbers_right",)),
    "citation_precision": ("groundedness", ("citation_precision",)),
    "quotes and numbers": ("groundedness", ("quotes_verbatim", "quotations_verbatim", "numbers_right")),
}
"""Name → axis and the metrics whose lowest value becomes the grade."""


def code_marks(scores: Mapping[str, float], *, refused: bool) -> tuple[Mark, ...]:
    """Return the marks that code would give; None as a grade where no metric applies.

    An answer without citations is borne out by nothing.

    Args:
        scores: Values of the metrics that apply, by name.
        refused: Whether the answer is a refusal; then its groundedness is left out.
    """
    out = []
    for name, (axis, metrics) in _CODE.items():
        values = {metric: scores[metric] for metric in metrics if metric in scores}
        if refused and axis == "groundedness":
            continue
        if axis == "groundedness" and "quotes_verbatim" not in scores:
            values = {"citations": 0.0}
        grade = nearest_grade(min(values.values())) if values else None
        reason = ", ".join(f"{metric} {value:.2f}" for metric, value in values.items())
        out.append(Mark(f"code {name}", axis, grade, reason or "no metric applies"))
    return tuple(out)


def code_marks_of(marked: Marked) -> tuple[Mark, ...]:
    """Return the marks that code would give to an answer of the sample."""
    found = {name: metric(marked.case, marked.outcome) for name, metric in METRICS.items()}
    scores = {name: score.value for name, score in found.items() if score is not None}
    return code_marks(scores, refused=marked.outcome.verdict == "refused")
