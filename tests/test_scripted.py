import pytest
from fakes_eval import make_case, make_notice, make_outcome, make_passage, unanswerable
from llama_index.core.base.llms.types import ChatMessage

from eval.cases import Gold
from eval.outcome import Quote
from eval.system.lies import LIES, lie_of, treatment
from eval.system.scripted import Honest, Liar
from eval.system.wrong_words import (
    calendar_days,
    exchanged_numbers,
    longer_number,
    other_body,
    other_duty,
    other_limit,
    other_month,
    other_number,
    other_place,
    other_unit,
    other_word,
    other_year,
    shortened,
    weaker_duty,
    without_denial,
)
from rag.context.prompt import REFUSAL
from rag.errors import EvaluationError

TITLE = "甲市数据办法"
EVIDENCE = "平台应当自2024年起保存交易记录二十年，不得少于30个工作日；到期的由平台销毁。"
RIGHT = Gold(TITLE, "第一章/第二条", EVIDENCE)
RICH = Gold(
    TITLE,
    "第一章/第二条",
    "自3月起，违反第五条规定的，市数据局不予登记，并扣除10个项目、20个平台不超过30%的补贴",
)
ALSO = Gold("乙市数据办法", "三/（一）", "保存交易记录二十年以上")
OTHER = make_case(
    id="other", question="另一问？", gold=(Gold("丙市办法", "第九条", "数据经纪人应当取得从业备案"),)
)


def case_of(**fields):
    return make_case(**{"question": "记录保存多久？", "gold": (RIGHT,), **fields})


def prompt(*sources, question="记录保存多久？"):
    """The user's message of the product's prompt."""
    numbered = "\n\n".join(f"[{n}]{text}" for n, text in enumerate(sources, 1))
    return f"资料：\n{numbered}\n\n问题：{question}"


MINE = f"《{TITLE}》第一章/第二条（甲市；2024-01-01起施行）\n第一句。{EVIDENCE}{RICH.evidence}。"
UNDER_MINE = f"《{TITLE}》第一章/第二条/（一）\n{EVIDENCE}"
THEIRS = "《乙市数据办法》三/（一）\n参考文献\n[2]《数据》，2020。\n保存交易记录二十年以上。"
ELSE = "《丁市办法》第三条\n每年公布目录。"


def honest(*sources, case=None, **fields):
    return Honest(cases=[case or case_of(), OTHER]).answer([prompt(*sources, **fields)])


def test_each_sentence_of_the_evidence_is_quoted_with_the_number_of_its_clause():
    assert honest(ELSE, MINE) == (
        f"《{TITLE}》第一章/第二条写明：「平台应当自2024年起保存交易记录二十年，不得少于30个工作日」[2]。"
        f"《{TITLE}》第一章/第二条写明：「到期的由平台销毁」[2]。"
    )


def test_a_clause_below_the_right_one_is_another_clause():
    assert honest(UNDER_MINE) == REFUSAL["zh"]


def test_a_clause_that_is_also_right_stands_in_and_a_list_of_literature_is_no_source():
    case = case_of(also_right=(ALSO,))
    assert honest(THEIRS, ELSE, case=case) == "《乙市数据办法》三/（一）写明：「保存交易记录二十年以上」[1]。"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(case_of(), REFUSAL["zh"], id="the right clause is not there"),
        pytest.param(unanswerable(question="记录保存多久？"), REFUSAL["zh"], id="there is no right clause"),
        pytest.param(case_of(question="How long?"), REFUSAL["en"], id="in English"),
    ],
)
def test_what_the_sources_do_not_answer_is_refused(case, said):
    assert honest(ELSE, case=case, question=case.question) == said


def test_sources_of_llamaindex_are_known_by_their_words():
    rule, example = "\n------\n", "For example:\nSource 1:\nThe sky is red.\n"
    sources = f"Source 1:\n每年公布目录。\n\nSource 2:\n前文{EVIDENCE}后文\n"
    text = f"{example}{rule}{sources}{rule}Query: 前问 记录保存多久？\nAnswer: "
    assert "「到期的由平台销毁」[2]。" in Honest(cases=[OTHER, case_of()]).answer([text])


def test_the_history_tells_two_cases_with_one_question_apart():
    first = case_of(id="1", history=(("甲市的呢？", "有。"),))
    second = case_of(id="2", history=(("乙市的呢？", "有。"),), gold=(ALSO,))
    model = Honest(cases=[first, second])
    assert "[2]" in model.answer(["甲市的呢？", "有。", prompt(THEIRS, MINE)])
    assert "[1]" in model.answer(["乙市的呢？", "有。", prompt(THEIRS, MINE)])


def test_a_question_of_no_case_is_an_error():
    with pytest.raises(EvaluationError, match="asked what is in no case: '今天天气如何？'"):
        honest(MINE, question="今天天气如何？")


def test_words_come_in_pieces_that_make_up_the_answer():
    model = Honest(cases=[case_of()])
    message = ChatMessage(content=prompt(MINE))
    parts = list(model.stream_chat([message]))
    assert len(parts) > 5
    assert "".join(p.delta for p in parts) == parts[-1].message.content == model.answer([message.content])
    assert model.complete(prompt(MINE)).text == model.chat([message]).message.content


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(other_number, "平台应当自2024年起保存交易记录二十二年", id="number"),
        pytest.param(other_year, "平台应当自2027年起保存交易记录二十年", id="year"),
        pytest.param(other_duty, "平台可以不自2024年起保存交易记录二十年", id="duty"),
        pytest.param(other_word, "平台应当自2024年有关存交易记录二十年", id="word"),
        pytest.param(shortened, "平台应当自2易记录二十年", id="middle left out"),
        pytest.param(other_unit, None, id="no unit"),
        pytest.param(weaker_duty, "平台可以自2024年起保存交易记录二十年", id="weaker"),
        pytest.param(other_limit, None, id="no limit"),
    ],
)
def test_words_are_made_wrong(change, expected):
    assert change("平台应当自2024年起保存交易记录二十年") == expected


@pytest.mark.parametrize(
    ("change", "words", "expected"),
    [
        (other_limit, "不得少于20年", "不得超过20年"),
        (other_limit, "5万元以上", "5万元以下"),
        (other_limit, "以上单位", None),
        (without_denial, "未经授权的数据", "经授权的数据"),
        (without_denial, "经授权的数据", None),
        (other_body, "由财政局审核", "由国家税务总局审核"),
        (other_body, "分为两部分", None),
        (other_place, "违反第五条", "违反第十二条"),
        (other_month, "于12月底完成", "于1月底完成"),
        (longer_number, "有效期5年", "有效期15年"),
        (exchanged_numbers, "10个项目、20个平台", "20个项目、10个平台"),
        (exchanged_numbers, "10个项目、20家企业", None),
        (calendar_days, "15日内", "15个工作日内"),
    ],
)
def test_other_ways_to_make_words_wrong(change, words, expected):
    assert change(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("不少于30%", "不少于40%", id="digits"),
        pytest.param("达到0.5倍", "达到1.5倍", id="decimals"),
        pytest.param("第三条第二款", None, id="a place is no number"),
        pytest.param("一个办法", None, id="an article is no number"),
        pytest.param("2024年3月", None, id="a date is no number"),
    ],
)
def test_only_what_counts_something_is_a_number(words, expected):
    assert other_number(words) == expected


def case_for(name):
    """A case to which the liar tells this lie."""
    fitting = (gold for gold in (RIGHT, RICH, ALSO) if LIES[name].fits(case_of(gold=(gold,))))
    gold = (next(fitting, RIGHT),)
    make = unanswerable if name == "anyway" else case_of
    cases = (
        make(id=f"x-{n}", question="记录保存多久？", gold=() if name == "anyway" else gold)
        for n in range(1000)
    )
    return next(case for case in cases if lie_of(case) == name)


@pytest.mark.parametrize("name", LIES)
def test_each_lie_breaks_the_honest_answer_the_same_way_each_time(name):
    case = case_for(name)
    messages = [prompt(ELSE, MINE, THEIRS)]
    told = [Liar(cases=[case, OTHER]).answer(messages) for _ in range(2)]
    assert told[0] == told[1] != Honest(cases=[case, OTHER]).answer(messages)
    assert REFUSAL["zh"] not in told[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("article", f"《{TITLE}》第一章/第五条写明", id="article"),
        pytest.param("place", "《乙市数据办法》三/（十九）写明", id="place"),
        pytest.param("other_quote", "「数据经纪人应当取得从业备案」[2]", id="words of another clause"),
        pytest.param("other_marker", "30个工作日」[3]", id="marker of another clause"),
        pytest.param("unknown_marker", "30个工作日」[93]", id="marker of none"),
        pytest.param("no_marker", "30个工作日」。", id="no marker"),
        pytest.param("title", "《甲市数据办法实施细则》", id="title"),
        pytest.param("doc_number", "（数发〔2019〕417号）", id="number of a document"),
        pytest.param("extra", "予以通报。", id="extra"),
        pytest.param("marked_extra", "予以通报[2]。", id="marked extra"),
        pytest.param("number", "写明：平台应当自2024年起保存交易记录二十二年", id="without quotation marks"),
        pytest.param("anyway", "依照规定可以办理[1]。", id="an answer to nothing"),
    ],
)
def test_what_a_lie_says(name, words):
    assert words in Liar(cases=[case_for(name), OTHER]).answer([prompt(ELSE, MINE, THEIRS)])


def test_the_liar_refuses_what_it_cannot_break_and_never_tells_the_truth():
    case = case_for("other_marker")
    assert Liar(cases=[case, OTHER]).answer([prompt(MINE)]) == REFUSAL["zh"]
    assert Liar(cases=[case_for("word"), OTHER]).answer([prompt(ELSE)]) == REFUSAL["zh"]


def answered(text="「引文」[1]。", **fields):
    return make_outcome(text, **{"model": "scripted:liar", **fields})


@pytest.mark.parametrize(
    ("name", "outcome", "expected"),
    [
        pytest.param("word", answered(), "shown", id="nothing is said"),
        pytest.param(
            "word", answered(warnings=(make_notice("quote_not_in_source"),)), "marked", id="a notice"
        ),
        pytest.param(
            "word", answered(warnings=(make_notice("draft"),)), "shown", id="a notice of something else"
        ),
        pytest.param("no_marker", answered(warnings=(make_notice("uncited"),)), "marked", id="no source"),
        pytest.param("word", answered("《甲市数据办法》第二条：“原文”[1]。"), "stopped", id="replaced"),
        pytest.param("word", answered(model="extractive"), "stopped", id="code wrote instead"),
        pytest.param("word", answered(verdict="refused"), "none", id="refused"),
        pytest.param("unknown_marker", answered("「引文」。[1]"), "stopped", id="the marker was taken away"),
        pytest.param("unknown_marker", answered("「引文」[93]。"), "shown", id="the marker is there"),
    ],
)
def test_what_became_of_a_lie(name, outcome, expected):
    assert treatment(case_for(name), outcome) == expected


def test_a_marker_that_leads_to_a_passage_is_no_false_one():
    outcome = answered("「引文」[93]。", quotes=(Quote(93, make_passage("第一条"), "内容"),))
    assert treatment(case_for("unknown_marker"), outcome) == "stopped"
