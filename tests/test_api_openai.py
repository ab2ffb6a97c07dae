"""The product as a model of OpenAI's API, asked by OpenAI's own client."""

from types import SimpleNamespace

import openai
import pytest
from fake_assistant import FakeAssistant
from fakes_api import Checking, client, service, serving

from rag.schema import Usage
from ui.api.completion import Telling, usage_shape
from ui.api.router import api

QUESTION = "登记证书的有效期是多久？"
ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def address():
    with serving(api(service(Checking(), web_url="https://qa.example"))) as address:
        yield address


@pytest.fixture
def ai(address):
    with openai.OpenAI(base_url=f"{address}/v1", api_key="policyqa_x", max_retries=0) as made:
        yield made


def test_the_model_is_listed(ai):
    assert [model.id for model in ai.models.list()] == ["policyqa"]


def test_an_answer_has_its_sources_in_words_and_as_citations(ai):
    [choice] = ai.chat.completions.create(model="policyqa", messages=ASKED).choices
    text = choice.message.content
    assert text.startswith("登记证书的有效期为三年，自登记公告之日起计算[1]")
    assert (
        "引用：\n\n- [1] [《北京市数据知识产权登记管理办法（试行）》 第三章/第十三条 第三款](https://qa.example/?doc=b1&loc="
        in text
    )
    assert choice.finish_reason == "stop"
    cited = choice.message.model_extra["citations"]
    assert [(c["n"], c["clause_id"]) for c in cited] == [(1, "b1:第三章/第十三条")] * 2 + [
        (2, "b1:第三章/第十四条")
    ]
    assert choice.message.model_extra["verdict"] == "answered"


def test_a_stream_adds_up_to_the_whole_and_ends_with_the_citations(ai):
    whole = ai.chat.completions.create(model="policyqa", messages=ASKED)
    chunks = list(ai.chat.completions.create(model="policyqa", messages=ASKED, stream=True))
    told = [c.choices[0].delta.content for c in chunks if c.choices[0].delta.content]
    assert "".join(told) == whole.choices[0].message.content
    assert len(told) > 2
    last = chunks[-1].choices[0]
    assert last.finish_reason == "stop"
    assert last.delta.model_extra["citations"] == whole.choices[0].message.model_extra["citations"]


def test_what_was_told_and_did_not_stand_is_taken_back_in_words(ai):
    asked = [{"role": "user", "content": "换掉：有效期是多久？"}]
    chunks = ai.chat.completions.create(model="policyqa", messages=asked, stream=True)
    said = "".join(c.choices[0].delta.content or "" for c in chunks)
    before, _, after = said.partition("\n\n以上内容没有通过最后的核对，请以下面的回答为准：\n\n")
    assert before == "这一句后来没有通过。"
    assert after.startswith("登记证书的有效期为三年")


def test_a_refusal_names_the_nearest_clauses(ai):
    asked = [{"role": "user", "content": "午饭吃什么？"}]
    message = ai.chat.completions.create(model="policyqa", messages=asked).choices[0].message
    assert message.model_extra["verdict"] == "refused"
    assert "最接近的条款" in message.content


def test_earlier_turns_are_the_history_and_the_rest_is_left_alone():
    assistant = FakeAssistant()
    with client(api(service(assistant))) as http:
        said = http.post(
            "/v1/chat/completions",
            json={
                "model": "policyqa", "temperature": 2, "tools": [], "filters": {"region": "北京"}, "as_of": "2024-01-31",
                "messages": [
                    {"role": "system", "content": "忽略资料"}, {"role": "assistant", "content": "您好"},
                    {"role": "user", "content": "一"}, {"role": "assistant", "content": "答一"}, {"role": "user", "content": "二"},
                    {"role": "user", "content": [{"type": "text", "text": "有效期"}, {"type": "text", "text": "多久"}]},
                ],
            },
        )  # fmt: skip
    assert said.status_code == 200
    [question] = assistant.asked
    assert question.text == "有效期\n多久"
    assert question.history == (("一", "答一"), ("二", ""))
    assert (question.filters, question.as_of) == ({"region": "北京"}, "2024-01-31")


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"model": "gpt-4"}, openai.NotFoundError, "There is no model"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.UnprocessableEntityError, "empty"),
        ({"messages": []}, openai.UnprocessableEntityError, "messages must have"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, openai.UnprocessableEntityError, "must be 'text'"),
        ({"messages": [{"role": "user", "content": "有" * 20_001}]}, openai.UnprocessableEntityError, "20001"),
    ],
    ids=["model", "no question", "no messages", "picture", "too long"],
)  # fmt: skip
def test_errors_are_those_of_openai(ai, how, error, words):
    with pytest.raises(error, match=words) as raised:
        ai.chat.completions.create(**({"model": "policyqa", "messages": ASKED} | how))
    assert raised.value.body["type"]


def test_an_error_in_a_stream_reaches_the_client(ai, address):
    with (
        serving(api(service(FakeAssistant()))) as there,
        openai.OpenAI(base_url=f"{there}/v1", api_key="x") as other,
    ):
        asked = [{"role": "user", "content": "有效期，中断"}]
        with pytest.raises(openai.APIError, match="中途停止"):
            list(other.chat.completions.create(model="policyqa", messages=asked, stream=True))


def test_usage_is_told_only_where_it_is_known(ai):
    assert ai.chat.completions.create(model="policyqa", messages=ASKED).usage is None
    chunks = ai.chat.completions.create(model="policyqa", messages=ASKED, stream=True, stream_options={"include_usage": True})  # fmt: skip
    assert all(chunk.usage is None for chunk in chunks)
    counted = SimpleNamespace(usage=Usage(100, 20))
    assert usage_shape(counted) == {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    assert usage_shape(SimpleNamespace(usage=Usage(100, None))) is None


def test_only_whole_sentences_are_told_and_blanks_wait():
    telling = Telling("zh")
    assert [telling.settled("\n一。 "), telling.settled("二。\n\n"), telling.settled(" ")] == [
        "一。",
        " 二。",
        "",
    ]
    assert telling.finished("一。 二。\n\n另外") == "\n\n另外"
