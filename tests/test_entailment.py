"""The second opinion of a model of natural language inference."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from fakes import make_clause, make_hit

from rag.doubt.entailment import Entailment
from rag.errors import SettingsError

HIT = make_hit(make_clause(text="有效期为三年。"))


@pytest.fixture
def installed(monkeypatch):
    """Put a model with these labels in the place of sentence-transformers; it says that five years contradict."""

    def _installed(labels):
        class CrossEncoder:
            def __init__(self, name, **how):
                self.config = SimpleNamespace(id2label=labels)

            def predict(self, pairs, **how):
                return [[0.95, 0.05] if "五年" in said else [0.02, 0.98] for _, said in pairs]

        module = ModuleType("sentence_transformers")
        module.CrossEncoder = CrossEncoder
        monkeypatch.setitem(sys.modules, "sentence_transformers", module)

    return _installed


def test_a_contradiction_is_doubted(installed):
    installed({0: "Contradiction", 1: "entailment"})
    model = Entailment("nli")
    assert [d.kind for d in model.doubts("有效期为五年。", [HIT])] == ["entailment"]
    assert list(model.doubts("有效期为三年。", [HIT])) == []
    assert list(model.doubts("有效期为五年。", [])) == []


def test_a_model_of_something_else_is_refused(installed):
    installed({0: "LABEL_0"})
    with pytest.raises(SettingsError, match="tells label_0, not contradiction"):
        list(Entailment("reranker").doubts("有效期为五年。", [HIT]))


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(SettingsError, match="needs sentence-transformers"):
        list(Entailment("nli").doubts("有效期为五年。", [HIT]))
