"""A kept answer as messages: everything in it, within Slack's limits, nothing as markup."""

from dataclasses import replace

import pytest
from fake_hostile import STRINGS, letters
from fake_slack_checks import BLOCK_TEXT_CHARS, block_faults, block_text_chars
from fakes_slack_answers import URL, asked, many, shown, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_reading import read_mrkdwn, same

from rag.assistant import build_assistant
from rag.citation.statement import StatementStream
from rag.record.kept import Circumstances, CitedClause, KeptClause, KeptDocument, kept_answer
from rag.schema import Notice, Question
from rag.settings import Settings
from rag.text import language_of
from ui.export.sheet import cleaned
from ui.slack.shape.answer import answer_messages, closing_messages, stream_text
from ui.slack.shape.buttons import RATE_DOWN, RATE_UP, SHOW, answer_buttons
from ui.slack.shape.link import clause_url
from ui.slack.shape.pack import MESSAGE_BLOCKS, MESSAGE_CHARS, SECTION_CHARS, Piece, messages_of

ANSWERS = shown()
ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.sampled_from(STRINGS)
MARKS = "#*|•◦▪-·:：;；.)）、\\∗﹡ˍˋ∼｜~_`＊＿｀0123456789"


def sent(answer, web_url=URL, **around):
    return answer_messages(answer, "zh", web_url=web_url, **around)


def whole(messages):
    return "\n\n".join(message.text for message in messages)


def block_texts(message):
    for block in message.blocks:
        if block["type"] != "actions":
            yield from (part["text"] for part in (block.get("elements") or [block["text"]]))


def loose(text):
    """Return the letters without what an answer's lists, headings and tables are made of."""
    return "".join(c for c in same(text) if c not in MARKS)


def check_limits(messages):
    for message in messages:
        assert block_faults(list(message.blocks)) == []
        assert block_text_chars(list(message.blocks)) <= BLOCK_TEXT_CHARS
        assert len(message.text.encode("utf-16-le")) <= 2 * 4000
        assert 0 < len(message.text.encode()) <= 12_000
        assert len(message.blocks) <= 50
        texts = [*block_texts(message)]
        assert all(len(text.encode("utf-16-le")) <= 2 * 3000 for text in texts)
        assert "\n\n".join(texts) == message.text


def check_markup(messages, web_url=URL):
    for message in messages:
        for text in block_texts(message):
            read = read_mrkdwn(text)
            assert read.faults == ()
            assert all(url.startswith(f"{web_url}/?doc=") for url, _ in read.links)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_message_is_within_the_limits_and_without_markup_of_a_text(name):
    answer = ANSWERS[name]
    for messages in (
        answer_messages(answer.kept, answer.lang, web_url=answer.web_url, unkept=answer.unkept),
        closing_messages(answer.kept, answer.lang, web_url=answer.web_url),
    ):
        check_limits(messages)
        check_markup(messages)


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_of_an_answer_is_lost(name):
    answer = ANSWERS[name]
    said = loose(read_mrkdwn(whole(sent(answer.kept, answer.web_url))).letters)
    for line in cleaned(answer.kept.text).split("\n"):
        if not line.startswith("|"):
            assert loose(line) in said
    for quote in {c.quote for c in answer.kept.citations}:
        assert loose(quote) in said
    for warning in answer.kept.warnings:
        assert (loose(warning.text) in said) == (warning.code != "no_model")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ANY, min_size=6, max_size=6),
    st.integers(1, 90),
    st.sampled_from(["answered", "partial", "refused"]),
)
def test_any_answer_is_whole_within_the_limits_and_without_markup(texts, times, verdict):
    text, quote, title, warning, value, place = texts
    clause_id = f"x1:{place}"
    answer = replace(
        asked("登记有效期"), verdict=verdict, text=f"{text}甲。[1]" * times, nearest=(clause_id,),
        citations=(CitedClause(clause_id, title, place, quote * times, 1),),
        warnings=(Notice("x", warning, clause_id),), inferred={"region": value, "rewritten": value * times},
        clauses={clause_id: KeptClause(title, place, None)}, documents={"x1": KeptDocument(title, doc_number=value)},
    )  # fmt: skip
    messages = sent(answer)
    check_limits(messages)
    check_markup(messages)
    said = loose(read_mrkdwn(whole(messages)).letters)
    for wanted in (quote * times, title, warning, value * times):
        assert loose(cleaned(wanted)) in said


@pytest.mark.parametrize("letter", ["&", "*", "👍", "@a ", "长", "> "])
def test_names_and_quotes_of_any_length_fit_with_their_links(letter):
    clause_id = "x1:" + "第" * 100
    cited = (CitedClause(clause_id, letter * 3000, "第一条", f"{letter}\n" * 3000, 1),)
    answer = replace(asked("登记有效期"), citations=cited, warnings=(Notice("x", letter * 3000, clause_id),))
    messages = sent(answer)
    check_limits(messages)
    check_markup(messages)
    assert len(read_mrkdwn(whole(messages)).links) == 1


def test_the_numbers_of_the_sources_are_those_of_the_text():
    [message] = sent(text_of("登记证书的有效期？", "先说续展[2]，再说有效期[1][2]。"))
    text = message.text
    assert text.startswith("先说续展[1]，再说有效期[2][1]。")
    assert text.index("[1] <") < text.index("第十四条") < text.index("[2] <") < text.index("第十三条 第三款")


def test_a_source_quotes_document_clause_and_words_and_leads_to_the_clause():
    [message] = sent(asked("登记证书的有效期？"))
    (first, name), (second, _) = read_mrkdwn(message.text).links
    assert first == f"{URL}/?doc=b1&loc=%E7%AC%AC%E4%B8%89%E7%AB%A0%2F%E7%AC%AC%E5%8D%81%E4%B8%89%E6%9D%A1"
    assert second.endswith("%E5%9B%9B%E6%9D%A1")
    assert name == (
        "《北京市数据知识产权登记管理办法（试行）》（京知局〔2023〕11号），第三章/第十三条 第三款、第四款"
    )
    assert "\n> “登记证书的有效期为三年，自登记公告之日起计算。”\n" in message.text


def test_without_an_address_sources_are_named_and_not_linked():
    [message] = sent(asked("登记证书的有效期？"), web_url=None)
    assert "<" not in message.text
    assert (
        "[1] 《北京市数据知识产权登记管理办法（试行）》（京知局〔2023〕11号），第三章/第十三条"
        in message.text
    )


def test_a_refusal_says_so_and_shows_what_is_near():
    [message] = sent(asked("养老金怎么领？"))
    assert letters(message.text).startswith("*没有找到依据*所收文件中没有找到")
    assert "最接近的条款（不能据以作答）" in message.text
    assert len(read_mrkdwn(message.text).links) == 2


def test_part_of_an_answer_is_called_so_in_the_language_asked_for():
    partial = replace(asked("登记证书的有效期？"), verdict="partial")
    assert "只回答了一部分" in answer_messages(partial, "zh", web_url=None)[0].text
    english = answer_messages(replace(partial, question="How long?"), "en", web_url=None)[0]
    assert letters(english.text).startswith("*answeredinpart*")


def test_warnings_stand_above_the_sources_with_the_numbers_that_they_are_about():
    text = whole(sent(ANSWERS["warnings"].kept))
    assert "⚠ [1] 《北京市数据知识产权登记管理办法（试行）》是征求意见稿，不是正式文件。\n⚠ [2] 《" in text
    assert "⚠ 第二句没有找到依据。" in text
    assert text.index("⚠ [2]") < text.index("依据*")


def test_what_was_read_from_the_question_is_said_small():
    [message] = sent(ANSWERS["limits-and-inferred"].kept)
    aside = [block["elements"][0]["text"] for block in message.blocks if block["type"] == "context"]
    assert [line.replace("\u200b", "") for line in aside[0].split("\n")] == [
        "检索范围：地区 北京市；截至日期 2024-01-01", "作答方式：ollama:qwen3:8b",
        "问题提到，优先：地区 北京市", "按补全的问题检索：北京市登记证书的有效期是多久？",
    ]  # fmt: skip


def test_whose_documents_were_searched_is_said():
    answer = replace(asked("有效期？"), groups=("法务部",))
    assert "除公开文件外，还检索了仅供 法务部 查阅的文件。" in whole(sent(answer))


def test_an_answer_that_was_not_kept_says_so_and_has_no_buttons():
    [message] = sent(asked("登记证书的有效期？"), unkept="磁盘已满。")
    assert "⚠ 这个回答没有存入记录：磁盘已满。" in message.text
    assert {block["type"] for block in message.blocks} == {"section", "context"}


def test_the_buttons_stand_below_the_last_message():
    messages = sent(many(40))
    assert len(messages) > 1
    assert [message.blocks[-1]["type"] == "actions" for message in messages] == [
        *[False] * (len(messages) - 1), True
    ]  # fmt: skip
    assert messages[-1].blocks[-1] == answer_buttons("a1", "zh")


def test_a_pressed_thumb_is_seen():
    up, down, show = answer_buttons("a1", "en", rated="up")["elements"]
    assert [b["action_id"] for b in (up, down, show)] == [RATE_UP, RATE_DOWN, SHOW]
    assert (up["style"], up["text"]["text"], "style" in down) == ("primary", "👍 ✓", False)
    everything = answer_buttons("a1", "zh", rated="down", person=True, share=True)
    assert len(everything["elements"]) == 5
    assert block_faults([everything]) == []


def test_a_text_that_does_not_fit_goes_on_with_a_sentence():
    sentence = "登记主体应当在期限届满前一个月内办理续展登记手续[1]；逾期未办理的，由登记机构予以注销[2]。"
    messages = sent(text_of("登记证书的有效期？", sentence * 90))
    assert len(messages) == 2
    assert all(message.text.startswith("登记主体") for message in messages)
    assert messages[0].text.endswith("。")


def test_a_heading_stays_with_what_it_is_above():
    text = "字" * (SECTION_CHARS - 5) + "\n# 标题\n" + "文" * 1200
    first, second = sent(text_of("登记证书的有效期？", text))
    assert "标题" not in first.text
    assert letters(second.text).startswith("*标题*文")


def test_an_english_answer_has_english_words():
    text = whole(answer_messages(ANSWERS["answered-en"].kept, "en", web_url=URL))
    assert "Sources" in text
    assert "Written by: " in text


def test_below_a_streamed_text_stands_all_but_the_text():
    answer = ANSWERS["warnings"].kept
    [message] = closing_messages(answer, "zh", web_url=URL)
    assert whole(sent(answer)) == f"{whole(sent(answer)).partition('⚠')[0]}{message.text}"
    assert message.blocks[-1]["type"] == "actions"


def test_a_streamed_answer_has_the_numbers_of_its_sources():
    assert stream_text("先说续展[2]，再说有效期[1][2]。") == "先说续展[1]，再说有效期[2][1]。"
    assert stream_text("") == ""


GROWING = st.lists(
    st.sampled_from([
        "有效期为三年[1]。", "**应当**续展[2]。", "**重点。再续[2]。**完。", "\n\n", "\n- 项[3]。", "\n  - 子项。", "\n1. 第一[1]。", "\n# 标题\n",
        "见 a@b.cn。", "It is valid. ", "https://evil.example/a:b: 。", "（见[2]）(x)。", "\n| a | b |。", "<!here> @here :smile:。", "\n> 引。", "。[1](http://evil.example)。",
    ]),
    max_size=14,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(GROWING)
def test_a_text_that_grows_by_sentences_gives_markdown_that_grows(sentences):
    stream = StatementStream()
    pieces = [piece for sentence in sentences for piece in stream.feed(sentence)] + [*stream.close()]
    text = before = ""
    for piece in pieces:
        text += piece
        now = stream_text(text)
        assert now.startswith(before), (before, now)
        before = now


def test_pieces_fill_a_message_and_no_more():
    pieces = [Piece("字" * 1000), *(Piece("文" * 10, begins=True) for _ in range(MESSAGE_BLOCKS))]
    first, second = messages_of(pieces, [{"type": "divider"}])
    assert len(first.blocks) == MESSAGE_BLOCKS
    assert [block["type"] for block in second.blocks] == ["section", "divider"]
    assert [len(m.text) for m in messages_of([Piece("字" * SECTION_CHARS)] * 2)] == [SECTION_CHARS] * 2
    assert len(messages_of([Piece("字" * (MESSAGE_CHARS // 2 - 2))] * 2)) == 1
    assert messages_of([]) == ()


def test_a_thousand_lines_are_packed_at_once():
    answer = text_of("登记证书的有效期？", "\n".join(f"- {n}" for n in range(5000)))
    messages = sent(answer)
    check_limits(messages)
    assert len(messages) < 15


@pytest.mark.parametrize(
    "question", ["数据经纪人要备案吗？", "违反第九条怎么处罚？", "养老金怎么领？", "What does Article 9 say?"]
)
def test_answers_of_the_product_fit_and_name_their_clauses(own_collection, question):
    assistant = build_assistant(Settings(data=own_collection, llm="none"))
    answer = assistant.ask(Question(question))
    kept = kept_answer(
        "a1", "", Question(question), answer, Circumstances("slack", document=assistant.document)
    )
    messages = answer_messages(kept, language_of(question), web_url=URL)
    check_limits(messages)
    check_markup(messages)
    linked = {url for url, _ in read_mrkdwn(whole(messages)).links}
    shown_clauses = {c.clause_id for c in answer.citations} or {
        hit.clause.clause_id for hit in answer.nearest
    }
    assert linked == {clause_url(URL, clause_id) for clause_id in shown_clauses}
