"""What a question must be before it is searched for, and what is then searched for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.errors import QuestionError
from rag.hit.followup import completed
from rag.hit.glossary import chinese_terms
from rag.hit.regions import with_chinese_names
from rag.hit.salient import LONG, salient
from rag.locator.ordinal import with_ordinals
from rag.schema import Question
from rag.text import has_words, plain

MAX_QUESTION = 20_000
"""Characters; a longer text is a document, not a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched for."""

    text: str
    """The present turn in letters and digits of one width, articles with 第; of a long one its salient sentences."""
    full: str
    """What the legs search for: with what the turn leaves out, and places in Chinese besides English."""
    carried: str = ""
    """Words taken from earlier turns, for the report; empty when the question stands alone."""
    terms: str = ""
    """The Chinese terms for what it says in English; empty for a question in Chinese. Part of `full`."""
    rewritten: str = ""
    """How a model put the question in Chinese; empty without one. Part of `full`."""
    shortened: bool = False
    """Only the salient sentences of a long text are searched for."""

    @property
    def compared(self) -> str:
        """The present turn as clauses are compared with it: with its Chinese terms."""
        return f"{self.text} {self.terms}".rstrip()

    def put(self, words: str) -> "Asked":
        """Return the question searched for in these words, too."""
        return replace(self, full=f"{self.full} {words}", rewritten=words)

    def report(self) -> Mapping[str, str]:
        """Return what a reader should know of what was searched for; empty when it is the question itself."""
        told = {
            "history": self.carried,
            "rewritten": self.rewritten,
            "sentences": self.text if self.shortened else "",
        }
        return {key: words for key, words in told.items() if words}


def check_question(text: str) -> str:
    """Return the question without outer blanks.

    Raises:
        QuestionError: It is empty, has no words, is no UTF-8, or is over 20,000 characters.
    """
    text = text.strip()
    if not text:
        raise QuestionError(
            "The question is empty.",
            fix="ask something, as 数据交易要备案保存多少年？",
            chinese=("问题是空的。", "输入一个问题，例如：数据交易要备案保存多少年？"),
        )
    if re.search("[\ud800-\udfff]", text):
        raise QuestionError(
            "The question is not text in UTF-8.",
            fix="set the terminal to UTF-8",
            chinese=("问题不是 UTF-8 文字。", "把终端设为 UTF-8 后再问"),
        )
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(text)} characters; {MAX_QUESTION} at most.",
            fix="ask in a few sentences; add documents with policyqa ingest",
            chinese=(
                f"问题有 {len(text)} 个字，最多 {MAX_QUESTION} 个。",
                "只写问题本身；文件请用 policyqa ingest 加入",
            ),
        )
    if not has_words(plain(text)):
        raise QuestionError(
            f"The question has no words: {text[:20]!r}.",
            fix="write it in words",
            chinese=(f"问题里没有文字：{text[:20]!r}。", "用一句话写出问题"),
        )
    return text


def understood(question: Question) -> Asked:
    """Return what to search for, by rules alone.

    Args:
        question: With its history; what the present turn leaves out is carried over from there.

    Raises:
        QuestionError: As `check_question`.
    """
    checked = check_question(question.text)
    # Sentences of a pasted text end at line breaks, which `plain` takes for blanks.
    whole = with_ordinals(plain(salient(checked)))
    shortened = len(checked) > LONG
    history = () if "history" in question.without else question.history
    done = completed(whole, [(with_ordinals(plain(user)), answer) for user, answer in history])
    terms = " ".join(chinese_terms(done.full))
    full = f"{with_chinese_names(done.full)} {terms}".rstrip()
    return Asked(done.text, full, done.carried, terms, shortened=shortened)
