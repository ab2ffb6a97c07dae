"""Runs that were made before, as choices and as pages."""

from contextlib import closing
from html import escape
from pathlib import Path

from eval.report import compared, formats
from eval.runs import read_about, run_folders
from rag.catalog import Catalog
from rag.errors import AccessRefused, EmptyCollection, EvaluationError
from rag.schema import Viewer
from rag.text import Lang
from ui.labels import label

_DAY_AND_TIME = 16
"""Characters of an ISO time down to the minute."""


def choices(data: Path, lang: Lang) -> list[tuple[str, str]]:
    """Return the runs of a collection, newest first, as (words, name of the folder); may be empty."""
    folders = [folder for folder in sorted((data / "eval").glob("*"), reverse=True) if run_folders(folder)]
    return [(_words(folder, lang), folder.name) for folder in folders]


def check_viewer(data: Path, viewer: Viewer) -> None:
    """Let only those on who may see every document: a run asks as one of them, and its report quotes what it found.

    Raises:
        AccessRefused: The collection has, or had, a document of a group that this person is not in.
    """
    try:
        with closing(Catalog(data)) as catalog:
            sees_all = all(map(viewer.sees, (*catalog.documents(), *catalog.documents(removed=True))))
    except EmptyCollection:
        return
    if not sees_all:
        raise AccessRefused(
            "An evaluation quotes documents of every group, and you are not in all of them.",
            fix="join these groups, or run it on the server: policyqa eval run",
            chinese=(
                "评测会引用各组的文件，而您不在其中某个组里。",
                "请加入这些组，或在服务器上运行：policyqa eval run",
            ),
        )


def report(data: Path, name: str) -> str:
    """Return the page of a run, whole and without addresses; raises EvaluationError."""
    return formats.FORMATS[".html"](formats.read_report(_folder(data, name)))


def comparison(data: Path, before: str, after: str) -> str:
    """Return the page that compares two runs; raises EvaluationError."""
    return compared.as_page(compared.read_compared(_folder(data, before), _folder(data, after)))


def framed(page: str, title: str, lang: Lang) -> str:
    """Return HTML that shows a whole report inside another page, where its scripts reach nothing of that.

    Args:
        page: The report, in both languages.
        title: Of the frame.
        lang: In which the report is shown first.
    """
    return (
        f'<iframe class="pq-report" name="{lang}" sandbox="allow-scripts" title="{escape(title)}" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def _folder(data: Path, name: str) -> Path:
    folder = data / "eval" / name
    # A name comes from a browser: it may only be one of those that were offered.
    if folder.parent != data / "eval" or name in ("", ".", "..") or not folder.is_dir():
        raise EvaluationError(
            f"There is no run {name!r}.",
            fix="choose one of the list",
            chinese=(f"没有评测 {name!r}。", "请从列表中选择"),
        )
    return folder


def _words(folder: Path, lang: Lang) -> str:
    try:
        about = [read_about(each) for each in run_folders(folder)]
    except EvaluationError:
        return f"{folder.name} · {label('evaluation.damaged', lang)}"
    first = about[0]
    day = str(first.get("started", ""))[:_DAY_AND_TIME].replace("T", " ")
    asked = str(first.get("chosen_by", {}).get("set", ""))
    names = "、".join(str(each.get("name", "")) for each in about[:3])
    count = label("evaluation.questions", lang).format(n=first.get("cases", "?"))
    state = [] if all("ended" in each for each in about) else [label("evaluation.unfinished", lang)]
    return " · ".join(filter(None, (day or folder.name, asked, count, names, *state)))
