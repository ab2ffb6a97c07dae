"""The JSON that other tools read keeps its keys, whatever is unknown."""

import json

import pytest

from ingest.report import FailedFile, FileNotice, IngestReport
from rag.schema import (  # fmt: skip
    Answer,
    Citation,
    Clause,
    Document,
    Filters,
    Hit,
    LegScore,
    Notice,
    Reference,
    Retrieval,
)
from ui.shapes import (
    answer_shape,
    clause_shape,
    document_shape,
    hit_shape,
    json_line,
    report_shape,
    retrieval_shape,
)  # fmt: skip

DOCUMENT_KEYS = [
    "type", "document_id", "title", "source", "source_name", "issue_no", "issue_date", "column", "issuer", "region",
    "doc_number", "status", "effective_date", "expiry_date", "effective_text", "period", "origin", "scheme", "visibility",
    "start_line", "end_line", "editor_note", "inferred",
]  # fmt: skip
CLAUSE_KEYS = [
    "type", "clause_id", "document_id", "title", "locator", "label", "text", "start_line", "end_line", "page_first",
    "page_last", "references",
]  # fmt: skip
HIT_KEYS = ["clause_id", "title", "locator", "label", "score", "legs"]
SEARCH_KEYS = ["id", "hits", "filters", "seconds"]
ANSWER_KEYS = [
    *SEARCH_KEYS, "verdict", "answer", "citations", "warnings", "nearest", "model", "prompt_version",
]  # fmt: skip

DOCUMENT = Document("d1", "甲市办法", "a.txt", "articles", 1, 9)
CLAUSE = Clause(
    "d1:第一章/第二条", "d1", "甲市办法", "第一章/第二条", "第二条", "依照本办法第一条。", 3, 4, 1,
    references=(Reference((2, 8), "甲市办法", "第一条", "d1", "d1:第一章/第一条"),),
)  # fmt: skip
HIT = Hit(CLAUSE, 0.123456789, {"keyword": LegScore(1, 7.7777777), "dense": LegScore(3, 0.5)})
FOUND = Retrieval((HIT,), Filters({"region": "甲市"}, {"region": "乙市"}), 0.123456)


def test_a_document_has_every_key_and_null_for_what_is_unknown():
    shape = document_shape(DOCUMENT)
    assert list(shape) == DOCUMENT_KEYS
    assert shape["type"] == "document"
    assert [key for key in DOCUMENT_KEYS if shape[key] is None] == [
        "source_name", "issue_no", "issue_date", "column", "issuer", "region", "doc_number", "status", "effective_date",
        "expiry_date", "effective_text", "period", "origin", "editor_note",
    ]  # fmt: skip


def test_an_editors_note_is_a_pair_of_lines():
    noted = Document(
        "d1", "甲", "a.txt", "report", 1, 9, issue_no=37, editor_note=(1, 3), inferred=("region",)
    )
    shape = json.loads(json.dumps(document_shape(noted)))
    assert (shape["editor_note"], shape["inferred"], shape["issue_no"]) == ([1, 3], ["region"], 37)


def test_a_clause_has_every_key_and_no_others():
    shape = json.loads(json.dumps(clause_shape(CLAUSE)))
    assert list(shape) == CLAUSE_KEYS
    assert shape["references"] == [
        {
            "span": [2, 8],
            "target_title": "甲市办法",
            "target_locator": "第一条",
            "target_document_id": "d1",
            "clause_id": "d1:第一章/第一条",
        }
    ]


def test_a_hit_names_rank_and_score_of_each_leg_that_found_it():
    shape = hit_shape(HIT)
    assert list(shape) == HIT_KEYS
    assert shape["score"] == 0.123457
    assert shape["legs"] == {
        "keyword": {"rank": 1, "score": 7.777778},
        "dense": {"rank": 3, "score": 0.5},
    }


@pytest.mark.parametrize("case_id", ["a-1", 7, None, [1, "b"], {"n": 1}], ids=str)
def test_a_search_keeps_the_id_as_it_was_given(case_id):
    shape = retrieval_shape(case_id, FOUND)
    assert list(shape) == SEARCH_KEYS
    assert shape["id"] == case_id
    assert shape["filters"] == {"explicit": {"region": "甲市"}, "inferred": {"region": "乙市"}}


def test_an_answer_has_all_of_a_search_and_its_own_keys():
    cited = Citation(1, CLAUSE.clause_id, "甲市办法", "第一章/第二条", None, "依照本办法")
    warning = Notice("draft", "是征求意见稿。", CLAUSE.clause_id)
    answer = Answer("partial", "依照。[1]", (cited,), (warning,), (HIT,), FOUND, "extractive", "p1")
    shape = json.loads(json.dumps(answer_shape("x", answer, 1.23456)))
    assert list(shape) == ANSWER_KEYS
    assert list(shape["citations"][0]) == ["n", "clause_id", "title", "locator", "pinpoint", "quote"]
    assert shape["warnings"] == [{"code": "draft", "text": "是征求意见稿。", "clause_id": CLAUSE.clause_id}]
    assert list(shape["nearest"][0]) == HIT_KEYS
    assert shape["seconds"] == 1.2346


def test_a_report_of_a_run_lists_what_failed_with_its_fix():
    failed, notice = FailedFile("x.xls", "no reader", "convert it"), FileNotice("y.txt", "read as BIG5")
    report = IngestReport(added=("甲",), failed=(failed,), notices=(notice,), clauses=3)
    shape = json.loads(json.dumps(report_shape(report)))
    assert list(shape) == ["added", "changed", "unchanged", "removed", "failed", "notices", "clauses"]
    assert shape["failed"] == [{"path": "x.xls", "message": "no reader", "fix": "convert it"}]
    assert shape["notices"] == [{"path": "y.txt", "text": "read as BIG5"}]


@pytest.mark.parametrize(
    "text", ["前\u2028后", "前\u2029后", "前\x85后", "前\x0b\x0c\x1e\n后", "\ud800", "\\u2028"], ids=ascii
)
def test_a_value_is_one_line_of_utf8_for_every_reader(text):
    line = json_line({"text": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode()) == {"text": text}


def test_chinese_stays_readable():
    assert json_line({"标题": "办法"}) == '{"标题": "办法"}\n'
