"""`eval bench structure`: the figures it prints, and that they see what is wrong."""

import json
import lzma
import tarfile
from dataclasses import replace
from io import BytesIO

import pytest
from fakes_ingest import ISSUES, bulletin, document_of

from eval.structure.bulletins import clauses_a_second, law_exceptions, score_bulletin
from eval.structure.laws import Record, read_laws, read_records, score_laws
from eval.structure.report import StructureReport, as_json, as_markdown
from rag.errors import EvaluationError
from rag.schema import Source

LAW = "宪法/某法.md"
RECORDS = [
    Record("中华人民共和国某法第一条", "为了规范，制定本法。", LAW),
    Record("中华人民共和国某法第二条", "本法自2024年1月1日起施行。", LAW),
]
LINES = ("# 中华人民共和国某法", "第一条 为了规范，制定本法。", "第二条 本法自2024年1月1日起施行。")


def law(*lines):
    return [document_of(*lines)]


def changed(parsed, number, **changes):
    """The same documents with one clause of the first document changed."""
    clauses = list(parsed[0].clauses)
    clauses[number] = replace(clauses[number], **changes)
    return [replace(parsed[0], clauses=tuple(clauses)), *parsed[1:]]


@pytest.mark.parametrize("issue", ISSUES)
def test_every_issue_is_right(issue):
    score = score_bulletin(issue, bulletin(issue)[1])
    assert score.wrong == ()
    assert score.documents_right == score.documents > 0
    assert score.clauses_right == score.clauses > 100
    assert score.fields_right == score.fields > 80


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"locator": "一/九"}, ["clause: ", "invented: "], id="another locator"),
        pytest.param({"end_line": 9999}, ["clause: ", "invented: "], id="another last line"),
        pytest.param({"text": "别的话。"}, ["clause: "], id="other words"),
    ],
)
def test_a_clause_that_is_cut_wrongly_is_counted(changes, said):
    parsed = bulletin("000")[1]
    score = score_bulletin("000", changed(parsed, 3, **changes))
    assert score.clauses_right == score.clauses - 1
    assert len(score.wrong) == len(said)
    assert all(line.startswith(begin) for line, begin in zip(score.wrong, said, strict=True))


def test_a_lost_document_loses_its_clauses_and_fields():
    parsed = bulletin("000")[1]
    score = score_bulletin("000", parsed[1:])
    assert score.documents_right == score.documents - 1
    assert score.clauses_right == score.clauses - len(parsed[0].clauses)
    assert score.fields_right < score.fields


def test_an_invented_document_and_a_wrong_field_are_named():
    parsed = bulletin("000")[1]
    wrong = replace(parsed[0], document=replace(parsed[0].document, region="某省"))
    other = replace(parsed[1], document=replace(parsed[1].document, title="另一文件"), clauses=())
    score = score_bulletin("000", [wrong, *parsed[1:], other])
    assert score.wrong[0] == "invented: 另一文件"
    assert score.wrong[1].startswith("region of ")
    assert score.fields_right == score.fields - 1


def test_laws_are_compared_by_title_number_and_text():
    score = score_laws(RECORDS, {LAW: law(*LINES)}, [])
    assert (score.files, score.records, score.found, score.equal, score.invented) == (1, 2, 2, 2, 0)
    assert score.wrong == ()


@pytest.mark.parametrize(
    ("lines", "found", "equal", "said"),
    [
        pytest.param((LINES[0], LINES[1]), 1, 1, "missed: 中华人民共和国某法第二条", id="missed"),
        pytest.param(
            (*LINES[:2], "第二条 别的。"), 2, 1, "text: 中华人民共和国某法第二条", id="another text"
        ),
        pytest.param(("# 另一法", *LINES[1:]), 0, 0, "missed: 中华人民共和国某法第一条", id="another title"),
        pytest.param((*LINES, "第三条 多出的。"), 2, 2, "invented: 中华人民共和国某法 第三条", id="invented"),
    ],
)
def test_each_difference_of_a_law_is_counted_and_named(lines, found, equal, said):
    score = score_laws(RECORDS, {LAW: law(*lines)}, [])
    assert (score.found, score.equal) == (found, equal)
    assert any(line.startswith(said) for line in score.wrong)
    assert score.invented == sum(line.startswith("invented") for line in score.wrong)


def test_a_known_exception_is_no_difference_and_a_stale_one_is_named():
    exceptions = [
        {"src": LAW, "id": "某法第二条", "reason": "…"},
        {"src": LAW, "id": "某法第一条", "reason": "…"},
    ]
    score = score_laws(RECORDS, {LAW: law(*LINES[:2], "第二条 别的。")}, exceptions)
    assert (score.wrong, score.known, score.stale) == ((), 1, ("某法第一条",))


def test_an_older_file_is_right_when_its_numbers_rise():
    older = law("# 某法", "第一条 甲。", "第三条 乙。", "第四条 丙。")
    number = changed(older, 2, label="第二条", locator="第二条")
    assert score_laws(RECORDS, {LAW: law(*LINES), "旧.md": older}, []).rising == 1
    score = score_laws(RECORDS, {LAW: law(*LINES), "旧.md": number}, [])
    assert (score.older, score.rising, score.wrong) == (1, 0, ("numbers that do not rise: 旧.md",))


def test_every_exception_of_the_laws_has_a_reason_and_comes_once():
    rows = law_exceptions()
    assert all(row["reason"] for row in rows)
    assert len({(row["src"], row["id"]) for row in rows}) == len(rows)


def test_the_speed_is_a_median_in_clauses_a_second():
    sources = [Source("甲.md", "0" * 64, LINES)] * 3
    calls = []
    rate = clauses_a_second(lambda source: calls.append(source) or len(source.lines), sources, rounds=5)
    assert len(calls) == 15
    assert rate > 0


@pytest.fixture
def bench(tmp_path):
    folder = tmp_path / "bench" / "stard"
    folder.mkdir(parents=True)
    rows = [json.dumps({"id": r.id, "text": r.text, "src": r.src}, ensure_ascii=False) for r in RECORDS]
    with lzma.open(folder / "corpus.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    with tarfile.open(folder / "laws_md.tar.xz", "w:xz") as archive:
        data = "\r\n".join(LINES).encode()
        member = tarfile.TarInfo(f"laws_md/{LAW}")
        member.size = len(data)
        archive.addfile(member, BytesIO(data))
    return folder.parent


def test_records_and_laws_are_read_from_the_folder_of_test_sets(bench):
    assert read_records(bench) == RECORDS
    assert read_laws(bench) == {LAW: LINES}


def test_a_folder_without_the_laws_is_an_error(tmp_path):
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl\.xz is missing"):
        read_records(tmp_path)


def report(laws=None):
    return StructureReport((score_bulletin("000", bulletin("000")[1]),), laws, {"bulletins": 1234.5})


def test_the_page_has_a_row_an_issue_the_laws_and_the_speed():
    page = as_markdown(report(score_laws(RECORDS, {LAW: law(*LINES)}, [])))
    assert "| 000 | 8 of 8 | 209 of 209 |" in page
    assert "| articles with the same text | 2 of 2 |" in page
    assert "- bulletins: 1,234" in page
    assert page.endswith("## Differences (0)\n\nNone.\n")


def test_the_page_names_each_difference_and_says_when_there_are_no_laws():
    score = score_bulletin("000", changed(bulletin("000")[1], 3, text="别的话。"))
    page = as_markdown(StructureReport((score,), None, {"bulletins": 1.0}))
    assert "Laws: not measured; set POLICYQA_BENCH" in page
    assert "## Differences (1)\n\n- clause: " in page


def test_the_report_as_json_has_all_figures():
    found = json.loads(as_json(report()))
    assert found["bulletins"][0]["clauses_right"] == 209
    assert found["laws"] is None


def test_the_command_measures_bulletins_and_laws(call, bench, monkeypatch):
    monkeypatch.setenv("POLICYQA_BENCH", str(bench))
    done = call("eval", "bench", "structure", "--json")
    assert done.status == 0
    assert sum(score["clauses_right"] for score in done.json["bulletins"]) == 1017
    assert (done.json["laws"]["records"], done.json["laws"]["equal"]) == (2, 2)
    assert set(done.json["clauses_a_second"]) == {"bulletins", "laws"}


def test_the_command_needs_no_test_sets(call):
    done = call("eval", "bench", "structure")
    assert done.status == 0
    assert "| all | 41 of 41 | 1017 of 1017 |" in done.out


def test_another_name_is_a_set_whose_folder_must_be_said(call):
    done = call("eval", "bench", "nothing")
    assert done.status == 1
    assert "--dir" in done.err
    assert "policyqa eval bench structure" in done.err
