import json
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import pytest
from fakes_eval import TITLE, make_case, unanswerable

from eval.cases import Case, CaseType, Gold, bundled_path, clause_key, load_cases, select, validate
from rag.errors import EvaluationError

STRUCTURES = sorted((Path(__file__).parents[1] / "eval" / "data" / "structure").glob("structure-00?.jsonl"))
CLAUSES = {clause_key(TITLE, "第一条"): "第一条 有效期 五年，\n期满可续。"}


@pytest.fixture(scope="module")
def collection():
    """Every clause of the five bulletins, from the hand-made structure: no parser of this project is used."""
    found = {}
    for path in STRUCTURES:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = files("corpus").joinpath(rows[0]["source"]).read_text(encoding="utf-8").splitlines()
        for row in rows:
            if row["type"] == "clause":
                text = "\n".join(lines[row["start_line"] - 1 : row["end_line"]]).replace("**", "")
                key = clause_key(row["title"], row["locator"])
                found[key] = found.get(key, "") + text
    return found


def documents(case: Case) -> set[str]:
    return {gold.key[0] for gold in (*case.gold, *case.also_right, *case.nearest)}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_structure_covers_five_bulletins(collection):
    assert len(STRUCTURES) == 5
    assert len({title for title, _ in collection}) == 41
    assert len(collection) > 1000


@pytest.mark.parametrize("name", ["dev", "test"])
def test_a_bundled_set_agrees_with_the_collection(name, collection):
    assert validate(load_cases(bundled_path(name)), collection) == []


@pytest.mark.parametrize("name", ["dev", "test"])
def test_a_bundled_set_has_every_type(name):
    types = [case.type for case in load_cases(bundled_path(name))]
    assert min(types.count(each) for each in CaseType.__args__) >= 3


def test_no_document_and_no_question_is_on_both_sides():
    dev, test = (load_cases(bundled_path(name)) for name in ("dev", "test"))
    assert not set.union(*map(documents, dev)) & set.union(*map(documents, test))
    assert not {case.id for case in dev} & {case.id for case in test}
    assert not {case.question for case in dev} & {case.question for case in test}


def test_the_test_set_is_two_fifths_of_all_questions():
    dev, test = (len(load_cases(bundled_path(name))) for name in ("dev", "test"))
    assert 0.37 < test / (dev + test) < 0.43


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


def test_a_good_case_has_no_problem():
    assert validate([make_case(), unanswerable(nearest=(Gold(TITLE, "第 一 条"),))], CLAUSES) == []


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        pytest.param(
            make_case(gold=(Gold(TITLE, "第九条", "词"),)), "there is no clause", id="no such clause"
        ),
        pytest.param(
            make_case(gold=(Gold(TITLE, "第一条", "十年"),)),
            "the evidence '十年' does not",
            id="no such words",
        ),
        pytest.param(make_case(gold=(Gold(TITLE, "第一条"),)), "has no evidence", id="no evidence"),
        pytest.param(
            make_case(key_facts=(("六年",),)), "the fact '六年' does not", id="fact not in the answer"
        ),
        pytest.param(make_case(key_facts=((),)), "a key fact is empty", id="empty fact"),
        pytest.param(make_case(key_facts=()), "there is no key fact", id="no fact"),
        pytest.param(
            make_case(type="unanswerable"), "type is unanswerable with 1", id="unanswerable with gold"
        ),
        pytest.param(make_case(gold=()), "type is lookup with 0", id="answerable without gold"),
        pytest.param(make_case(type="followup"), "with 0 earlier turns", id="follow-up without history"),
        pytest.param(make_case(question=" "), "question or answer is empty", id="no question"),
    ],
)
def test_validate_names_the_problem(case, problem):
    found = validate([case], CLAUSES)
    assert any(line.startswith("a-1: ") and problem in line for line in found), found


def test_the_hash_changes_with_the_case():
    case = make_case()
    assert case.hash == make_case().hash
    assert case.hash != replace(case, answer="能用五年。").hash


def test_a_case_about_no_document_is_its_own_cluster():
    assert unanswerable(id="x-1").document == "x-1"
    assert make_case().document == TITLE
