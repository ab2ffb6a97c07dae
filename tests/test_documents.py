"""Identities: stable through better parsers and corrections, different for different texts."""

from dataclasses import replace

import pytest
from fakes_ingest import ISSUES, bulletin, document_of

from ingest.documents import document_id, identified, renamed
from rag.text import text_hash

RULES = (
    "某市数据管理办法",
    "某府发〔2023〕5号",
    "第一条 为了规范，制定本办法。",
    "第二条 自2024年1月1日起施行。",
)


def rules(*lines, **changes):
    parsed = document_of(*(lines or RULES))
    return replace(parsed, document=replace(parsed.document, **changes)) if changes else parsed


def nowhere(_):
    raise AssertionError("no other source is to be read")


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


def test_a_clause_id_is_the_documents_and_the_locator():
    parsed = rules()
    own = parsed.document.document_id
    assert [c.clause_id for c in parsed.clauses] == [f"{own}:第一条", f"{own}:第二条"]


def test_the_same_text_gets_the_same_ids_and_digests_again():
    first, again = rules(), rules()
    assert (first.clauses, first.digests) == (again.clauses, again.digests)


def test_a_digest_changes_with_the_text_and_with_the_fields_that_are_stored():
    before = rules()
    text = rules(*RULES[:2], "第一条 为了规范数据，制定本办法。", RULES[3])
    title = rules("某市数据管理规定", *RULES[1:])
    assert text.digests[0] != before.digests[0]
    assert text.digests[1] == before.digests[1]
    assert set(title.digests).isdisjoint(before.digests)


def test_a_text_hash_tells_versions_apart_but_not_widths():
    assert text_hash("（一）数 据") == text_hash("(一)数据")
    assert text_hash("数据") != text_hash("数据。")


def test_a_document_of_the_same_source_keeps_its_id_under_a_corrected_title():
    old = rules(document_id="0123456789ab").document
    new = rules("某市数据管理办法（试行）", *RULES[1:])
    (kept,), twice = identified([new], [replace(old, end_line=new.document.end_line)], {}, nowhere)
    assert kept.document.document_id == "0123456789ab"
    assert [c.clause_id for c in kept.clauses] == ["0123456789ab:第一条", "0123456789ab:第二条"]
    assert twice == []


def test_a_document_keeps_its_id_when_lines_before_it_come_in():
    old = rules(document_id="0123456789ab", start_line=40, end_line=60).document
    (kept,), _ = identified([rules()], [old], {}, nowhere)
    assert kept.document.document_id == "0123456789ab"


def test_the_same_text_in_another_source_is_taken_once():
    stored, new = rules(source="甲.txt"), rules()
    elsewhere = {stored.document.document_id: stored.document}
    assert identified([new], [], elsewhere, lambda _: stored.clauses) == ([], ["某市数据管理办法"])


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        pytest.param({"effective_date": "2024-01-01", "issue_date": "2023-09-15"}, "2024-01-01", id="its effective date"),
        pytest.param({"effective_date": None, "issue_date": "2023-09-15"}, "2023-09-15", id="else the issue's date"),
    ],
)  # fmt: skip
def test_another_text_of_the_same_title_and_number_gets_a_version(changes, version):
    stored = rules()
    new = rules(*RULES[:2], "第一条 修改后的条文。", RULES[3])
    new = replace(new, document=replace(new.document, **changes))
    elsewhere = {stored.document.document_id: stored.document}
    (kept,), twice = identified([new], [], elsewhere, lambda _: stored.clauses)
    assert kept.document.document_id == document_id(RULES[0], RULES[1], version)
    assert twice == []


def test_versions_without_a_date_are_told_apart_by_their_text():
    undated = (*RULES[:3], "第二条 自发布之日起施行。")
    first = rules(*undated)
    second, third = (rules(*undated[:2], f"第一条 第{n}次修改。", undated[3]) for n in "二三")
    kept, _ = identified([first, second, third], [], {}, nowhere)
    assert len({p.document.document_id for p in kept}) == 3


def test_two_versions_of_the_same_date_are_both_kept():
    second, third = (rules(*RULES[:2], f"第一条 第{n}次修改。", RULES[3]) for n in "二三")
    kept, twice = identified([rules(), second, third], [], {}, nowhere)
    assert (len({p.document.document_id for p in kept}), twice) == (3, [])


def test_two_documents_of_one_source_keep_their_own_ids_when_read_again():
    second = rules(*RULES[:2], "第一条 修改后的条文。", RULES[3])
    second = replace(second, document=replace(second.document, start_line=9, end_line=12))
    kept, _ = identified([rules(), second], [], {}, nowhere)
    before = [p.document for p in kept]
    again, _ = identified([rules(), second], before, {}, nowhere)
    assert [p.document.document_id for p in again] == [d.document_id for d in before]


def test_a_renamed_document_takes_its_clauses_along():
    found = renamed(rules(), "0123456789ab")
    assert {c.document_id for c in found.clauses} == {"0123456789ab"}
    assert renamed(found, "0123456789ab") is found


def test_ids_of_all_bulletins_are_unique():
    documents = [p.document.document_id for issue in ISSUES for p in bulletin(issue)[1]]
    clauses = [c.clause_id for issue in ISSUES for p in bulletin(issue)[1] for c in p.clauses]
    assert len(set(documents)) == len(documents) == 41
    assert len(set(clauses)) == len(clauses)
