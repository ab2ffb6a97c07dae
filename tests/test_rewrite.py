import pytest
from fakes import ScriptedLLM

import rag.rewrite
from rag.errors import ModelBroke, ModelUnavailable
from rag.hit.query import understood
from rag.rewrite import rewritten
from rag.schema import Question

ENGLISH = Question("How long is a certificate valid in Beijing?")
FOLLOWED = Question("那贵阳呢？", (("长春的数据交易资料要保存多少年？", "不少于30年[1]。"),))


def put(question, *pieces):
    llm = ScriptedLLM(pieces=list(pieces))
    return rewritten(understood(question), question, llm), llm


def test_a_translation_is_searched_for_besides_the_question():
    asked, llm = put(ENGLISH, "北京登记证书的", "有效期是多久？")
    assert (
        asked.full
        == "How long is a certificate valid in Beijing? 北京 证书 有效期 北京登记证书的有效期是多久？"
    )
    assert asked.text == ENGLISH.text
    assert asked.report() == {"rewritten": "北京登记证书的有效期是多久？"}
    assert ENGLISH.text in llm.prompts[0][0].content


def test_a_follow_up_is_completed_from_the_turns_before():
    asked, llm = put(FOLLOWED, "改写后的问题：“贵阳的数据交易资料要保存多少年？”\n\n（已补充）")
    assert asked.rewritten == "贵阳的数据交易资料要保存多少年？"
    assert "不少于30年" in llm.prompts[0][0].content


@pytest.mark.parametrize(
    "question",
    [Question("登记证书的有效期是多久？"), Question("How long? " * 200)],
    ids=["Chinese without a history", "a pasted text"],
)
def test_no_model_is_asked_where_the_rules_do(question):
    asked, llm = put(question, "甲")
    assert asked == understood(question)
    assert llm.prompts == []


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(["Which certificate?"], id="not Chinese"),
        pytest.param([""], id="nothing"),
        pytest.param(["？？？"], id="no words"),
        pytest.param(["抱歉，我无法改写。"], id="an excuse"),
        pytest.param(["上海登记证书的有效期是多久？"], id="another place"),
        pytest.param(["北京登记证书有效期3年吗？"], id="a number of its own"),
        pytest.param(["《北京市登记办法》的证书有效期是多久？"], id="a document of its own"),
        pytest.param(["证书" * 200], id="endless"),
        pytest.param([ModelUnavailable("gone", fix="ollama serve")], id="no server"),
        pytest.param(["北京", ModelBroke("broke", fix="ask again")], id="broken off"),
        pytest.param([TimeoutError("slow")], id="silent"),
    ],
)
def test_any_other_reply_leaves_the_question_as_the_rules_make_it(reply):
    assert put(ENGLISH, *reply)[0] == understood(ENGLISH)


def test_a_slow_model_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(rag.rewrite, "LIMIT_S", -1.0)
    assert put(ENGLISH, "北京登记证书的有效期是多久？")[0] == understood(ENGLISH)
