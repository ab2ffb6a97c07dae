"""What may be sent to the API."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, LiteralString, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from rag.errors import FilterError
from rag.hit.filters import FILTERS, check_filters
from rag.hit.query import MAX_QUESTION, check_question
from rag.schema import Question

T = TypeVar("T")
_TURNS = 100
_DAYS = ("since", "until")
_DAY: dict[str, Any] = {"format": "date"}


def _day(value: str | None) -> str | None:
    return _checked(value, lambda: check_filters({}, value), "day")


def _part(value: str | int | None) -> str | int | None:
    return _checked(value, lambda: check_filters({"since": str(value)}, None), "part")


def _checked(value: T, check: Callable[[], None], code: LiteralString) -> T:
    """Return a value that can be one; its words are those of `ui.api.invalid`."""
    if value is not None:
        try:
            check()
        except FilterError as error:
            raise PydanticCustomError(code, "not a date") from error
    return value


AsOf = Annotated[
    str | None,
    AfterValidator(_day),
    Field(
        description="不用在这一天已知失效的文件。Leave out what is known not to be in force on that day.",
        examples=["2026-01-31"],
        json_schema_extra=_DAY,
    ),
]
_VALUES: dict[str, Any] = {
    key: Annotated[str | int | None, AfterValidator(_part)] if key in _DAYS else str | int | None
    for key in sorted(FILTERS)
}
Filters: type[BaseModel] = create_model(  # type: ignore[call-overload]
    "Filters",
    __config__=ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"region": "北京市"}]}
    ),
    __doc__="只查这样的文件。Only such documents.",
    **{key: (kind, None) for key, kind in _VALUES.items()},
)
Limits = Annotated[Filters | None, Field(description=Filters.__doc__)]  # type: ignore[valid-type]
Listed: type[BaseModel] = create_model(
    "Listed", __base__=Filters, __doc__=Filters.__doc__, as_of=(AsOf, None)
)


class Asked(BaseModel):
    """A question with its circumstances, as a line of `policyqa ask --batch`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    question: Annotated[
        str,
        Field(
            description="问题，中文或英文。The question, in Chinese or English.",
            examples=["长春的数据交易资料要备案保存多少年？"],
            min_length=1,
            max_length=MAX_QUESTION,
        ),
    ]
    id: Annotated[str | int | None, Field(description="原样返回。Sent back as it is.")] = None
    history: Annotated[
        list[Annotated[list[str], Field(min_length=2, max_length=2)]],
        Field(
            description="此前的 [问, 答]，先早后晚。Earlier turns [user, assistant], oldest first.",
            max_length=_TURNS,
        ),
    ] = []
    filters: Limits = None
    as_of: AsOf = None

    def as_question(self) -> Question:
        """Return the question.

        Raises:
            QuestionError: It has no words.
        """
        return _question(self.question, self.history, self.filters, self.as_of)


class Searched(Asked):
    """A question to be searched for, as a line of `policyqa search --batch`, and how much is wanted."""

    limit: Annotated[int, Field(description="最多几条。Most hits.", ge=1, le=500)] = 10


class Part(BaseModel):
    """A part of a message; there are only texts."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """One message of a conversation; system messages are not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The whole text; empty when there is none."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What is wanted of a stream."""

    include_usage: bool = False


class Completing(BaseModel):
    """A request of OpenAI's chat API; what is not named here is not looked at."""

    model: Annotated[str, Field(examples=["policyqa"])]
    messages: Annotated[list[Message], Field(min_length=1, max_length=2 * _TURNS)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    filters: Limits = None
    as_of: AsOf = None

    def as_question(self) -> Question:
        """Return the last message of the user, with the turns before it.

        Raises:
            QuestionError: There is none, or it has no words.
        """
        said = [message for message in self.messages if message.role in ("user", "assistant")]
        while said and said[-1].role != "user":
            said.pop()
        turns: list[list[str]] = []
        for message in said[:-1]:
            if message.role == "user":
                turns.append([message.text, ""])
            elif turns:
                turns[-1][1] = message.text
        return _question(said[-1].text if said else "", turns, self.filters, self.as_of)


def chosen(filters: BaseModel | None) -> dict[str, str]:
    """Return the filters that are given, by key."""
    given = filters.model_dump(exclude_none=True) if filters else {}
    return {key: str(value) for key, value in given.items()}


def _question(text: str, history: list[list[str]], filters: BaseModel | None, as_of: str | None) -> Question:
    """Return a question that can be searched for; raises QuestionError."""
    return Question(
        check_question(text), tuple((user, said) for user, said in history), chosen(filters), as_of
    )
