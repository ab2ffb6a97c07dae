"""`policyqa eval bench`: one part of the product measured over texts whose right result is known."""

from pathlib import Path
from typing import Annotated

import typer

from rag.errors import EvaluationError
from ui.console import DataFlag, JsonFlag, say, tell

_STRUCTURE = "structure"


def bench(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="structure, or a public test set such as stard.")
    ],
    dir_: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            help="Folder of the set; else the folder NAME in POLICYQA_BENCH.",
            show_default=False,
        ),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="SPLIT", help="Questions of one split, or all.")
    ] = "dev",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only so many questions.", show_default=False)
    ] = None,
    search: Annotated[
        list[str] | None,
        typer.Option(
            "--search",
            metavar="NAME",
            help="product, fusion (without lookup and second look), keyword or dense; may be given again.",
            show_default="all",
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Measure one part over texts whose right result is known.

    structure divides the five bulletins and compares them with a truth made by hand; with POLICYQA_BENCH, the folder
    that holds stard/, also 1,373 national laws. It needs no collection and no model.

    Any other name is a public test set: corpus.jsonl, queries.jsonl (or .xz) and qrels.tsv. Its passages are indexed once
    as a collection of their own in DATA/eval/bench (55,347 articles take half an hour on two cores; a stopped run goes
    on), then each question is searched for as the product does. Public dev splits are for reporting: tune on train.

    Examples:
      policyqa eval bench structure
      POLICYQA_BENCH=bench policyqa eval bench stard --split dev
      policyqa eval bench mine --dir sets/mine --split all --search product --json
    """
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    if name == _STRUCTURE:
        from eval.structure import report as structure_report  # noqa: PLC0415
        from ui.commands.bench_structure import measure_structure  # noqa: PLC0415

        divided = measure_structure(settings.bench)
        say(structure_report.as_json(divided) if json else structure_report.as_markdown(divided))
        return
    from eval.public import report as retrieval_report  # noqa: PLC0415
    from eval.public.search import SEARCHES  # noqa: PLC0415
    from ui.commands.bench_retrieval import measure_retrieval  # noqa: PLC0415

    if dir_ is None and settings.bench is None:
        raise EvaluationError(
            f"Where the set {name!r} is was not said.",
            fix="give its folder with --dir, or the one above it as POLICYQA_BENCH; or: policyqa eval bench structure",
        )
    folder = dir_ or Path(settings.bench or ".") / name
    found, path = measure_retrieval(folder, settings, split, limit, tuple(search or SEARCHES))
    say(retrieval_report.as_json(found) if json else retrieval_report.as_markdown(found))
    tell(f"保存在 {path}")
