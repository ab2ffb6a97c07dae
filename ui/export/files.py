"""The formats in which an answer can be written to a file."""

from collections.abc import Callable
from pathlib import Path

import typer

from rag.errors import MissingPath
from rag.record.kept import KeptAnswer
from ui.export.docx import export_docx
from ui.export.markdown import export_markdown
from ui.export.page import export_page

Exporter = Callable[[KeptAnswer], bytes]
EXPORTERS: dict[str, Exporter] = {
    "md": lambda record: export_markdown(record).encode(),
    "docx": export_docx,
    "html": lambda record: export_page(record).encode(),
}


def exporter(format_: str | None, out: Path | None) -> Exporter:
    """Return what makes a file of a format.

    Args:
        format_: One of `EXPORTERS`; None for the ending of `out`.
        out: Where it is to be written; None for stdout, which takes text only.

    Raises:
        BadParameter: There is no such format, or it cannot go to stdout.
        MissingPath: The folder of `out` does not exist.
    """
    name = format_ or (out.suffix.lower().removeprefix(".") if out else "md")
    if name not in EXPORTERS:
        raise typer.BadParameter(f"no format {name!r}; possible are {', '.join(EXPORTERS)}")
    if out is None and name == "docx":
        raise typer.BadParameter(f"a .{name} file needs --out FILE")
    if out is not None and not out.absolute().parent.is_dir():
        raise MissingPath(
            f"Cannot write {out}: no such folder.",
            fix="give a path in a folder that exists",
            chinese=(f"无法写入 {out}：没有这个文件夹。", "请给出已有文件夹中的路径"),
        )
    return EXPORTERS[name]


def write_export(out: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        MissingPath: It cannot be written.
    """
    try:
        out.write_bytes(content)
    except OSError as error:
        raise MissingPath(
            f"Cannot write {out}: {error.strerror}.",
            fix="give a path in a folder that exists",
            chinese=(f"无法写入 {out}：{error.strerror}。", "请给出已有文件夹中的路径"),
        ) from error
