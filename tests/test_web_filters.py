"""What a visitor limits questions to, without widgets."""

import pytest
from fakes import make_document

from rag.schema import Filters, Question
from ui.web.filters.chips import chosen_chips
from ui.web.filters.choices import choices
from ui.web.filters.chosen import Chosen
from ui.web.filters.day import read_day
from ui.web.filters.inferred import inferred_chips
from ui.web.filters.reading import FIELDS, read_fields

DOCUMENTS = [
    make_document("b", "北京办法", region="北京市", issuer="北京局、上海局", status="试行", issue_no=50, issue_date="2023-12-15"),
    make_document("c", "北京规定", region="北京市", issuer="北京局", issue_no=51, issue_date="2023-12-22"),
    make_document("s", "上海规划", region="上海市", issuer="上海局"),
]  # fmt: skip


def test_choices_are_what_the_collection_has_with_the_number_of_documents_each_leaves():
    offered = choices(DOCUMENTS, "zh")
    assert offered["region"] == [("不限", ""), ("北京市（2份）", "北京市"), ("上海市（1份）", "上海市")]
    assert offered["issuer"][1:] == [("上海局（2份）", "上海局"), ("北京局（2份）", "北京局")]
    assert offered["issue_no"][1:] == [
        ("第51期 2023-12-22（1份）", "51"),
        ("第50期 2023-12-15（1份）", "50"),
    ]
    assert [value for _, value in offered["document_id"]] == ["", "s", "b", "c"]
    assert choices([make_document()], "en")["status"] == [("Any", "")]


@pytest.mark.parametrize(
    ("text", "whole", "partial"),
    [
        ("2024-01-31", "2024-01-31", "2024-01-31"),
        ("２０２４ 年 1 月 31 日", "2024-01-31", "2024-01-31"),
        ("2024/1/3", "2024-01-03", "2024-01-03"),
        ("20240131", "2024-01-31", "2024-01-31"),
        ("2024年1月", None, "2024-01"),
        ("2024", None, "2024"),
        ("2024-02-30", None, None),
        ("2024-13", None, None),
        ("明天", None, None),
        ("2024-01-31<b>", None, None),
    ],
)
def test_days_are_read_as_people_write_them(text, whole, partial):
    assert read_day(text) == whole
    assert read_day(text, partial=True) == partial


def test_what_the_fields_say_becomes_limits_and_what_they_do_not_offer_stays():
    before = Chosen({"region": "北京市", "source": "50.txt"}, "2020-01-01", frozenset({"region"}))
    fields = dict.fromkeys(FIELDS, "") | {"issuer": "北京局", "since": "2023年", "until": None}
    reading = read_fields(fields, before, "zh")
    assert reading.chosen == Chosen(
        {"source": "50.txt", "issuer": "北京局", "since": "2023"}, None, frozenset({"region"})
    )
    assert reading.notes == ()


def test_a_day_in_a_wrong_form_is_said_in_words_and_limits_nothing():
    reading = read_fields({"since": "去年", "as_of": "2024"}, Chosen(), "zh")
    assert reading.chosen == Chosen()
    assert [note.split("不是")[0] for note in reading.notes] == ["“日期从”里的“去年”", "“某日有效”里的“2024”"]
    assert "Dated from" in read_fields({"since": "x"}, Chosen(), "en").notes[0]


@pytest.mark.parametrize(
    ("since", "until", "turned"),
    [("2024", "2023", True), ("2023-12-05", "2023-12", False), ("2023", "2023", False)],
)
def test_a_range_that_ends_before_it_begins_is_said_in_words(since, until, turned):
    assert bool(read_fields({"since": since, "until": until}, Chosen(), "en").notes) == turned


def test_what_was_chosen_goes_into_the_question():
    chosen = Chosen().limited("region", "北京市").limited("as_of", "2024-01-31").ignoring("title")
    assert chosen.question("期限？") == Question(
        "期限？", (), {"region": "北京市"}, "2024-01-31", frozenset({"title"})
    )
    assert chosen.count == 2
    assert chosen.dropped("as_of").dropped("region").heeding("title") == Chosen()
    assert hash(chosen) != hash(chosen.dropped("region"))


def test_chips_name_what_was_chosen_letter_by_letter():
    chosen = Chosen({"region": "<b>北京</b>", "document_id": "b"}, None, frozenset({"issuer"}))
    shown = chosen_chips("chat", chosen, {"b": '<script>"办法'}.get, "zh")
    assert "<b>" not in shown
    assert "<script>" not in shown
    assert "文件 《&lt;script&gt;&quot;办法》" in shown
    assert shown.count("data-pq-chip=") == 4
    assert 'data-pq-chip="heed" data-pq-key="issuer" data-pq-bar="chat"' in shown
    assert chosen_chips("chat", Chosen(), {}.get, "zh") == ""


def test_what_was_inferred_can_be_removed_and_what_only_informs_cannot():
    shown = inferred_chips(
        Filters(inferred={"region": "北京市", "ambiguous": "<i>第二条</i>"}), "zh", "search"
    )
    assert 'data-pq-chip="ignore" data-pq-key="region" data-pq-bar="search"' in shown
    assert 'data-pq-key="ambiguous"' not in shown
    assert "&lt;i&gt;第二条" in shown
    assert inferred_chips(Filters(explicit={"region": "北京市"}), "zh", "search") == ""
