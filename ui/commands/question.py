"""Commands for those who ask: search and ask."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.text import Lang, language_of
from ui.account.trail import noted
from ui.batch import run_batch
from ui.console import DataFlag, JsonFlag, add, emit, progress_bar, say, style, tell
from ui.labels import is_note, label
from ui.record.keeping import Keeping
from ui.shapes import Shape, answer_shape, retrieval_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.assistant import Assistant
    from rag.record.kept import KeptAnswer
    from rag.schema import Answer, Question, Retrieval

QuestionArgument = Annotated[
    str | None, typer.Argument(metavar="QUESTION", help="In plain Chinese or English.", show_default=False)
]
FilterFlag = Annotated[list[str] | None, typer.Option("--filter", metavar="KEY=VALUE", help="Only such documents: region, issuer, status, issue_no, title, …; can be repeated.", show_default=False)]  # fmt: skip
AsOfFlag = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Leave out what is known not to be in force on that date.", show_default=False)]  # fmt: skip
BatchFlag = Annotated[Path | None, typer.Option("--batch", metavar="IN.jsonl", help='Lines of {"id", "question", "history", "filters", "as_of"}.', show_default=False)]  # fmt: skip
OutFlag = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="OUT.jsonl", help="Where a batch's results go; - is stdout.", show_default=False
    ),
]
ExportFlag = Annotated[Path | None, typer.Option("--export", metavar="FILE", help="Also write the answer with footnotes, as .docx, .md or .html.", show_default=False)]  # fmt: skip
KeepFlag = Annotated[bool, typer.Option("--keep/--no-keep", help="Store the answer, see `policyqa answers`.")]
LimitFlag = Annotated[int, typer.Option("--limit", min=1, max=500, help="Most hits.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, search, ask)


def search(
    question: QuestionArgument = None,
    limit: LimitFlag = 10,
    filters: FilterFlag = None,
    as_of: AsOfFlag = None,
    batch: BatchFlag = None,
    out: OutFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Find clauses, with the rank and score that each leg of the search gave them; no language model.

    Examples:
      policyqa search "数据交易资料要保存多少年"
      policyqa search "授权运营协议期限" --filter region=北京 --limit 5
      policyqa search --batch questions.jsonl --out hits.jsonl
    """
    asked = _asked(question, filters, as_of, batch, out)
    assistant = open_assistant(data, searching_only=True)
    if batch and out:
        return _batch(
            batch, out, lambda case, q: retrieval_shape(case, assistant.search(q, limit, assistant.owner))
        )
    found = assistant.search(asked, limit, assistant.owner)
    if json:
        emit(retrieval_shape(None, found))
    else:
        _print_hits(found)
    return 0


def ask(
    question: QuestionArgument = None,
    filters: FilterFlag = None,
    as_of: AsOfFlag = None,
    batch: BatchFlag = None,
    out: OutFlag = None,
    export: ExportFlag = None,
    keep: KeepFlag = True,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Answer a question with citations; without a model server, the best sentences are quoted.

    Examples:
      policyqa ask "长春的数据交易资料要备案保存多少年？"
      policyqa ask "北京的数据知识产权登记证书还有效吗" --as-of 2026-01-01
      policyqa ask "授权运营协议期限多长？" --export 期限.docx
      policyqa ask --batch questions.jsonl --out answers.jsonl
    """
    asked = _asked(question, filters, as_of, batch, out)
    write_export = _exporting(export, batch, data)
    assistant = open_assistant(data)
    keeping = Keeping(assistant, "batch" if batch else "cli", store=keep)
    if batch and out:
        return _batch(batch, out, lambda case, q: _answered(assistant, case, q, keeping)[0])
    if json:
        shape, record = _answered(assistant, None, asked, keeping)
        emit(shape)
    else:
        started = time.perf_counter()
        answer = _print_answer(assistant, asked)
        record = keeping.take(asked, answer, time.perf_counter() - started)
    write_export(record)
    return 0


def open_assistant(data: Path | None, *, searching_only: bool = False) -> "Assistant":
    """Open the collection; the bundled model loads beside the imports, which take two seconds."""
    from rag.catalog import Catalog  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    Catalog(settings.data).close()
    if settings.embed_model == "bundled":
        from rag.chunk.encoder import preload  # noqa: PLC0415

        preload(settings.threads)
    from rag.assistant import build_assistant  # noqa: PLC0415

    return build_assistant(settings, searching_only=searching_only)


def _asked(
    question: str | None, filters: list[str] | None, as_of: str | None, batch: Path | None, out: Path | None
) -> "Question":
    """Return the question of the flags, checked before anything slow is loaded; a batch has none."""
    from rag.hit.filters import check_filters, parse_filters  # noqa: PLC0415
    from rag.hit.query import check_question  # noqa: PLC0415
    from rag.schema import Question  # noqa: PLC0415

    if batch:
        if question is not None or out is None:
            raise typer.BadParameter("--batch needs --out and no QUESTION")
        if filters or as_of:
            raise typer.BadParameter(
                '--filter and --as-of are for one QUESTION; in a batch they are "filters" and "as_of" of a line'
            )
        return Question("")
    if out:
        raise typer.BadParameter("--out is for --batch; the answer to one QUESTION goes to stdout")
    if question is None:
        raise typer.BadParameter("give a QUESTION, or --batch IN.jsonl --out OUT.jsonl")
    check_question(question)
    check_filters({}, as_of)
    return Question(question, filters=parse_filters(filters or []), as_of=as_of)


def _batch(batch: Path, out: Path, answer: Any) -> int:
    with progress_bar({"ask": "提问 questions"}) as progress:
        failed = run_batch(batch, out, answer, progress)
    if failed:
        tell(
            f'{failed} 个问题没有做成，见 {out} 中的 error。{failed} lines failed; their "error" in {out} says why.'
        )
    return 1 if failed else 0


def _exporting(out: Path | None, batch: Path | None, data: Path | None) -> "Callable[[KeptAnswer], None]":
    """Return what writes the file of `--export`, checked before anything slow is loaded; nothing without one."""
    if out is None:
        return lambda record: None
    if batch:
        raise typer.BadParameter("--export is for one QUESTION")
    from ui.export.files import exporter, write_export  # noqa: PLC0415

    make = exporter(None, out)

    def written(record: "KeptAnswer") -> None:
        write_export(out, make(record))
        noted(data, "export", f"answer {record.answer_id} → {out.resolve()}")

    return written


def _answered(
    assistant: "Assistant", case: Any, question: "Question", keeping: Keeping
) -> "tuple[Shape, KeptAnswer]":
    started = time.perf_counter()
    answer = assistant.ask(question, assistant.owner)
    seconds = time.perf_counter() - started
    return answer_shape(case, answer, seconds), keeping.take(question, answer, seconds)


def _print_answer(assistant: "Assistant", question: "Question") -> "Answer":
    """Show the answer while it is written where a person looks on, then print it whole."""
    from ui.render import terminal  # noqa: PLC0415

    lang: Lang = language_of(question.text)
    if sys.stdout.isatty():
        from ui.live import followed  # noqa: PLC0415

        answer = followed(assistant.stream(question, assistant.owner), lang)
    else:
        answer = assistant.ask(question, assistant.owner)
    say(terminal(answer, lang))
    return answer


def _print_hits(found: "Retrieval") -> None:
    if not found.hits:
        say("没有符合条件的条款。No clause fits.")
    for place, hit in enumerate(found.hits, 1):
        legs = "  ".join(f"{leg} {s.rank} ({s.score:.3f})" for leg, s in hit.legs.items())
        say(
            style(f"{place}. 《{hit.clause.title}》{hit.clause.locator}", bold=True)
            + f"  {hit.score:.3f}  [{legs}]"
        )
        say(f"   {hit.clause.text[:120].replace(chr(10), ' ')}{'…' if len(hit.clause.text) > 120 else ''}")
    for key, value in found.filters.explicit.items():
        say(f"只找 only: {key} = {value}")
    for key, value in found.filters.inferred.items():
        words = (
            f"{label(f'note_{key}', 'zh')} {label(f'note_{key}', 'en')}:"
            if is_note(key)
            else f"优先 preferred, as the question names it: {key} ="
        )
        say(f"{words} {value}")
    say(f"{found.seconds * 1000:.0f} ms")
