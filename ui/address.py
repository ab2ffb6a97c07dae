"""The stable addresses of the library: `?doc=DOCUMENT_ID&loc=LOCATOR`, and `&with=DOCUMENT_ID` for two documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from rag.schema import Clause
from rag.text import bare

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor is, or wants to go."""

    document_id: str = ""
    """Empty for the list of all documents."""
    loc: str = ""
    """The clause's id behind the colon; empty for the beginning."""
    other: str | None = None
    """A second document; empty while it is being chosen, None for none."""

    @property
    def address(self) -> str:
        """The query of the page's address."""
        parts = [("doc", self.document_id)]
        if self.loc:
            parts.append(("loc", self.loc))
        if self.other is not None:
            parts.append(("with", self.other))
        return f"?{urlencode(parts, quote_via=quote, safe='')}"


def place_of(query: Mapping[str, Any]) -> Place:
    """Return the place that a query names, whatever a browser sent in it."""

    def part(key: str) -> str | None:
        value = query.get(key)
        return value[:_LONGEST] if isinstance(value, str) else None

    return Place(part("doc") or "", part("loc") or "", part("with"))


def clause_place(clause_id: str) -> Place:
    """Return the place of a clause."""
    document_id, _, loc = clause_id.partition(":")
    return Place(document_id, loc)


def clause_at(clauses: Sequence[Clause], loc: str) -> Clause | None:
    """Return the clause that a locator means: by its id, as printed in other widths, or by a label that only it has."""
    wanted = bare(loc)
    by_id = [c for c in clauses if bare(clause_place(c.clause_id).loc) == wanted]
    by_label = [c for c in clauses if bare(c.label) == wanted]
    return next((found[0] for found in (by_id, by_label) if len(found) == 1), None)
