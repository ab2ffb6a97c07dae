"""Where cited words stand, in words: document, clause, 款 and 项, page."""

from collections.abc import Sequence

from rag.schema import Citation
from rag.text import Lang
from ui.labels import pages


def place(cited: Citation, lang: Lang) -> str:
    """Return the place of one citation: 《…办法》 第三条 第二款 第4页."""
    page = pages(*cited.pages, lang) if cited.pages else ""
    return " ".join(filter(None, (f"《{cited.title}》", cited.locator, cited.pinpoint, page)))


def inside(cited: Sequence[Citation], lang: Lang) -> str:
    """Return what the citations of one clause say beyond its locator: pinpoints, then the page; empty for neither."""
    pinpoints = "、".join(dict.fromkeys(c.pinpoint for c in cited if c.pinpoint))
    page = pages(*cited[0].pages, lang) if cited[0].pages else ""
    return " ".join(filter(None, (pinpoints, page)))
