"""What one visitor has limited questions to; lives in that visitor's session only."""

from dataclasses import dataclass, field, replace

from rag.schema import Question

AS_OF = "as_of"


@dataclass(frozen=True)
class Chosen:
    """Filters, a day, and what of the reading of a question is left alone."""

    filters: dict[str, str] = field(default_factory=dict)
    """Keys of `rag.hit.filters.FILTERS` and their values; empty without a limit."""
    as_of: str | None = None
    """ISO; None for no such day."""
    without: frozenset[str] = frozenset()
    """Keys of `Filters.inferred` that a question is not read for."""

    def __hash__(self) -> int:
        # Gradio tells by the hash whether a state has changed; the default one fails on the dict.
        return hash((tuple(sorted(self.filters.items())), self.as_of, self.without))

    @property
    def count(self) -> int:
        """How many limits there are, the day among them."""
        return len(self.filters) + (self.as_of is not None)

    def limited(self, key: str, value: str) -> "Chosen":
        """Return this with one more limit, which takes the place of an earlier one of the same key."""
        return (
            replace(self, as_of=value) if key == AS_OF else replace(self, filters=self.filters | {key: value})
        )

    def dropped(self, key: str) -> "Chosen":
        """Return this without the limit of that key; as it is when there is none."""
        if key == AS_OF:
            return replace(self, as_of=None)
        return replace(self, filters={k: v for k, v in self.filters.items() if k != key})

    def ignoring(self, key: str) -> "Chosen":
        """Return this with one more inference to be left alone."""
        return replace(self, without=self.without | {key})

    def heeding(self, key: str) -> "Chosen":
        """Return this with an inference taken up again."""
        return replace(self, without=self.without - {key})

    def question(self, text: str, history: tuple[tuple[str, str], ...] = ()) -> Question:
        """Return a question within these limits.

        Args:
            text: As it was typed.
            history: Earlier turns (user, assistant), oldest first.
        """
        return Question(text, history, dict(self.filters), self.as_of, self.without)
