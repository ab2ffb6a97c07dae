import json

import pytest
from fake_ollama import RECORDINGS, FakeOllama, chunk, recorded, reply
from llama_index.core.callbacks import CallbackManager, LlamaDebugHandler
from llama_index.core.llms import ChatMessage, MessageRole

from rag.ollama.chat import OllamaLLM
from rag.ollama.tokens import estimate_prompt_tokens

ASK = [
    ChatMessage(role=MessageRole.SYSTEM, content="只根据资料回答。"),
    ChatMessage(role=MessageRole.USER, content="年假有多少天？"),
]
CHINESE = recorded("answers", "chinese, ended by num_predict")


def model(server, **fields):
    return OllamaLLM(**{"model": "smollm2", "base_url": server.url, "timeout_s": 5} | fields)


def test_every_call_sends_the_same_context_no_thinking_and_the_token_limit():
    with FakeOllama({"/api/chat": CHINESE}) as server:
        llm = model(server, context_window=4096, num_predict=77, keep_alive="9m")
        llm.chat(ASK)
        list(llm.stream_chat(ASK))
        llm.complete("问")
        list(llm.stream_complete("问"))
    assert [request.path for request in server.requests] == ["/api/chat"] * 4
    for sent in (request.json for request in server.requests):
        assert sent["options"] == {"num_ctx": 4096, "num_predict": 77, "temperature": 0.1}
        assert (sent["think"], sent["stream"], sent["keep_alive"]) == (False, True, "9m")
    assert server.requests[0].json["messages"] == [
        {"role": "system", "content": "只根据资料回答。"},
        {"role": "user", "content": "年假有多少天？"},
    ]
    assert server.requests[2].json["messages"] == [{"role": "user", "content": "问"}]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(lambda llm: [(r.delta, r.message.content) for r in llm.stream_chat(ASK)], id="chat"),
        pytest.param(lambda llm: [(r.delta, r.text) for r in llm.stream_complete("问")], id="completion"),
    ],
)
def test_a_stream_yields_the_deltas_and_the_text_so_far(pieces):
    with FakeOllama({"/api/chat": CHINESE}) as server:
        # A slow machine may make the server look silent for a moment.
        found = [(d, text) for d, text in pieces(model(server)) if d] + [pieces(model(server))[-1]]
    assert [delta for delta, _ in found] == [*"资料：[2]", " 公", *"司年代每月十", ""]
    assert found[2] == ("：", "资料：")
    assert found[-1][1] == "资料：[2] 公司年代每月十"


def test_the_whole_answer_carries_the_counts_of_the_server():
    with FakeOllama({"/api/chat": CHINESE}) as server:
        llm = model(server)
        responses = [llm.chat(ASK), llm.complete("问"), list(llm.stream_chat(ASK))[-1]]
    assert str(responses[0].message.content) == responses[1].text == "资料：[2] 公司年代每月十"
    for response in responses:
        assert response.additional_kwargs["done_reason"] == "length"
        assert response.additional_kwargs["prompt_tokens"] == 129
        assert response.additional_kwargs["completion_tokens"] == 24
        assert response.additional_kwargs["prompt_cut"] is False
    expected = estimate_prompt_tokens(["只根据资料回答。", "年假有多少天？"])
    assert responses[0].additional_kwargs["estimated_prompt_tokens"] == expected


def test_an_answer_that_ends_by_itself_says_stop():
    with FakeOllama({"/api/chat": recorded("answers", "ended by itself")}) as server:
        assert model(server).chat(ASK).additional_kwargs["done_reason"] == "stop"


def test_a_prompt_that_filled_the_context_is_marked_as_cut():
    with FakeOllama({"/api/chat": recorded("answers", "prompt cut to num_ctx 512")}) as server:
        counts = model(server, context_window=512).chat(ASK).additional_kwargs
    assert counts["prompt_cut"] is True
    assert counts["prompt_tokens"] == 512 > counts["estimated_prompt_tokens"]


def turns():
    """The conversation of which the recorded server dropped the oldest turns."""
    known = json.loads((RECORDINGS / "prompts.json").read_text(encoding="utf-8"))["prompts"]
    texts = next(p for p in known if (p["model"], p["prompt_tokens"]) == ("smollm2", 922))["messages"]
    return [ChatMessage(role=MessageRole.USER, content=text) for text in texts]


@pytest.mark.parametrize(
    ("label", "window"), [("prompt cut to num_ctx 512", 512), ("old turns dropped at num_ctx 512", 512)]
)
def test_a_prompt_that_was_cut_without_a_sign_is_a_warning_and_teaches_nothing(label, window):
    with FakeOllama({"/api/chat": recorded("answers", label)}) as server:
        llm = model(server, context_window=window)
        facts = [llm.chat(turns()).additional_kwargs for _ in range(3)]
    assert {(f["prompt_cut"], tuple(f["warnings"])) for f in facts} == {(True, ("prompt_cut",))}
    assert llm.counter.prompt(["数据"] * 9) == estimate_prompt_tokens(["数据"] * 9)


def counted(tokens):
    return reply(chunk("好"), chunk("", done=True, done_reason="stop", prompt_eval_count=tokens))


def test_more_tokens_than_estimated_are_a_warning_and_raise_the_estimate():
    long = [ChatMessage(role=MessageRole.USER, content="数据" * 300)]
    with FakeOllama({"/api/chat": counted(1500)}) as server:
        llm = model(server)
        first, second = (llm.chat(long).additional_kwargs for _ in range(2))
    assert first["warnings"] == ["prompt_underestimated"]
    assert first["prompt_tokens"] > first["estimated_prompt_tokens"]
    assert second["warnings"] == []
    assert second["estimated_prompt_tokens"] > 1500


def test_the_estimate_comes_down_to_what_the_model_takes():
    long = [ChatMessage(role=MessageRole.USER, content="数据知识产权" * 100)]
    with FakeOllama({"/api/chat": counted(420)}) as server:
        llm = model(server)
        estimates = [llm.chat(long).additional_kwargs["estimated_prompt_tokens"] for _ in range(3)]
    assert estimates[0] == estimates[1] > 1200
    assert 420 < estimates[2] < 500


def test_counts_that_the_server_left_out_are_none():
    with FakeOllama({"/api/chat": reply(chunk("好", done=True))}) as server:
        counts = model(server).chat(ASK).additional_kwargs
    assert (counts["prompt_tokens"], counts["done_reason"], counts["prompt_cut"]) == (None, None, False)


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        pytest.param([chunk("", thinking="先想想"), chunk("十五天")], "十五天", id="thinking field"),
        pytest.param(
            [chunk("<think>"), chunk("先想"), chunk("</think>\n\n"), chunk("十五天")], "十五天", id="tags"
        ),
        pytest.param(
            [chunk("\n<th"), chunk("ink>想</thi"), chunk("nk>十五"), chunk("天")], "十五天", id="split tags"
        ),
        pytest.param([chunk("<"), chunk("三天")], "<三天", id="no tag after all"),
        pytest.param([chunk("写作 <think> 的标记")], "写作 <think> 的标记", id="tag inside an answer"),
        pytest.param([chunk("<think>想个没完")], "", id="never done thinking"),
    ],
)
def test_thinking_never_reaches_the_answer(lines, answer):
    with FakeOllama({"/api/chat": reply(*lines, chunk("", done=True, done_reason="stop"))}) as server:
        responses = list(model(server).stream_chat(ASK))
    assert "".join(response.delta for response in responses) == answer
    assert responses[-1].message.content == answer
    assert [block.block_type for block in responses[-1].message.blocks] in (["text"], [])


def test_metadata_gives_the_sizes():
    metadata = OllamaLLM(model="m", context_window=4096, num_predict=77).metadata
    assert (metadata.context_window, metadata.num_output) == (4096, 77)
    assert (metadata.is_chat_model, metadata.model_name) == (True, "m")


def test_a_key_is_sent_and_not_serialised():
    with FakeOllama({"/api/chat": CHINESE}) as server:
        llm = model(server, api_key="geheim")
        llm.chat(ASK)
    assert server.requests[0].headers["authorization"] == "Bearer geheim"
    assert "geheim" not in f"{llm.to_json()}{llm!r}"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda llm: llm.chat([]), "messages must not be empty", id="no messages"),
        pytest.param(
            lambda llm: llm.stream_chat([]), "messages must not be empty", id="no messages, streamed"
        ),
        pytest.param(lambda llm: OllamaLLM(model="m", num_predict=0), "num_predict", id="no limit of tokens"),
    ],
)
def test_what_the_server_would_misread_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(OllamaLLM(model="m"))


def test_options_of_a_call_are_refused_instead_of_dropped():
    with pytest.raises(TypeError, match="format"):
        OllamaLLM(model="m").complete("问", format="json")


@pytest.mark.parametrize(
    "handlers",
    [pytest.param([], id="plain"), pytest.param([LlamaDebugHandler(print_trace_on_end=False)], id="traced")],
)
@pytest.mark.parametrize("start", ["stream_chat", "stream_complete"])
def test_closing_the_stream_hangs_up(start, handlers):
    with FakeOllama({"/api/chat": CHINESE}, endless=True) as server:
        llm = model(server, callback_manager=CallbackManager(handlers))
        stream = getattr(llm, start)(ASK if start == "stream_chat" else "问")
        assert next(r.delta for r in stream if r.delta) == "资"
        assert not server.hung_up.is_set()
        stream.close()
        assert server.hung_up.wait(2)


def test_a_stream_that_was_never_read_asks_nothing():
    with FakeOllama({"/api/chat": CHINESE}) as server:
        model(server).stream_chat(ASK).close()
    assert server.requests == []
