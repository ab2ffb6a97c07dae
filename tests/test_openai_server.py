"""A model behind OpenAI's routes, on a real connection."""

import socket

import pytest
from fake_ollama import FakeOllama, recorded, reply
from fake_openai_server import UNKNOWN, FakeOpenAI, delta, models, said, stream, usage
from llama_index.core.llms import ChatMessage, MessageRole

from rag.errors import AccessRefused, ModelBroke, ModelUnavailable, PromptTooLong, SettingsError
from rag.llm import OpenAIServerLLM, choose_llm, counter_of
from rag.openai_server.probe import base_url, root_url
from rag.settings import Settings

CHAT = "/v1/chat/completions"
ASK = [
    ChatMessage(role=MessageRole.SYSTEM, content="只根据资料回答。"),
    ChatMessage(role=MessageRole.USER, content="年假有多少天？"),
]
WHOLE = stream(delta("十五"), delta("天[1]"), delta(None, "stop"), usage(20, 5))


def settings(url, **fields):
    return Settings(_env_file=None, **({"llm_url": url, "llm": "openai:small"} | fields))


def model(server, **fields):
    return OpenAIServerLLM(**{"model": "small", "base_url": server.url, "timeout_s": 5} | fields)


def answered(exchange, **fields):
    with FakeOpenAI({CHAT: exchange}) as server:
        return list(model(server, **fields).stream_chat(ASK)), server


def broken(exchange, **fields):
    with FakeOpenAI({CHAT: exchange}) as server, pytest.raises((ModelBroke, ModelUnavailable)) as caught:
        model(server, **fields).chat(ASK)
    return caught.value


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_an_answer_comes_piece_by_piece_with_its_counts_at_the_end():
    responses, server = answered(WHOLE, num_predict=77)
    assert "".join(r.delta for r in responses) == responses[-1].message.content == "十五天[1]"
    facts = responses[-1].additional_kwargs
    assert (facts["done_reason"], facts["prompt_tokens"], facts["completion_tokens"]) == ("stop", 20, 5)
    assert (facts["prompt_cut"], facts["warnings"]) == (False, [])
    [sent] = server.asked(CHAT)
    assert (sent.json["model"], sent.json["max_tokens"], sent.json["stream"]) == ("small", 77, True)
    assert sent.json["stream_options"] == {"include_usage": True}
    assert sent.json["messages"][0] == {"role": "system", "content": "只根据资料回答。"}
    assert "authorization" not in sent.headers


@pytest.mark.parametrize(
    ("label", "reason", "tokens"),
    [("streamed", "length", None), ("streamed with stream_options.include_usage", "length", 129)],
)
def test_a_recorded_stream_is_read(label, reason, tokens):
    responses, _ = answered(recorded("openai_route", label))
    assert responses[-1].message.content.startswith("资料：[2]")
    assert responses[-1].additional_kwargs["done_reason"] == reason
    assert responses[-1].additional_kwargs["prompt_tokens"] == tokens


@pytest.mark.parametrize("url", ["http://h:8000", "http://h:8000/", "http://h:8000/v1", "http://h:8000/v1/"])
def test_the_address_may_name_the_version_or_not(url):
    assert (base_url(url), root_url(url)) == ("http://h:8000/v1", "http://h:8000")


def test_a_key_is_sent_and_nothing_of_the_environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "geheim")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS",
        "X-Tenant: geheim\nAuthorization: Bearer geheim\nHost: geheim\nContent-Type: geheim",
    )
    with FakeOpenAI({CHAT: WHOLE}) as server:
        model(server).chat(ASK)
        llm = model(server, api_key="mine")
        llm.chat(ASK)
    without, with_key = server.asked(CHAT)
    assert "geheim" not in str(without.headers) + str(with_key.headers)
    assert with_key.headers["authorization"] == "Bearer mine"
    assert "mine" not in f"{llm.to_json()}{llm!r}"


@pytest.mark.parametrize(
    ("events", "answer"),
    [
        pytest.param([delta(None, reasoning_content="先想想"), delta("十五天")], "十五天", id="field"),
        pytest.param([delta("<think>先"), delta("想</think>\n"), delta("十五天")], "十五天", id="tags"),
    ],
)
def test_thinking_never_reaches_the_answer(events, answer):
    responses, _ = answered(stream(*events, delta(None, "stop")))
    assert responses[-1].message.content == answer


@pytest.mark.parametrize(
    ("exchange", "kind", "words", "fix"),
    [
        pytest.param(stream(delta("十")), ModelBroke, "without finishing", "other words", id="no finish_reason"),
        pytest.param(stream(delta("十"), done=False), ModelBroke, "without finishing", "other words", id="cut off"),
        pytest.param(recorded("openai_route", "one token repeated"), ModelBroke, "without finishing", "other words", id="repetition guard"),
        pytest.param(stream(delta("十"), {"error": {"message": "out of memory", "code": 500}}), ModelBroke, "out of memory", "smaller model", id="error line"),
        pytest.param(stream({"error": {"message": "exceeds the available context size", "type": "exceed_context_size_error"}}), PromptTooLong, "does not fit", "POLICYQA_NUM_CTX", id="overflow line"),
        pytest.param(stream(delta("想好了</think>十五天"), delta(None, "stop")), ModelBroke, "thoughts", "--reasoning-parser", id="thoughts that never began"),
        pytest.param(reply("<html>欢迎</html>\n", content_type="text/html"), ModelBroke, "does not answer as an OpenAI-compatible server", "POLICYQA_LLM_URL", id="a web page"),
        pytest.param(stream({"text": "x"}), ModelBroke, "does not answer as", "POLICYQA_LLM_URL", id="other JSON"),
        pytest.param(stream([1, 2]), ModelBroke, "does not answer as", "POLICYQA_LLM_URL", id="an array"),
        pytest.param(said({"error": {"message": "bad key"}}, 401), ModelUnavailable, "asks for a key: bad key", "POLICYQA_LLM_KEY", id="401"),
        pytest.param(said({"error": "no"}, 403), ModelUnavailable, "asks for a key: no", "POLICYQA_LLM_KEY", id="403"),
        pytest.param(said({"message": "no such model"}, 404), ModelUnavailable, "has no model 'small'; it has other", "POLICYQA_LLM=openai:other", id="404"),
        pytest.param(said({"error": {"message": "slow down"}}, 429), ModelUnavailable, "is busy: slow down", "in a minute", id="429"),
        pytest.param(said({"error": {"message": "Loading model"}}, 503), ModelUnavailable, "is busy: Loading model", "in a minute", id="503"),
        pytest.param(said({"error": {"message": "request (2031 tokens) exceeds the available context size (512 tokens)", "type": "exceed_context_size_error"}}, 400), PromptTooLong, "2031 tokens", "POLICYQA_NUM_CTX", id="overflow of llama.cpp"),
        pytest.param(said({"message": "This model's maximum context length is 512 tokens."}, 400), PromptTooLong, "maximum context length", "POLICYQA_NUM_CTX", id="overflow of vLLM"),
        pytest.param(said({"error": {"message": "temperature?"}}, 400), ModelUnavailable, "temperature? (status 400)", "doctor", id="400"),
        pytest.param(reply("boom", status=500, content_type="text/plain"), ModelUnavailable, "(status 500)", "doctor", id="500 in plain text"),
    ],
)  # fmt: skip
def test_each_failure_has_words_in_both_languages(exchange, kind, words, fix):
    with (
        FakeOpenAI({CHAT: exchange, "/v1/models": models({"id": "other"})}) as server,
        pytest.raises(kind) as caught,
    ):
        model(server).chat(ASK)
    error = caught.value
    assert words in error.message
    assert fix in error.fix
    assert error.words("en") == (error.message, error.fix)
    assert all(max(text) >= "\u4e00" for text in error.words("zh"))
    assert "\n" not in error.message


def test_a_request_is_never_sent_again():
    for exchange in (said({"error": "x"}, 503), said({"error": "x"}, 500)):
        with FakeOpenAI({CHAT: exchange}) as server, pytest.raises(ModelUnavailable):
            model(server).chat(ASK)
        assert len(server.asked(CHAT)) == 1


@pytest.mark.parametrize(
    ("stall_after", "kind", "words"),
    [(0, ModelUnavailable, "gave no first word"), (1, ModelBroke, "fell silent in the middle")],
)
def test_silence_is_translated(stall_after, kind, words):
    with FakeOpenAI({CHAT: WHOLE}, stall_after=stall_after) as server, pytest.raises(kind, match=words):
        model(server, timeout_s=0.3).chat(ASK)


def test_no_server_is_said(closed_port):
    with pytest.raises(ModelUnavailable, match="No model server answers at http://127") as caught:
        OpenAIServerLLM(model="m", base_url=f"http://127.0.0.1:{closed_port}").chat(ASK)
    assert caught.value.words("zh")[0].startswith("http://127.0.0.1")


def test_a_server_outside_is_refused_before_anything_is_sent():
    with pytest.raises(AccessRefused, match="outside this machine"):
        OpenAIServerLLM(model="m", base_url="http://203.0.113.9:8000").chat(ASK)
    with pytest.raises(AccessRefused, match="outside this machine"):
        choose_llm(settings("http://203.0.113.9:8000/v1"))


def test_a_redirect_and_a_proxy_are_not_followed(monkeypatch, closed_port):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    with FakeOpenAI({CHAT: WHOLE}) as elsewhere:
        moved = reply("moved", status=307, location=f"{elsewhere.url}{CHAT}")
        assert "status 307" in broken(moved).message
    assert elsewhere.requests == []


def test_closing_the_stream_hangs_up():
    with FakeOpenAI({CHAT: WHOLE}, endless=True) as server:
        answer = model(server).stream_chat(ASK)
        assert next(r.delta for r in answer if r.delta) == "十五"
        answer.close()
        assert server.hung_up.wait(2)


COUNTED = said({"count": 4000, "max_model_len": 4096})


def test_vllm_counts_the_prompt_and_the_answer_is_kept_within_the_rest():
    with FakeOpenAI({CHAT: WHOLE, "/tokenize": COUNTED}) as server:
        facts = model(server, program="vllm", context_window=4096).chat(ASK).additional_kwargs
    assert facts["estimated_prompt_tokens"] == 4000
    [asked], [sent] = server.asked("/tokenize"), server.asked(CHAT)
    assert (asked.json["model"], asked.json["add_generation_prompt"]) == ("small", True)
    assert sent.json["max_tokens"] == 96
    assert sent.json["chat_template_kwargs"] == {"enable_thinking": False}


def test_llama_cpp_counts_the_prompt_with_its_template():
    routes = {"/apply-template": said({"prompt": "<s>问"}), "/tokenize": said({"tokens": [1, 2, 3]})}
    with FakeOpenAI({CHAT: WHOLE} | routes) as server:
        facts = model(server, program="llama.cpp").chat(ASK).additional_kwargs
    assert (facts["estimated_prompt_tokens"], facts["warnings"]) == (3, ["prompt_underestimated"])
    assert server.asked("/tokenize")[0].json["content"] == "<s>问"


def test_a_prompt_that_leaves_no_room_for_an_answer_is_not_sent():
    with (
        FakeOpenAI({CHAT: WHOLE, "/tokenize": COUNTED}) as server,
        pytest.raises(PromptTooLong, match="4000 tokens"),
    ):
        model(server, program="vllm", context_window=4010).chat(ASK)
    assert server.asked(CHAT) == []


@pytest.mark.parametrize(
    "answer", [UNKNOWN, said({"tokens": 3}), reply("?")], ids=["no route", "other", "no JSON"]
)
def test_a_server_that_cannot_count_after_all_is_asked_anyway(answer):
    with FakeOpenAI({CHAT: WHOLE, "/tokenize": answer}) as server:
        assert model(server, program="vllm").chat(ASK).message.content == "十五天[1]"


@pytest.mark.parametrize(
    ("listed", "routes", "program", "context"),
    [
        pytest.param({"owned_by": "vllm", "max_model_len": 4096}, {}, "vllm", 4096, id="vLLM"),
        pytest.param({"owned_by": "llamacpp", "meta": {"n_ctx": 2048}}, {}, "llama.cpp", 2048, id="llama.cpp"),
        pytest.param({"owned_by": "llamacpp"}, {"/props": said({"default_generation_settings": {"n_ctx": 1024}})}, "llama.cpp", 1024, id="older llama.cpp"),
        pytest.param({}, {}, "other", 8192, id="LM Studio"),
    ],
)  # fmt: skip
def test_a_server_is_chosen_with_the_context_that_it_has(listed, routes, program, context):
    with FakeOpenAI(routes, listed=listed) as server:
        choice = choose_llm(settings(f"{server.url}/v1", llm_key="k"))
    llm = choice.llm
    assert (choice.name, choice.notice, llm.program) == ("openai:small", None, program)
    assert (llm.context_window, llm.num_predict) == (context, min(1024, context // 2))
    assert counter_of(llm) is llm.counter
    assert server.asked("/v1/models")[0].headers["authorization"] == "Bearer k"


@pytest.mark.parametrize("name", ["SmolLM2-Q4", "smollm2-q4.gguf", "/models/SmolLM2-Q4.gguf"])
def test_a_model_is_found_by_the_name_of_its_file(name):
    with FakeOpenAI({}, listed={"id": "/models/SmolLM2-Q4.gguf"}) as server:
        llm = choose_llm(settings(server.url, llm=f"openai:{name}")).llm
    assert llm.model == "/models/SmolLM2-Q4.gguf"


def test_a_missing_model_names_those_that_are_there():
    with (
        FakeOpenAI({}) as server,
        pytest.raises(ModelUnavailable, match="no model 'big'; it has small") as caught,
    ):
        choose_llm(settings(server.url, llm="openai:big"))
    assert caught.value.fix == "set POLICYQA_LLM=openai:small"
    assert "有的是 small" in caught.value.words("zh")[0]


def test_a_server_that_lists_no_models_is_believed():
    with FakeOpenAI({"/v1/models": UNKNOWN}) as server:
        assert choose_llm(settings(server.url)).llm.model == "small"


@pytest.mark.parametrize(
    ("listing", "kind", "words"),
    [
        pytest.param(said({"error": "key?"}, 401), ModelUnavailable, "asks for a key: key?", id="key"),
        pytest.param(reply("<html>"), ModelBroke, "does not answer as an OpenAI-compatible", id="a web page"),
        pytest.param(said([]), ModelBroke, "does not answer as an OpenAI-compatible", id="an array"),
        pytest.param(
            said({"data": [7]}), ModelBroke, "does not answer as an OpenAI-compatible", id="other models"
        ),
    ],
)
def test_a_server_that_cannot_be_chosen_says_why(listing, kind, words):
    with FakeOpenAI({"/v1/models": listing}) as server, pytest.raises(kind, match=words.replace("?", r"\?")):
        choose_llm(settings(server.url))


def test_ollama_is_not_asked_by_the_route_that_ignores_its_context():
    with (
        FakeOllama({"/v1/models": models({"id": "small", "owned_by": "library"})}) as server,
        pytest.raises(SettingsError, match="ignores POLICYQA_NUM_CTX") as caught,
    ):
        choose_llm(settings(server.url))
    assert caught.value.fix == "POLICYQA_LLM=ollama:small"
