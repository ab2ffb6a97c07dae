"""Fields that a person sets in a file beside a source: `办法.pdf.meta.toml` or `办法.meta.toml`.

Keys on top hold for all documents of the source, those under a title in brackets for that one only::

    visibility = "法规处"

    ["长春市数据交易管理办法"]
    effective_date = "2024-01-01"
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from rag.catalog.corrections import check_corrections
from rag.errors import CorrectionError
from rag.text import loose

SUFFIX = ".meta.toml"


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Checked fields; without a file, none and an empty hash."""

    everywhere: Mapping[str, str] = field(default_factory=dict)
    by_title: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digest: str = ""

    def values(self, title: str) -> dict[str, str]:
        """Return what holds for the document of a title, as its text prints it."""
        own = {
            k: v
            for name, values in self.by_title.items()
            if loose(name) == loose(title)
            for k, v in values.items()
        }
        return {**self.everywhere, **own}

    def check_titles(self, titles: Iterable[str], address: str) -> None:
        """Refuse a title that no document of the file has: what is set under it, or hidden, would not be.

        Args:
            titles: As the texts print them.
            address: Of the file; in an archive all is well, as the title may be one of another file there.

        Raises:
            CorrectionError: There is such a title.
        """
        known = {loose(title): title for title in titles}
        for name in self.by_title:
            if loose(name) not in known and Path(address).is_file():
                near = get_close_matches(loose(name), known, 1, 0) or list(known)
                raise CorrectionError(
                    f"No document in {Path(address).name} has the title {name!r} that stands in brackets in its {SUFFIX}.",
                    fix=f'write it as the text does: ["{known[near[0]]}"]',
                    chinese=(
                        f"{Path(address).name} 中没有标题为 {name!r} 的文件，而它写在 {SUFFIX} 的方括号里。",
                        f'请照原文写：["{known[near[0]]}"]',
                    ),
                )


def read_sidecar(path: Path) -> Sidecar:
    """Read what stands beside a file.

    Raises:
        CorrectionError: It is no TOML, or sets what cannot be set. The file itself is then not taken in either, as the
            sidecar may have meant to hide it.
    """
    file = next(
        (p for p in (path.with_name(path.name + SUFFIX), path.with_name(path.stem + SUFFIX)) if _is_file(p)),
        None,
    )
    if file is None:
        return Sidecar()
    data = file.read_bytes()
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorrectionError(
            f"{file.name} is not TOML: {error}.",
            fix='write lines such as region = "贵州省"',
            chinese=(f"{file.name} 不是 TOML：{error}。", '请写成 region = "贵州省" 这样的行'),
        ) from error
    top = {k: v for k, v in values.items() if not isinstance(v, dict)}
    titles = {k: _checked(v, f"{file.name}, {k}") for k, v in values.items() if isinstance(v, dict)}
    return Sidecar(_checked(top, file.name), titles, hashlib.sha256(data).hexdigest()[:16])


def sidecar_of(address: str) -> Sidecar | None:
    """Read what stands beside a file that was read before, or beside its archive; None when it is gone.

    Raises:
        CorrectionError: As `read_sidecar`.
    """
    path = Path(address)
    file = next((p for p in (path, *path.parents) if p.is_file()), None)
    return read_sidecar(file) if file else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # With its ending the name would be longer than names can be.
        return False


def _checked(values: Mapping[str, object], where: str) -> dict[str, str]:
    for key, value in values.items():
        if not isinstance(value, str | int | date) or isinstance(value, bool):
            raise CorrectionError(
                f"{where}: {key} is no text.",
                fix=f'write one text in quotes: {key} = "…"',
                chinese=(f"{where}：{key} 不是文本。", f'请写一段带引号的文本：{key} = "…"'),
            )
    return check_corrections({k: str(v) for k, v in values.items()}, where)
