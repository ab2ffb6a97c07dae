"""Several configurations asked the same questions, one after another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from eval.cases import Case, ClauseKey, clause_key
from eval.configuration import Configuration
from eval.provenance import provenance
from eval.run import RunSummary, run_cases
from eval.runs import run_folders
from eval.system import build_system
from rag.catalog import Catalog
from rag.errors import EvaluationError, PolicyQAError

ASK, EMBED = "ask", "embed"
"""Stages of a configuration."""
Progress = Callable[[int, str, int, int], None]
"""Called with the configuration's number from 0, the stage, how much is done and how much there is in all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What all configurations are asked, and how."""

    cases: Sequence[Case]
    parallel: int = 1
    chosen_by: dict[str, object] = field(default_factory=dict)
    """How the cases were chosen, for the record."""


@dataclass(frozen=True, slots=True)
class Results:
    """What came of it."""

    done: tuple[RunSummary, ...]
    """In the order of the configurations."""
    impossible: dict[str, PolicyQAError]
    """Why a configuration could not be run, by its name."""

    @property
    def right(self) -> bool:
        """Whether every configuration was run and no case ended in an error."""
        return not self.impossible and not any(each.failed for each in self.done)


def folders(out: Path, chosen: Sequence[Configuration]) -> list[Path]:
    """Return the folder of each configuration: `out` itself for a single one, unless it holds several already.

    Raises:
        EvaluationError: `out` is the run of one configuration and several are asked for.
    """
    held = run_folders(out)
    if len(chosen) == 1 and held in ([], [out]):
        return [out]
    if held == [out]:
        raise EvaluationError(
            f"{out} holds a run of one configuration.",
            fix="run into another folder",
            chinese=(f"{out} 中是只有一种配置的运行。", "换一个文件夹运行"),
        )
    return [out / each.name for each in chosen]


def run_all(
    chosen: Sequence[Configuration],
    out: Path,
    asked: Asked,
    progress: Progress | None = None,
) -> Results:
    """Run configurations; one of several that is not possible does not stop the others.

    Args:
        chosen: At least one.
        out: Where the runs are kept, see `folders`; what is there already goes on.
        asked: The cases.
        progress: Told of each case, and of texts that are embedded for a system with an index of its own.

    Raises:
        PolicyQAError: There is only one configuration and it is not possible.
        EvaluationError: `out` holds something else.
    """
    places = folders(out, chosen)
    done: list[RunSummary] = []
    impossible: dict[str, PolicyQAError] = {}
    facts: dict[str, dict[str, object]] = {}
    for each in chosen:
        # Before the first one has taken its hour.
        with _noted(each, impossible, alone=len(chosen) == 1):
            facts[each.name] = provenance(each.settings, each.model)
    for number, (each, place) in enumerate(zip(chosen, places, strict=True)):
        if each.name not in facts:
            continue
        tell = partial(progress or _silent, number)
        with _noted(each, impossible, alone=len(chosen) == 1):
            done.append(_run_one(each, place, asked, facts[each.name], tell))
    return Results(tuple(done), impossible)


def _run_one(
    chosen: Configuration,
    place: Path,
    asked: Asked,
    facts: dict[str, object],
    progress: Callable[[str, int, int], None],
) -> RunSummary:
    system = build_system(chosen.system, chosen.settings, asked.cases, model=chosen.model, progress=progress)
    return run_cases(
        asked.cases,
        system,
        place,
        name=chosen.name,
        progress=partial(progress, ASK),
        parallel=asked.parallel,
        texts=_clause_texts(chosen.settings.data, asked.cases),
        about={"chosen_by": asked.chosen_by, **facts},
    )


@contextmanager
def _noted(chosen: Configuration, impossible: dict[str, PolicyQAError], *, alone: bool) -> Iterator[None]:
    try:
        yield
    except PolicyQAError as error:
        if alone:
            raise
        impossible[chosen.name] = error


def _silent(number: int, stage: str, done: int, total: int) -> None:
    pass


def _clause_texts(data: Path, cases: Sequence[Case]) -> dict[ClauseKey, str]:
    """Return the text of every clause that a case names, for those that are shown although nothing found them.

    Clauses that are not there are missing; those of one name come after each other, parted by a line break.
    """
    named = {gold.key for case in cases for gold in (*case.gold, *case.also_right, *case.nearest)}
    found: dict[ClauseKey, str] = {}
    with closing(Catalog(data)) as catalog:
        for clause in catalog.each_clause():
            key = clause_key(clause.title, clause.locator)
            if key in named:
                found[key] = f"{found[key]}\n{clause.text}" if key in found else clause.text
    return found
