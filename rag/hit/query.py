"""What a question must be before it is searched for."""

import re

from rag.errors import QuestionError
from rag.text import has_words

MAX_QUESTION = 2000
"""Characters; a longer text is a document, not a question."""


def check_question(text: str) -> str:
    """Return the question without outer blanks.

    Raises:
        QuestionError: It is empty, has no words, is no UTF-8, or is over 2,000 characters.
    """
    text = text.strip()
    if not text:
        raise QuestionError(
            "问题是空的。The question is empty.", fix="输入一个问题，例如：数据交易要备案保存多少年？"
        )
    if re.search("[\ud800-\udfff]", text):
        raise QuestionError(
            "问题不是 UTF-8 文字。The question is not text in UTF-8.",
            fix="把终端设为 UTF-8 后再问 (set the terminal to UTF-8)",
        )
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"问题有 {len(text)} 个字，最多 {MAX_QUESTION} 个。The question has {len(text)} characters; {MAX_QUESTION} at most.",
            fix="只写问题本身；文件请用 policyqa ingest 加入 (ask in a few sentences; add documents with policyqa ingest)",
        )
    if not has_words(text):
        raise QuestionError(
            f"问题里没有文字：{text[:20]!r}。The question has no words.",
            fix="用一句话写出问题 (write it in words)",
        )
    return text
