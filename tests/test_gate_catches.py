"""Losses made on purpose, each over the whole sample with the real embedder: the gate must stop them, noise or not.

`pytest --slow -o faulthandler_timeout=3700 -s tests/test_gate_catches.py` prints what it says.
"""

from dataclasses import replace
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import rag.answer
from eval.gate.asking import as_delivered, ask_all
from eval.gate.baseline import Baseline
from eval.gate.message import verdict_message
from eval.gate.rule import HONEST, LIAR, LIES_MARKED, PRODUCT, compare
from ingest.pipeline import ingest
from rag.chunk import parts
from rag.chunk.encoder import Encoder
from rag.settings import Settings
from rag.verdict import evidence

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module", autouse=True)
def _vectors_kept():
    """The same text has the same vector, so that each is computed once for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Encoder, "_vector", lru_cache(maxsize=None)(Encoder._vector))
        yield


def a_collection(folder):
    settings = as_delivered(Settings(data=folder))
    with as_file(files("corpus")) as corpus:
        ingest([Path(corpus)], settings)
    return settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        return a_collection(tmp_path_factory.mktemp("sample") / "data")


@pytest.fixture(scope="module")
def before(settings):
    return ask_all(settings)[0]


@pytest.fixture
def caught(before, settings, capsys):
    """Return which metrics fail after a change, judged as on another kind of CPU, where noise is let pass."""

    def _caught(changed=settings):
        now, runs = ask_all(changed)
        elsewhere = Baseline({**before.about, "cpu_flags": ["another kind"]}, before.scored)
        outcome = compare(elsewhere, now)
        with capsys.disabled():
            print(f"\n{verdict_message(outcome, elsewhere, now, runs)}")
        assert not outcome.passed
        assert outcome.errors == outcome.missing == ()
        # Where nothing is noise no less is seen.
        here = compare(before, now)
        assert {(x.run, x.metric) for x in here.losses} >= {(x.run, x.metric) for x in outcome.losses}
        return {(loss.run, loss.metric): [c.id for c in loss.worse] for loss in outcome.losses}

    return _caught


def test_nothing_changed_nothing_fails_on_a_collection_made_anew(before, tmp_path):
    now, _ = ask_all(a_collection(tmp_path / "anew"))
    assert now.about["index"] == before.about["index"]
    assert now.scored == before.scored


def test_titles_left_out_of_the_indexes_are_noticed(caught, monkeypatch, tmp_path):
    heading_of = parts.heading_of
    for module in ("rag.chunk.parts", "rag.keyword_index"):
        monkeypatch.setattr(f"{module}.heading_of", lambda clause: heading_of(replace(clause, title="")))
    failed = caught(a_collection(tmp_path / "untitled"))
    assert {(PRODUCT, "mrr@10"), (PRODUCT, "hit@5")} <= set(failed)


def test_a_quotation_check_that_is_off_is_noticed(caught, monkeypatch):
    monkeypatch.setattr(rag.answer, "misquoted", lambda text, cited, asked: [])
    failed = caught()
    assert set(failed) == {(LIAR, "quotations_verbatim"), (LIAR, LIES_MARKED)}


def test_a_threshold_at_nothing_is_noticed(caught, monkeypatch):
    for name in ("_NEAR", "_NEAR_WITH_PLACE", "_NEAR_ENGLISH"):
        monkeypatch.setattr(evidence, name, 0.0)
    failed = caught()
    assert (PRODUCT, "refusal_right") in failed
    assert not {(HONEST, "quotations_verbatim"), (PRODUCT, "mrr@10")} & set(failed)
