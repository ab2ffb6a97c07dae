import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from fakes_eval import TITLE, make_case, unanswerable

from eval.cases import Gold, bundled_path, load_cases, select
from rag.errors import EvaluationError


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_bundled_set_that_does_not_exist_is_refused():
    with pytest.raises(EvaluationError, match="No bundled set is called 'train'"):
        bundled_path("train")


def test_a_case_survives_being_written_and_read(tmp_path):
    case = make_case(
        type="followup", history=(("上一问", "上一答"),), also_right=(Gold(TITLE, "第二条", "词"),)
    )
    assert load_cases(write(tmp_path / "set.jsonl", asdict(case))) == [case]


def test_a_line_separator_inside_a_question_does_not_end_the_line(tmp_path):
    case = make_case(question="一\u2028二")
    assert load_cases(write(tmp_path / "set.jsonl", asdict(case))) == [case]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([], "holds no case", id="empty file"),
        pytest.param(
            [{"id": "a-1"}], r"set.jsonl:1 is not a case: the key 'type' is missing", id="missing key"
        ),
        pytest.param(
            [asdict(make_case()) | {"type": "riddle"}], "type 'riddle' is none of lookup, ", id="unknown type"
        ),
        pytest.param(
            [asdict(make_case()) | {"gold": [{"clause": "x"}]}], "is not a case", id="gold of another shape"
        ),
        pytest.param([asdict(make_case())] * 2, "id 'a-1' occurs twice", id="an id twice"),
        pytest.param(["just a text"], "set.jsonl:1 is not a case", id="no object"),
    ],
)
def test_a_file_that_is_no_set_is_refused(tmp_path, rows, message):
    with pytest.raises(EvaluationError, match=message):
        load_cases(write(tmp_path / "set.jsonl", *rows))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(EvaluationError, match="Cannot read the set"):
        load_cases(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("limit", "only", "expected"),
    [
        pytest.param(None, None, ["a", "b", "c"], id="all"),
        pytest.param(2, None, ["a", "b"], id="the first two"),
        pytest.param(None, "type=numeric,list", ["b", "c"], id="two types"),
        pytest.param(1, "type=numeric,list", ["b"], id="limit counts after the choice"),
        pytest.param(None, "difficulty=hard", ["c"], id="difficulty"),
        pytest.param(None, "id=c,a", ["a", "c"], id="by id, in the set's order"),
    ],
)
def test_select_takes_a_part_in_order(limit, only, expected):
    cases = [
        make_case(id="a"),
        make_case(id="b", type="numeric"),
        make_case(id="c", type="list", difficulty="hard"),
    ]
    assert [case.id for case in select(cases, limit, only)] == expected


@pytest.mark.parametrize(
    ("limit", "only", "message"),
    [
        pytest.param(0, None, "limit must be at least 1, got 0", id="limit 0"),
        pytest.param(None, "kind=lookup", "Cannot choose cases by 'kind=lookup'", id="unknown field"),
        pytest.param(None, "type", "Cannot choose cases by 'type'", id="no value"),
        pytest.param(None, "type=riddle", "No type is called 'riddle'", id="unknown value"),
        pytest.param(None, "id=z", "No case is left", id="nothing left"),
    ],
)
def test_select_refuses_what_it_cannot_do(limit, only, message):
    with pytest.raises(EvaluationError, match=message):
        select([make_case()], limit, only)


def test_the_hash_changes_with_the_case():
    case = make_case()
    assert case.hash == make_case().hash
    assert case.hash != replace(case, answer="能用五年。").hash


def test_a_case_about_no_document_is_its_own_cluster():
    assert unanswerable(id="x-1").document == "x-1"
    assert make_case().document == TITLE
