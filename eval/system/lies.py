"""Known ways to answer wrongly, one for each case, so that what is shown unmarked can be counted."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.cases import Case, Gold
from eval.outcome import Outcome
from eval.system.wrong_words import (
    LONG,
    calendar_days,
    exchanged_numbers,
    lengthened,
    longer_number,
    other_body,
    other_duty,
    other_limit,
    other_month,
    other_number,
    other_place,
    other_unit,
    other_word,
    other_year,
    pieces,
    shortened,
    weaker_duty,
    without_denial,
)
from rag.locator.numerals import NUMERAL, to_chinese, to_int

Treatment = Literal["none", "stopped", "marked", "shown"]
_ARTICLE = re.compile(rf"第({NUMERAL}+)(?=条[^/]*\Z)")
_UNSUPPORTED = "逾期不办理的，由主管部门予以通报"
_DOC_NUMBER = "（数发〔2019〕417号）"
_ANYWAY = "依照规定可以办理"
_MARKER = re.compile(r"\[(\d+)\]")
_REPAIRED = re.compile(r"(?:\A|[。\]\n])\s*《[^\n]+?》[^\s《》：]{0,60}(?<!写明)：“")
"""How code begins a sentence that takes the place of a false one; no lie is told in this form."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer."""

    title: str
    locator: str
    words: str
    marker: str
    """`[3]`; empty for none."""
    quoted: bool = True

    def said(self) -> str:
        """Return the sentence."""
        words = f"「{self.words}」" if self.quoted else self.words
        return f"《{self.title}》{self.locator}写明：{words}{self.marker}。"


@dataclass(frozen=True, slots=True)
class Told:
    """What a lie is made from."""

    case: Case
    claims: tuple[Claim, ...]
    """The honest answer; empty when the sources do not answer."""
    sources: int
    """How many the prompt has."""
    others: tuple[Gold, ...]
    """Clauses of other documents."""


@dataclass(frozen=True, slots=True)
class Lie:
    """A way to break an answer."""

    what: str
    fits: Callable[[Case], bool]
    """Whether the case's evidence can be broken so."""
    tell: Callable[[Told], str | None]
    """The answer; None when the clauses that are there cannot be broken so."""


def lie_of(case: Case) -> str:
    """Return which lie the liar tells to a case: of those that fit the one that the hash of the id picks.

    It is told whenever the answer is not refused.
    """
    fitting = lies_of(case)
    return fitting[int(hashlib.sha256(case.id.encode()).hexdigest(), 16) % len(fitting)]


def lies_of(case: Case) -> list[str]:
    """Return all lies that can be told to a case, keys of `LIES`; at least one."""
    return [name for name, lie in LIES.items() if lie.fits(case)]


def treatment(case: Case, outcome: Outcome) -> Treatment:
    """Tell what a system did with the liar's answer to a case.

    Returns:
        `none`: no lie was told, the question was refused. `stopped`: code wrote the answer or a sentence instead, or took the
        false marker away. `marked`: a notice says that something does not stand in a source, or has none. `shown`: the reader is
        told nothing.
    """
    if outcome.verdict in (None, "refused"):
        return "none"
    if outcome.model != "scripted:liar":
        return "stopped"
    if _REPAIRED.search(outcome.text):
        return "stopped"
    leads = {quote.n for quote in outcome.quotes}
    if lie_of(case) == "unknown_marker" and all(int(n) in leads for n in _MARKER.findall(outcome.text)):
        return "stopped"
    if any(n.code == "uncited" or n.code.endswith("_not_in_source") for n in outcome.warnings):
        return "marked"
    return "shown"


def _always(case: Case) -> bool:
    return case.answerable


def _first(claims: Sequence[Claim], change: Callable[[Claim], Claim | None]) -> str | None:
    """Return the answer with the first claim changed that can be; None when none can."""
    for number, claim in enumerate(claims):
        changed = change(claim)
        if changed is not None:
            return "".join(c.said() for c in [*claims[:number], changed, *claims[number + 1 :]])
    return None


def _of_words(what: str, change: Callable[[str], str | None], *, quoted: bool) -> Lie:
    """Return a lie in the words themselves."""

    def changed(claim: Claim) -> Claim | None:
        words = change(claim.words)
        return None if words is None else replace(claim, words=words, quoted=quoted)

    return Lie(
        what,
        lambda case: any(change(words) for gold in case.gold for words in pieces(gold.evidence)),
        lambda told: _first(told.claims, changed),
    )


def _of_claim(
    what: str, change: Callable[[Claim, Told], Claim | None], fits: Callable[[Case], bool] = _always
) -> Lie:
    """Return a lie about where the words stand."""
    return Lie(
        what,
        lambda case: case.answerable and fits(case),
        lambda told: _first(told.claims, lambda c: change(c, told)),
    )


def _added(what: str, sentence: Callable[[Claim], str]) -> Lie:
    """Return a lie after the honest answer."""

    def tell(told: Told) -> str | None:
        honest = "".join(claim.said() for claim in told.claims)
        return honest + sentence(told.claims[0]) if told.claims else None

    return Lie(what, _always, tell)


def _other_article(claim: Claim, told: Told) -> Claim | None:
    match = _ARTICLE.search(claim.locator)
    if match is None:
        return None
    wrong = to_chinese(to_int(match[1]) + 3)
    return replace(claim, locator=claim.locator[: match.start(1)] + wrong + claim.locator[match.end(1) :])


def _other_place(claim: Claim, told: Told) -> Claim | None:
    if _ARTICLE.search(claim.locator):
        return None
    parent = claim.locator.rpartition("/")[0]
    wrong = "（二十九）" if "19" in claim.locator or "十九" in claim.locator else "（十九）"
    return replace(claim, locator=f"{parent}/{wrong}".removeprefix("/"))


def _other_quote(claim: Claim, told: Told) -> Claim | None:
    words = [w for gold in told.others for w in pieces(gold.evidence) if len(w) >= LONG]
    pick = int(hashlib.sha256(told.case.id.encode()).hexdigest()[:8], 16)
    return replace(claim, words=words[pick % len(words)]) if words else None


def _other_words(claim: Claim, told: Told) -> Claim | None:
    changed = _other_quote(claim, told)
    return changed and replace(changed, quoted=False)


def _other_title(claim: Claim, told: Told) -> Claim | None:
    titles = sorted({gold.title for gold in told.others} - {claim.title})
    pick = int(hashlib.sha256(told.case.id.encode()).hexdigest()[:8], 16)
    return replace(claim, title=titles[pick % len(titles)]) if titles else None


def _other_marker(claim: Claim, told: Told) -> Claim | None:
    wrong = int(claim.marker.strip("[]")) % told.sources + 1
    return replace(claim, marker=f"[{wrong}]") if told.sources > 1 else None


def _stands_under(pattern: re.Pattern[str], wanted: bool) -> Callable[[Case], bool]:
    return lambda case: any((pattern.search(gold.locator) is not None) == wanted for gold in case.gold)


def _anyway(told: Told) -> str | None:
    return f"{_ANYWAY}[1]。" if told.sources else None


LIES: dict[str, Lie] = {
    "number": _of_words("another number", other_number, quoted=False),
    "date": _of_words("another year", other_year, quoted=False),
    "unit": _of_words("another unit", other_unit, quoted=False),
    "month": _of_words("another month", other_month, quoted=False),
    "longer_number": _of_words("a digit more before a number", longer_number, quoted=False),
    "exchanged": _of_words("two numbers of one unit exchanged", exchanged_numbers, quoted=False),
    "days": _of_words("working days for days, or the reverse", calendar_days, quoted=False),
    "limit": _of_words("at most for at least, or the reverse", other_limit, quoted=False),
    "reference": _of_words("another 第X条 in the words", other_place, quoted=False),
    "body": _of_words("another body", other_body, quoted=False),
    "weaker": _of_words("may for shall, or a must not with holes", weaker_duty, quoted=False),
    "denial": _of_words("a negation left out", without_denial, quoted=False),
    "exception": _of_words("an exception added in other words", lengthened, quoted=False),
    "duty": _of_words("may for shall, or the reverse", other_duty, quoted=False),
    "word": _of_words("a word changed inside the quotation", other_word, quoted=True),
    "omission": _of_words("the middle of the quotation left out without a sign", shortened, quoted=True),
    "addition": _of_words("an exception added inside the quotation", lengthened, quoted=True),
    "article": _of_claim("another 第X条", _other_article, _stands_under(_ARTICLE, True)),
    "place": _of_claim("another place of an outline", _other_place, _stands_under(_ARTICLE, False)),
    "other_quote": _of_claim("the words of another document's clause", _other_quote),
    "other_words": _of_claim("the same without quotation marks", _other_words),
    "other_title": _of_claim("the title of another document", _other_title),
    "other_marker": _of_claim("the marker of another clause", _other_marker),
    "unknown_marker": _of_claim(
        "a marker without a source", lambda c, told: replace(c, marker=f"[{told.sources + 90}]")
    ),
    "no_marker": _of_claim("no marker", lambda c, _: replace(c, marker="")),
    "title": _of_claim("a document that does not exist", lambda c, _: replace(c, title=f"{c.title}实施细则")),
    "doc_number": _of_claim("an invented 文号", lambda c, _: replace(c, locator=_DOC_NUMBER + c.locator)),
    "extra": _added("an unsupported sentence without a marker", lambda _: f"{_UNSUPPORTED}。"),
    "marked_extra": _added("an unsupported sentence with a marker", lambda c: f"{_UNSUPPORTED}{c.marker}。"),
    "anyway": Lie("an answer to what the sources do not answer", lambda case: not case.answerable, _anyway),
}
