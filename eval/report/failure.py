"""When a case counts as failed, and what is said of it."""

from dataclasses import dataclass

from eval.rows import Row

FAILS_BELOW = {
    "hit@5": 1.0,
    "citation_recall": 1.0,
    "quotes_verbatim": 1.0,
    "quotations_verbatim": 1.0,
    "key_facts": 1.0,
    "numbers_right": 1.0,
    "list_complete": 1.0,
    "refusal_right": 1.0,
    "warnings_shown": 1.0,
}
"""A case is listed as failed when one of these scores is below its number."""
SHOWN_HITS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that went wrong."""

    id: str
    type: str
    question: str
    reasons: tuple[str, ...]
    """`metric: reason`, or the error's message."""
    gold: tuple[str, ...]
    """Title and locator of the clauses that answer it."""
    top_hits: tuple[str, ...]
    """The first clauses that were found."""


def failed_metrics(row: Row) -> tuple[str, ...]:
    """Return the metrics by which a case failed, `error` for one that ended so; empty for a case that went well."""
    if row["error"]:
        return ("error",)
    scores = row["scores"]
    return tuple(
        name for name, least in FAILS_BELOW.items() if name in scores and float(scores[name]["value"]) < least
    )


def failure_of(row: Row) -> Failure:
    """Return what went wrong in a case, and what was wanted."""
    scores, error = row["scores"], row["error"]
    named = [name for name in failed_metrics(row) if name in scores]
    return Failure(
        id=row["id"],
        type=row["type"],
        question=row["question"],
        reasons=(
            *((f"{error['kind']}: {error['message']}",) if error else ()),
            *(f"{name}: {scores[name]['reason']}" for name in named),
        ),
        gold=tuple(f"{gold['title']} {gold['locator']}".strip() for gold in row["gold"]),
        top_hits=tuple(f"{hit['title']} {hit['locator']}".strip() for hit in row["hits"][:SHOWN_HITS]),
    )
