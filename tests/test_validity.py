from datetime import date

import pytest
from fakes import make_document

from rag.verdict.validity import is_out_of_force, passes, validity

FORCE = {"effective_date": "2023-06-19", "expiry_date": "2026-06-18"}


@pytest.mark.parametrize(
    ("fields", "on", "state", "shown"),
    [
        pytest.param(FORCE, "2023-06-18", "not_yet", False, id="the day before"),
        pytest.param(FORCE, "2023-06-19", "in_force", True, id="first day"),
        pytest.param(FORCE, "2026-06-18", "in_force", True, id="last day"),
        pytest.param(FORCE, "2026-06-19", "expired", False, id="the day after"),
        pytest.param({"expiry_date": "2020-12-31"}, "2021-01-01", "expired", False, id="only an end"),
        pytest.param({"expiry_date": "2020-12-31"}, "2020-01-01", "unknown", True, id="before a known end"),
        pytest.param({"effective_date": "2023-06-19"}, "2030-01-01", "in_force", True, id="no end"),
        pytest.param({}, "2024-01-01", "unknown", True, id="no date"),
        pytest.param({"status": "试行"}, "2024-01-01", "unknown", True, id="on trial"),
        pytest.param({"status": "征求意见稿", **FORCE}, "2024-01-01", "draft", True, id="draft with dates"),
        pytest.param({"status": "草案送审稿"}, "2024-01-01", "draft", True, id="draft law"),
    ],
)
def test_validity_on_a_day(fields, on, state, shown):
    document = make_document(**fields)
    assert validity(document, date.fromisoformat(on)) == state
    assert passes(document, date.fromisoformat(on)) is shown
    assert is_out_of_force(document, date.fromisoformat(on)) is (state not in ("in_force", "unknown"))
