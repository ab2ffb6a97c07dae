import json

import pytest
from fake_ollama import RECORDINGS

from rag.ollama.tokens import estimate_prompt_tokens, estimate_tokens

PROMPTS = json.loads((RECORDINGS / "prompts.json").read_text(encoding="utf-8"))["prompts"]


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda p: f"{p['model']} {p['prompt_tokens']}")
def test_the_estimate_bounds_what_the_server_counted(prompt):
    assert estimate_prompt_tokens(prompt["messages"]) >= prompt["prompt_tokens"]


def test_the_estimate_stays_near_the_hungriest_model():
    chinese = next(p for p in PROMPTS if (p["model"], p["prompt_tokens"]) == ("smollm2", 129))
    assert estimate_prompt_tokens(chinese["messages"]) < 1.3 * 129


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("条款", 4, id="common characters"),
        pytest.param("（一）", 6, id="full-width signs"),
        pytest.param("龘", 3, id="rare character by its bytes"),
        pytest.param("𠮷", 4, id="four bytes"),
        pytest.param("2024", 4, id="digits"),
        pytest.param("data", 2, id="small letters"),
        pytest.param("a", 1, id="rounded up"),
        pytest.param("\ud800", 3, id="half a surrogate pair"),
    ],
)
def test_estimate_of_single_texts(text, tokens):
    assert estimate_tokens(text) == tokens
