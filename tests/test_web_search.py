"""What the search tab shows for what was typed, without widgets."""

import pytest
from fakes import (
    BEIJING_TITLE,
    GUIZHOU_TITLE,
    make_clause,
    make_collection,
    make_document,
    make_hit,
    open_assistant,
    places,
)

from rag.schema import Filters
from ui.service import Service
from ui.web.filters.chosen import Chosen
from ui.web.search.blank import RECENT, blank, remembered
from ui.web.search.excerpt import WHOLE, excerpt
from ui.web.search.found import Found, Wanted, find
from ui.web.search.results import results, said
from ui.web.search.words import joined, occurrences, sought


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return open_assistant(make_collection(tmp_path_factory.mktemp("collection")))


def test_words_of_a_question_are_marked_and_words_that_only_ask_are_not():
    words = sought("登记证书的有效期是多久？")
    text = "登记证书的有效期为三年，多久都是。"
    covered = [text[a:b] for a, b in joined(occurrences(words, text), 0, len(text))]
    assert covered == ["登记证书", "有效期"]


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        pytest.param("AI", "said ＡＩ and ai", ["ＡＩ", "ai"], id="latin words as a whole, of any width"),
        pytest.param("第二条 登记", "第二条登记", ["登记"], id="a number is no word"),
        pytest.param("证", "证书", ["证"], id="a single character when there is nothing else"),
        pytest.param("登记.*", "登记x", ["登记"], id="signs are no pattern"),
        pytest.param("？", "登记", [], id="nothing"),
    ],
)
def test_words_are_found_as_they_are_written(question, text, marked):
    found = occurrences(sought(question), text)
    assert [text[a:b] for a, b in joined(found, 0, len(text))] == marked


def test_an_excerpt_is_the_sentences_with_most_of_the_words():
    text = "无关的话。" * 60 + "登记证书的有效期为三年。" + "其他的话。" * 60
    found = occurrences(sought("登记证书有效期"), text)
    part = excerpt(text, found)
    assert "登记证书的有效期为三年。" in text[part.start : part.end]
    assert part.end - part.start <= WHOLE
    assert text[part.start - 1] == "。"


def test_an_excerpt_of_one_long_sentence_is_cut_around_the_word():
    text = "甲" * 500 + "登记" + "乙" * 500
    part = excerpt(text, occurrences(sought("登记"), text))
    assert "登记" in text[part.start : part.end]
    assert part.end - part.start <= WHOLE
    assert excerpt("短。", []).end == 2


@pytest.mark.parametrize("text", ["？？？", "", "   "])
def test_what_has_no_words_is_said_in_words(assistant, text):
    assert find(assistant, Wanted(text)).trouble.startswith("请写出要查的文字")


def test_a_text_that_is_too_long_is_said_in_words(assistant):
    assert "20001" in find(assistant, Wanted("数" * 20_001, lang="en")).trouble


def test_a_number_alone_gives_just_the_clauses_of_that_number(assistant):
    found = find(assistant, Wanted("办法第二条"))
    assert {h.clause.label for h in found.hits} == {"第二条"}
    assert found.exactly
    found = find(assistant, Wanted("北京市数据知识产权登记管理办法第四条怎么规定？"))
    assert places(found.hits) == [f"{BEIJING_TITLE} 第二章/第四条"]
    assert found.more


def test_a_number_with_a_question_of_its_own_is_searched_for_as_any_other(assistant):
    found = find(assistant, Wanted("第四条说的平台开放目录在哪里公布"))
    assert not found.exactly
    assert len(found.hits) > 1


def test_more_shows_what_is_beside_the_clause_of_that_number(assistant):
    assert len(find(assistant, Wanted("贵州省数据流通交易管理办法第十三条", limit=40)).hits) > 1


def test_filters_limit_and_what_was_inferred_can_be_left_alone(assistant):
    chosen = Chosen({"region": "贵州省"}, None, frozenset({"region"}))
    found = find(assistant, Wanted("贵州和北京保存期限", chosen))
    assert {h.clause.title for h in found.hits} == {GUIZHOU_TITLE}
    assert "region" not in found.filters.inferred
    assert not found.more


def test_a_filter_that_does_not_exist_is_said_in_words(assistant):
    assert "city" in find(assistant, Wanted("数据", Chosen({"city": "x"}))).trouble


def test_a_hit_leads_to_its_clause_and_says_why_it_was_found(assistant):
    wanted = Wanted("登记证书的有效期")
    shown = results(find(assistant, wanted), wanted)
    assert "&amp;loc=%E7%AC%AC%E4%BA%8C%E7%AB%A0%2F%E7%AC%AC%E5%9B%9B%E6%9D%A1" in shown
    assert "<mark>登记证书</mark>的<mark>有效期</mark>为三年" in shown
    assert "<dt>关键词</dt><dd>第 1 位<small>" in shown
    assert "data-pq-ask=" in shown
    assert f'data-pq-copy="《{BEIJING_TITLE}》第二章/第四条' in shown


def test_nothing_of_a_document_or_a_question_becomes_markup():
    bad = '<img src=x onerror="alert(1)">\u202e'
    clause = make_clause(locator=f"第一条{bad}", text=f"登记{bad}。" * 20, title=bad)
    document = make_document(clause.document_id, bad, issuer=bad, status=bad)
    found = Found(
        (make_hit(clause, keyword=1.0),), {document.document_id: document}, Filters(inferred={"region": bad})
    )
    wanted = Wanted(f"登记{bad}")
    for shown in (results(found, wanted), said(found, wanted)):
        assert "<img" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(
            Found((make_hit(),) * 20, more=True, seconds=0.0123),
            "最相关的 20 条<small>用时 12 毫秒",
            id="more",
        ),
        pytest.param(Found((make_hit(),)), "共找到 1 条", id="all"),
        pytest.param(Found((make_hit(),), exactly=True), "按条号找到 1 条", id="number"),
        pytest.param(Found(), "没有找到", id="none"),
        pytest.param(Found(trouble="<问题>"), "&lt;问题&gt;", id="trouble"),
    ],
)
def test_how_much_was_found_is_said(found, words):
    assert words in said(found, Wanted("登记"))


def test_nothing_found_within_filters_says_what_to_try():
    assert "筛选条件" in results(Found(), Wanted("登记", Chosen({"region": "火星"})))
    assert "换个说法" in results(Found(), Wanted("登记"))


def test_an_empty_box_shows_earlier_searches_and_examples_by_number(assistant):
    shown = blank(Service(assistant), ["<b>登记</b>"], "zh")
    assert "&lt;b&gt;登记" in shown
    assert 'data-pq-search="深圳市公共数据开放管理办法第二条"' in shown
    assert "最近查过" not in blank(Service(assistant), [], "zh")


@pytest.mark.parametrize("kept", [None, "x", {"a": 1}, [1, None]])
def test_what_a_browser_kept_is_not_trusted(kept):
    assert remembered(kept, "") == []


def test_searches_are_remembered_once_and_the_newest_first():
    recent = remembered(["甲", "乙"], " 乙 ")
    assert recent == ["乙", "甲"]
    assert len(remembered([str(n) for n in range(50)], "新")) == RECENT
