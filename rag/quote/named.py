"""Which documents a question is about as a whole."""

import re
from collections.abc import Mapping, Sequence

from rag.context.context import Context
from rag.schema import Document
from rag.text import loose

_MOST = 4
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")


def documents_named(context: Context, inferred: Mapping[str, str]) -> list[Document]:
    """Return the documents that a question names, by the order of their first hits; at most four, none without a name.

    A title within a longer one that is named, as 劳动合同法 in 劳动合同法实施条例, does not count.

    Args:
        context: The question and the documents of its hits.
        inferred: What the search read from the question.
    """
    told, numbers = inferred.get("title", ""), inferred.get("doc_number", "")
    documents = in_order(context)
    known = [d.title for d in documents] + told.split("、")
    named = _titles_in(told, known) | _titles_in(context.asked, known)
    found = [d for d in documents if loose(d.title) in named or (d.doc_number and d.doc_number in numbers)]
    return found[:_MOST]


def _titles_in(text: str, titles: Sequence[str]) -> set[str]:
    """Return the titles that stand in a text, as `loose` writes them, the longest at each place."""
    left, found = loose(text), set()
    for title in sorted(filter(None, map(loose, titles)), key=len, reverse=True):
        if title in found or title in left:
            found.add(title)
            left = left.replace(title, "\n")
    return found


def in_order(context: Context) -> list[Document]:
    """Return the documents of the hits, that of the best hit first."""
    ids = dict.fromkeys(hit.clause.document_id for hit in context.hits)
    return [context.documents[i] for i in ids if i in context.documents]


def others_left_out(asked: str, own: str, others: Sequence[str]) -> str:
    """Return what a question asks of one of several that it compares: without the parts and the names of the others."""
    parts = re.split(r"(?<=[，,；;。？?：:])", asked)
    kept = [part for part in parts if own in part or not any(name in part for name in others)]
    words = "".join(kept) or asked
    for name in sorted(others, key=len, reverse=True):
        words = words.replace(f"《{name}》", " ").replace(name, " ")
    return words


def without_title(text: str, title: str) -> str:
    """Return a text with blanks for the pieces of at least two characters that a title has."""
    size = min(len(text), len(title))
    for length in range(size, 1, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if _WORD.match(piece) and piece in title:
                return without_title(text[:start], title) + " " + without_title(text[start + length :], title)
    return text
