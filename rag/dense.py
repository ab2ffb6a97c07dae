"""What a search needs of a dense leg, wherever its vectors are."""

from collections.abc import Collection, Sequence
from typing import Protocol


class DenseLeg(Protocol):
    """The vectors of one generation: `VectorStore`, or `ServerStore`."""

    def search(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest clauses as (clause_id, cosine), best first, one per clause; see `VectorStore.search`.

        Raises:
            ChromaUnavailable: There is nothing to ask at the moment.
        """
        ...

    def close(self) -> None:
        """Give back files and connections."""
        ...
