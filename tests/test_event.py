import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.event import untold_event
from rag.verdict.evidence import weigh
from rag.verdict.signals import Found

PLAN = make_document("d", "数据要素三年行动计划")


def untold(question, text, lang="zh"):
    hits = [make_hit(make_clause("第一条", text, document=PLAN), dense=0.8)]
    return untold_event(Found(question, question, hits, {"d": PLAN}), lang)


@pytest.mark.parametrize(
    ("question", "text", "what"),
    [
        pytest.param("大赛的冠军是谁？", "举办数据要素大赛。", "由谁获奖或中标", id="who won"),
        pytest.param("大赛的冠军是谁？", "大赛冠军为甲队。", None, id="who won is told"),
        pytest.param("大赛怎么报名？", "举办数据要素大赛。", None, id="how to take part"),
        pytest.param("发布会上部长讲了什么？", "召开发布会。", "会上说了什么", id="a speech"),
        pytest.param("股东大会上要提什么材料？", "股东大会上应当提交报告。", None, id="a meeting of rules"),
        pytest.param("第一笔交易的买方是谁？", "开展数据交易。", "最先的一笔是谁的", id="the first deal"),
        pytest.param("第一笔交易的买方是谁？", "首笔交易由甲公司买入。", None, id="the first deal is told"),
        pytest.param("示范基地是哪五个地方？", "建设五个示范基地。", "选出的名单", id="which five"),
        pytest.param("示范基地是哪两个城市？", "在合肥市、芜湖市建设。", None, id="which two is told"),
        pytest.param("开业那天来了多少人？", "举行开业仪式。", "到场人数", id="how many came"),
        pytest.param("去年法院判了多少件？", "人民法院依法判决。", "办理了多少件", id="how many cases"),
        pytest.param("第一次违法怎么罚？", "给予警告。", None, id="a first breach"),
    ],
)
def test_what_is_not_told_of_an_event_is_found(question, text, what):
    assert untold(question, text) == what


def test_it_is_said_in_english_too():
    assert untold("大赛的冠军是谁？", "举办数据要素大赛。", "en") == "who won"


def test_such_a_question_is_refused_with_what_is_missing():
    question = "大赛的冠军是谁？"
    hits = [make_hit(make_clause("第一条", "举办大赛。", document=PLAN), dense=0.9, keyword=30.0)]
    judged = weigh(Asked(question, question), hits, {"d": PLAN}, embedder="another")
    assert (judged.enough, "没有写由谁获奖或中标" in judged.why) == (False, True)
