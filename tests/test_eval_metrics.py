from math import log2

import pytest
from fakes_eval import (
    TITLE,
    found_only,
    make_case,
    make_notice,
    make_outcome,
    make_passage,
    make_quote,
    unanswerable,
)

from eval.cases import Gold
from eval.metric.refusal import refusal_mistake
from eval.metrics import METRICS, RETRIEVAL_METRICS
from eval.outcome import Cost, Outcome

ONE = make_case()
TWO = make_case(gold=(Gold(TITLE, "第一条", "甲词"), Gold(TITLE, "第二条", "乙词")))
TWICE = make_case(gold=(Gold(TITLE, "第一条", "甲词"), Gold(TITLE, "第一条", "乙词")))
EITHER = make_case(also_right=(Gold(TITLE, "第三条", "丙词"),))
BOTH = make_case(gold=TWO.gold, also_right=EITHER.also_right)
FIVE = ("第五条", "第六条", "第七条", "第八条", "第九条")
REFUSED = make_outcome("没有找到依据。", cited=(), verdict="refused")


def windows(*texts: str) -> Outcome:
    return Outcome(tuple(make_passage("", "bulletin.txt", text) for text in texts), Cost(0.1))


def value(name, case, outcome):
    score = METRICS[name](case, outcome)
    assert score is None or score.reason
    return score and score.value


@pytest.mark.parametrize(
    ("name", "case", "outcome", "expected"),
    [
        pytest.param("hit@1", ONE, found_only("第一条"), 1, id="hit first"),
        pytest.param("hit@1", ONE, found_only("第二条", "第一条"), 0, id="hit second"),
        pytest.param("hit@5", ONE, found_only(*FIVE, "第一条"), 0, id="hit sixth"),
        pytest.param("hit@10", ONE, found_only(*FIVE, "第一条"), 1, id="hit sixth of ten"),
        pytest.param("hit@1", EITHER, found_only("第三条"), 1, id="hit the other right clause"),
        pytest.param("hit@1", ONE, found_only(), 0, id="nothing found"),
        pytest.param("hit@1", unanswerable(), found_only("第一条"), None, id="hit does not apply"),
        pytest.param("mrr@10", ONE, found_only("第二条", "第一条"), 0.5, id="rank two"),
        pytest.param("mrr@10", ONE, found_only(*FIVE, *FIVE, "第一条"), 0, id="rank eleven"),
        pytest.param("mrr@10", EITHER, found_only("第九条", "第三条", "第一条"), 0.5, id="the first of two right ones"),
        pytest.param("mrr@10", unanswerable(), found_only(), None, id="rank does not apply"),
        pytest.param("recall@5", TWO, found_only("第一条"), 0.5, id="one of two"),
        pytest.param("recall@5", TWO, found_only("第一条", "第一条"), 0.5, id="one of two, twice"),
        pytest.param("recall@5", TWO, found_only("第二条", "第一条"), 1, id="both"),
        pytest.param("recall@5", TWICE, found_only("第一条"), 1, id="one clause with two pieces of evidence"),
        pytest.param("recall@5", EITHER, found_only("第三条"), 1, id="the other right clause is enough"),
        pytest.param("recall@5", ONE, found_only(*FIVE, "第一条"), 0, id="behind the fifth"),
        pytest.param("recall@5", BOTH, found_only("第三条"), 0, id="the other right clause stands in for no single one of two"),
        pytest.param("hit@5", BOTH, found_only("第三条"), 1, id="and is right all the same"),
        pytest.param("recall@10", unanswerable(), found_only("第一条"), None, id="recall does not apply"),
        pytest.param("ndcg@10", ONE, found_only("第二条", "第一条"), 1 / log2(3), id="gain at rank two"),
        pytest.param("ndcg@10", TWO, found_only("第九条", "第一条", "第二条"), (1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3)), id="two gains, the first place lost"),
        pytest.param("ndcg@10", EITHER, found_only("第三条", "第一条"), 1, id="a second right clause adds nothing"),
        pytest.param("ndcg@10", TWO, found_only("第一条", "第一条", "第二条"), (1 + 1 / log2(4)) / (1 + 1 / log2(3)), id="a clause gains once"),
        pytest.param("ndcg@10", ONE, found_only(), 0, id="no gain"),
        pytest.param("ndcg@10", unanswerable(), found_only(), None, id="gain does not apply"),
        pytest.param("citation_recall", TWO, make_outcome(cited=("第二条", "第九条")), 0.5, id="cites one of two"),
        pytest.param("citation_recall", EITHER, make_outcome(cited=("第三条",)), 1, id="cites the other right clause"),
        pytest.param("citation_recall", ONE, REFUSED, 0, id="refused wrongly"),
        pytest.param("citation_recall", unanswerable(), make_outcome(), None, id="no clause to cite"),
        pytest.param("citation_precision", ONE, make_outcome(cited=("第一条", "第九条")), 0.5, id="cites one too many"),
        pytest.param("citation_precision", EITHER, make_outcome(cited=("第三条", "第一条")), 1, id="both are right"),
        pytest.param("citation_precision", ONE, make_outcome(cited=("第一条", "第一条", "第九条")), 0.5, id="two quotes, one clause"),
        pytest.param("citation_precision", ONE, make_outcome(cited=()), None, id="cites nothing"),
        pytest.param("citation_precision", unanswerable(), make_outcome(), None, id="precision does not apply"),
        pytest.param("quotes_verbatim", ONE, make_outcome(), 1, id="quote stands there"),
        pytest.param("quotes_verbatim", ONE, make_outcome(quotes=(make_quote("第一条"), make_quote("第二条", "第二条的大意"))), 0.5, id="one quote was changed"),
        pytest.param("quotes_verbatim", ONE, make_outcome(quotes=(make_quote("第一条", "第 一 条的内容,"),)), 1, id="blanks and widths do not count"),
        pytest.param("quotes_verbatim", ONE, make_outcome(quotes=(make_quote("第一条", " "),)), 0, id="an empty quote"),
        pytest.param("quotes_verbatim", ONE, make_outcome(cited=()), None, id="no quote"),
        pytest.param("refusal_right", ONE, make_outcome(verdict="partial"), 1, id="partial is no refusal"),
        pytest.param("refusal_right", ONE, REFUSED, 0, id="refused although answerable"),
        pytest.param("refusal_right", unanswerable(), REFUSED, 1, id="refused rightly"),
        pytest.param("refusal_right", unanswerable(), make_outcome(), 0, id="answered without a basis"),
        pytest.param("warnings_shown", make_case(warnings=("draft", "expired")), make_outcome(warnings=(make_notice("draft"),)), 0.5, id="one warning of two"),
        pytest.param("warnings_shown", make_case(warnings=("draft",)), make_outcome(warnings=(make_notice("no_model"), make_notice("draft"))), 1, id="more warnings than due"),
        pytest.param("warnings_shown", ONE, make_outcome(warnings=(make_notice("draft"),)), None, id="no warning is due"),
        pytest.param("answer_length", ONE, make_outcome("能用 5 年。"), 5, id="blanks are not counted"),
        pytest.param("answer_length", ONE, REFUSED, None, id="a refusal has no length"),
    ],
)  # fmt: skip
def test_metric(name, case, outcome, expected):
    assert value(name, case, outcome) == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("name", "case", "outcome", "expected"),
    [
        pytest.param("hit@1", ONE, windows("前文。有效期 五年。后文"), 1, id="a window that holds the evidence"),
        pytest.param("hit@5", ONE, windows("有效期", "五年"), 0, id="evidence cut in two"),
        pytest.param("hit@1", EITHER, windows("丙词"), 1, id="evidence of another right clause"),
        pytest.param("recall@5", TWO, windows("甲词和乙词"), 1, id="two clauses in one window"),
        pytest.param("recall@5", TWO, windows("甲词", "甲词"), 0.5, id="one clause in two windows"),
        pytest.param("recall@5", TWICE, windows("甲词"), 0, id="half of what a clause must give"),
        pytest.param("recall@5", TWICE, windows("甲词", "乙词"), 1, id="both halves in two windows"),
        pytest.param("recall@5", TWO, windows("", "", "", "", "甲词乙词"), 1, id="two clauses in the fifth window"),
        pytest.param("recall@5", TWO, windows("", "", "", "", "", "甲词乙词"), 0, id="the sixth window"),
        pytest.param("ndcg@10", TWO, windows("甲词和乙词"), 1, id="two gains at once"),
        pytest.param("mrr@10", ONE, windows("别的", "有效期五年"), 0.5, id="the second window"),
    ],
)  # fmt: skip
def test_a_window_is_right_by_what_it_holds(name, case, outcome, expected):
    assert value(name, case, outcome) == expected


def test_windows_that_are_cited_are_judged_like_windows_that_are_found():
    quotes = tuple(make_quote("", "词", title="bulletin.txt", text=text) for text in ("有效期五年", "别的词"))
    outcome = make_outcome(quotes=(*quotes, quotes[1]))
    assert value("citation_recall", ONE, outcome) == 1
    assert value("citation_precision", ONE, outcome) == 0.5


def test_two_clauses_of_the_same_words_are_two():
    quotes = tuple(make_quote(locator, "词", text="同一个词") for locator in ("第一条", "第九条"))
    assert value("citation_precision", ONE, make_outcome(quotes=quotes)) == 0.5


def test_titles_and_locators_are_compared_without_widths_and_blanks():
    case = make_case(gold=(Gold("甲市 数据办法", "第 一 条", "词"),))
    assert value("hit@1", case, make_outcome()) == 1


def test_the_same_locator_of_another_document_is_wrong():
    outcome = Outcome((make_passage("第一条", "乙市数据办法", "有效期五年"),), Cost(0.0))
    assert value("hit@10", ONE, outcome) == 0


@pytest.mark.parametrize("case", [ONE, TWO, unanswerable(), make_case(type="list", warnings=("draft",))])
def test_a_system_that_only_finds_has_retrieval_metrics_alone(case):
    # Even if it names what it would cite.
    outcome = Outcome(
        (make_passage("第一条"),), Cost(0.1), text="“一二三四五六七八九”[1]", quotes=(make_quote("第一条"),)
    )
    applying = {name for name in METRICS if value(name, case, outcome) is not None}
    assert applying == (set(RETRIEVAL_METRICS) if case.answerable else set())


@pytest.mark.parametrize("case", [ONE, TWO, unanswerable()])
@pytest.mark.parametrize("outcome", [make_outcome(), REFUSED, found_only()])
def test_shares_lie_between_0_and_1(case, outcome):
    values = [value(name, case, outcome) for name in METRICS if name != "answer_length"]
    assert all(x is None or 0 <= x <= 1 for x in values)


@pytest.mark.parametrize(
    ("answerable", "verdict", "mistake"),
    [
        (True, "answered", None),
        (True, "partial", None),
        (True, "refused", "wrongly_refused"),
        (False, "refused", None),
        (False, "partial", "wrongly_answered"),
        (False, None, None),
    ],
)
def test_a_wrong_verdict_is_named(answerable, verdict, mistake):
    assert refusal_mistake(answerable, verdict) == mistake


def test_the_reason_names_what_is_missing():
    assert METRICS["recall@5"](TWO, found_only("第一条")).reason == "misses 第二条"
    assert METRICS["citation_precision"](ONE, make_outcome(cited=("第九条",))).reason == "also cites 第九条"
    assert METRICS["refusal_right"](ONE, REFUSED).reason == "wrongly_refused: refused, answerable"


SOURCE = "数据产品的登记证书有效期为五年，期满可以续证，‘数据二十条’另有规定的除外。"
CITING = (make_quote("第三章/第一条", SOURCE, text=SOURCE),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("规定是“登记证书有效期为五年，期满可以续证”[1]。", 1, id="word for word"),
        pytest.param("规定是「登记证书有效期为 五年,期满可以续证。」[1]", 1, id="width, blanks, full stop"),
        pytest.param("规定是『登记证书有效期为六年，期满可以续证』[1]", 0, id="one figure changed"),
        pytest.param('规定是"登记证书永远有效不用续证"[1]，“登记证书有效期为五年”。', 0.5, id="one of two"),
        pytest.param("“数据产品的登记证书……期满可以续证”[1]", 1, id="words left out"),
        pytest.param("“期满可以续证……数据产品的登记证书”[1]", 0, id="parts in another order"),
        pytest.param("“第一条 数据产品的登记证书有效期为五年”[1]", 1, id="with the label"),
        pytest.param("“期满可以续证，“数据二十条”另有规定的除外”[1]", 1, id="inner marks of another kind"),
        pytest.param("您问的“我的数据到底能用上几年”，答案是五年[1]。", 1, id="words of the question"),
        pytest.param("先前说的“先去登记机构办手续”[1]。", 1, id="words of an earlier turn"),
        pytest.param("“甲市数据办法甲市数据”是别的文件[1]。", 0, id="not the title"),
        pytest.param("见“甲市数据登记办法”[1]。", 1, id="the title"),
        pytest.param("见《“万企融合大赋能”行动方案》[1]。", None, id="marks inside a title"),
        pytest.param("所谓“有效期”是五年[1]。", None, id="a word"),
        pytest.param("能用五年[1]。", None, id="no quotation"),
        pytest.param("没有关上的“引号\n\n另一段里的话才有另一个”引号[1]", None, id="a mark that was never closed"),
        pytest.param("The certificate is “valid for five years”[1].", None, id="a translation"),
    ],
)  # fmt: skip
def test_a_quotation_in_the_text_stands_in_what_is_cited(text, expected):
    case = make_case(
        question="我的数据到底能用上几年？", history=(("先问一句登记的事", "先去登记机构办手续"),)
    )
    quotes = (*CITING, make_quote("第二条", title="甲市数据登记办法", n=2))
    assert value("quotations_verbatim", case, make_outcome(text, quotes=quotes)) == expected


def test_a_quotation_that_the_answer_marks_is_not_held_against_it():
    words = "登记证书" * 30
    told = make_notice("quote_not_in_source", f"引文“{words[:60]}……”不见于所引条款，请核对原文。")
    text = f"规定是“{words}”[1]。"
    assert value("quotations_verbatim", ONE, make_outcome(text, quotes=CITING)) == 0
    assert value("quotations_verbatim", ONE, make_outcome(text, quotes=CITING, warnings=(told,))) == 1
    other = make_notice("figure_not_in_source", told.text)
    assert value("quotations_verbatim", ONE, make_outcome(text, quotes=CITING, warnings=(other,))) == 0
