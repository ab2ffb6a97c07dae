"""Which proposals a person has decided on, so that none is made twice."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from eval.draft.own import own_path
from rag.catalog.disk import unwritable
from rag.errors import EvaluationError

Decision = Literal["accepted", "dropped", "undone"]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision."""

    key: str
    """Of the proposal."""
    what: Decision
    """`undone` takes the last one for the key back."""


class Seen:
    """The decisions on one collection's proposals, in a file that only grows."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._path = own_path(data).with_suffix(".seen")

    def keys(self) -> set[str]:
        """Return the keys of the proposals that were accepted or dropped; empty before the first decision.

        Raises:
            EvaluationError: The file is damaged.
        """
        found: dict[str, Decision] = {}
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else []
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                found[str(row["key"])] = row["what"]
            except (ValueError, KeyError, TypeError) as error:
                if line.startswith("{") and not line.endswith("}"):
                    # A process that was killed leaves half a line; that proposal is made once more.
                    continue
                raise EvaluationError(
                    f"{self._path}:{number} is damaged.",
                    fix="delete the line, or the file to be asked everything again",
                    chinese=(f"{self._path}:{number} 已损坏。", "删除这一行；删除整个文件则全部重新提问"),
                ) from error
        return {key for key, what in found.items() if what != "undone"}

    def add(self, key: str, what: Decision) -> None:
        """Remember a decision.

        Raises:
            DiskFull: There is no room.
            CollectionMismatch: The folder cannot be written to.
        """
        line = json.dumps(asdict(Decided(key, what))) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            before = self._path.read_bytes() if self._path.is_file() else b""
            with self._path.open("a", encoding="utf-8") as file:
                # After half a line of a process that was killed.
                file.write(line if not before or before.endswith(b"\n") else f"\n{line}")
        except OSError as error:
            raise unwritable(self._path.parent, error) from error
