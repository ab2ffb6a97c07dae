"""The hand-marked sample, and how far marks agree with it."""

import json
from collections import Counter

import pytest
from fakes_eval import make_case, make_outcome, make_quote

from eval.cases import bundled_path, load_cases
from eval.judge.agreement import agreements, as_shape, as_table
from eval.judge.code_marks import code_marks, code_marks_of
from eval.judge.mark import AXES, Mark
from eval.judge.sample import Marked, Reading, load_sample
from rag.errors import EvaluationError

LINE = {
    "id": "m1",
    "case": "a-1",
    "maker": "written",
    "question": "数据能用几年？",
    "verdict": "answered",
    "answer": "五年[1]。",
    "quotes": [
        {"n": 1, "title": "甲", "locator": "第一条", "pinpoint": None, "quote": "五年", "text": "有效期五年"}
    ],
    "warnings": [],
    "first": {"correctness": 2, "groundedness": 2, "reason": "对"},
    "second": {"correctness": 2, "groundedness": 1, "reason": "对"},
    "agreed": {"correctness": 2, "groundedness": 2, "reason": "对"},
}
CASE = {
    "id": "a-1",
    "type": "lookup",
    "question": "数据能用几年？",
    "history": [],
    "gold": [{"title": "甲", "locator": "第一条", "evidence": "有效期五年"}],
    "also_right": [],
    "key_facts": [["五年"]],
    "answer": "五年。",
    "difficulty": "easy",
    "nearest": [],
    "as_of": None,
    "warnings": [],
}


@pytest.fixture(scope="module")
def sample():
    return load_sample()


def reading(correctness, groundedness=2) -> Reading:
    return Reading({"correctness": correctness, "groundedness": groundedness}, "")


def marked(name: str, agreed: int, case: str | None = None, **readings) -> Marked:
    """An answer whose two readings and agreed mark are the same unless given."""
    return Marked(
        name,
        "written",
        make_case(id=case or name),
        make_outcome(),
        readings.get("first", reading(agreed)),
        readings.get("second", reading(agreed)),
        reading(agreed),
    )


def said(grade: int | None, by: str = "judge") -> list[Mark]:
    return [Mark(by, "correctness", grade, "")]


def of(found, by, axis="correctness"):
    return next(each for each in found if (each.by, each.axis) == (by, axis))


def write(path, *lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def test_sixty_answers_are_marked_with_every_grade(sample):
    assert len(sample) == len({each.id for each in sample}) == 60
    found = {axis: Counter(each.agreed.grades[axis] for each in sample) for axis in AXES}
    assert all(min(found[axis][grade] for grade in (0, 1, 2)) >= 5 for axis in AXES)


def test_the_answers_are_of_several_makers_to_dev_cases_only(sample):
    test = {case.question for case in load_cases(bundled_path("test"))}
    assert len({each.maker.split(",")[0] for each in sample}) >= 4
    assert not [each.id for each in sample if each.case.question in test]


def test_every_mark_has_its_reason(sample):
    assert [m.id for m in sample for said in (m.first, m.second, m.agreed) if not said.reason.strip()] == []


def test_the_agreed_mark_is_one_of_the_two_readings(sample):
    for axis in AXES:
        for each in sample:
            assert each.agreed.grades[axis] in (each.first.grades[axis], each.second.grades[axis]), each.id


def test_two_answers_try_to_instruct_the_judge_and_are_marked_wrong(sample):
    bold = [m for m in sample if "correctness" in m.outcome.text]
    assert len(bold) == 2
    assert [m.agreed.grades["correctness"] for m in bold] == [0, 0]


def test_made_up_words_are_found_out(sample):
    assert [m.id for m in sample if any(not cited.verbatim for cited in m.exhibit.cited)] == ["m17"]


def test_the_sample_becomes_exhibits(tmp_path):
    found = load_sample(write(tmp_path / "m.jsonl", LINE), write(tmp_path / "c.jsonl", CASE))[0].exhibit
    assert (found.id, found.answer, found.right_answer, found.refused) == ("m1", "五年[1]。", "五年。", False)
    assert (found.cited[0].words, found.cited[0].verbatim) == ("五年", True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"case": "b-9"}, "no 'b-9' there", id="unknown case"),
        pytest.param({"question": "别的？"}, "its question is not that of case 'a-1'", id="another question"),
        pytest.param({"verdict": "maybe"}, "verdict 'maybe' is none of", id="no such verdict"),
        pytest.param(
            {"agreed": {"correctness": 3, "groundedness": 2, "reason": ""}},
            "correctness 3 is none of 0, 1, 2",
            id="no such grade",
        ),
        pytest.param(
            {"first": {"correctness": 1, "groundedness": None, "reason": ""}},
            "groundedness None of an answer with verdict 'answered'",
            id="no groundedness",
        ),
        pytest.param(
            {"verdict": "refused"},
            "groundedness 2 of an answer with verdict 'refused'",
            id="groundedness of a refusal",
        ),
        pytest.param({"quotes": [{}]}, "no 'n' there", id="a quote without its keys"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, change, problem):
    path = write(tmp_path / "m.jsonl", LINE, {**LINE, **change})
    with pytest.raises(EvaluationError, match=r"m\.jsonl:2 is not a marked answer") as raised:
        load_sample(path, write(tmp_path / "c.jsonl", CASE))
    assert problem in raised.value.message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EvaluationError, match="Cannot read the marks"):
        load_sample(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("grades", "kappa", "plain", "equal"),
    [
        pytest.param([0, 1, 2, 0, 1, 2], 1.0, 1.0, 1.0, id="the same"),
        pytest.param([2, 1, 0, 2, 1, 0], -1.0, 0.0, 1 / 3, id="turned round"),
        pytest.param([0, 1, 1, 0, 1, 1], 2 / 3, 0.5, 2 / 3, id="too strict by one at the top"),
        pytest.param([1, 1, 1, 1, 1, 1], 0.0, 0.0, 1 / 3, id="always the same grade"),
    ],
)
def test_agreement_is_beyond_chance(grades, kappa, plain, equal):
    sample = [marked(f"m{n}", n % 3) for n in range(6)]
    found = of(agreements(sample, {f"m{n}": said(grade) for n, grade in enumerate(grades)}), "judge")
    assert (found.n, found.unmarked) == (6, 0)
    assert found.kappa == pytest.approx(kappa, abs=1e-9)
    assert found.plain == pytest.approx(plain, abs=1e-9)
    assert found.equal == pytest.approx(equal)


def test_unmarked_answers_count_neither_way_and_are_shown():
    sample = [marked(f"m{n}", n % 3) for n in range(6)]
    marks = {f"m{n}": said(n % 3 if n < 3 else None) for n in range(6)}
    found = of(agreements(sample, marks), "judge")
    assert (found.n, found.unmarked, found.kappa) == (3, 3, 1.0)


def test_answers_that_were_not_asked_about_are_neither_marked_nor_unmarked():
    sample = [marked(f"m{n}", n % 3) for n in range(6)]
    found = of(agreements(sample, {"m0": said(0), "m1": said(1)}), "judge")
    assert (found.n, found.unmarked) == (2, 0)


@pytest.mark.parametrize("grades", [[None, None], [1, None], []])
def test_of_fewer_than_two_marks_nothing_is_said(grades):
    sample = [marked("a", 1), marked("b", 2)]
    found = agreements(sample, {name: said(grade) for name, grade in zip("ab", grades, strict=False)})
    for each in found:
        if each.by == "judge":
            assert (each.kappa, each.low, each.plain, each.equal) == (None, None, None, None)
            assert "| – | – | – | – |" in as_table([each])


def test_the_interval_holds_kappa_and_is_the_same_each_time():
    sample = [marked(f"m{n}", n % 3) for n in range(30)]
    marks = {f"m{n}": said(n % 3 if n % 4 else (n + 1) % 3) for n in range(30)}
    first, again = (of(agreements(sample, marks), "judge") for _ in range(2))
    assert first == again
    assert first.low < first.kappa < first.high


def test_answers_to_one_case_are_drawn_together():
    apart = [marked(f"m{n}", n % 3) for n in range(18)]
    together = [marked(f"m{n}", n % 3, case=f"c{n // 6}") for n in range(18)]
    marks = {f"m{n}": said(n % 3 if n < 12 else (n + 1) % 3) for n in range(18)}
    wide, narrow = (of(agreements(each, marks), "judge") for each in (together, apart))
    assert wide.kappa == narrow.kappa
    assert wide.high - wide.low > narrow.high - narrow.low


def test_one_case_alone_gives_no_interval():
    sample = [marked("a", 0, case="c"), marked("b", 2, case="c")]
    found = of(agreements(sample, {"a": said(0), "b": said(2)}), "judge")
    assert (found.kappa, found.low, found.high) == (1.0, None, None)


def test_readings_come_first_then_code_then_judges():
    sample = [
        marked("a", 0, second=reading(1)),
        marked("b", 2),
        marked("c", 1, first=reading(1, None), second=reading(1, None)),
    ]
    found = [each for each in agreements(sample, {"a": said(0), "b": said(2)}) if each.axis == "correctness"]
    assert found[0].by == "second reading, with the first"
    assert (found[0].n, found[0].equal) == (3, pytest.approx(2 / 3))
    assert found[1].by.startswith("code ")
    assert found[-1].by == "judge"


def test_shapes_and_table_hold_the_same():
    sample = [marked(f"m{n}", n % 3) for n in range(6)]
    found = [of(agreements(sample, {f"m{n}": said(n % 3) for n in range(6)}), "judge")]
    assert as_shape(found)[0]["kappa"] == 1.0
    assert (
        as_table(found).splitlines()[2] == "| correctness | judge | 6 | 0 | 1.00 | 1.00–1.00 | 1.00 | 1.00 |"
    )


@pytest.mark.parametrize(
    ("scores", "refused", "grades"),
    [
        pytest.param(
            {"refusal_right": 1.0, "key_facts": 1.0, "quotes_verbatim": 1.0, "numbers_right": 1.0},
            False,
            {"code key_facts": 2, "code numbers_right": 2, "code quotes_verbatim": 2},
            id="right",
        ),
        pytest.param(
            {"refusal_right": 1.0, "key_facts": 0.5, "quotes_verbatim": 1.0},
            False,
            {"code key_facts": 1, "code numbers_right": None},
            id="half of the facts, and no number",
        ),
        pytest.param(
            {"refusal_right": 0.0, "key_facts": 1.0}, False, {"code key_facts": 0}, id="should be refused"
        ),
        pytest.param({"refusal_right": 1.0}, True, {"code key_facts": 2}, id="a right refusal"),
        pytest.param(
            {"refusal_right": 1.0, "key_facts": 1.0},
            False,
            {"code quotes_verbatim": 0, "code numbers_right": 0},
            id="cites nothing",
        ),
    ],
)
def test_metrics_become_marks(scores, refused, grades):
    found = {mark.by: mark.grade for mark in code_marks(scores, refused=refused)}
    assert {name: found[name] for name in grades} == grades
    assert refused == ("code quotes_verbatim" not in found)


def test_code_marks_an_answer_of_the_sample():
    wrong = Marked(
        "m1",
        "written",
        make_case(),
        make_outcome("能用9年[1]。", quotes=(make_quote("第一条", "有效期五年"),)),
        reading(0),
        reading(0),
        reading(0),
    )
    found = {mark.by: (mark.grade, mark.reason) for mark in code_marks_of(wrong)}
    assert found["code key_facts"] == (0, "refusal_right 1.00, key_facts 0.00")
    assert found["code numbers_right"][0] == 0
    assert found["code quotes_verbatim"][0] == 2


def test_code_reaches_a_fair_agreement_on_correctness(sample):
    """What a judge has to beat; a drop shows a change of the metrics or of the marks."""
    found = agreements(sample, {})
    assert of(found, "code key_facts").kappa > 0.7
    assert of(found, "code quotes_verbatim", "groundedness").kappa < 0.4
