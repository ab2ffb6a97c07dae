"""An error as the page shows it: what failed and what to do, in the words that the error itself has."""

from rag.errors import PolicyQAError
from rag.text import Lang
from ui.web.sources.text import shown


def trouble_line(error: PolicyQAError, lang: Lang) -> str:
    """Return an error as a paragraph that screen readers read out at once."""
    message, fix = error.words(lang)
    return f'<p class="pq-warning" role="alert">{shown(message)} {shown(fix)}</p>'
