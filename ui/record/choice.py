"""Which kept answers a command is about: its flags, what they mean, and the file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from rag.record.kept import Rating
from rag.schema import Verdict

if TYPE_CHECKING:
    from rag.record.selection import Selection
    from rag.records import Records

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Of the list; its first characters are enough.")
]
SinceFlag = Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day on: 2024-01-31.", show_default=False)]  # fmt: skip
UntilFlag = Annotated[str | None, typer.Option("--until", metavar="DATE", help="To this day.", show_default=False)]  # fmt: skip
VerdictFlag = Annotated[str | None, typer.Option("--verdict", metavar="WORD", help="answered, partial or refused.", show_default=False)]  # fmt: skip
RatingFlag = Annotated[str | None, typer.Option("--rating", metavar="WORD", help="Somebody rated it up or down.", show_default=False)]  # fmt: skip
ModelFlag = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Part of the model's name.", show_default=False)]  # fmt: skip
DocumentFlag = Annotated[str | None, typer.Option("--document", metavar="TITLE", help="Part of the title of a cited document.", show_default=False)]  # fmt: skip
WordsFlag = Annotated[str | None, typer.Option("--grep", metavar="WORDS", help="All of them in question or answer.", show_default=False)]  # fmt: skip
PersonFlag = Annotated[str | None, typer.Option("--person", metavar="ID", help="The random id of who asked.", show_default=False)]  # fmt: skip
LimitFlag = Annotated[int, typer.Option("--limit", min=1, help="Most answers.")]


def has_any(data: Path | None) -> bool:
    """Tell whether anything was ever kept in the folder of the `--data` flag or of the settings."""
    from rag.records import has_records  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    return has_records(load_settings(data).data)


@contextmanager
def open_records(data: Path | None) -> "Iterator[Records]":
    """Open the records of the `--data` flag or of the settings; what is too old is deleted with the next change.

    Raises:
        NotFound: Nothing was ever kept.
        CollectionMismatch: The file is damaged or of another version.
    """
    from rag.errors import NotFound  # noqa: PLC0415
    from rag.record.recorder import keep_days  # noqa: PLC0415
    from rag.records import Records, has_records  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    if not has_records(settings.data):
        raise NotFound(
            f"No answer is kept in {settings.data}.",
            fix='policyqa ask "…"',
            chinese=(f"{settings.data} 里没有保存回答。", 'policyqa ask "…"'),
        )
    with closing(Records(settings.data, keep_days(settings))) as records:
        yield records


def selection(
    since: str | None = None,
    until: str | None = None,
    verdict: str | None = None,
    rating: str | None = None,
    model: str | None = None,
    document: str | None = None,
    words: str | None = None,
    person: str | None = None,
) -> "Selection":
    """Return what the flags mean.

    Raises:
        FilterError: A day is no date.
        BadParameter: A verdict or rating does not exist.
    """
    from rag.record.selection import Selection  # noqa: PLC0415

    chosen: dict[str, Any] = {
        "verdict": _one_of("--verdict", verdict, get_args(Verdict)),
        "rating": _one_of("--rating", rating, get_args(Rating)),
    }
    return Selection(
        day_of(since), day_of(until), model=model, document=document, words=words, person=person, **chosen
    )


def day_of(text: str | None) -> date | None:
    """Return the day of a flag, None for None; raises FilterError when it is no date."""
    from rag.hit.filters import check_filters  # noqa: PLC0415

    check_filters({}, text)
    return date.fromisoformat(text) if text else None


def _one_of(flag: str, value: str | None, possible: tuple[str, ...]) -> str | None:
    if value is not None and value not in possible:
        raise typer.BadParameter(f"{flag} is {value!r}; possible are {', '.join(possible)}")
    return value
