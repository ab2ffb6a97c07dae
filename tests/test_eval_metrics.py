from dataclasses import replace

import pytest
from fakes_eval import TITLE, make_answer, make_case, make_citation, make_hit, unanswerable

from eval.cases import Gold
from eval.metrics import METRICS, RETRIEVAL_METRICS, mean_interval
from rag.schema import Filters, Retrieval

ONE = make_case()
TWO = make_case(gold=(Gold(TITLE, "第一条", "词"), Gold(TITLE, "第二条", "词")))
TWICE = make_case(gold=(Gold(TITLE, "第一条", "词"), Gold(TITLE, "第一条", "另一词")))
EITHER = make_case(also_right=(Gold(TITLE, "第三条", "词"),))
LIST = make_case(key_facts=(("火电",), ("钢铁",)))
FIVE = ("第五条", "第六条", "第七条", "第八条", "第九条")


@pytest.mark.parametrize(
    ("name", "case", "answer", "value"),
    [
        pytest.param("hit@1", ONE, make_answer(), 1, id="hit first"),
        pytest.param("hit@1", ONE, make_answer(found=("第二条", "第一条")), 0, id="hit second"),
        pytest.param("hit@5", ONE, make_answer(found=(*FIVE, "第一条")), 0, id="hit sixth"),
        pytest.param("hit@10", ONE, make_answer(found=(*FIVE, "第一条")), 1, id="hit sixth of ten"),
        pytest.param("hit@1", EITHER, make_answer(found=("第三条",)), 1, id="hit the other right clause"),
        pytest.param("hit@1", ONE, make_answer(found=()), 0, id="nothing found"),
        pytest.param("hit@1", unanswerable(), make_answer(), None, id="hit does not apply"),
        pytest.param("mrr@10", ONE, make_answer(found=("第二条", "第一条")), 0.5, id="rank two"),
        pytest.param("mrr@10", ONE, make_answer(found=FIVE * 2 + ("第一条",)), 0, id="rank eleven"),
        pytest.param("mrr@10", unanswerable(), make_answer(), None, id="rank does not apply"),
        pytest.param("recall@5", TWO, make_answer(), 0.5, id="one of two"),
        pytest.param("recall@5", TWO, make_answer(found=("第二条", "第一条")), 1, id="both"),
        pytest.param("recall@5", TWICE, make_answer(), 1, id="one clause with two pieces of evidence"),
        pytest.param(
            "recall@5", EITHER, make_answer(found=("第三条",)), 1, id="the other right clause is enough"
        ),
        pytest.param("recall@10", unanswerable(), make_answer(), None, id="recall does not apply"),
        pytest.param(
            "citation_recall", TWO, make_answer(cited=("第二条", "第九条")), 0.5, id="cites one of two"
        ),
        pytest.param(
            "citation_recall", ONE, make_answer(cited=(), verdict="refused"), 0, id="refused wrongly"
        ),
        pytest.param(
            "citation_precision", ONE, make_answer(cited=("第一条", "第九条")), 0.5, id="cites one too many"
        ),
        pytest.param(
            "citation_precision", EITHER, make_answer(cited=("第三条", "第一条")), 1, id="both are right"
        ),
        pytest.param(
            "citation_precision", ONE, make_answer(cited=("第一条", "第一条")), 1, id="two quotes, one clause"
        ),
        pytest.param("citation_precision", ONE, make_answer(cited=()), None, id="cites nothing"),
        pytest.param(
            "citation_precision", unanswerable(), make_answer(), None, id="precision does not apply"
        ),
        pytest.param("key_facts", LIST, make_answer("火电[1]等行业"), 0.5, id="one fact of two"),
        pytest.param("key_facts", LIST, make_answer("钢 铁、火\u3000电"), 1, id="blanks do not count"),
        pytest.param("key_facts", unanswerable(), make_answer(), None, id="no facts"),
        pytest.param("refusal_right", ONE, make_answer(verdict="partial"), 1, id="partial is no refusal"),
        pytest.param(
            "refusal_right", ONE, make_answer(verdict="refused"), 0, id="refused although answerable"
        ),
        pytest.param(
            "refusal_right", unanswerable(), make_answer(verdict="refused"), 1, id="refused rightly"
        ),
        pytest.param("refusal_right", unanswerable(), make_answer(), 0, id="answered without a basis"),
        pytest.param("quotes_verbatim", ONE, make_answer(), 1, id="quote stands there"),
        pytest.param(
            "quotes_verbatim", ONE, make_answer(cited=("第一条", "第二条")), 0.5, id="clause was not found"
        ),
        pytest.param("quotes_verbatim", ONE, make_answer(cited=()), None, id="no quote"),
        pytest.param("answer_length", ONE, make_answer("能用 5 年。"), 5, id="blanks are not counted"),
        pytest.param(
            "answer_length", ONE, make_answer(verdict="refused"), None, id="a refusal has no length"
        ),
    ],
)
def test_metric(name, case, answer, value):
    score = METRICS[name](case, answer)
    assert (score and score.value) == value
    assert score is None or score.reason


@pytest.mark.parametrize(
    ("wording", "text", "said"),
    [
        pytest.param("5年", "有效期5年", True, id="as it stands"),
        pytest.param("5年", "到2025年", False, id="end of a longer number"),
        pytest.param("6万家", "共3.6万家", False, id="behind a decimal point"),
        pytest.param("增长20", "增长20.1%", False, id="start of a decimal"),
        pytest.param("十个工作日", "三十个工作日", False, id="end of a Chinese numeral"),
        pytest.param("三年", "试行期三年", True, id="a Chinese numeral"),
        pytest.param("shore power", "Shore power is", True, id="case of letters"),
        pytest.param("1—2家", "1—2 家", True, id="blanks"),
        pytest.param("100万元", "给予１００万元", True, id="full width"),
    ],
)
def test_a_fact_is_found_only_as_a_whole_number(wording, text, said):
    score = METRICS["key_facts"](make_case(key_facts=((wording,),)), make_answer(text))
    assert score is not None
    assert score.value == said


def test_a_quote_that_was_changed_is_not_verbatim():
    answer = replace(make_answer(), citations=(make_citation("第一条", "第一条的大意"),))
    score = METRICS["quotes_verbatim"](ONE, answer)
    assert score is not None
    assert (score.value, score.reason) == (0, "not in the clause as found: 第一条")


def test_titles_and_locators_are_compared_without_widths_and_blanks():
    case = make_case(gold=(Gold("甲市 数据办法", "第 一 条", "词"),))
    assert METRICS["hit@1"](case, make_answer()).value == 1


def test_the_same_locator_of_another_document_is_wrong():
    retrieval = Retrieval((make_hit("第一条", "乙市数据办法"),), Filters(), 0.0)
    assert RETRIEVAL_METRICS["hit@10"](ONE, retrieval).value == 0


def test_retrieval_metrics_need_no_answer():
    retrieval = make_answer().retrieval
    assert {
        name: metric(ONE, retrieval).value for name, metric in RETRIEVAL_METRICS.items()
    } == dict.fromkeys(RETRIEVAL_METRICS, 1)


def test_a_mean_over_nothing_is_an_error():
    with pytest.raises(ValueError, match="a mean over nothing"):
        mean_interval([], [])


def test_each_value_needs_its_cluster():
    with pytest.raises(ValueError, match="2 values, 1 clusters"):
        mean_interval([1, 0], ["a"])


def test_one_document_gives_no_interval():
    interval = mean_interval([1, 0], ["a", "a"])
    assert (interval.mean, interval.low, interval.high, interval.n) == (0.5, None, None, 2)


def test_the_interval_holds_the_mean_and_repeats():
    values = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0]
    interval = mean_interval(values, list("aabbcc"))
    assert interval.low < interval.mean < interval.high
    assert interval == mean_interval(values, list("aabbcc"))


def test_questions_that_fail_together_widen_the_interval():
    values = [1.0] * 20 + [0.0] * 20
    together = mean_interval(values, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    alone = mean_interval(values, [str(i) for i in range(40)])
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_equal_values_give_an_interval_of_no_width():
    interval = mean_interval([1.0, 1.0], ["a", "b"])
    assert (interval.low, interval.high) == (1.0, 1.0)
