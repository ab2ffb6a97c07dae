"""One row as a page shows it: what is cited beside what is right, with the words marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.failure import failed_metrics
from eval.report.highlight import Piece, marked, with_markers
from eval.report.texts import Texts
from eval.rows import Row, ShownGold, ShownPassage, ShownQuote

LONGEST = 500
"""Characters of a cited or right clause above which only its beginning and the marked words are shown in place."""
_BEGINNING = 24


@dataclass(frozen=True, slots=True)
class Card:
    """A clause, cited or right."""

    title: str
    locator: str
    pieces: tuple[Piece, ...]
    text: int | None
    """Number of its whole text in the list of texts; None when the text is not at hand."""
    right: bool
    """Whether a cited clause is right, or a right clause is cited."""
    n: int | None = None
    """The marker; None for a right clause that is not cited."""
    pinpoint: str = ""
    """Where the quotes stand in the clause; empty for the whole."""
    lost: tuple[str, ...] = ()
    """Quotes and evidence that do not stand in the text that is shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage in a list."""

    title: str
    locator: str
    text: int | None
    """Number of its text in the list of texts; None when the text is not at hand."""
    score: float | None = None
    right: bool = False
    begins: str = ""
    """First words of a text that has no locator, since its title alone may be that of many."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Metrics of one case that have the same value for the same reason."""

    names: tuple[str, ...]
    value: float
    reason: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a page shows of one case."""

    row: Row
    failed: tuple[str, ...]
    """Metrics by which it failed, or `error`."""
    answer: tuple[Piece, ...]
    cited: tuple[Card, ...]
    gold: tuple[Card, ...]
    also_right: tuple[Found, ...]
    near_misses: tuple[Found, ...]
    """Of an unanswerable question, as the set names them."""
    hits: tuple[Found, ...]
    nearest: tuple[Found, ...]
    scores: tuple[Scored, ...]


def shown(row: Row, texts: Texts) -> Shown:
    """Return what a page shows of a row; whole texts of what was found are put into `texts`."""
    failed = failed_metrics(row)
    return Shown(
        row=row,
        failed=failed,
        answer=with_markers(row["answer"] or "", (quote["n"] for quote in row["quotes"])),
        cited=tuple(_cited(row, texts)),
        gold=tuple(_gold(row, texts)),
        also_right=_named(row["also_right"], texts),
        near_misses=_named(row["near_misses"], texts),
        hits=_found(row["hits"], texts),
        nearest=_found(row["nearest"], texts),
        scores=_scores(row, failed),
    )


def _scores(row: Row, failed: Sequence[str]) -> tuple[Scored, ...]:
    alike: dict[tuple[float, str, bool], list[str]] = {}
    for name, score in row["scores"].items():
        key = float(score["value"]), str(score["reason"]), name in failed
        alike.setdefault(key, []).append(name)
    return tuple(Scored(tuple(names), *key) for key, names in alike.items())


def _cited(row: Row, texts: Texts) -> list[Card]:
    """One card a marker; several quotes of one clause are marked in it together."""
    evidence = [gold["evidence"] for gold in (*row["gold"], *row["also_right"])]
    groups = {quote["n"]: [q for q in row["quotes"] if q["n"] == quote["n"]] for quote in row["quotes"]}
    cards = []
    for n, group in groups.items():
        first = group[0]
        quotes = [quote["quote"] for quote in group]
        words = {"quote": quotes, "evidence": evidence}
        cards.append(
            Card(
                title=first["title"],
                locator=first["locator"],
                pieces=marked(first["text"], words, LONGEST),
                text=texts.number(first["title"], first["locator"], first["text"]),
                right=first["right"],
                n=n,
                pinpoint="、".join(dict.fromkeys(quote["pinpoint"] or "" for quote in group)).strip("、"),
                lost=_lost(first["text"], quotes),
            )
        )
    return cards


def _gold(row: Row, texts: Texts) -> list[Card]:
    """One card a clause; of a clause that is cited only the evidence, since its text stands beside it."""
    cards = []
    for key in dict.fromkeys(_key(gold) for gold in row["gold"]):
        group = [gold for gold in row["gold"] if _key(gold) == key]
        text = group[0]["text"]
        evidence = [gold["evidence"] for gold in group]
        cited = next((quote["n"] for quote in row["quotes"] if _key(quote) == key), None)
        lost = _lost(text, evidence)
        told = [Piece(words, ("evidence",)) for words in evidence if words not in lost]
        cards.append(
            Card(
                title=key[0],
                locator=key[1],
                pieces=marked(text, {"evidence": evidence}, LONGEST) if cited is None else tuple(told),
                text=texts.number(*key, text) if text else None,
                right=cited is not None or any(_holds(quote, evidence) for quote in row["quotes"]),
                n=cited,
                lost=lost,
            )
        )
    return cards


def _key(named: ShownGold | ShownQuote) -> tuple[str, str]:
    return named["title"], named["locator"]


def _holds(quote: ShownQuote, evidence: Sequence[str]) -> bool:
    """Whether a cited text that is no clause, as a window of fixed length, has the words that count."""
    return not quote["locator"] and quote["right"] and len(_lost(quote["text"], evidence)) < len(evidence)


def _lost(text: str, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word and not any(p.marks for p in marked(text, {"": [word]})))


def _found(passages: Sequence[ShownPassage], texts: Texts) -> tuple[Found, ...]:
    return tuple(
        Found(
            title=p["title"],
            locator=p["locator"],
            text=texts.number(p["title"], p["locator"], p["text"]),
            score=p["score"],
            right=p["right"],
            begins="" if p["locator"] else " ".join(p["text"].split())[:_BEGINNING],
        )
        for p in passages
    )


def _named(clauses: Sequence[ShownGold], texts: Texts) -> tuple[Found, ...]:
    return tuple(
        Found(title, locator, texts.number(title, locator, text) if text else None)
        for title, locator, text in dict.fromkeys((c["title"], c["locator"], c["text"]) for c in clauses)
    )
