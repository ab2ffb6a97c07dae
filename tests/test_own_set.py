"""A set of one's own: kept whole, checked before it is written; decisions are remembered."""

import json
import resource
from contextlib import contextmanager
from dataclasses import replace

import pytest
from fakes_draft import FOLLOWUP, GOOD, LAW, NEAR, make_shelf
from filelock import FileLock

from eval.cases import Gold, load_cases
from eval.draft import own
from eval.draft.own import OwnSet, own_path, set_path
from eval.draft.proposal import proposal_key
from eval.draft.seen import Seen
from rag.errors import CollectionBusy, DiskFull, EvaluationError

SHELF = make_shelf()


@pytest.fixture
def kept(tmp_path):
    return OwnSet(tmp_path, SHELF.texts)


@contextmanager
def no_room():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_accepted_cases_get_ids_and_are_lines_of_a_set(kept, tmp_path):
    added = kept.append([GOOD, NEAR])
    assert [case.id for case in added] == ["own-1", "own-2"]
    assert load_cases(own_path(tmp_path)) == kept.cases() == added
    assert kept.append([FOLLOWUP])[0].id == "own-3"


def test_nothing_is_there_before_the_first_case(kept):
    assert kept.cases() == []


def test_an_unsound_case_leaves_the_set_as_it_was(kept, tmp_path):
    kept.append([GOOD])
    before = own_path(tmp_path).read_bytes()
    bad = replace(GOOD, gold=(Gold(LAW.title, "第二章/第七条", "有效期为九年"),))
    with pytest.raises(EvaluationError, match="does not stand in"):
        kept.append([NEAR, bad])
    assert own_path(tmp_path).read_bytes() == before


def test_a_case_is_replaced_in_its_place(kept):
    kept.append([GOOD, NEAR])
    kept.replace(replace(GOOD, id="own-1", question="证书管几年？"))
    assert [case.question for case in kept.cases()] == ["证书管几年？", NEAR.question]


def test_a_dropped_number_is_never_given_again(kept):
    kept.append([GOOD, NEAR])
    assert kept.drop("own-2").question == NEAR.question
    assert kept.append([FOLLOWUP])[0].id == "own-3"
    for case_id in ("own-1", "own-3"):
        kept.drop(case_id)
    assert (kept.cases(), kept.append([GOOD])[0].id) == ([], "own-4")


@pytest.mark.parametrize("act", [lambda s: s.drop("own-9"), lambda s: s.replace(replace(GOOD, id="own-9"))])
def test_an_unknown_id_is_named(kept, act):
    kept.append([GOOD])
    with pytest.raises(EvaluationError, match="'own-9'") as caught:
        act(kept)
    assert caught.value.fix == "policyqa eval draft --list"


def test_a_full_disk_leaves_the_set_as_it_was(kept, tmp_path):
    kept.append([GOOD])
    before = own_path(tmp_path).read_bytes()
    with no_room(), pytest.raises(DiskFull, match="no room"):
        kept.append([NEAR])
    assert own_path(tmp_path).read_bytes() == before
    kept.append([NEAR])
    assert [case.question for case in kept.cases()] == [GOOD.question, NEAR.question]


def test_a_second_writer_waits_its_turn(kept, tmp_path, monkeypatch):
    kept.append([GOOD])
    monkeypatch.setattr(own, "_WAIT_S", 0.1)
    with FileLock(tmp_path / "eval" / "own.lock"), pytest.raises(CollectionBusy, match="Another policyqa"):
        kept.append([NEAR])


def test_a_set_is_meant_by_its_name(tmp_path, kept):
    assert set_path("dev", tmp_path).name == "dev.jsonl"
    assert str(set_path("some/file.jsonl", tmp_path)) == "some/file.jsonl"
    with pytest.raises(EvaluationError, match="no set of its own yet") as caught:
        set_path("own", tmp_path)
    assert "policyqa eval draft" in caught.value.fix
    kept.append([GOOD])
    assert set_path("own", tmp_path) == own_path(tmp_path)


def test_decisions_are_remembered_and_taken_back(tmp_path):
    seen = Seen(tmp_path)
    assert seen.keys() == set()
    for key, what in (("a", "accepted"), ("b", "dropped"), ("a", "undone"), ("c", "dropped")):
        seen.add(key, what)
    assert Seen(tmp_path).keys() == {"b", "c"}


def test_half_a_line_of_a_killed_process_costs_one_decision(tmp_path):
    seen = Seen(tmp_path)
    seen.add("a", "dropped")
    path = tmp_path / "eval" / "own.seen"
    path.write_text(path.read_text(encoding="utf-8") + '{"key": "b", "wh', encoding="utf-8")
    seen.add("c", "dropped")
    assert seen.keys() == {"a", "c"}


def test_damaged_decisions_are_named(tmp_path):
    Seen(tmp_path).add("a", "dropped")
    (tmp_path / "eval" / "own.seen").write_text("poem\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"own\.seen:1 is damaged"):
        Seen(tmp_path).keys()


def test_a_corrected_wording_is_the_same_proposal():
    assert proposal_key(GOOD) == proposal_key(
        replace(GOOD, question="证书管几年？", answer="三年", id="own-1")
    )
    assert proposal_key(GOOD) != proposal_key(replace(GOOD, type="false_premise"))
    assert proposal_key(NEAR) != proposal_key(replace(NEAR, question="登记要罚多少钱？"))


def test_damaged_own_sets_are_named(kept, tmp_path):
    kept.append([GOOD])
    row = json.loads(own_path(tmp_path).read_text(encoding="utf-8"))
    own_path(tmp_path).write_text(json.dumps({**row, "type": "poem"}), encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"own\.jsonl:1 is not a case"):
        kept.cases()
