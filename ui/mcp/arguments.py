"""What the tools may be called with."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rag.hit.query import MAX_QUESTION, check_question
from rag.schema import Question
from ui.api.bodies import AsOf, Limits, chosen

_TURNS = 100
_LONGEST = 500
QuestionText = Annotated[
    str,
    Field(
        description="The question, in Chinese or English. 问题，中文或英文。",
        min_length=1,
        max_length=MAX_QUESTION,
    ),
]
First = Annotated[int, Field(description="Number of the first one wanted, from 1. 从第几个起。", ge=1)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Searching(_Arguments):
    """Of `search`."""

    question: QuestionText
    limit: Annotated[int, Field(description="Most clauses. 最多几条。", ge=1, le=50)] = 10
    filters: Limits = None
    as_of: AsOf = None

    def as_question(self) -> Question:
        """Return the question; raises QuestionError when it has no words."""
        return Question(check_question(self.question), filters=chosen(self.filters), as_of=self.as_of)


class Asking(_Arguments):
    """Of `ask`."""

    question: QuestionText
    history: Annotated[
        list[Annotated[list[str], Field(min_length=2, max_length=2)]],
        Field(
            description="Earlier turns [user, assistant], oldest first. 此前的 [问, 答]，先早后晚。",
            max_length=_TURNS,
        ),
    ] = []
    filters: Limits = None
    as_of: AsOf = None

    def as_question(self) -> Question:
        """Return the question with its history; raises QuestionError when it has no words."""
        turns = tuple((user, said) for user, said in self.history)
        return Question(check_question(self.question), turns, chosen(self.filters), self.as_of)


class Showing(_Arguments):
    """Of `show`."""

    title: Annotated[
        str,
        Field(
            description="A document's title, part of it, or its document_id. 文件标题、标题的一部分或 document_id。",
            min_length=1,
            max_length=_LONGEST,
        ),
    ]
    locator: Annotated[
        str | None,
        Field(
            description="One clause: 第三章/第十四条, 第十四条第二款, 三/（一）; left out, the list of all clauses. 条款位置；不填则列出全部条款。",
            max_length=_LONGEST,
        ),
    ] = None
    first: First = 1


class Listing(_Arguments):
    """Of `documents`."""

    filters: Limits = None
    as_of: AsOf = None
    limit: Annotated[int, Field(description="Most documents. 最多几份。", ge=1, le=200)] = 50
    first: First = 1
