import re
from dataclasses import replace

import pytest
from fake_assistant import BEIJING, CLAUSES, HOSTILE, PLAN, FakeAssistant

from rag.schema import Answer, Filters, Notice, Question
from ui.labels import label
from ui.render import card_id, limits_line, source_cards, terminal
from ui.web.chat.bubble import bubble, plain_markdown

DOCUMENTS = {document.document_id: document for document in (BEIJING, PLAN, HOSTILE)}


def answer(text: str = "有效期是多久？") -> Answer:
    return FakeAssistant().ask(Question(text))


def cards(given: Answer, **options: object) -> str:
    return source_cards(given, DOCUMENTS, **options)


def test_terminal_lists_each_quote_with_its_place():
    assert terminal(answer()) == (
        "登记证书的有效期为三年，自登记公告之日起计算[1]；协议期限不超过三年的，以协议截止日期为准[1]。\n"
        "\n"
        "期满需要继续使用的，应当在期满前一个月内办理续展登记手续，每次续展的有效期为三年[2]。\n"
        "\n"
        "引用：\n"
        "[1] 《北京市数据知识产权登记管理办法（试行）》 第三章/第十三条 第三款 “登记证书的有效期为三年，自登记公告之日起计算。”\n"
        "[1] 《北京市数据知识产权登记管理办法（试行）》 第三章/第十三条 第四款 “其协议期限不超过三年的，以相关协议截止日期为有效期。”\n"
        "[2] 《北京市数据知识产权登记管理办法（试行）》 第三章/第十四条 “申请人应当在期满前一个月内按照规定办理续展登记手续。每次续展登记的有效期为三年”"
    )


def test_terminal_shows_nearest_clauses_of_a_refusal_under_their_own_heading_and_no_citation():
    shown = terminal(answer("明天天气怎样？"), "en")
    assert "Citations" not in shown
    assert re.search(r"\n\nNearest clauses:\n- 《.+》 .+\n- 《.+》 .+$", shown)


def test_terminal_shows_warnings_and_what_limited_the_search():
    shown = terminal(answer("北京到2026年底的目标"))
    assert (
        "\n\n注意：《“数据要素×”三年行动计划（2024—2026年）（征求意见稿）》是征求意见稿，不是正式文件。"
        in shown
    )
    assert shown.endswith("问题提到，优先：地区 北京市")


def test_terminal_drops_control_characters():
    assert "\x1b" not in terminal(replace(answer(), text="红\x1b[31m字"))


def test_markers_link_to_the_cards_of_the_same_turn():
    given = answer()
    linked = set(re.findall(r"\]\(#([\w-]+)\)", bubble(given, turn=3)))
    assert linked == {"cite-3-1", "cite-3-2"}
    assert linked == set(re.findall(r'id="(cite-[\w-]+)"', cards(given, turn=3)))
    assert not linked & set(re.findall(r'id="(cite-[\w-]+)"', cards(given, turn=4)))


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


def test_no_limit_gives_no_line():
    assert limits_line(Filters()) == ""


def test_explicit_limit_is_named_without_a_reason():
    assert (
        limits_line(Filters(explicit={"as_of": "2024-01-01"}), "en") == "Search limited to: as of 2024-01-01"
    )


def test_english_labels_replace_all_chinese_ones():
    shown = cards(answer(), lang="en")
    keys = ("issuer", "effective_date", "also_found", "printed_in", "inferred")
    chinese = [label(key, "zh") for key in keys]
    assert label("also_found", "en") in shown
    assert not [word for word in chinese if word in shown]
