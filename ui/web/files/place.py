"""Where uploaded files stay: `DATA/uploads`, under their own names, for every later run that reads them again."""

import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.names import fault, is_companion, shown
from rag.catalog import Catalog, FileState
from rag.catalog.disk import unwritable
from rag.errors import UnreadableFile
from rag.text import loose

UPLOADS = "uploads"
_NAME_BYTES = 240
"""Some of the 255 that file systems take are left for `2/` in front and for what is set beside a file."""


def own_name(given: str) -> str:
    """Return the name under which an upload is kept: its own, without any folder that a browser or a person put before it.

    Raises:
        UnreadableFile: No file can or should be kept under it.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2].strip()
    if wrong := fault(name):
        raise UnreadableFile(
            f"The name of {shown(name)} {wrong.english}.",
            fix="rename the file",
            chinese=(f"{shown(name)} 的名称{wrong.chinese}。", "请改一个普通的文件名"),
        )
    if name in ("", ".", "..") or is_companion((name,)):
        raise UnreadableFile(
            f"{name!r} is no name of a document: hidden files, README and the like are left out.",
            fix="rename the file",
            chinese=(f"{name!r} 不是文件的名称：隐藏文件、README 等不读入。", "请改一个普通的文件名"),
        )
    if len(name.encode()) > _NAME_BYTES:
        raise UnreadableFile(
            f"The name of {name[:40]}… is too long.",
            fix="rename the file",
            chinese=(f"文件名 {name[:40]}… 太长。", "请改一个普通的文件名"),
        )
    return name


def titles_by_address(catalog: Catalog) -> dict[str, set[str]]:
    """Return the titles, for comparing, of what each file of the collection holds."""
    addresses = {state.name: address for address, state in by_address(catalog).items()}
    found: dict[str, set[str]] = {address: set() for address in addresses.values()}
    for document in catalog.as_read().values():
        found[addresses[document.source]].add(loose(document.title))
    return found


def by_address(catalog: Catalog) -> dict[str, FileState]:
    """Return what is known of each file, by its address."""
    return {state.path: state for state in catalog.files().values()}


def home_of(
    name: str, titles: set[str], data: Path, known: Mapping[str, set[str]], taken: set[Path]
) -> tuple[Path, bool]:
    """Return where an upload is to stay, and whether it takes the place of an earlier one there.

    A file of the same name is replaced when it holds a document of the same title; otherwise both are kept.

    Args:
        name: Its own.
        titles: Of its documents, as printed.
        data: The data folder.
        known: As `titles_by_address` returns it.
        taken: Places of other files of the same run.
    """
    uploads = data.resolve() / UPLOADS
    mine = {loose(title) for title in titles}
    for folder in (uploads, *(uploads / str(number) for number in range(2, len(known) + len(taken) + 3))):
        home = folder / name
        held = [t for address, t in known.items() if Path(address) == home or home in Path(address).parents]
        if home not in taken and (not held or any(t & mine for t in held)):
            return home, bool(held)
    raise AssertionError("there are more folders than files")


@dataclass(frozen=True, slots=True)
class Move:
    """A private copy that becomes a file of the collection."""

    staged: Path
    home: Path

    @property
    def _before(self) -> Path:
        return self.staged.parent / "before"

    def go(self) -> None:
        """Put it into its place; what stood there is kept aside."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        if self.home.exists():
            self.home.replace(self._before)
        self.staged.replace(self.home)

    def back(self) -> None:
        """Put everything back."""
        if self.home.exists():
            self.home.replace(self.staged)
        if self._before.exists():
            self._before.replace(self.home)


@contextmanager
def housed(moves: Sequence[Move], data: Path) -> Iterator[None]:
    """Move files to where they stay; when the `with` block fails, all are back where they were.

    Raises:
        CollectionError: They cannot be written there.
    """
    with ExitStack() as undo:
        for move in moves:
            undo.callback(move.back)
            try:
                move.go()
            except OSError as error:
                raise unwritable(data, error) from error
        yield
        undo.pop_all()


def clear(folder: Path) -> None:
    """Remove a folder of private copies; one that is gone already is fine."""
    shutil.rmtree(folder, ignore_errors=True)
