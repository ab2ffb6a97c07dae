"""What there is to choose from: the values that the collection has, each with the number of its documents."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from rag.hit.filters import FILTERS
from rag.schema import Document
from rag.text import Lang
from ui.labels import label

Choice = tuple[str, str]
"""What is shown, and the filter's value."""
CHOICES = ("region", "issuer", "status", "issue_no", "document_id")
"""Filters that are chosen from a list, in the order of the page."""


def choices(documents: Sequence[Document], lang: Lang) -> dict[str, list[Choice]]:
    """Return what can be chosen for each key of `CHOICES`, after the choice of no limit, which is alone where no document has it.

    Args:
        documents: All that the visitor may see.
        lang: Of the words.
    """
    ways: Mapping[str, Callable[[Sequence[Document]], Iterable[Choice]]] = {
        "region": lambda found: _counted("region", _commonest(found, "region"), found, lang),
        "issuer": lambda found: _counted("issuer", _bodies(found), found, lang),
        "status": lambda found: _counted("status", _commonest(found, "status"), found, lang),
        "issue_no": lambda found: _issues(found, lang),
        "document_id": lambda found: sorted((d.title, d.document_id) for d in found),
    }
    offered = {key: list(ways[key](documents)) for key in CHOICES}
    none = (label("filters.any", lang), "")
    return {key: [none, *found] for key, found in offered.items()}


def _commonest(documents: Sequence[Document], field: str) -> list[str]:
    """Return the values of a field, the commonest first."""
    values = [value for d in documents if (value := getattr(d, field))]
    return sorted(set(values), key=lambda value: (-values.count(value), value))


def _bodies(documents: Sequence[Document]) -> list[str]:
    """Return the single bodies: a document may be issued by several."""
    bodies = [body for d in documents if d.issuer for body in d.issuer.split("、")]
    return sorted(set(bodies), key=lambda body: (-bodies.count(body), body))


def _counted(key: str, values: Iterable[str], documents: Sequence[Document], lang: Lang) -> list[Choice]:
    """Name each value with the number of documents that a search limited to it looks into."""
    return [
        (_with_count(value, sum(FILTERS[key](d, value) for d in documents), lang), value) for value in values
    ]


def _issues(documents: Sequence[Document], lang: Lang) -> list[Choice]:
    """Return the issues, the newest first."""
    dated: dict[int, list[str]] = {}
    for d in documents:
        if d.issue_no is not None:
            dated.setdefault(d.issue_no, []).append(d.issue_date or "")
    newest = sorted(dated, key=lambda number: (max(dated[number]), number), reverse=True)
    return [
        (_with_count(f"{issue_name(number, lang)} {max(dated[number])}".strip(), len(dated[number]), lang), str(number))
        for number in newest
    ]  # fmt: skip


def issue_name(number: object, lang: Lang) -> str:
    """Return what an issue is called: 第51期."""
    return label("issue", lang).format(n=number)


def _with_count(name: str, count: int, lang: Lang) -> str:
    return label("filters.counted", lang).format(name=name, n=count)
