"""Errors in the words of the page, each with what to do about it."""

import re

from rag.errors import PolicyQAError
from rag.text import Lang
from ui.labels import label
from ui.web.sources.text import shown

_KINDS = (
    (r"no reader for", "unsupported"),
    (r"older Word", "old_word"),
    (r" is empty\.", "empty"),
    (r" has [\d,]+ MB; a ", "large"),
    (r"has \d+ pages; a PDF", "pages"),
    (r"holds no text|has no text", "no_text"),
    (r"password", "password"),
    (r" is not .*: it is (?P<found>.*)\.$", "other_content"),
    (r"is not text", "not_text"),
    (r"longer than|broke down", "too_hard"),
    (r"damaged|not a \.docx|not a document of Word|no picture", "damaged"),
    (r"holds the control character|is no name of a document|is too long\.|is not UTF-8\.$", "bad_name"),
    (r"has just gone", "gone"),
    (r"files at once", "many"),
    (r"Another (policyqa|visitor)", "busy"),
    (r"no room", "full"),
    (r"was built with", "mismatch"),
    (r"last change is another", "stale"),
    (r"No copy of", "no_original"),
    (r"nothing to undo", "nothing"),
    (r"program failed", "bug"),
    (r"is not a group of yours", "not_in_group"),
    (r"cannot be the (effective|expiry)_date", "bad_date"),
    (r"cannot be the ", "bad_field"),
)
_FIXES = {
    "word": ".doc .docm .dot .dotx .odt .rtf .wps .wpt",
    "sheet": ".csv .et .ods .xls .xlsm .xlsx",
    "slides": ".dps .key .odp .pps .ppsx .ppt .pptx",
    "reader": ".caj .ceb .cebx .djvu .epub .ofd",
    "mail": ".eml .mht .mhtml .msg",
    "picture": ".avif .gif .heic .svg",
    "archive": ".7z .bz2 .gz .rar .tar .tgz .xz",
}


def trouble_line(error: PolicyQAError, lang: Lang) -> str:
    """Return an error, in the words that it has itself, as a paragraph that screen readers read out at once."""
    message, fix = _own(error, lang)
    return f'<p class="pq-warning" role="alert">{shown(message)} {shown(fix)}</p>'


def trouble(error: PolicyQAError, name: str, lang: Lang) -> tuple[str, str]:
    """Return what went wrong with a file or with the collection, and what an editor can do; plain text.

    Args:
        error: As it was raised.
        name: Of the file that it is about; empty when it is about the collection.
        lang: Of the page. A kind of error that has no words here is told in its own.
    """
    for pattern, kind in _KINDS:
        if found := re.search(pattern, error.message):
            said = label(f"files.error_{kind}", lang)
            values = {"name": name, **found.groupdict()}
            return said.format(**values), _fix(kind, name, lang)
    return _own(error, lang)


def _own(error: PolicyQAError, lang: Lang) -> tuple[str, str]:
    message, fix = error.words(lang)
    is_foreign = lang == "zh" and not error.chinese
    return (label("files.error_other", lang).format(message=message), fix) if is_foreign else (message, fix)


def _fix(kind: str, name: str, lang: Lang) -> str:
    if kind == "unsupported":
        suffix = f".{name.rpartition('.')[2].lower()}"
        kind = next((key for key, suffixes in _FIXES.items() if suffix in suffixes.split()), "unsupported")
    return label(f"files.fix_{kind}", lang)
