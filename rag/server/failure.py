"""What the failures of a model server mean to whoever asked, in Chinese and English."""

from dataclasses import dataclass
from typing import Literal

from rag.errors import ModelBroke, ModelError, ModelUnavailable, PromptTooLong

Kind = Literal["ollama", "openai"]
Code = Literal[
    "no_server", "no_model", "busy", "key", "refused", "silent", "silent_midway", "connection_broke", "model_died",
    "unfinished", "not_a_server", "too_long", "thoughts", "resting",
]  # fmt: skip
"""Named by what the user sees."""


@dataclass(frozen=True, slots=True)
class Address:
    """Who was asked for what."""

    kind: Kind
    url: str
    model: str
    setting: str = "POLICYQA_LLM"
    """Which names the model."""


@dataclass(frozen=True, slots=True)
class _Words:
    message: str
    chinese: str
    fix: str
    chinese_fix: str


_WORDS: dict[str, _Words] = {
    "no_server": _Words(
        "No {program} server answers at {url}{in_brackets}.",
        "{url} 没有{program_zh}服务应答{in_brackets_zh}。",
        "start the model server, or correct POLICYQA_LLM_URL",
        "启动模型服务器，或改正 POLICYQA_LLM_URL",
    ),
    "no_model": _Words(
        "{server} has no model {model!r}{there}.",
        "{server_zh}里没有模型 {model}{there_zh}。",
        "set {setting}=openai:{first}",
        "设置 {setting}=openai:{first}",
    ),
    "busy": _Words(
        "{server} is busy: {why}",
        "{server_zh}正忙：{why}",
        "ask again in a minute",
        "过一分钟再问",
    ),
    "key": _Words(
        "The model server at {url} asks for a key: {why}",
        "模型服务器（{url}）要求密钥：{why}",
        "set POLICYQA_LLM_KEY",
        "设置 POLICYQA_LLM_KEY",
    ),
    "refused": _Words(
        "{server} refused the request for {model!r}: {why}",
        "{server_zh}拒绝了对 {model} 的请求：{why}",
        "policyqa doctor",
        "运行 policyqa doctor",
    ),
    # A server reads an abandoned prompt to its end, so that a retry at once only queues behind it.
    "silent": _Words(
        "{server} gave no first word of {model!r} in time; it may be loading the model or busy.",
        "{server_zh}没有及时给出 {model} 的第一个字，可能在载入模型，也可能正忙。",
        "wait a minute and ask again, or raise POLICYQA_LLM_TIMEOUT_S",
        "等一分钟再问（马上重试只会排在后面），或调大 POLICYQA_LLM_TIMEOUT_S",
    ),
    "silent_midway": _Words(
        "{server} fell silent in the middle of an answer.",
        "{server_zh}回答到一半没有了声音。",
        "ask again; look into the log of the model server",
        "再问一次；查看模型服务器的日志",
    ),
    "connection_broke": _Words(
        "{server} broke the connection before the end of the answer{in_brackets}.",
        "{server_zh}在回答结束前断开了连接{in_brackets_zh}。",
        "ask again; if it happens again, look into the log of the model server",
        "再问一次；若再次发生，请查看模型服务器的日志",
    ),
    "model_died": _Words(
        "The model {model!r} stopped in the middle of an answer: {why}",
        "模型 {model} 回答到一半停止了：{why}",
        "ask again; if it happens again, try a smaller model or POLICYQA_NUM_CTX",
        "再问一次；若再次发生，请换小一些的模型，或调小 POLICYQA_NUM_CTX",
    ),
    # So ends a reply that a server's guard against repetition has stopped: without any error.
    "unfinished": _Words(
        "{server} ended the answer of {model!r} without finishing it (repeated words?).",
        "{server_zh}没有写完 {model} 的回答就结束了（可能在重复同样的字）。",
        "ask again in other words, or choose another model with POLICYQA_LLM",
        "换一种问法，或用 POLICYQA_LLM 换一个模型",
    ),
    "not_a_server": _Words(
        "{url} does not answer as {a_server} does{in_brackets}.",
        "{url} 的应答不像{program_zh}服务{in_brackets_zh}。",
        "correct POLICYQA_LLM_URL",
        "改正 POLICYQA_LLM_URL",
    ),
    "too_long": _Words(
        "The prompt does not fit the context of {model!r} at {url}: {why}",
        "提示词超出了 {model}（{url}）的上下文：{why}",
        "set POLICYQA_NUM_CTX to the context that the server has (policyqa doctor names it), or ask a shorter question",
        "把 POLICYQA_NUM_CTX 设为服务器的上下文长度（policyqa doctor 会列出），或把问题写短一些",
    ),
    "thoughts": _Words(
        "{server} mixes the thoughts of {model!r} into its answer.",
        "{server_zh}把 {model} 的思考过程混进了回答。",
        "start it with a parser for thoughts (vLLM: --reasoning-parser), or choose another model with POLICYQA_LLM",
        "启动时打开思考解析（vLLM：--reasoning-parser），或用 POLICYQA_LLM 换一个模型",
    ),
    "resting": _Words(
        "{server} has failed and is left alone for a time.",
        "{server_zh}出了故障，暂时不再询问。",
        "ask again in a minute; policyqa doctor says what is wrong",
        "过一分钟再问；policyqa doctor 会说明问题",
    ),
}
_OLLAMA_FIXES = {
    "no_server": ("ollama serve, or correct POLICYQA_LLM_URL", "运行 ollama serve，或改正 POLICYQA_LLM_URL"),
    "no_model": ("ollama pull {model}", "运行 ollama pull {model}"),
    "silent_midway": ("ask again; see `ollama ps`", "再问一次；查看 ollama ps"),
    "connection_broke": (
        "ask again; if it happens again, look into the log of `ollama serve`",
        "再问一次；若再次发生，请查看 ollama serve 的日志",
    ),
}
_KINDS: dict[str, type[ModelError]] = {
    "silent_midway": ModelBroke,
    "connection_broke": ModelBroke,
    "model_died": ModelBroke,
    "unfinished": ModelBroke,
    "not_a_server": ModelBroke,
    "thoughts": ModelBroke,
    "too_long": PromptTooLong,
}


def failure(code: Code, at: Address, why: str = "", there: tuple[str, ...] = ()) -> ModelError:
    """Put a failure into words.

    Args:
        code: What happened.
        at: Who was asked.
        why: The server's or the network's own words, in one line; empty when there are none.
        there: The models that the server has, for one that it has not.

    Returns:
        The error to raise; `ModelBroke` when a part of the answer may have been shown, else `ModelUnavailable`.
    """
    words, ollama = _WORDS[code], at.kind == "ollama"
    why = " ".join(why.split())
    facts = {
        "url": at.url, "model": at.model, "why": why,
        "program": "Ollama" if ollama else "model", "program_zh": " Ollama " if ollama else "模型",
        "a_server": "Ollama" if ollama else "an OpenAI-compatible server",
        "server": f"Ollama at {at.url}" if ollama else f"The model server at {at.url}",
        "server_zh": f"Ollama（{at.url}）" if ollama else f"模型服务器（{at.url}）",
        "setting": at.setting, "first": there[0] if there else "NAME",
        "in_brackets": f" ({why})" if why else "", "in_brackets_zh": f"（{why}）" if why else "",
        "there": f"; it has {', '.join(there)}" if there else "", "there_zh": f"，有的是 {'、'.join(there)}" if there else "",
    }  # fmt: skip
    fix, chinese_fix = (ollama and _OLLAMA_FIXES.get(code)) or (words.fix, words.chinese_fix)
    kind = _KINDS.get(code, ModelUnavailable)
    chinese = (words.chinese.format(**facts), chinese_fix.format(**facts))
    return kind(words.message.format(**facts), fix.format(**facts), chinese=chinese, code=code)
