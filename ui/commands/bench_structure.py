"""How well texts are divided, over files at hand: without a collection and without a model."""

from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from ui.console import progress_bar

if TYPE_CHECKING:
    from eval.structure.laws import LawsScore
    from eval.structure.report import StructureReport
    from rag.catalog import Parsed
    from rag.schema import Source

_EVERY = 12
"""Of so many laws one is in the sample whose speed is measured."""


def measure_structure(bench: Path | None) -> "StructureReport":
    """Divide the bulletins, and the laws where there are any, and compare them with their truth.

    Args:
        bench: Folder of public test sets; None without.
    """
    from eval.structure.bulletins import ISSUES, clauses_a_second, score_bulletin  # noqa: PLC0415
    from eval.structure.report import StructureReport  # noqa: PLC0415
    from ingest.documents import parse  # noqa: PLC0415

    issues = [_bulletin(issue) for issue in ISSUES]
    scores = tuple(
        score_bulletin(issue, parse(source)[1]) for issue, source in zip(ISSUES, issues, strict=True)
    )
    speeds = {"bulletins": clauses_a_second(_divide, issues)}
    laws = None
    if bench is not None:
        from eval.structure.laws import read_laws  # noqa: PLC0415
        from rag.schema import Source  # noqa: PLC0415

        sources = [Source(name, "0" * 64, lines) for name, lines in read_laws(bench).items()]
        laws = _laws(bench, sources, parse)
        speeds["laws"] = clauses_a_second(_divide, sources[::_EVERY])
    return StructureReport(scores, laws, speeds)


def _bulletin(issue: str) -> "Source":
    from ingest.readers import read  # noqa: PLC0415
    from rag.schema import Source  # noqa: PLC0415

    with as_file(files("corpus")) as folder:
        path = next(Path(folder).glob(f"{issue}_*.txt"))
        return Source(path.name, "0" * 64, read(path).lines)


def _laws(
    bench: Path, sources: Sequence["Source"], parse: Callable[["Source"], tuple["Source", list["Parsed"]]]
) -> "LawsScore":
    from eval.structure.bulletins import law_exceptions  # noqa: PLC0415
    from eval.structure.laws import read_records, score_laws  # noqa: PLC0415

    parsed = {}
    with progress_bar({"divide": "法律 laws"}) as progress:
        for done, source in enumerate(sources, 1):
            parsed[source.name] = parse(source)[1]
            progress("divide", done, len(sources))
    return score_laws(read_records(bench), parsed, law_exceptions())


def _divide(source: "Source") -> int:
    from ingest.documents import divided  # noqa: PLC0415

    return sum(len(structure.clauses) for _, structure in divided(source)[1])
