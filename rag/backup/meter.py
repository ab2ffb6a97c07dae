"""How much of a backup is done, for those who watch."""

from collections.abc import Callable

MB = 10**6
Progress = Callable[[str, int, int], None]
"""Called with the stage (`pack`, `check` or `unpack`), how many MB are done and how many there are in all."""


class Meter:
    """Tells how much is done, in whole MB."""

    def __init__(self, stage: str, total: int, progress: Progress) -> None:
        self._stage, self._total, self._progress = stage, total, progress
        self._done = 0
        self.add(0)

    def add(self, size: int) -> None:
        """So many bytes more are done."""
        self._done += size
        total = max(1, -(-self._total // MB))
        self._progress(self._stage, min(self._done // MB, total), total)

    def end(self) -> None:
        """All is done; what grew or went meanwhile no longer matters."""
        self.add(max(0, self._total + MB - self._done))
