"""`policyqa eval calibrate`: fits the curves that decide which questions are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.console import DataFlag, JsonFlag, emit, progress_bar, say, tell

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.verdict.topics import Topics

Progress = Callable[[str, int, int], None]
_LABELS = {"embed": "向量 embed", "index": "索引 index", "near": "相近 near", "ask": "提问 questions"}


def calibrate(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write the curves; without it, the file that this program reads.",
            show_default=False,
        ),
    ] = None,
    laws: Annotated[
        Path | None,
        typer.Option(
            "--laws",
            metavar="DIR",
            help="Folder of the public set STARD: make its topics and the signals of its questions anew.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Fit the curves that decide which questions are refused, and print what they do to questions held out.

    The collection must be the sample (ingest --sample), made with the embedder that is to be used. Questions about
    collections of laws come with the program as signals; after a change of the embedder, of the search or of a signal make
    them anew with --laws, which replaces them and the topics of law in the program (the set is indexed once below --data).

    Examples:
      policyqa eval calibrate --data build/gate
      policyqa eval calibrate --data build/gate --out build/calibration.json
      policyqa eval calibrate --data build/gate --laws bench/stard
    """
    from eval.calibration.fit import calibrated, output_path, write  # noqa: PLC0415
    from eval.calibration.law_signals import kept, kept_path  # noqa: PLC0415
    from eval.calibration.sample import weigh_sample  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415
    from rag.verdict.topics import topics_for  # noqa: PLC0415

    settings = load_settings(data)
    with progress_bar(_LABELS) as progress:
        topics = _renewed(laws, settings, progress) if laws else topics_for(settings.embedder)
        about_laws = kept(kept_path(), settings.embedder)
        weighed = weigh_sample(settings, topics, lambda done, total: progress("ask", done, total))
    made = calibrated([*weighed, *about_laws], settings)
    path = out or output_path()
    write(made, path)
    if json:
        emit({"file": str(path), **made})
    else:
        say(_summary(made))
        tell(f"写入 written to {path}")
    return 0


def _renewed(folder: Path, settings: "Settings", progress: Progress) -> "Topics":
    """Make the topics and the signals of laws anew, and write both into the program."""
    from eval.bench.public import read_set  # noqa: PLC0415
    from eval.calibration.law_signals import keep, kept_path, weigh_laws  # noqa: PLC0415
    from eval.calibration.shelf import Shelf  # noqa: PLC0415
    from eval.calibration.topics import make_topics, topics_path, write_topics  # noqa: PLC0415
    from ingest.records import store  # noqa: PLC0415

    public = read_set(folder)
    # Where `policyqa eval bench` has its collection.
    own = settings.model_copy(update={"data": settings.data / "eval" / "bench" / public.name})
    store([(d, public.clauses[d.document_id]) for d in public.documents], own, progress)
    shelf = Shelf(own)
    topics = make_topics(public, shelf.matrix, settings.embedder)
    made = weigh_laws(public, shelf, topics, progress)
    keep(made, kept_path())
    write_topics(topics, topics_path())
    return topics


def _summary(made: dict[str, Any]) -> str:
    lines = []
    for curve in made["curves"]:
        lines.append(
            f"{curve['embedder'] or '其他向量模型 any other embedder'}: 阈值 threshold {curve['threshold']:.3f}"
        )
        for name, figures in curve["figures"].items():
            lines.append(
                f"  {_label(name)}: 不可答而拒答 unanswerable refused {figures['unanswerable_refused']:.3f} of {figures['unanswerable']}; "
                f"可答而拒答 answerable refused {figures['answerable_refused']:.3f} of {figures['answerable']}; "
                f"覆盖率 coverage {figures['coverage']:.3f}; 风险 risk {figures['risk']:.3f}"
            )
    return "\n".join(lines)


def _label(name: str) -> str:
    kind, _, size = name.partition(" ")
    if size:
        return f"{size} 部法律 laws"
    return {"dev": "开发集 dev", "written": "校准题 written", "laws": "法律 laws"}[kind]
