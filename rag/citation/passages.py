"""The sources of a prompt: numbered clauses, as many as fit."""

from collections.abc import Callable, Mapping, Sequence

from rag.schema import Document, Hit
from rag.text import sentences

MAX_PASSAGES = 8


def passage(number: int, hit: Hit, document: Document, text: str | None = None) -> str:
    """Return one numbered clause with document, place, issuer, date and status."""
    clause = hit.clause
    facts = [
        document.issuer,
        document.status,
        f"{document.effective_date}起施行" if document.effective_date else None,
    ]
    facts.append(f"{document.expiry_date}止" if document.expiry_date else None)
    known = "；".join(f for f in facts if f)
    return f"[{number}]《{clause.title}》{clause.locator}{f'（{known}）' if known else ''}\n{text or clause.text}"


def packed(
    hits: Sequence[Hit], documents: Mapping[str, Document], budget: int, estimate: Callable[[str], int]
) -> list[str]:
    """Return the numbered clauses that fit, best first, without a gap in the numbers.

    Args:
        hits: Best first; at most eight are used.
        documents: By id.
        budget: Tokens for all of them.
        estimate: Upper bound of a text's tokens.

    Returns:
        At least one: when even the first is too long, as many of its sentences as fit (one in any case).
    """
    out: list[str] = []
    used = 0
    for number, hit in enumerate(hits[:MAX_PASSAGES], 1):
        text = passage(number, hit, documents[hit.clause.document_id])
        cost = estimate(text) + 2
        if used + cost > budget:
            break
        out.append(text)
        used += cost
    if not out and hits:
        out.append(_cut(hits[0], documents[hits[0].clause.document_id], budget, estimate))
    return out


def _cut(hit: Hit, document: Document, budget: int, estimate: Callable[[str], int]) -> str:
    spans = list(sentences(hit.clause.text))
    end = spans[0][1] if spans else 0
    for _, stop in spans:
        if estimate(passage(1, hit, document, hit.clause.text[:stop])) > budget:
            break
        end = stop
    return passage(1, hit, document, hit.clause.text[:end])
