"""`policyqa eval draft`: questions for a set of one's own, proposed from the collection or read from a table."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.trail import noted
from ui.console import DataFlag, JsonFlag, emit, say, tell, write

if TYPE_CHECKING:
    from eval.draft.desk import Desk
    from eval.draft.proposal import Proposal

_SOURCES = ("rules", "model", "feedback")
CountFlag = Annotated[int, typer.Option("--count", min=1, help="Propose at most so many.")]
SeedFlag = Annotated[int, typer.Option("--seed", help="Another number, other questions.")]
SourceFlag = Annotated[str | None, typer.Option("--from", metavar="SOURCE", help="rules, model or feedback (thumbs-down in the chat); the model when the settings have one, else rules.", show_default=False)]  # fmt: skip
DocumentFlag = Annotated[list[str] | None, typer.Option("--document", metavar="TITLE", help="Only about this document; can be repeated.", show_default=False)]  # fmt: skip
ImportFlag = Annotated[Path | None, typer.Option("--import", metavar="FILE.csv", help="Add the questions of a table; those with the id of a kept one replace it.", show_default=False)]  # fmt: skip
ExportFlag = Annotated[Path | None, typer.Option("--export", metavar="FILE.csv", help="Write the own set as a table for Excel.", show_default=False)]  # fmt: skip
ListFlag = Annotated[bool, typer.Option("--list", help="List what was accepted.")]
DropFlag = Annotated[str | None, typer.Option("--drop", metavar="ID", help="Take an accepted question out.", show_default=False)]  # fmt: skip
OutFlag = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the proposals there instead of asking: .csv is a table, anything else lines of a set.", show_default=False)]  # fmt: skip


def draft(
    count: CountFlag = 20,
    seed: SeedFlag = 0,
    source: SourceFlag = None,
    document: DocumentFlag = None,
    import_: ImportFlag = None,
    export: ExportFlag = None,
    list_: ListFlag = False,
    drop: DropFlag = None,
    out: OutFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Make a set of one's own: questions about the collection, each accepted, corrected or dropped by a person.

    On a terminal one proposal after another is shown, and what is accepted is written at once to DATA/eval/own.jsonl; a
    session that was stopped goes on with what is left. Elsewhere the proposals go to --out or stdout. A table may have the
    columns question, title, locator, evidence, answer, key_facts (facts parted by |, wordings by /), type and difficulty,
    in Chinese or English. Run the set with: eval run --set own

    Examples:
      policyqa eval draft
      policyqa eval draft --count 40 --document 数据交易 --from rules
      policyqa eval draft --from feedback
      policyqa eval draft --out proposals.csv
      policyqa eval draft --import proposals.csv
      policyqa eval draft --list
    """
    actions = [name for name, given in (("--import", import_), ("--export", export), ("--list", list_), ("--drop", drop), ("--out", out)) if given]  # fmt: skip
    if len(actions) > 1:
        raise typer.BadParameter(f"{actions[0]} and {actions[1]} exclude each other")
    if source is not None and source not in _SOURCES:
        raise typer.BadParameter(f"--from is {source!r}; possible are {', '.join(_SOURCES)}")
    from eval.draft.desk import Desk  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    desk = Desk(load_settings(data))
    if import_:
        return _import(desk, import_, json)
    if export:
        noted(data, "export", f"evaluation set → {export.resolve()}")
        return _export(desk, export, json)
    if list_ or drop:
        return _list(desk, json) if list_ else _drop(desk, str(drop), json)
    proposals = desk.proposals(source, seed, document or [])
    if out or json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _write(desk, islice(proposals, count), out, json)
    return _ask(desk, proposals, count)


def _ask(desk: "Desk", proposals: "Iterator[Proposal]", count: int) -> int:
    from ui.draft.session import Session  # noqa: PLC0415

    session = Session(desk.own, desk.seen, desk.shelf, desk.names, _prompt, desk.settle)
    try:
        session.run(proposals, count)
    finally:
        tally = session.tally
        kept = len(desk.own.cases())
        say(f"接受 accepted {tally.accepted}  丢弃 dropped {tally.dropped}；共 {kept} 题 in the own set")
        _tell_thrown_away(desk)
    if kept:
        tell("policyqa eval run --set own")
    return 0


def _prompt(words: str, present: str) -> str:
    if present:
        say(f"{words}\n  {present}")
        return str(typer.prompt("  回车不改 Enter keeps it", default=present, show_default=False))
    return str(typer.prompt(words, default="", show_default=False))


def _write(desk: "Desk", proposals: "Iterator[Proposal]", out: Path | None, json: bool) -> int:
    from eval.draft.own import as_lines  # noqa: PLC0415
    from eval.draft.table import as_table  # noqa: PLC0415

    made = list(proposals)
    cases = [replace(p.case, id=f"draft-{number}") for number, p in enumerate(made, 1)]
    if out:
        desk.write_file(out, as_table(cases) if out.suffix.lower() == ".csv" else as_lines(cases))
    if json:
        rows = [
            asdict(case) | {"origin": p.origin, "note": p.note} for case, p in zip(cases, made, strict=True)
        ]
        emit({"proposals": rows, "thrown_away": desk.thrown_away, "file": str(out) if out else None})
    elif out:
        tell(f"{len(cases)} 个问题写入 questions written to {out}")
    else:
        write(as_lines(cases))
    if not cases:
        tell(desk.nothing_left)
    _tell_thrown_away(desk)
    return 0


def _tell_thrown_away(desk: "Desk") -> None:
    for reason, number in desk.thrown_away.items():
        tell(f"模型写的 {number} 个不合格 thrown away: {reason}")


def _import(desk: "Desk", path: Path, json: bool) -> int:
    added, replaced, refused = desk.import_table(path)
    if json:
        failed = [{"line": row.line, "reason": row.reason} for row in refused]
        emit({"added": [c.id for c in added], "replaced": [c.id for c in replaced], "failed": failed})
    else:
        say(f"新增 added {len(added)}  更新 replaced {len(replaced)}  没有导入 failed {len(refused)}")
        for row in refused:
            tell(f"第 {row.line} 行 line {row.line}: {row.reason}")
    return 1 if refused else 0


def _export(desk: "Desk", path: Path, json: bool) -> int:
    from eval.draft.table import as_table  # noqa: PLC0415

    cases = desk.some_cases()
    desk.write_file(path, as_table(cases))
    if json:
        emit({"file": str(path), "cases": len(cases)})
    else:
        say(f"{len(cases)} 题写入 {path}")
    return 0


def _list(desk: "Desk", json: bool) -> int:
    cases = desk.own.cases()
    if json:
        emit([asdict(case) | {"problems": desk.own.problems(case)} for case in cases])
        return 0
    for case in cases:
        named = case.gold or case.nearest
        where = "；".join(dict.fromkeys(f"《{g.title}》{g.locator}" for g in named))
        say(f"{case.id}  {case.type}  {case.question}  {where}")
        for problem in desk.own.problems(case):
            say(f"    ⚠ {problem}")
    say(f"{len(cases)} 题" if cases else "还没有自己的题目 no question of one's own yet")
    if not cases:
        tell("policyqa eval draft")
    return 0


def _drop(desk: "Desk", case_id: str, json: bool) -> int:
    gone = desk.own.drop(case_id)
    if json:
        emit({"dropped": gone.id})
    else:
        say(f"已去掉 dropped  {gone.id}  {gone.question}")
    return 0
