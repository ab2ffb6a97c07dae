"""A set as a table: what Excel writes is read, what is written comes back, a bad row is named."""

from dataclasses import replace

import pytest
from fakes_draft import FOLLOWUP, GOOD, LAW, NEAR, PLACED, make_shelf

from eval.cases import Gold
from eval.draft.cells import facts_as_text, facts_from
from eval.draft.collected import clause_names
from eval.draft.propose import by_rules
from eval.draft.table import COLUMNS, as_table, read_table
from rag.errors import EvaluationError

SHELF = make_shelf()
NAMES = clause_names(SHELF)


@pytest.fixture
def table(tmp_path):
    """Write a table and read it."""

    def _table(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return read_table(path, SHELF.texts, NAMES)

    return _table


def test_a_table_gives_back_what_was_written(table):
    cases = [replace(p.case, id=f"own-{i}") for i, p in enumerate(by_rules(SHELF, 0), 1)] + [
        replace(FOLLOWUP, id="own-99")
    ]
    found = table(as_table(cases))
    assert found.refused == ()
    assert list(found.cases) == cases


def test_no_cell_is_a_formula_to_excel(table):
    case = replace(NEAR, question='=HYPERLINK("http://evil.example")', answer="@没有")
    text = as_table([case])
    assert "\"'=HYPERLINK" in text
    assert ",'@没有," in text
    assert table(text).cases == (case,)


def test_a_table_of_excel_in_chinese_is_read(table):
    text = "问题;文件;条款;原文;答案;要点;类型;难度\r\n登记证书能用几年？;长春市数据登记管理办法;第七条;;三年。;三年/3年;数字;易\r\n"
    found = table(text, "gb18030")
    assert found.refused == ()
    [case] = found.cases
    # Part of a title and the last part of a locator are enough, and the evidence is found by the facts.
    assert (case.type, case.difficulty) == ("numeric", "easy")
    assert case.gold == (Gold(LAW.title, "第二章/第七条", "登记证书的有效期为三年，自发证之日起计算。"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_encodings_and_separators(table, encoding, sign):
    row = ["登记证书能用几年？", LAW.title, "第二章/第七条", "有效期为三年", "三年。", "三年"]
    text = "\n".join(
        sign.join(cells)
        for cells in (["question", "title", "locator", "evidence", "answer", "key facts"], row)
    )
    assert [case.question for case in table(text, encoding).cases] == ["登记证书能用几年？"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",甲市办法,第七条,,三年。,三年", "there is no question above this row"),
        ("几年？,乙市办法,第七条,,三年。,三年", "no documents are called '乙市办法'"),
        ("几年？,数据登记,第七条,,三年。,三年", "2 documents are called '数据登记'"),
        ("几年？,长春市数据登记管理办法,第七十条,,三年。,三年", "has no clauses '第七十条'"),
        ("几年？,长春市数据登记管理办法,第七条,有效期九年,三年。,三年", "does not stand in"),
        ("几年？,长春市数据登记管理办法,第七条,,三年。,五年", "no sentence of the clause has a key fact"),
        ("几年？,长春市数据登记管理办法,第七条,有效期为三年,三年。,", "there is no key fact"),
        ("几年？,长春市数据登记管理办法,第七条,有效期为三年,,三年", "the fact '三年' does not stand in the answer"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_line_and_the_rest_comes_in(table, row, reason):
    good = "登记证书能用几年？,长春市数据登记管理办法,第七条,,三年。,三年"
    found = table(f"question,title,locator,evidence,answer,key_facts\n{row}\n\n{good}\n")
    [refused] = found.refused
    assert (refused.line, len(found.cases)) == (2, 1)
    assert reason in refused.reason


def test_a_bad_choice_is_named(table):
    found = table("question,answer,type,difficulty\n何时？,没有写。,poem,\n何时？,没有写。,,very\n")
    assert [r.reason.split(" is none")[0] for r in found.refused] == ["type 'poem'", "difficulty 'very'"]


def test_a_cell_may_hold_line_breaks_and_lines_are_counted_in_the_file(table):
    found = table('question,answer\n"第一行\n第二行？",没有写。\n何时？,\n')
    assert found.cases[0].question == "第一行\n第二行？"
    assert [(r.line, r.reason) for r in found.refused] == [(4, "question or answer is empty")]


@pytest.mark.parametrize(
    ("data", "message", "fix"),
    [
        (b"", "is empty", "question a row"),
        (b"\xff\xfe\xff", "is neither UTF-8", "CSV UTF-8"),
        (b"PK\x03\x04rest", "is a workbook", "CSV UTF-8"),
        ("甲,乙\n1,2\n".encode(), "has no column 'question'", "question (问题)"),
    ],
)
def test_what_is_no_table_is_refused_with_a_way_out(table, data, message, fix):
    with pytest.raises(EvaluationError, match=message) as caught:
        table(data)
    assert fix in caught.value.fix


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(EvaluationError, match="Cannot read"):
        read_table(tmp_path / "none.csv", SHELF.texts, NAMES)


def test_facts_keep_their_own_slashes_and_bars():
    facts = (("3 km/h", "三公里"), ("甲|乙",), ("后\\斜",))
    assert facts_from(facts_as_text(facts)) == facts
    assert facts_from(" 三年 / 3年 ｜ 五年 | ") == (("三年", "3年"), ("五年",))
    assert facts_from("") == ()


def test_every_column_of_a_case_is_in_the_table():
    header = as_table([GOOD]).split("\r\n")[0].removeprefix("\ufeff")
    assert header.split(",") == list(COLUMNS)
    assert PLACED.title not in header
