"""`policyqa replay`: kept answers again, with the differences."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import DataFlag, JsonFlag, add, emit, progress_bar, say, style, tell
from ui.record.choice import (
    DocumentFlag,
    ModelFlag,
    RatingFlag,
    SinceFlag,
    UntilFlag,
    VerdictFlag,
    open_records,
    selection,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant import Assistant
    from rag.record.comparison import Comparison
    from rag.record.kept import KeptAnswer
    from rag.schema import Viewer

AllFlag = Annotated[bool, typer.Option("--all", help="Every kept answer that meets the flags.")]
LimitFlag = Annotated[int | None, typer.Option("--limit", min=1, help="With --all: only the newest so many.", show_default=False)]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    add(app, replay)


def replay(
    answer_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Of the list of answers.", show_default=False)
    ] = None,
    all_: AllFlag = False,
    since: SinceFlag = None,
    until: UntilFlag = None,
    verdict: VerdictFlag = None,
    rating: RatingFlag = None,
    model: ModelFlag = None,
    document: DocumentFlag = None,
    limit: LimitFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Ask a kept question again and show what differs: verdict, text, clauses, warnings, model, prompts, settings.

    The present collection and model answer; the new answer is not kept. With --all, a line each and a summary.

    Examples:
      policyqa replay 5f0c2a1b9d8e7f60
      policyqa replay --all --since 2024-01-31
      policyqa replay --all --rating down --json
    """  # fmt: skip
    if (answer_id is None) != all_ or (
        answer_id and any((since, until, verdict, rating, model, document, limit))
    ):
        raise typer.BadParameter("give an ID, or --all with what to choose by")
    chosen = selection(since, until, verdict, rating, model, document)
    with open_records(data) as records:
        kept = [records.answer(answer_id)] if answer_id else records.answers(chosen, limit)
    from ui.commands.question import open_assistant  # noqa: PLC0415
    from ui.record.shapes import comparison_shape  # noqa: PLC0415
    from ui.record.text import comparison_lines  # noqa: PLC0415

    replayer = Replayer(open_assistant(data))
    if all_:
        return _all(replayer, kept, json)
    found = replayer.replay(kept[0])
    if json:
        emit(comparison_shape(found))
        return 0
    for line in comparison_lines(found):
        say(line)
    return 0


class Replayer:
    """Asks kept questions again, with the eyes of those who asked them."""

    def __init__(self, assistant: "Assistant") -> None:
        from rag.record.recorder import Recorder  # noqa: PLC0415

        self._assistant = assistant
        self._recorder = Recorder(assistant.settings, "cli")

    def replay(self, kept: "KeptAnswer") -> "Comparison":
        """Compare a kept answer with one of today.

        Raises:
            PolicyQAError: The question cannot be asked any more: a filter or the model is gone.
        """
        from rag.record.comparison import compare  # noqa: PLC0415
        from rag.schema import Viewer  # noqa: PLC0415

        viewer = Viewer(groups=frozenset(kept.groups))
        started = time.perf_counter()
        answer = self._assistant.ask(kept.asked, viewer)
        after = self._recorder.record(
            kept.asked,
            answer,
            answer_id=kept.answer_id,
            person=kept.person,
            viewer=viewer,
            seconds={"whole": time.perf_counter() - started},
        )
        return compare(kept, after, lambda clause_id: self._hash(clause_id, viewer))

    def _hash(self, clause_id: str, viewer: "Viewer") -> str | None:
        from rag.errors import NotFound  # noqa: PLC0415
        from rag.text import text_hash  # noqa: PLC0415

        try:
            return text_hash(self._assistant.clause(clause_id, viewer).text)
        except NotFound:
            return None


def _all(replayer: Replayer, kept: "Sequence[KeptAnswer]", json: bool) -> int:
    from rag.errors import PolicyQAError  # noqa: PLC0415
    from ui.record.shapes import comparison_shape  # noqa: PLC0415
    from ui.record.text import differing, local_time, summary_line  # noqa: PLC0415

    found: list[Comparison] = []
    failed: list[tuple[KeptAnswer, PolicyQAError]] = []
    with progress_bar({"replay": "重放 replaying"}) as progress:
        for done, answer in enumerate(kept):
            progress("replay", done, len(kept))
            try:
                found.append(replayer.replay(answer))
            except PolicyQAError as error:
                failed.append((answer, error))
        progress("replay", len(kept), len(kept))
    counts = _counts(found, len(failed))
    if json:
        errors = [{"id": a.answer_id, "error": f"{e.message} Fix: {e.fix}"} for a, e in failed]
        emit({"summary": counts, "answers": [comparison_shape(x) for x in found], "failed": errors})
        return 1 if failed else 0
    for each in found:
        if each.differs:
            name = style(each.before.answer_id, bold=True)
            say(
                f"{name}  {local_time(each.before.at)}  {differing(each)}  {' '.join(each.before.question.split())}"
            )
    say(summary_line(counts))
    for answer, why in failed:
        tell(f"失败 failed  {answer.answer_id}: {why.message} Fix: {why.fix}")
    return 1 if failed else 0


def _counts(found: "Sequence[Comparison]", failed: int) -> dict[str, int]:
    names = ("verdict", "text", "cited", "warnings")
    return {
        "replayed": len(found),
        "same": sum(not each.differs for each in found),
        **{name: sum(name in each.differs for each in found) for name in names},
        "failed": failed,
    }
