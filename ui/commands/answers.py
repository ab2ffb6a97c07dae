"""Commands about kept answers: `policyqa answers`, and show, delete and export of single ones."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.trail import noted
from ui.console import DataFlag, JsonFlag, add, emit, say, tell
from ui.record.choice import (
    DocumentFlag,
    IdArgument,
    LimitFlag,
    ModelFlag,
    PersonFlag,
    RatingFlag,
    SinceFlag,
    UntilFlag,
    VerdictFlag,
    WordsFlag,
    day_of,
    has_any,
    open_records,
    selection,
)

if TYPE_CHECKING:
    from rag.records import Removed

_HELP = """List kept answers, newest first; show one, delete some, or export one as Markdown, Word or a web page.

    Answers are kept for POLICYQA_KEEP_ANSWERS_DAYS days in DATA/records.sqlite, on this machine only.

    \b
    Examples:
      policyqa answers
      policyqa answers --verdict refused --since 2024-01-31
      policyqa answers --rating down --document 数据交易 --json
      policyqa answers show 5f0c2a
    """
app = typer.Typer(rich_markup_mode=None)


def register(root: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.callback(invoke_without_command=True, help=_HELP, short_help="List kept answers, newest first")(
        answers
    )
    add(app, show, delete, export)
    root.add_typer(app, name="answers")


def answers(
    context: typer.Context,
    since: SinceFlag = None,
    until: UntilFlag = None,
    verdict: VerdictFlag = None,
    rating: RatingFlag = None,
    model: ModelFlag = None,
    document: DocumentFlag = None,
    words: WordsFlag = None,
    person: PersonFlag = None,
    limit: LimitFlag = 20,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """List kept answers; see `_HELP`."""
    if context.invoked_subcommand is not None:
        if any((since, until, verdict, rating, model, document, words, person, data, json)):
            raise typer.BadParameter(f"flags belong after the word {context.invoked_subcommand}")
        return
    from ui.record.shapes import line_shape  # noqa: PLC0415
    from ui.record.text import list_lines  # noqa: PLC0415

    chosen = selection(since, until, verdict, rating, model, document, words, person)
    found, said, count = [], [], 0
    if has_any(data):
        with open_records(data) as records:
            found = records.answers(chosen, limit)
            count = records.count(chosen)
            said = [records.said_of(answer) for answer in found]
    if json:
        emit([line_shape(answer, ratings) for answer, ratings in zip(found, said, strict=True)])
        return
    for answer, ratings in zip(found, said, strict=True):
        for line in list_lines(answer, ratings):
            say(line)
    more = f"，共 of {count}（--limit）" if count > len(found) else ""
    say(f"{len(found)} 个回答 answers{more}")


def show(answer_id: IdArgument, data: DataFlag = None, json: JsonFlag = False) -> None:
    """Print everything that is kept of one answer.

    Examples:
      policyqa answers show 5f0c2a1b9d8e7f60
      policyqa answers show 5f0c --json
    """
    from ui.record.shapes import record_shape  # noqa: PLC0415
    from ui.record.text import whole_lines  # noqa: PLC0415

    with open_records(data) as records:
        answer = records.answer(answer_id)
        said = records.said_of(answer)
    if json:
        emit(record_shape(answer, said))
        return
    for line in whole_lines(answer, said):
        say(line)


def delete(
    answer_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Of the list.", show_default=False)
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--before", metavar="DATE", help="All answers from before this day.", show_default=False
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person", metavar="ID", help="All that this person asked or rated.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Delete answers with their ratings; their words are overwritten in the file and cannot be brought back.

    Examples:
      policyqa answers delete 5f0c2a1b9d8e7f60
      policyqa answers delete --before 2024-01-31 --yes
      policyqa answers delete --person 0123456789abcdef
    """  # fmt: skip
    if sum(map(bool, (answer_ids, before, person))) != 1:
        raise typer.BadParameter("give either IDs, or --before DATE, or --person ID")
    if not (yes or sys.stdin.isatty()):
        raise typer.BadParameter("add --yes: there is no terminal on which to confirm it")
    with open_records(data) as records:
        if answer_ids:
            found = [records.answer(answer_id) for answer_id in answer_ids]
        else:
            day = day_of(before)
            found = [
                a for a in records.answers(selection(person=person)) if day is None or _is_before(a.at, day)
            ]
        if found and not json:
            from ui.record.text import list_lines  # noqa: PLC0415

            for answer in found:
                for line in list_lines(answer, records.said_of(answer)):
                    say(line)
        if not (yes or typer.confirm(f"删除 {len(found)} 个回答，无法恢复 delete them for good", err=True)):
            tell("没有删除 nothing was deleted")
            return 1
        removed = records.forget(person) if person else records.delete(a.answer_id for a in found)
    _tell_removed(removed, [a.answer_id for a in found], json)
    return 0


def export(
    answer_id: IdArgument,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", help="md, docx or html; else the ending of --out, else md.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write it; else stdout, which takes no docx.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Write an answer with a footnote for each source, for a file or a letter.

    Examples:
      policyqa answers export 5f0c2a1b9d8e7f60 --out answer.docx
      policyqa answers export 5f0c --format md
    """  # fmt: skip
    from ui.export.files import exporter, write_export  # noqa: PLC0415

    make = exporter(format_, out)
    with open_records(data) as records:
        answer = records.answer(answer_id)
    noted(data, "export", f"answer {answer.answer_id} → {out.resolve() if out else '-'}")
    if out is None:
        sys.stdout.write(make(answer).decode())
        return
    write_export(out, make(answer))
    if json:
        emit({"id": answer.answer_id, "out": str(out)})
    else:
        tell(f"已写入 written  {out}")


def _is_before(at: str, day: date) -> bool:
    from rag.record.selection import moment  # noqa: PLC0415

    return at < moment(day)


def _tell_removed(removed: "Removed", ids: list[str], json: bool) -> None:
    if json:
        emit(
            {
                "deleted": ids,
                "answers": removed.answers,
                "ratings": removed.ratings,
                "clean": removed.is_clean,
            }
        )
    else:
        say(f"已删除 deleted  {removed.answers} 个回答 answers，{removed.ratings} 个评价 ratings")
    if not removed.is_clean:
        tell("另一个进程正在使用记录，文字在它放开文件后才被清除。Another process holds the records; the words leave the file once it lets go.")  # fmt: skip
