"""A question put in one whole Chinese sentence by a model, to be searched for besides the question itself."""

import re
import time
from collections.abc import Iterator
from contextlib import closing

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms.llm import LLM

import prompts
from rag.errors import PolicyQAError
from rag.hit.query import Asked
from rag.hit.regions import places_in
from rag.schema import Question
from rag.text import has_words, is_chinese, loose, plain
from rag.trace import step

LIMIT_S = 20.0
"""For the whole call; a model that needs longer for one sentence holds up the answer more than it helps."""
_TURNS = 2
_TURN_CHARS = 200
_QUESTION_CHARS = 500
_LONGEST = 150
_NAME = re.compile(r"^(?:改写后?的?|完整的?|最后的|中文)?(?:问题|句子)?(?:改写)?(?:是|为)?[：:]\s*")
_TITLE = re.compile(r"《([^《》]{2,100})》")
_REFUSES = re.compile(
    r"抱歉|对不起|无法|不能回答|作为(?:一个|一名)?(?:AI|人工智能|语言模型)|没有(?:提供|找到)|以下是",
    re.IGNORECASE,
)


def rewritten(asked: Asked, question: Question, llm: LLM) -> Asked:
    """Let a model complete a follow-up or translate a question, in one short call.

    Args:
        asked: The question as the rules complete it.
        question: With its history.
        llm: Any chat model; one with `timeout_s` is silent for 20 seconds at most.

    Returns:
        `asked` with the model's sentence in `rewritten` and in `full`; as it was when the question is Chinese and has no
        history, when the question wants it left as it is, when the model fails or is slow, and when it writes anything but
        one Chinese question that holds no number, document or place of its own.
    """
    alone = not question.history or "history" in question.without
    if (is_chinese(question.text) and alone) or asked.shortened or "rewritten" in question.without:
        return asked
    said = _said(question)
    text = prompts.render("rewrite_zh", history=said, question=asked.text[:_QUESTION_CHARS])
    try:
        with step("rewriting"):
            reply = "".join(_pieces(llm, text))
    except (PolicyQAError, OSError, ValueError):
        # Whatever ails the model's server is told when it is to write the answer.
        return asked
    sentence = _sentence(reply)
    if not _is_sound(sentence, f"{said} {question.text} {asked.full}") or loose(sentence) in loose(
        asked.full
    ):
        return asked
    return asked.put(sentence)


def _said(question: Question) -> str:
    turns = question.history[-_TURNS:]
    return "\n".join(
        f"问：{plain(user)[:_TURN_CHARS]}\n答：{plain(answer)[:_TURN_CHARS]}" for user, answer in turns
    )


def _pieces(llm: LLM, text: str) -> Iterator[str]:
    """Yield the reply until the sentence is whole; raises TimeoutError when the time is over before."""
    until = time.monotonic() + LIMIT_S
    if "timeout_s" in type(llm).model_fields:
        llm = llm.model_copy(update={"timeout_s": LIMIT_S})
    length = 0
    with closing(llm.stream_chat([ChatMessage(role=MessageRole.USER, content=text)])) as replies:
        for reply in replies:
            if reply.additional_kwargs.get("waiting") == "server_abandoned":
                raise TimeoutError("the server still reads an earlier prompt")
            piece = reply.delta or ""
            length += len(piece)
            yield piece
            if time.monotonic() > until:
                raise TimeoutError(f"no sentence within {LIMIT_S:.0f} seconds")
            if length > _LONGEST or "\n" in piece.strip():
                return


def _sentence(reply: str) -> str:
    first = next((line for line in reply.splitlines() if line.strip()), "")
    return _NAME.sub("", plain(first)).strip(" \"'“”‘’「」")


def _is_sound(sentence: str, source: str) -> bool:
    """Tell whether a reply is a question in Chinese that names nothing which the conversation does not."""
    if not has_words(sentence) or not is_chinese(sentence) or len(sentence) > _LONGEST:
        return False
    known = loose(source)
    titles = all(loose(title) in known for title in _TITLE.findall(sentence))
    numbers = set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", plain(source)))
    places = places_in(sentence) <= places_in(source)
    return titles and numbers and places and _REFUSES.search(sentence) is None
