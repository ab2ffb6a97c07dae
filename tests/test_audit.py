"""What is known of weaknesses in the dependencies is told as it is: found, clean, not found, or not looked up at all."""

import pytest

from deploy import audit

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
WEAK = {"name": "jinja2", "version": "3.1.5", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}]}
HOPELESS = {"name": "old", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited: own (1)"}


@pytest.mark.parametrize(
    ("packages", "status", "words"),
    [
        pytest.param([CLEAN], 0, "1 packages looked up, 0 known weaknesses.", id="clean"),
        pytest.param([WEAK, CLEAN], 1, "jinja2 3.1.5: PYSEC-1, mended in 3.1.6\n", id="a weakness"),
        pytest.param([HOPELESS], 1, "mended in no release yet", id="a weakness without a cure"),
        pytest.param([CLEAN, UNKNOWN], 0, "Not found, so not looked up: own.", id="one is not known there"),
        pytest.param(
            [WEAK, UNKNOWN], 1, "Not found, so not looked up: own.", id="one weak and one not known"
        ),
    ],
)
def test_what_was_looked_up_decides_the_exit_status(packages, status, words):
    found, said = audit.verdict({"dependencies": packages})
    assert found == status
    assert words in said


def test_an_audit_that_could_look_up_nothing_does_not_call_that_clean():
    status, said = audit.verdict({"dependencies": [UNKNOWN, UNKNOWN]})
    assert status == 0
    assert said.startswith("Audit skipped")
    assert "0 known" not in said


def test_only_a_missing_network_counts_as_skipped():
    assert audit.unreached(
        "pip_audit._service.interface.ConnectionError: Could not connect to PyPI's vulnerability feed"
    )
    assert audit.unreached("requests.exceptions.SSLError: certificate verify failed")
    assert not audit.unreached("ModuleNotFoundError: No module named 'pip_audit'")
    assert not audit.unreached("requirement file requirements.lock: unexpected character")
