"""What a reader must know about the model's server: while an answer is awaited, and when it is there."""

from rag.schema import Notice

_TEXTS: dict[str, dict[str, str]] = {
    "server_abandoned": {
        "zh": "服务器还在读上一个已取消的问题，读完才会轮到这一个。",
        "en": "The model server is still reading a question that was given up; this one waits its turn.",
    },
    "server_others": {
        "zh": "服务器正在回答别的问题，这一个可能要排队。",
        "en": "The model server is answering other questions; this one may have to wait.",
    },
    "server_first_word": {
        "zh": "服务器正在载入模型或阅读资料，第一个字出来前不会有动静。",
        "en": "The model server is loading the model or reading the sources; it is silent until the first word.",
    },
    "prompt_cut": {
        "zh": "提示词超过了模型的上下文长度，服务器可能截掉了前面的规则、资料或先前的对话。请把 POLICYQA_NUM_CTX 设为服务器的上下文长度。",
        "en": "The prompt was longer than the model's context; the server may have dropped the rules, sources or earlier turns at its front. Set POLICYQA_NUM_CTX to the context that the server has.",
    },
    "server_back": {
        "zh": "模型服务器已恢复，重新由模型撰写回答。",
        "en": "The model server answers again; from now on the model writes the answers.",
    },
    "dense_missing": {
        "zh": "按含义的检索暂不可用（Chroma 服务器没有应答），本次只按字词和条号查找，可能有遗漏。",
        "en": "Search by meaning is not available (the Chroma server does not answer); clauses were found by words and numbers only, and some may be missing.",
    },
    "prompt_underestimated": {
        "zh": "提示词比预计的长，差一点就会被截断；以后会按这个模型的实际计数留出余量。",
        "en": "The prompt took more tokens than estimated and came near to being cut; from now on the estimate follows this model's own count.",
    },
}


def server_notice(code: str, lang: str) -> Notice:
    """Return the words for one of the codes in a response's `waiting` or `warnings`.

    Args:
        code: As the model's responses name it.
        lang: `zh`, or English for all else.

    Raises:
        KeyError: There is no such code.
    """
    return Notice(code, _TEXTS[code]["zh" if lang == "zh" else "en"])
