"""Requests made from the description of the API, right and wrong ones: each response is one that it describes."""

import schemathesis
from fakes_api import service
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ui.api.router import api

schema = schemathesis.openapi.from_asgi("/api/openapi.json", api(service()))
# JSON Schema cannot say that a question has words and a day is in the calendar: such values are refused in words.
_WITHOUT = [positive_data_acceptance]


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
def test_each_response_is_as_described(case):
    case.call_and_validate(excluded_checks=_WITHOUT, headers={"host": "127.0.0.1"})
