"""Cited clauses in Slack: in full as far as they fit, cut at sentences, nothing of a document as markup, nobody's secrets."""

from dataclasses import replace

import pytest
from fake_slack import slack  # noqa: F401
from fake_slack_checks import block_faults, block_text_chars, view_faults
from fakes_slack_actions import standing, words_of

from ui.labels import label
from ui.slack.access.rules import ChannelRules, Rules
from ui.slack.button.press import Press
from ui.slack.shape.buttons import SHOW
from ui.slack.shape.modal import ShownClause, beginning, clauses_message, clauses_modal, reason_modal

SENTENCE = "登记机构应当在三个工作日内予以答复。"


def bold_words(blocks):
    rich = [e for b in blocks if b["type"] == "rich_text" for s in b["elements"] for e in s["elements"]]
    return [e["text"] for e in rich if e.get("style", {}).get("bold")]


def clause(number=1, text=SENTENCE, **more):
    return ShownClause(number, f"《办法》，第{number}条", text, **more)


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        pytest.param("一二三。", 10, ("一二三。", ""), id="all fits"),
        pytest.param("一二。三四。五六。", 7, ("一二。三四。", "五六。"), id="behind a sentence"),
        pytest.param("一二三，四五六", 5, ("一二三，", "四五六"), id="behind a comma"),
        pytest.param("一二三四五六", 4, ("一二三四", "五六"), id="anywhere at last"),
        pytest.param("", 4, ("", ""), id="nothing"),
    ],
)
def test_a_text_is_cut_at_the_best_border(text, most, expected):
    assert beginning(text, most) == expected


def test_a_short_clause_stands_in_full_with_its_quote_in_bold():
    view = clauses_modal(
        [clause(text="前面。\n登记证书的有效期为三年。后面。", quotes=("有效期为三年",))], "zh"
    )
    assert view_faults(view) == []
    assert bold_words(view["blocks"]) == ["[1] 《办法》，第1条", "有效期为三年"]
    assert "前面。\n登记证书的" in words_of(view["blocks"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("count", [1, 3, 30, 60, 200])
@pytest.mark.parametrize("sentences", [1, 40, 400, 4000])
def test_any_number_of_clauses_of_any_length_keeps_slack_s_limits(lang, count, sentences):
    clauses = [
        clause(n, SENTENCE * sentences, quotes=(SENTENCE,), notes=("注意。",)) for n in range(1, count + 1)
    ]
    assert view_faults(clauses_modal(clauses, lang)) == []
    message = clauses_message(clauses, lang)
    assert block_faults(list(message.blocks)) == []
    assert block_text_chars(list(message.blocks)) < 12_000
    for block in clauses_modal(clauses, lang)["blocks"]:
        assert block_text_chars(block) <= 3200


def test_what_is_left_out_is_counted_in_sentences_and_linked():
    text = SENTENCE * 4000
    view = clauses_modal([clause(text=text, link="https://policies.example/?doc=b1")], "zh")
    shown = sum(len(e["text"]) for b in view["blocks"][1:] for e in b["elements"][0]["elements"])
    left = len(text) - shown
    assert shown % len(SENTENCE) == 0, "cut inside a sentence"
    words = label("slack.sentences_left", "zh").format(n=left // len(SENTENCE), m=left)
    assert words in words_of(view["blocks"])
    links = [e for s in view["blocks"][-1]["elements"] for e in s["elements"] if e["type"] == "link"]
    assert [link["url"] for link in links] == ["https://policies.example/?doc=b1"]


def test_short_clauses_leave_their_room_to_long_ones():
    view = clauses_modal([clause(1, "短。"), clause(2, SENTENCE * 800)], "zh")
    assert words_of(view["blocks"]).count(SENTENCE) == 800


def test_words_of_documents_are_no_markup():
    text = "<!here> <@U1> *不是强调* :smile: <https://evil.example|看> &amp;"
    view = clauses_modal([clause(text=text)], "zh")
    kinds = {e["type"] for b in view["blocks"] for s in b["elements"] for e in s["elements"]}
    assert kinds == {"text"}, "rich text shows every character of a text as it is"
    assert text in words_of(view["blocks"])
    assert "<" not in clauses_message([ShownClause(1, "《<!here>》", "一。")], "zh").text


def test_a_reason_modal_keeps_slack_s_limits_for_a_long_question():
    metadata = Press(
        "T1", "C" + "1" * 20, "U1", "a" * 32, "1.1", "1.1", response_url="https://hooks.example/" + "x" * 200
    ).metadata
    view = reason_modal("问题很长，" * 500, "zh", metadata)
    assert view_faults(view) == [] and len(metadata) < 1000


@pytest.fixture
def stand(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, web_url="https://policies.example") as made:
        yield made


def opened(stand, kept, **how):
    """Press "show clauses" and return the words of the modal."""
    stand.slack.press("C1", stand.post(kept), SHOW, kept.answer_id, **how)
    [view] = stand.wait(lambda: stand.slack.api.views)
    return view


def test_each_cited_clause_is_shown_in_full_with_its_number_and_link(stand):
    view = opened(stand, stand.keep())
    words = words_of(view["blocks"])
    assert "[1] 《北京市数据知识产权登记管理办法（试行）》，第三章/第十三条 第三款、第四款" in words
    assert "数据知识产权登记证书是登记主体依法持有数据并对数据行使权利的凭证" in words
    assert "[2] " in words and "期满未办理续展手续的，由登记机构注销登记并予以公告。" in words
    urls = [
        e["url"]
        for b in view["blocks"]
        if b["type"] == "rich_text"
        for e in b["elements"][0]["elements"]
        if e["type"] == "link"
    ]
    assert [url.split("?")[0] for url in urls] == ["https://policies.example/"] * 2


def test_without_a_modal_the_clauses_come_as_a_message_to_the_presser_in_the_thread(stand):
    kept = stand.keep()
    stand.slack.fail("views.open", "expired_trigger_id")
    stand.slack.press("C1", stand.post(kept), SHOW, kept.answer_id, user="U4")
    assert label("slack.clauses_title", "zh") in stand.told()
    [told] = stand.slack.store.ephemeral
    assert (told["user"], told["thread_ts"]) == ("U4", "1.1")
    assert "期满未办理续展手续的" in words_of(told["blocks"])


def test_clauses_of_a_channel_never_end_in_a_direct_message(stand):
    kept = stand.keep()
    stand.slack.fail("views.open", "expired_trigger_id")
    # First the clauses, then the word that they could not be shown.
    stand.slack.fail("chat.postEphemeral", "user_not_in_channel", times=2)
    stand.slack.fail("response_url", "expired_url", times=2)
    stand.slack.press("C1", stand.post(kept), SHOW, kept.answer_id, user="U4")
    [told] = stand.wait(lambda: stand.slack.posted("DU4"))
    assert told["text"] == label("slack.not_posted", "zh") and not told["blocks"]
    assert stand.slack.store.ephemeral == []


def test_names_of_cited_documents_are_no_markup_where_blocks_are_not_shown():
    text = clauses_message([ShownClause(1, "*《办法》* <!here> `x`", "一。")], "zh").text
    assert "*《" not in text and "<!" not in text and "`" not in text


def test_a_refusal_has_no_clauses_to_show(stand):
    kept = stand.keep("年假有几天")
    stand.slack.press("C1", stand.post(kept), SHOW, kept.answer_id)
    assert stand.told() == label("slack.no_clauses", "zh")


def test_a_clause_that_the_channel_may_not_see_is_neither_shown_nor_named(stand):
    kept = stand.keep()
    stand.assistant.closed = True
    words = words_of(opened(stand, kept)["blocks"])
    assert label("slack.clause_gone", "zh") in words
    assert "北京市" not in words and "三年" not in words


def test_the_viewer_is_that_of_the_channel_and_not_of_who_asked(slack, tmp_path):  # noqa: F811
    rules = Rules(channels={"C2": ChannelRules(groups=("局",))})
    with standing(slack, tmp_path, rules) as made:
        made.assistant.closed = True
        kept = made.keep(groups=("局",))
        for number, (channel, is_shown) in enumerate([("C2", True), ("C1", False), ("D1", False)], start=1):
            slack.press(channel, made.post(kept, channel), SHOW, kept.answer_id)
            made.wait(lambda n=number: len(slack.api.views) == n)
            assert ("登记证书的有效期为三年" in words_of(slack.api.views[-1]["blocks"])) is is_shown, channel


def test_a_clause_that_changed_since_says_so(stand, monkeypatch):
    kept = stand.keep()
    found = stand.assistant.clause("b1:第三章/第十三条")
    now = replace(found, text="登记证书的有效期为四年。")
    stand.assistant.clause = lambda clause_id, viewer=None: now
    words = words_of(opened(stand, kept)["blocks"])
    assert label("slack.clause_changed", "zh") in words and "四年" in words
