"""The pane of sources: cited clauses in full, the rest folded, and what can be done with each."""

import re
from dataclasses import replace
from html import escape

import pytest
from fake_assistant import BEIJING, CLAUSES, HOSTILE, PLAN, FakeAssistant

from rag.schema import Answer, Filters, Notice, Question, Viewer
from ui.address import clause_place
from ui.labels import label
from ui.render import terminal
from ui.web.chat.bubble import bubble
from ui.web.chat.turn import Turn, Visit
from ui.web.sources.cards import source_cards
from ui.web.sources.facts import badges
from ui.web.sources.neighbours import neighbour
from ui.web.sources.turns import conversation_sources

DOCUMENTS = {document.document_id: document for document in (BEIJING, PLAN, HOSTILE)}


def answer(text: str = "有效期是多久？") -> Answer:
    return FakeAssistant().ask(Question(text))


def cards(given: Answer, **options: object) -> str:
    return source_cards(given, DOCUMENTS, **options)


def test_card_shows_the_whole_clause_with_the_quotes_marked_and_the_documents_details():
    shown = cards(answer())
    assert all(f"{line}" in re.sub(r"</?mark>", "", shown) for line in CLAUSES[0].text.split("\n"))
    assert "<mark>登记证书的有效期为三年，自登记公告之日起计算。</mark>" in shown
    for fact in (
        "北京市知识产权局（推定）",
        "京知局〔2023〕11号",
        "2023-06-19",
        "大数据发展动态 第37期 2023-07-10",
        ">试行<",
    ):
        assert fact in shown


def test_quote_across_a_line_break_is_marked_in_both_paragraphs():
    given = answer()
    first, second = CLAUSES[0].text.split("\n")[:2]
    cited = replace(given.citations[0], quote=f"{first[-3:]}\n{second[:4]}")
    shown = cards(replace(given, citations=(cited,)))
    assert f"<mark>{first[-3:]}</mark></p><p><mark>{second[:4]}</mark>" in shown


def test_cards_escape_titles_texts_and_fields():
    shown = cards(answer("脚本"))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>局" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;办法" in shown
    assert "*不是强调*" in shown


def test_clauses_that_were_found_but_not_cited_are_folded():
    shown = cards(answer())
    assert shown.index('<details class="pq-more">') > shown.rindex("</article>")
    assert "另外找到<span>2 条" in shown


def test_refusal_has_no_card_and_nothing_beside_the_nearest_clauses():
    shown = cards(answer("明天天气怎样？"))
    assert "<article" not in shown
    assert "另外找到" not in shown
    assert shown.count('class="pq-hit"') == 2
    assert shown.index("最接近的条款") < shown.index('class="pq-hit"')


def test_warning_of_a_clause_stands_in_its_card_and_a_general_one_above_all():
    given = answer("到2026年底的目标")
    general = Notice("model_broke", "模型中断。")
    shown = cards(replace(given, warnings=(*given.warnings, general)))
    assert (
        shown.index("模型中断")
        < shown.index("<article")
        < shown.index("不是正式文件")
        < shown.index("</article>")
    )
    assert 'class="pq-badge pq-draft">征求意见稿' in shown


def test_missing_model_is_left_to_the_head_of_the_page_but_said_on_a_terminal():
    given = replace(answer(), warnings=(Notice("no_model", "没有模型。"),))
    assert "没有模型" not in cards(given) + bubble(given)
    assert "没有模型" in terminal(given)


def test_unknown_date_of_effect_is_said_and_other_unknown_fields_are_left_out():
    shown = cards(answer("到2026年底的目标"))
    card = shown[: shown.index("</article>")]
    assert "<dt>施行日期</dt><dd>未注明</dd>" in card
    assert "文号" not in card


def test_cited_clause_that_the_search_had_not_found_comes_from_the_other_clauses():
    given = answer()
    bare = replace(given, retrieval=replace(given.retrieval, hits=()))
    found = {clause.clause_id: clause for clause in CLAUSES}
    assert "样式、标准由登记机构统一制定" in source_cards(bare, DOCUMENTS, found)
    assert "<mark>登记证书的有效期为三年" in source_cards(bare, {}, {})


def test_english_labels_replace_all_chinese_ones():
    shown = cards(answer(), lang="en")
    keys = ("issuer", "effective_date", "also_found", "printed_in", "inferred")
    chinese = [label(key, "zh") for key in keys]
    assert label("also_found", "en") in shown
    assert not [word for word in chinese if word in shown]


@pytest.mark.parametrize(
    ("fields", "day", "said"),
    [
        ({}, None, ["试行", "现行有效"]),
        ({"status": "征求意见稿"}, None, ["征求意见稿", "尚未生效"]),
        ({}, "2020-01-01", ["试行", "尚未施行（2020-01-01）"]),
        ({"status": None, "expiry_date": "2024-01-01"}, None, ["已过期"]),
        ({"status": None, "repealed_by": "x:1"}, None, ["已废止"]),
        ({"status": None, "effective_date": None}, None, []),
        ({"status": None, "superseded_by": "b2"}, None, ["现行有效", "有更新版本"]),
    ],
)
def test_beside_a_title_stand_its_status_and_whether_it_is_in_force(fields, day, said):
    assert (
        re.findall(">(.*?)<", badges(replace(BEIJING, **fields), "zh", day))
        == [part for word in said for part in (word, "")][:-1]
    )


def test_validity_is_told_for_the_day_that_was_asked_about():
    given = answer()
    past = replace(given, retrieval=replace(given.retrieval, filters=Filters({"as_of": "2020-01-01"})))
    assert "尚未施行（2020-01-01）" in cards(past)
    assert "尚未施行" not in cards(given)


def test_a_card_leads_to_the_reader_copies_with_its_source_and_asks():
    shown = cards(answer())
    assert f'href="{escape(clause_place(CLAUSES[1].clause_id).address)}"' in shown
    assert 'data-pq-copy="《北京市数据知识产权登记管理办法（试行）》第三章/第十四条：申请人应当' in shown
    assert (
        'data-pq-ask="《北京市数据知识产权登记管理办法（试行）》第十四条规定了什么？" data-pq-doc="b1"'
        in shown
    )
    folded = shown[shown.index('class="pq-more"') :]
    assert folded.count(label("sources.open", "zh")) == 2 * folded.count('class="pq-hit"')


def test_an_address_keeps_what_the_id_adds_to_a_locator():
    assert clause_place("b1:三/（一）~2").address == "?doc=b1&loc=%E4%B8%89%2F%EF%BC%88%E4%B8%80%EF%BC%89~2"
    assert clause_place("b1").address == "?doc=b1"


@pytest.mark.parametrize(
    ("clause", "step", "found"),
    [(1, "before", 0), (0, "after", 1), (0, "before", None), (1, "after", None), (2, "after", None)],
)
def test_a_neighbour_is_found_or_the_end_is_told(clause, step, found):
    wanted = {"clause": CLAUSES[clause].clause_id, "step": step, "lang": "zh"}
    got = neighbour(FakeAssistant(), wanted, Viewer())
    assert got["clause"] == ("" if found is None else CLAUSES[found].clause_id)
    assert bool(got["html"]) == (found is not None)


@pytest.mark.parametrize("wanted", [{}, {"clause": "none", "step": "after"}, {"clause": ["b1"], "step": 3}])
def test_whatever_a_browser_sends_gives_no_neighbour_and_no_error(wanted):
    assert neighbour(FakeAssistant(), wanted, Viewer()) == {"html": "", "clause": ""}


def test_earlier_turns_are_folded_and_can_be_saved_one_by_one():
    turns = [Turn(text, Question(text), answer=answer(text)) for text in ("有效期？", "到2026年底的目标")]
    shown = conversation_sources(Visit(turns), "zh")
    assert shown.index('id="cite-2-1"') < shown.index('class="pq-turn"') < shown.index('id="cite-1-1"')
    assert 'data-pq-which="1"' in shown
    assert 'data-pq-which="2"' not in shown
