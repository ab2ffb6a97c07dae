"""Identities: stable through better parsers and corrections, different for different texts."""

from dataclasses import replace
from itertools import islice

import pytest
from fakes_ingest import document_of

from ingest.document.identity import document_id, identified, renamed, source_names
from rag.text import text_hash

RULES = (
    "某市数据管理办法",
    "某府发〔2023〕5号",
    "第一条 为了规范，制定本办法。",
    "第二条 自2024年1月1日起施行。",
)
UNDATED = (*RULES[:3], "第二条 自发布之日起施行。")
SOURCE = "文件.txt"
OLD_ID = "0123456789ab"


def rules(*lines, **changes):
    parsed = document_of(*(lines or RULES), name=SOURCE)
    return replace(parsed, document=replace(parsed.document, **changes)) if changes else parsed


def known(*items, **changes):
    """The catalog's documents and a function that returns their clauses."""
    items = [replace(i, document=replace(i.document, **changes)) for i in items]
    clauses = {i.document.document_id: i.clauses for i in items}
    return {i.document.document_id: i.document for i in items}, clauses.__getitem__


def ids(items):
    return [p.document.document_id for p in items]


def test_an_id_is_the_same_whatever_blanks_and_widths():
    assert document_id("某 办法(试行)", "某府发〔2023〕5号") == document_id(
        "某办法（试行）", "某府发 〔2023〕 5号"
    )
    assert len(document_id("某办法", None)) == 12


@pytest.mark.parametrize(
    ("title", "number", "version"),
    [("另办法", None, None), ("某办法", "5号", None), ("某办法", None, "2024-01-01")],
)
def test_an_id_differs_with_title_number_and_version(title, number, version):
    assert document_id(title, number, version) != document_id("某办法", None)


def test_an_id_never_changes_between_releases():
    assert document_id("某市数据管理办法", "某府发〔2023〕5号") == "43952b363931"


def test_a_text_hash_tells_versions_apart_but_not_widths():
    assert text_hash("（一）数 据") == text_hash("(一)数据")
    assert text_hash("数据") != text_hash("数据。")


def test_what_is_new_gets_its_first_id():
    assert identified([rules()], {}, SOURCE, None) == ([rules()], [])


def test_a_document_keeps_its_id_under_a_title_that_was_put_right_in_the_file():
    new = rules("某市数据管理办法（试行）", *RULES[1:])
    (kept,), twice = identified([new], *_args(known(renamed(rules(), OLD_ID))))
    assert kept.document.document_id == OLD_ID
    assert [c.clause_id for c in kept.clauses] == [f"{OLD_ID}:第一条", f"{OLD_ID}:第二条"]
    assert twice == []


def _args(catalog):
    documents, clauses_of = catalog
    return documents, SOURCE, clauses_of


def test_a_document_keeps_its_id_when_lines_before_it_come_in():
    (kept,), _ = identified([rules()], *_args(known(renamed(rules(), OLD_ID), start_line=40, end_line=60)))
    assert kept.document.document_id == OLD_ID


@pytest.mark.parametrize(("same_bytes", "kept"), [(True, True), (False, False)])
def test_another_document_over_the_same_lines_is_the_old_one_only_to_a_better_parser(same_bytes, kept):
    other = rules("另一规定", "另府发〔2024〕1号", "第一条 完全不同的内容。", "第二条 毫不相干的规定。")
    found, _ = identified([other], *_args(known(renamed(rules(), OLD_ID))), same_bytes=same_bytes)
    assert (ids(found) == [OLD_ID]) == kept


def test_the_same_text_in_another_source_is_taken_once():
    documents, clauses_of = known(rules(source="甲.txt"))
    found, twice = identified([rules()], documents, SOURCE, clauses_of)
    assert (found, [d.document_id for d in twice]) == ([], list(documents))


def test_the_same_text_twice_in_one_source_is_taken_once():
    second = rules(start_line=9, end_line=12)
    found, twice = identified([rules(), second], {}, SOURCE, None)
    assert (len(found), [d.document_id for d in twice]) == (1, ids(found))


@pytest.mark.parametrize(
    ("dates", "version"),
    [
        pytest.param({"effective_date": "2024-01-01", "issue_date": "2023-09-15"}, "2024-01-01", id="its effective date"),
        pytest.param({"effective_date": None, "issue_date": "2023-09-15"}, "2023-09-15", id="else the issue's date"),
    ],
)  # fmt: skip
def test_another_text_of_the_same_title_and_number_gets_a_version(dates, version):
    new = rules(*RULES[:2], "第一条 修改后的条文。", RULES[3])
    new = replace(new, document=replace(new.document, **dates))
    documents, clauses_of = known(rules(source="甲.txt"))
    (kept,), twice = identified([new], documents, SOURCE, clauses_of)
    assert kept.document.document_id == document_id(RULES[0], RULES[1], version)
    assert twice == []


def test_versions_without_a_date_are_told_apart_by_their_text():
    second, third = (rules(*UNDATED[:2], f"第一条 第{n}次修改。", UNDATED[3]) for n in "二三")
    found, _ = identified([rules(*UNDATED), second, third], {}, SOURCE, None)
    assert len(set(ids(found))) == 3


def test_two_versions_of_the_same_date_are_both_kept():
    second, third = (rules(*RULES[:2], f"第一条 第{n}次修改。", RULES[3]) for n in "二三")
    found, twice = identified([rules(), second, third], {}, SOURCE, None)
    assert (len(set(ids(found))), twice) == (3, [])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["as before", "the other way round"])
def test_two_versions_in_one_source_keep_their_own_ids_when_read_again(order):
    versions = [rules(), rules(*RULES[:2], "第一条 修改后的条文。", RULES[3], start_line=9, end_line=12)]
    before, _ = identified(versions, {}, SOURCE, None)
    again, twice = identified([versions[i] for i in order], *_args(known(*before)))
    assert (ids(again), twice) == ([ids(before)[i] for i in order], [])


def test_a_new_version_above_the_old_one_takes_nothing_from_it():
    old, new = rules(), rules(*RULES[:2], "第一条 修改后的条文。", RULES[3])
    found, twice = identified([new, old], *_args(known(old)))
    assert (ids(found)[1], len(set(ids(found))), twice) == (old.document.document_id, 2, [])


def test_a_text_that_has_just_lost_its_source_is_the_same_document_in_another():
    text = text_hash("\n".join(c.text for c in rules().clauses))
    found, _ = identified([rules()], {}, SOURCE, None, lost={OLD_ID: text, "ffffffffffff": "another"})
    assert ids(found) == [OLD_ID]


def test_a_renamed_document_takes_its_clauses_along():
    found = renamed(rules(), OLD_ID)
    assert {c.document_id for c in found.clauses} == {OLD_ID}
    assert renamed(found, OLD_ID) is found


def test_a_source_can_always_be_called_something():
    assert list(islice(source_names("/甲/乙/文.zip/内/文.txt"), 5)) == [
        "文.txt",
        "内/文.txt",
        "/甲/乙/文.zip/内/文.txt",
        "/甲/乙/文.zip/内/文.txt~2",
        "/甲/乙/文.zip/内/文.txt~3",
    ]
