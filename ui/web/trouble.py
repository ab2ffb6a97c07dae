"""Errors in the words of the page, each with what to do about it."""

from rag.errors import CollectionBusy, CollectionMismatch, DiskFull, PolicyQAError
from rag.text import Lang
from ui.labels import label
from ui.web.sources.text import shown

_COLLECTION: dict[type[PolicyQAError], str] = {
    CollectionBusy: "busy",
    DiskFull: "full",
    CollectionMismatch: "mismatch",
}
"""Errors whose own words speak to whoever runs the server, and name its folders."""


def trouble_line(error: PolicyQAError, lang: Lang) -> str:
    """Return an error, in the words that it has itself, as a paragraph that screen readers read out at once."""
    message, fix = _own(error, lang)
    return f'<p class="pq-warning" role="alert">{shown(message)} {shown(fix)}</p>'


def trouble(error: PolicyQAError, lang: Lang) -> tuple[str, str]:
    """Return what went wrong with a file or with the collection, and what an editor can do; plain text."""
    kind = _COLLECTION.get(type(error))
    if kind is None:
        return _own(error, lang)
    return label(f"files.error_{kind}", lang), label(f"files.fix_{kind}", lang)


def _own(error: PolicyQAError, lang: Lang) -> tuple[str, str]:
    message, fix = error.words(lang)
    is_foreign = lang == "zh" and not error.chinese
    return (label("files.error_other", lang).format(message=message), fix) if is_foreign else (message, fix)
