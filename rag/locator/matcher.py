"""The documents that a question means: by a name, a number, or the rarer words of their titles."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from rag.characters import simplified
from rag.locator.aliases import nicknames_in
from rag.locator.names import NameIndex
from rag.schema import Document
from rag.text import loose, terms

MEANT = 0.2
"""Least share of a title from which on a question means that document."""
NAMED = 2.0
"""The share of a document that is named: by its title, a short name, an alias or its number."""
QUOTED = 1.0
"""The share of a document whose title holds what stands between 《》, or that a nickname describes."""


class TitleMatcher:
    """Finds the documents that a question means, whichever characters it and the titles are written in."""

    def __init__(
        self,
        documents: Sequence[Document],
        aliases: Mapping[str, Collection[str]] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """Take the documents.

        Args:
            documents: Of the collection.
            aliases: Other names by document_id.
            counts: How many articles or items a document has, by document_id, for names as 数据二十条.
        """
        titles = {d.document_id: simplified(d.title) for d in documents}
        words = {key: {t for t in terms(title) if len(t) > 1} for key, title in titles.items()}
        counted = Counter(t for found in words.values() for t in found)
        self._weight = {t: math.log(1 + len(documents) / n) for t, n in counted.items()}
        self._total = {key: sum(self._weight[t] for t in found) for key, found in words.items()}
        self._with: dict[str, list[str]] = defaultdict(list)
        for key, found in words.items():
            for term in found:
                self._with[term].append(key)
        self._titles = {key: loose(title) for key, title in titles.items()}
        self._counts = counts or {}
        self._names = NameIndex(documents, aliases or {})

    def named(self, text: str) -> frozenset[str]:
        """Return the ids of the documents that a text names: by a name, not by some words of it."""
        return self._names.named_in(text)

    def numbered(self, text: str) -> frozenset[str]:
        """Return the ids of the documents whose 文号 a text has."""
        return self._names.numbered_in(text)

    def scores(self, text: str) -> dict[str, float]:
        """Return document_id → share in (0, 1] of the weight of the title's words that the text has; `NAMED` for a name.

        Documents that share nothing are missing.
        """
        text = simplified(text)
        weights: dict[str, float] = defaultdict(float)
        for term in set(terms(text)):
            for document_id in self._with.get(term, ()):
                weights[document_id] += self._weight[term]
        out = {key: weight / self._total[key] for key, weight in weights.items()}
        for key in self.described(text):
            out[key] = max(out.get(key, 0.0), QUOTED)
        return out | dict.fromkeys(self.named(text) | self.numbered(text), NAMED)

    def described(self, text: str) -> frozenset[str]:
        """Return the ids of the documents whose title holds what stands between 《》, or that a nickname fits."""
        text = simplified(text)
        quoted = [loose(words) for words in re.findall("《([^《》]{3,})》", text)]
        found = {key for words in quoted for key, title in self._titles.items() if words in title}
        for words, number in nicknames_in(text):
            fitting = {key for key, count in self._counts.items() if count == number}
            found |= {key for key in fitting if words[-2:] in self._titles.get(key, "")}
        return frozenset(found)
