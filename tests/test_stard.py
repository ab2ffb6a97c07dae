"""The STARD set: what is read of it, its laws as they are divided, and the scores of an independent script."""

import random
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from eval.bench.measures import score
from eval.bench.public import read_set


@pytest.fixture(scope="module")
def stard(public_sets):
    return read_set(public_sets / "stard")


def test_every_article_and_question_is_read(stard):
    assert len(stard.ids) == 55_347
    assert {split: len(stard.split(split)) for split in ("train", "dev")} == {"train": 1235, "dev": 308}
    assert all(stard.qrels[query.qid] for query in stard.queries)


def test_scores_are_those_of_the_script_that_comes_with_the_sets(stard, public_sets):
    spec = spec_from_file_location("eval_retrieval", public_sets / "eval_retrieval.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    queries, ids = stard.split("dev"), sorted(set(stard.ids.values()))
    draw = random.Random(7)
    rankings = {}
    for query in queries:
        found = [*draw.sample(ids, 60), *sorted(stard.qrels[query.qid])]
        draw.shuffle(found)
        rankings[query.qid] = found[: draw.randrange(70)]
    right = {qid: sorted(names) for qid, names in stard.qrels.items()}
    expected = script.evaluate(rankings, [query.qid for query in queries], right)
    found = score(rankings, [query.qid for query in queries], stard.qrels)
    names = {"mrr@10": "MRR@10", "ndcg@10": "nDCG@10", "map@100": "MAP@100"}
    for name, by_query in found.items():
        theirs = [each[names.get(name, name)] for each in expected]
        assert [by_query[query.qid] for query in queries] == pytest.approx(theirs), name


def test_every_law_is_divided_as_its_records_say(call, public_sets, monkeypatch):
    monkeypatch.setenv("POLICYQA_BENCH", str(public_sets))
    done = call("eval", "bench", "structure", "--json")
    laws = done.json["laws"]
    assert (laws["found"], laws["equal"], laws["invented"]) == (55_347, 55_298, 0)
    assert (laws["wrong"], laws["stale"]) == ([], [])
    assert laws["rising"] == laws["older"]
