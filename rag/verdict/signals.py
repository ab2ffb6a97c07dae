"""What of a search tells whether the collection answers the question: numbers that a fitted curve weighs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

import numpy as np

from rag.hit.day import asked_day
from rag.hit.regions import holds_in, places_in
from rag.hit.turn import without_asking
from rag.locator.lookup import is_meant
from rag.schema import Document, Hit
from rag.text import is_chinese, sentences, terms
from rag.verdict.slot import slots
from rag.verdict.unwritten import UNWRITTEN

READ, SEEN = 5, 10
"""Clauses whose sentences are read one by one, and clauses whose words count."""
_FIRST = 3
_LONGEST_RUN = 6
_NO_SENTENCE = 0.25
"""How far below the best sentence one that fits is taken to be when there is none."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEARS = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—–－至到~～]+\s*((?:19|20)\d\d)")
_COUNTRIES = {
    "美国": "US|USA|America|American|United States", "日本": "Japan|Japanese|Tokyo", "韩国": "Korea|Korean", "英国": "UK|Britain|British",
    "法国": "France|French", "德国": "Germany|German", "意大利": "Italy", "俄罗斯": "Russia|Russian", "印度": "India|Indian", "新加坡": "Singapore",
    "澳大利亚": "Australia|Australian", "加拿大": "Canada|Canadian", "欧盟": "EU|European Union", "越南": "Vietnam", "泰国": "Thailand",
    "巴西": "Brazil", "马来西亚": "Malaysia", "印度尼西亚": "Indonesia", "以色列": "Israel", "东盟": "ASEAN", "瑞士": "Switzerland",
}  # fmt: skip
_IN_ENGLISH = {name: re.compile(rf"\b(?:{words})\b") for name, words in _COUNTRIES.items()}
_LAW_FROM, _LAW_TO = 0.65, 0.75
"""How near to topics of national law what was found must be to count as such matter a little, and wholly."""
COSINES = frozenset(
    {
        "dense",
        "gap",
        "sentence",
        "second",
        "fitting_sentence",
        "topic",
        "law",
        "law_dense",
        "law_gap",
        "law_topic",
    }
)
"""Signals that mean something only with the embedder whose vectors they were fitted on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, as far as it is weighed."""

    text: str
    """The present turn."""
    full: str
    """With what it takes over from the turns before."""
    hits: Sequence[Hit]
    """Best first; at least one."""
    documents: Mapping[str, Document]
    """Of those hits, by id."""
    cosines: Sequence[Sequence[tuple[int, int, float]]] = ()
    """For each of the first hits its sentences as (start, end, cosine); empty without vectors that are known."""
    topics: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    """Cosine of the question with each topic of national law; empty without vectors that are known."""
    near_law: float = 0.0
    """How near the best sentences are to topics of national law, as a cosine; 0 when it is not known."""

    def about(self, hit: Hit) -> str:
        """Return the words that tell what a hit is about: title, place and issuer of its document, and the headings."""
        d = self.documents.get(hit.clause.document_id)
        known = f"{d.title} {d.region or ''} {d.issuer or ''}" if d else hit.clause.title
        return f"{known} {hit.clause.headings}"

    def words(self, hit: Hit) -> str:
        """Return what a hit is about, and its text."""
        return f"{self.about(hit)} {hit.clause.text}"

    def speaks_of(self, place: str) -> bool:
        """Tell whether one of the first clauses names a place, or is of a document that holds there: 贵州's for 贵阳."""
        first = self.hits[:_FIRST]
        regions = (d.region for hit in first if (d := self.documents.get(hit.clause.document_id)))
        return any(place in self.words(hit) for hit in first) or any(holds_in(r, place) for r in regions)


def signals(found: Found) -> dict[str, float]:
    """Return the signals of one question by name, always the same names."""
    return {**_vectors(found), **_wording(found), **_meaning(found), **_open(found)}


def _vectors(found: Found) -> dict[str, float]:
    near = sorted((h.legs["dense"].score for h in found.hits if "dense" in h.legs), reverse=True) or [0.0]
    compared = sorted((cosine for row in found.cosines for *_, cosine in row), reverse=True)
    best = compared or [
        max((h.legs["rerank"].score for h in found.hits if "rerank" in h.legs), default=near[0])
    ]
    gap = near[0] - sum(near[1:]) / len(near[1:]) if near[1:] else 0.0
    # How near the collection comes to the question, compared with what else the law speaks of.
    topic = near[0] - float(found.topics.max()) if found.topics.size else 0.0
    law = _share_of_law(found)
    return {
        "dense": near[0],
        "gap": gap,
        "sentence": best[0],
        "second": best[min(1, len(best) - 1)],
        "topic": topic,
        # Where national law speaks of the matter, a clause that answers is nearer than where it does not.
        "law": law,
        "law_dense": law * near[0],
        "law_gap": law * gap,
        "law_topic": law * topic,
    }


def _share_of_law(found: Found) -> float:
    """Return how far what was found is matter of national law, in [0, 1]."""
    if not is_chinese(found.text):
        # A question in English is far from every Chinese clause: no nearness can be asked of it.
        return 0.0
    return min(max((found.near_law - _LAW_FROM) / (_LAW_TO - _LAW_FROM), 0.0), 1.0)


def question_words(text: str) -> frozenset[str]:
    """Return the index terms that carry a question's matter: character pairs and Latin words, without asking words."""
    return frozenset(term for term in terms(without_asking(text)) if len(term) > 1)


def _wording(found: Found) -> dict[str, float]:
    words = question_words(found.full)
    count = max(len(words), 1)
    pages = [frozenset(terms(found.words(hit))) for hit in found.hits[:SEEN]]
    known = frozenset(chain.from_iterable(pages))
    first = found.hits[0].legs.get("keyword")
    return {
        "covered": max(len(words & page) for page in pages[:_FIRST]) / count,
        "known": len(words & known) / count,
        "unknown": float(not words <= known),
        "unknown_run": float(_longest_run(found.full, known)),
        "keyword_first": 1 / first.rank if first else 0.0,
    }


def _longest_run(text: str, known: frozenset[str]) -> int:
    """Return how many characters in a row of a question form only pairs that no clause has."""
    longest = 0
    for piece in re.findall("[\u4e00-\u9fff]+", without_asking(text)):
        run = 0
        for i in range(len(piece) - 1):
            run = 0 if piece[i : i + 2] in known else run + 1
            longest = max(longest, run)
    return min(longest, _LONGEST_RUN)


def _meaning(found: Found) -> dict[str, float]:
    places, countries = places_in(found.full), countries_in(found.full)
    return {
        "english": float(not is_chinese(found.text)),
        "looked_up": float(any(is_meant(hit) for hit in found.hits[:_FIRST])),
        # Of two places one may be missing: then the answer is partial.
        "place_missing": float(bool(places) and not any(map(found.speaks_of, places))),
        "year_missing": float(bool(years_missing(found))),
        "country_missing": float(bool(countries) and not any(map(found.speaks_of, countries))),
    }


def countries_in(text: str) -> list[str]:
    """Return the foreign countries and unions that a text names, in Chinese; none gives none."""
    return [name for name, english in _IN_ENGLISH.items() if name in text or english.search(text)]


def years_missing(found: Found) -> list[str]:
    """Return the years of the question that no clause found prints, and no span of years includes.

    A year whose law is asked for (2020年时有效吗) need not be printed.
    """
    page = " ".join(
        f"{found.words(hit)} {_days(found.documents.get(hit.clause.document_id))}"
        for hit in found.hits[:_FIRST]
    )
    printed = set(_YEAR.findall(page))
    for start, end in _YEARS.findall(page):
        printed |= {str(year) for year in range(int(start), min(int(end), int(start) + 50))}
    if day := asked_day(found.text, date.today()):
        printed.add(day[:4])
    return [year for year in dict.fromkeys(_YEAR.findall(found.text)) if year not in printed]


def _days(document: Document | None) -> str:
    return f"{document.effective_date} {document.expiry_date} {document.period}" if document else ""


def _open(found: Found) -> dict[str, float]:
    """Return how well the sentences that could fill what the question leaves open fit its words and meaning."""
    # What is unwritten is refused before the curve is asked, which was fitted without it.
    asked = [slot for slot in slots(found.text) if slot.name not in UNWRITTEN]
    words = question_words(found.full)
    fitting: list[tuple[float, float]] = []
    every: list[tuple[float, float]] = []
    for hit, row in zip(found.hits[:READ], _rows(found), strict=False):
        head = frozenset(terms(f"{found.about(hit)} {hit.clause.text.partition(chr(10))[0][:40]}"))
        for start, end, cosine in row:
            sentence = hit.clause.text[start:end]
            share = len(words & (head | frozenset(terms(sentence)))) / max(len(words), 1)
            every.append((cosine, share))
            if all(slot.fits(sentence) for slot in asked):
                fitting.append((cosine, share))
    cosine, share = (max((pair[i] for pair in every), default=0.0) for i in (0, 1))
    names = {slot.name for slot in asked}
    return {
        "nothing_fits": float(bool(asked) and not fitting),
        "fitting_words": share - max((pair[1] for pair in fitting), default=0.0) if asked else 0.0,
        "fitting_sentence": min(cosine - max((p[0] for p in fitting), default=-1.0), _NO_SENTENCE)
        if asked
        else 0.0,
        "asks_money": float("money" in names),
        "asks_number": float("number" in names),
        "asks_penalty": float("penalty" in names),
        "money_missing": float("money" in names and not fitting),
    }


def _rows(found: Found) -> Sequence[Sequence[tuple[int, int, float]]]:
    if found.cosines:
        return found.cosines
    return [[(a, b, 0.0) for a, b in sentences(hit.clause.text)] for hit in found.hits[:READ]]
