"""Rows and runs for the tests of reports and comparisons."""

from pathlib import Path

from fakes_eval import make_case, make_outcome

from eval.metrics import METRICS
from eval.rows import Row, error_row, row_of
from eval.runs import Run
from rag.errors import ModelUnavailable


def make_row(case=None, outcome=None, texts=None) -> Row:
    """The row of a case that was answered, scored by the metrics of the product."""
    case, outcome = case or make_case(), outcome or make_outcome()
    scores = {name: score for name, metric in METRICS.items() if (score := metric(case, outcome))}
    return row_of(case, outcome, scores, texts or {})


def failed_row(case=None) -> Row:
    """The row of a case for which no model answered."""
    error = ModelUnavailable("No Ollama server answers.", fix="ollama serve")
    return error_row(case or make_case(), error, 0.1, {})


def make_run(*rows: Row, name: str = "product", **about: object) -> Run:
    return Run(name, Path(name), {"name": name, "ended": "2024-01-01", **about}, list(rows))
