"""`policyqa eval calibrate`: fits the curves that decide which questions are refused."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.console import DataFlag, JsonFlag, emit, progress_bar, say, tell


def calibrate(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write; without it, the file that this program reads.",
            show_default=False,
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Fit the curves that decide which questions are refused, and print what they do to questions held out.

    The collection must be the sample (ingest --sample), made with the embedder that is to be used. Run it again after a
    change of the embedder or of the search: with another embedder than it was fitted with, cosines do not count.

    Examples:
      policyqa eval calibrate --data build/gate
      policyqa eval calibrate --data build/gate --out build/calibration.json
    """
    from eval.calibration import calibrated, output_path, weigh_all, write  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    with progress_bar({"ask": "提问 questions"}) as progress:
        weighed = weigh_all(settings, lambda done, total: progress("ask", done, total))
    made = calibrated(weighed, settings)
    path = out or output_path()
    write(made, path)
    if json:
        emit({"file": str(path), **made})
    else:
        say(_summary(made))
        tell(f"写入 written to {path}")
    return 0


def _summary(made: dict[str, Any]) -> str:
    lines = []
    for curve in made["curves"]:
        lines.append(
            f"{curve['embedder'] or '其他向量模型 any other embedder'}: 阈值 threshold {curve['threshold']:.3f}"
        )
        for name, label in (("dev", "dev"), ("all", "全部 all")):
            figures = curve["figures"][name]
            lines.append(
                f"  {label}: 不可答而拒答 unanswerable refused {figures['unanswerable_refused']:.3f} of {figures['unanswerable']}; "
                f"可答而拒答 answerable refused {figures['answerable_refused']:.3f} of {figures['answerable']}; "
                f"覆盖率 coverage {figures['coverage']:.3f}; 风险 risk {figures['risk']:.3f}"
            )
    return "\n".join(lines)
