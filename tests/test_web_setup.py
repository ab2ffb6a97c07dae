import pytest

from rag.settings import load_settings
from ui.diagnosis import Diagnosis, diagnose
from ui.web.setup.facts import facts_page


def test_problems_come_first_with_their_fix():
    found = Diagnosis({"磁盘 disk": {"free": "0.1 GB"}}, [], [("Only 0.1 GB are free.", "make room")])
    page = facts_page(found, "en")
    assert page.index("Only 0.1 GB") < page.index("make room") < page.index("<dt>free")


def test_without_a_problem_that_is_said():
    assert "一切正常" in facts_page(Diagnosis(), "zh")
    assert "no question and no clause leaves this machine" in facts_page(Diagnosis(), "en")


def test_servers_outside_are_named():
    assert "https://far.example" in facts_page(Diagnosis({}, ["https://far.example (questions)"]), "zh")


def test_what_was_found_never_becomes_markup():
    hostile = "<img src=x onerror=alert(1)>"
    found = Diagnosis({f"{hostile} x": {hostile: [hostile]}}, [hostile], [(hostile, hostile)])
    assert "<img" not in facts_page(found, "zh") + facts_page(found, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_secret_is_shown(own_collection, monkeypatch, lang):
    monkeypatch.setenv("POLICYQA_LLM_KEY", "very-secret")
    page = facts_page(diagnose(load_settings(own_collection)), lang)
    assert "very-secret" not in page
    assert "POLICYQA_LLM_KEY" in page
