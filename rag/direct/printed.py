"""When, and in which issue, a document was printed."""

import re

from rag.schema import Document
from rag.text import Lang


def day_of(document: Document) -> str | None:
    """Return the day by which a document is old or new: of its issue, else of its adoption, else of its effect."""
    return document.issue_date or document.adopted_on or document.effective_date


def is_of(document: Document, year: int) -> bool:
    """Tell whether a document is of a year: by its number, the days it prints, its issue, or the years of its plan."""
    days = (document.effective_date, document.adopted_on, document.issue_date)
    if any((day or "").startswith(str(year)) for day in days) or f"〔{year}〕" in (document.doc_number or ""):
        return True
    years = [int(y) for y in re.findall(r"(?:19|20)\d{2}", f"{document.period or ''} {document.title}")]
    return bool(years) and min(years) <= year <= max(years)


def issue_name(document: Document, lang: Lang) -> str:
    """Return what to call the issue that printed a document; its file when it has none."""
    if not document.issue_no:
        return document.issue_date or document.source
    if lang == "en":
        return f"{document.source_name or 'issue'} no. {document.issue_no}"
    year = f"{document.issue_date[:4]}年" if document.issue_date else document.source_name or ""
    return f"{year}第{document.issue_no}期"
