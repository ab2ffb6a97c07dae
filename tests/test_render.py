import re
from dataclasses import replace

from fake_assistant import FakeAssistant

from rag.schema import Answer, Filters, Question
from ui.render import limits_line, terminal


def answer(text: str = "有效期是多久？") -> Answer:
    return FakeAssistant().ask(Question(text))


def limited(filters: Filters) -> Answer:
    made = answer()
    return replace(made, retrieval=replace(made.retrieval, filters=filters))


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


def test_no_limit_gives_no_line():
    assert limits_line(limited(Filters())) == ""


def test_explicit_limit_is_named_without_a_reason():
    shown = limits_line(limited(Filters(explicit={"as_of": "2024-01-01"})), "en")
    assert shown == "Search limited to: as of 2024-01-01"


def test_the_one_document_of_a_search_is_called_by_its_title_where_that_is_known():
    known, gone = Filters({"document_id": "b1"}), Filters({"document_id": "gone"})
    assert limits_line(limited(known)) == "检索范围：文件 《北京市数据知识产权登记管理办法（试行）》"
    assert limits_line(limited(gone)) == "检索范围：文件 gone"
