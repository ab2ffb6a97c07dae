"""`policyqa eval bench`: one part of the product measured over texts whose right result is known."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import EvaluationError
from ui.console import DataFlag, JsonFlag, emit, progress_bar, say, tell

if TYPE_CHECKING:
    from eval.bench.report import BenchReport
    from rag.settings import Settings
    from ui.commands.bench_retrieval import Wanted
    from ui.commands.bench_scale import Sizes

_STRUCTURE, _SAMPLE, _SCALE, _OVERHEAD, _DEV = "structure", "sample", "scale", "overhead", "dev"
_option = partial(typer.Option, show_default=False)
NameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help="structure, sample, scale, overhead, or a public test set such as stard."
    ),
]
_DIR = "Folder of a public set; else the folder NAME in POLICYQA_BENCH."
DirFlag = Annotated[Path | None, _option("--dir", metavar="DIR", help=_DIR)]
_SPLIT = "Of a public set: questions of one split, or all.  [default: dev]"
SplitFlag = Annotated[str | None, _option("--split", metavar="SPLIT", help=_SPLIT)]
_SET = "Of sample: dev, test, own, or a file of cases.  [default: dev]"
SetFlag = Annotated[str | None, _option("--set", metavar="SET", help=_SET)]
LimitFlag = Annotated[int | None, _option("--limit", min=1, help="Only so many questions.")]
_SEARCH = "product, no-reranker, fusion (no router either), lookup (router alone), keyword or dense; may be given again."
SearchFlag = Annotated[
    list[str] | None, typer.Option("--search", metavar="NAME", help=_SEARCH, show_default="all")
]
_FILTER = "Time each question once more with a filter; may be given again."
FilterFlag = Annotated[list[str] | None, _option("--filter", metavar="KEY=VALUE", help=_FILTER)]
_MISSES = "Show the N worst questions: where each search has the right clause."
MissesFlag = Annotated[int, _option("--misses", metavar="N", min=0, help=_MISSES)]
_COMPARE = "Compare two benches that were kept: files, or their names in DATA/eval/bench."
_CLAUSES = "Of scale: clauses of the collection; may be given again.  [default: 1000]"
ClausesFlag = Annotated[list[int] | None, _option("--clauses", metavar="N", min=100, help=_CLAUSES)]
_EMBED = "Of scale: clauses that the model embeds, at most; the vectors of the others are made of these.  [default: 10000]"
EmbedFlag = Annotated[int | None, _option("--embed", metavar="N", min=1, help=_EMBED)]
_LOAD = "Of scale: let N threads ask at the same time for half a minute."
LoadFlag = Annotated[int, _option("--load", metavar="N", min=0, help=_LOAD)]
_BACKUP = "Of scale: back each collection up and restore it beside, timed; that needs half its room again, and as much once more."
BackupFlag = Annotated[bool, _option("--backup", help=_BACKUP)]
_PLOT = "Of scale: draw the sizes that were measured into a folder; without --clauses nothing is measured."
PlotFlag = Annotated[Path | None, _option("--plot", metavar="DIR", help=_PLOT)]
CompareFlag = Annotated[tuple[Path, Path] | None, _option("--compare", metavar="A B", help=_COMPARE)]


def bench(
    name: NameArgument = None,
    set_: SetFlag = None,
    dir_: DirFlag = None,
    split: SplitFlag = None,
    limit: LimitFlag = None,
    search: SearchFlag = None,
    filter_: FilterFlag = None,
    misses: MissesFlag = 0,
    clauses: ClausesFlag = None,
    embed: EmbedFlag = None,
    load: LoadFlag = 0,
    backup: BackupFlag = False,
    plot: PlotFlag = None,
    compare: CompareFlag = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Measure one part over texts whose right result is known.

    structure divides the five bulletins and compares them with a truth made by hand; with POLICYQA_BENCH, the folder
    that holds stard/, also 1,373 national laws. It needs no collection and no model.

    sample asks the project's own questions of the collection in DATA, by default those for development, and counts as
    eval run does, down to 100 hits. The set test is for reporting.

    scale makes collections of any size of a set of laws, repeated with other names and numbers, and measures storing,
    disk, memory, the first answer after a start, times with and without filters, and with --backup those of a backup and of
    its way back (docs/scaling.md). Each is kept in DATA/eval/bench/scale; 1,000,000 take an hour or more and 40 GB of disk.

    overhead asks 20 answerable development questions (--limit) of the collection in DATA, with a scripted model behind a
    server on this machine that writes at a fixed pace, and says what the product adds to the model's own time.

    Any other name is a public test set: corpus.jsonl, queries.jsonl (or .xz) and qrels.tsv. Its passages are indexed once
    as a collection of their own in DATA/eval/bench (55,347 articles take half an hour on two cores; a stopped run goes
    on), then each question is searched for as the product does. Public dev splits are for reporting: tune on train.

    Each bench is kept in DATA/eval/bench with what decides it; two of the same questions are compared with --compare.

    Examples:
      policyqa eval bench structure
      policyqa eval bench sample --misses 20
      policyqa eval bench sample --search no-reranker --filter region=贵州省
      POLICYQA_BENCH=bench policyqa eval bench stard --split dev
      POLICYQA_BENCH=bench policyqa eval bench scale --clauses 10000 --load 4
      policyqa eval bench overhead
      policyqa eval bench mine --dir sets/mine --split all --json
      policyqa eval bench --compare before.json after.json
    """
    from rag.settings import load_settings  # noqa: PLC0415

    if name != _SCALE and (clauses or embed or load or backup or plot):
        raise typer.BadParameter("--clauses, --embed, --load, --backup and --plot are for scale")
    if name == _SCALE and (set_ or split or search or filter_ or misses):
        raise typer.BadParameter(
            "scale takes --clauses, --embed, --limit, --load, --backup, --plot and --dir"
        )
    settings = load_settings(data)
    if compare:
        _print_comparison(compare, settings.data / "eval" / "bench", json)
    elif name is None:
        raise typer.BadParameter(
            "give the name of a bench: structure, sample, scale, overhead, or a public test set"
        )
    elif name == _STRUCTURE:
        _print_structure(settings, json)
    elif name == _OVERHEAD:
        if set_ or dir_ or split or search or filter_ or misses:
            raise typer.BadParameter("overhead takes --limit")
        _print_overhead(settings, limit, json)
    elif name == _SCALE:
        from ui.commands.bench_scale import Sizes  # noqa: PLC0415

        _print_scale(dir_, settings, Sizes(clauses or (), embed, limit, load, backup, plot), json)
    else:
        from rag.hit.filters import parse_filters  # noqa: PLC0415
        from ui.commands.bench_retrieval import Wanted  # noqa: PLC0415

        wanted = Wanted(_searches(search), parse_filters(filter_ or ()), misses)
        _print_report(*_measure(name, settings, (set_, dir_, split), limit, wanted), json)


def _measure(
    name: str,
    settings: "Settings",
    where: tuple[str | None, Path | None, str | None],
    limit: int | None,
    wanted: "Wanted",
) -> tuple["BenchReport", Path]:
    from ui.commands.bench_retrieval import measure_cases, measure_public  # noqa: PLC0415

    set_, dir_, split = where
    if name == _SAMPLE:
        if dir_ or split:
            raise typer.BadParameter("sample takes --set, not --dir or --split")
        return measure_cases(name, set_ or _DEV, settings, limit, wanted)
    if set_:
        raise typer.BadParameter(f"{name} takes --split; --set is for sample")
    if dir_ is None and settings.bench is None:
        raise EvaluationError(
            f"Where the set {name!r} is was not said.",
            fix="give its folder with --dir, or the one above it as POLICYQA_BENCH; or: policyqa eval bench structure",
            chinese=(
                f"没有说明题集 {name!r} 在哪里。",
                "用 --dir 给出它的文件夹，或把上一级设为 POLICYQA_BENCH；或：policyqa eval bench structure",
            ),
        )
    folder = dir_ or Path(settings.bench or ".") / name
    return measure_public(folder, split or _DEV, settings, limit, wanted)


def _searches(names: list[str] | None) -> tuple[str, ...]:
    from eval.bench.search import SEARCHES, check_searches  # noqa: PLC0415

    check_searches(names or ())
    return tuple(names or SEARCHES)


def _print_structure(settings: "Settings", json: bool) -> None:
    from eval.structure.report import as_json, as_markdown  # noqa: PLC0415
    from ui.commands.bench_structure import measure_structure  # noqa: PLC0415

    divided = measure_structure(settings.bench)
    say(as_json(divided) if json else as_markdown(divided))


def _print_overhead(settings: "Settings", limit: int | None, json: bool) -> None:
    from eval.bench.overhead import as_json, as_markdown, measure_overhead  # noqa: PLC0415
    from eval.cases import bundled_path, load_cases  # noqa: PLC0415

    # A follow-up asks the model twice: for the whole question first.
    cases = [case for case in load_cases(bundled_path(_DEV)) if case.answerable and not case.history]
    with progress_bar({"ask": "提问 asking"}) as progress:
        found = measure_overhead(settings, cases[: limit or 20], progress=partial(progress, "ask"))
    say(as_json(found) if json else as_markdown(found))


def _print_scale(dir_: Path | None, settings: "Settings", sizes: "Sizes", json: bool) -> None:
    from eval.bench.scale.page import as_markdown  # noqa: PLC0415
    from eval.bench.scale.report import as_json  # noqa: PLC0415
    from ui.commands.bench_scale import measure_scale  # noqa: PLC0415

    reports = measure_scale(dir_, settings, sizes)
    say(as_json(reports) if json else as_markdown(reports))


def _print_report(report: "BenchReport", path: Path, json: bool) -> None:
    from eval.bench.page import as_markdown  # noqa: PLC0415
    from eval.bench.report import as_json  # noqa: PLC0415

    say(as_json(report) if json else as_markdown(report))
    tell(f"保存在 kept in {path}")


def _print_comparison(files: tuple[Path, Path], folder: Path, json: bool) -> None:
    from eval.bench.comparison import compare_benches  # noqa: PLC0415
    from eval.bench.page import comparison_as_json, comparison_as_markdown  # noqa: PLC0415
    from eval.bench.report import read_report  # noqa: PLC0415
    from eval.bench.scale.report import is_scale  # noqa: PLC0415

    a, b = (path if path.exists() else folder / path for path in files)
    if is_scale(a) and is_scale(b):
        _print_scale_comparison(a, b, json)
        return
    found = compare_benches(read_report(a), read_report(b), a.stem, b.stem)
    say(comparison_as_json(found) if json else comparison_as_markdown(found))


def _print_scale_comparison(a: Path, b: Path, json: bool) -> None:
    from eval.bench.scale.page import compared, comparison_as_markdown  # noqa: PLC0415
    from eval.bench.scale.report import read_report  # noqa: PLC0415

    before, after = read_report(a), read_report(b)
    if json:
        emit(compared(before, after))
    else:
        say(comparison_as_markdown(before, after, (a.stem, b.stem)))
