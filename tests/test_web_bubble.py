import re

import pytest
from fake_assistant import FakeAssistant

from rag.schema import Answer, Question
from ui.web.chat.bubble import bubble, plain_markdown
from ui.web.sources.cards import card_id, source_cards


def answer(text: str = "有效期是多久？") -> Answer:
    return FakeAssistant().ask(Question(text))


def test_markers_link_to_the_cards_of_the_same_turn():
    given = answer()
    linked = set(re.findall(r"\]\(#([\w-]+)\)", bubble(given, turn=3)))
    assert linked == {"cite-3-1", "cite-3-2"}
    assert linked == set(re.findall(r'id="(cite-[\w-]+)"', source_cards(given, {}, turn=3)))
    assert not linked & set(re.findall(r'id="(cite-[\w-]+)"', source_cards(given, {}, turn=4)))


def test_a_marker_without_citation_stays_text():
    shown = bubble(answer("脚本"))
    assert f"(#{card_id(1, 1)})" in shown
    assert "&#91;7&#93;" in shown
    assert "#cite-1-7" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "*a* _b_ # c",
        "[x](http://evil.example)",
        "![x](http://evil.example)",
        "$$x$$ `y` ~~z~~",
        "http://a.b",
    ],
)
def test_plain_markdown_leaves_nothing_that_means_markup(text: str):
    shown = plain_markdown(text)
    assert not re.search(r"[<>*_`\[\]()!$~:/.]", shown)
    assert re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), shown) == text


def test_plain_markdown_makes_no_code_block_of_indented_lines():
    assert plain_markdown("一\n    二") == "一\n二"


def test_plain_markdown_keeps_bold():
    assert plain_markdown("有效期**三年**。") == "有效期**三年**。"
