"""The bound on tokens, and how a server's counts bring it down."""

import json

import pytest
from fake_ollama import RECORDINGS

from rag.llm import counter_of
from rag.ollama.tokens import estimate_prompt_tokens, estimate_tokens
from rag.server.counter import TokenCounter

CHINESE = "数据知识产权登记证书的有效期为三年，期满前三个月可以申请续期。" * 40
ENGLISH = "The certificate is valid for three years and may be renewed before it ends. " * 30
PROMPTS = json.loads((RECORDINGS / "prompts.json").read_text(encoding="utf-8"))["prompts"]
TURNS = next(p for p in PROMPTS if (p["model"], p["prompt_tokens"]) == ("smollm2", 922))


def taught(*shares, text=CHINESE, path=None):
    counter = TokenCounter("m", path)
    for share in shares:
        counter.learn([text], int(estimate_prompt_tokens([text]) * share))
    return counter


def test_nothing_is_brought_down_before_two_prompts_were_counted():
    for counter in (TokenCounter(), taught(0.35)):
        assert counter.text(CHINESE) == estimate_tokens(CHINESE)
        assert counter.prompt([CHINESE, ""]) == estimate_prompt_tokens([CHINESE, ""])


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["Chinese", "English"])
def test_counts_bring_the_bound_down_to_just_above_them(text):
    counter = taught(0.35, 0.33, text=text)
    counted = estimate_prompt_tokens([text]) * 0.35
    assert counted * 1.05 < counter.prompt([text]) < counted * 1.5


def test_what_was_learnt_of_chinese_holds_for_chinese_only():
    counter = taught(0.35, 0.35)
    for text in (ENGLISH, "2024-01-01 12:30; " * 50, "龘" * 300):
        assert counter.text(text) == estimate_tokens(text)


def test_the_largest_of_the_last_counts_decides():
    counter = taught(0.6, *[0.3] * 3)
    assert counter.prompt([CHINESE]) > estimate_prompt_tokens([CHINESE]) * 0.6
    assert counter.prompt([CHINESE]) > taught(0.6, *[0.3] * 8).prompt([CHINESE])


def test_the_bound_never_falls_below_a_quarter():
    assert taught(0.01, 0.01).text(CHINESE) >= estimate_tokens(CHINESE) * 0.25


def test_a_short_prompt_teaches_nothing():
    counter = TokenCounter()
    for _ in range(5):
        counter.learn(["有效期几年？"], 8)
    assert counter.text(CHINESE) == estimate_tokens(CHINESE)


def test_a_count_above_what_was_learnt_undoes_it():
    counter = taught(0.3, 0.3)
    counter.learn([CHINESE], int(estimate_prompt_tokens([CHINESE]) * 0.8))
    assert counter.text(CHINESE) == estimate_tokens(CHINESE)


def test_a_model_that_takes_more_than_any_other_raises_the_bound():
    counter = taught(1.3)
    assert counter.prompt([CHINESE]) > estimate_prompt_tokens([CHINESE]) * 1.3
    assert counter.text("2024") > estimate_tokens("2024")


def test_counts_are_kept_across_restarts_for_each_model(tmp_path):
    path = tmp_path / "counts.json"
    learnt = taught(0.35, 0.33, path=path)
    assert learnt.text(CHINESE) < estimate_tokens(CHINESE)
    assert TokenCounter("m", path).text(CHINESE) == learnt.text(CHINESE)
    assert TokenCounter("other", path).text(CHINESE) == estimate_tokens(CHINESE)
    TokenCounter("other", path).learn([CHINESE], 900)
    assert set(json.loads(path.read_text(encoding="utf-8"))) == {"m", "other"}
    assert [p.name for p in tmp_path.iterdir()] == ["counts.json"]


@pytest.mark.parametrize("text", ["", "[]", '{"m": 3}', '{"m": {"han": ["x"]}}', "\x00"])
def test_a_file_that_cannot_be_read_is_as_none(tmp_path, text):
    path = tmp_path / "counts.json"
    path.write_text(text, encoding="utf-8")
    counter = TokenCounter("m", path)
    assert counter.text(CHINESE) == estimate_tokens(CHINESE)
    counter.learn([CHINESE], 900)
    assert "m" in json.loads(path.read_text(encoding="utf-8"))


def test_no_folder_is_made_for_the_counts(tmp_path):
    taught(0.3, 0.3, path=tmp_path / "none" / "counts.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("texts", "counted", "window", "cut"),
    [
        pytest.param(TURNS["messages"], 922, 4096, False, id="read as a whole"),
        pytest.param(TURNS["messages"], 512, 512, True, id="the context is full"),
        pytest.param(TURNS["messages"], 490, 512, True, id="old turns dropped"),
        pytest.param([CHINESE], 1024, 2048, True, id="cut down to half"),
        pytest.param([CHINESE], 1024, 4096, False, id="half of a context that is large enough"),
        pytest.param([CHINESE], 300, 4096, True, id="fewer than any model takes"),
        pytest.param([CHINESE], None, 4096, False, id="not counted, and surely short enough"),
        pytest.param([CHINESE], None, 1024, True, id="not counted, and perhaps too long"),
    ],
)
def test_signs_of_a_prompt_that_was_not_read_as_a_whole(texts, counted, window, cut):
    assert TokenCounter().looks_cut(texts, counted, window) is cut


def test_much_fewer_tokens_than_such_prompts_took_so_far_is_a_sign():
    counted = int(estimate_prompt_tokens([CHINESE]) * 0.4)
    assert not TokenCounter().looks_cut([CHINESE], counted, 4096)
    assert taught(0.9, 0.9).looks_cut([CHINESE], counted, 4096)
    assert not taught(0.42, 0.42).looks_cut([CHINESE], counted, 4096)


def test_every_other_model_has_the_general_bound():
    assert counter_of(None).text(CHINESE) == estimate_tokens(CHINESE)
