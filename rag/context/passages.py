"""The sources of a prompt: numbered clauses with what belongs to them, as many as there is room for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rag.context.companions import Companion, Kind
from rag.context.context import Context
from rag.context.excerpt import excerpt
from rag.context.fence import INDENT, defused, fenced, one_line
from rag.schema import Clause, Document, Hit
from rag.text import Lang

_LEADING = 5
"""Hits that get room before anything else does."""
_COMPANIONS_SHARE = 0.3
"""Of the room, at most, for clauses that only belong to a hit."""
_COMPANION_TOKENS = 600
"""Most for one of them: a paragraph or two."""
_LEAST = 400
"""Tokens below which a clause is not cut: less is a heading and half a sentence."""
_MARKS: dict[Lang, dict[Kind, str]] = {
    "zh": {
        "before": "[{}]之前的条款",
        "referred_to": "[{}]引用的条款",
        "definition": "[{}]用语的定义",
        "referring": "引用[{}]的条款",
    },
    "en": {
        "before": "stands before [{}]",
        "referred_to": "referred to by [{}]",
        "definition": "defines a word of [{}]",
        "referring": "refers to [{}]",
    },
}
_EXCERPT: dict[Lang, str] = {"zh": "节选", "en": "excerpt"}
_MOST_MARKS = 2
_ANY_NUMBER = 99


@dataclass(frozen=True, slots=True)
class Passage:
    """One numbered source of a prompt."""

    hit: Hit
    """What its number cites; a clause that only belongs to a hit has no legs and no score."""
    text: str
    """As it goes to the model: a heading with its number, below it the clause's words, every line indented."""


@dataclass(frozen=True, slots=True)
class _Shown:
    hit: Hit
    body: str
    cost: int
    under: str | None
    """clause_id of the hit that it only belongs to; None for a hit."""


def heading(number: int, clause: Clause, facts: Sequence[str | None]) -> str:
    """Return the first line of a numbered clause; facts that are None are left out."""
    known = "；".join(fact for fact in facts if fact)
    name = f"《{one_line(clause.title)}》{one_line(clause.locator)}"
    return f"[{number}]{name}{f'（{known}）' if known else ''}"


def facts_of(document: Document) -> list[str | None]:
    """Return who issued a document, its status, and from when to when it holds; None for what is unknown."""
    return [
        document.issuer,
        document.status,
        f"{document.effective_date}起施行" if document.effective_date else None,
        f"{document.expiry_date}止" if document.expiry_date else None,
    ]


def packed(context: Context, budget: int, lang: Lang, estimate: Callable[[str], int]) -> list[Passage]:
    """Return the numbered clauses that fit, best first, each with what belongs to it below.

    The first five hits share the room: a long one is cut before another is left out. What belongs to hits takes at most
    three tenths of it, and only what those five leave.

    Args:
        context: Hits and what belongs to them; no clause is given twice.
        budget: Tokens for all of them.
        lang: Of the words that say what a clause is there for.
        estimate: Upper bound of a text's tokens.

    Returns:
        At least one, however small the budget is; none for no hits.
    """
    return _Packer(context, budget, lang, estimate).packed() if context.hits else []


class _Packer:
    def __init__(self, context: Context, budget: int, lang: Lang, estimate: Callable[[str], int]) -> None:
        self._context, self._budget, self._lang, self._estimate = context, budget, lang, estimate
        self._left = budget
        self._left_for_companions = int(budget * _COMPANIONS_SHARE)
        self._shown: dict[str, _Shown] = {}
        self._ties: dict[str, dict[str, Kind]] = defaultdict(dict)
        for companion in context.companions:
            self._ties[companion.clause.clause_id].setdefault(companion.of, companion.kind)

    def packed(self) -> list[Passage]:
        leading, others = self._context.hits[:_LEADING], self._context.hits[_LEADING:]
        rooms = _rooms([self._whole(hit.clause, None) for hit in leading], self._budget)
        for hit, room in zip(leading, rooms, strict=False):
            self._take(hit, room, needed=hit is leading[0])
        for hit in leading[len(rooms) :]:
            self._take(hit, self._left)
        self._take_companions({hit.clause.clause_id for hit in leading})
        for hit in others:
            self._take(hit, self._left)
        self._take_companions({hit.clause.clause_id for hit in others})
        return self._numbered()

    def _take(self, hit: Hit, room: float, *, needed: bool = False) -> None:
        """Show a hit, cut if it must be; one that is shown below another is given in full if there is room."""
        clause = hit.clause
        before = self._shown.get(clause.clause_id)
        under = before.under if before else None
        room = room + before.cost if before else room
        whole = self._whole(clause, under)
        if whole <= room:
            self._show(_Shown(hit, clause.text, whole, under))
        elif needed or (before is None and room >= _LEAST):
            body = excerpt(clause.text, room - self._frame(clause, under), self._context.asked, self._size)
            self._show(_Shown(hit, body, self._frame(clause, under) + self._size(body), under))

    def _take_companions(self, of: Collection[str]) -> None:
        for companion in self._context.companions:
            clause_id = companion.clause.clause_id
            if companion.of in of and companion.of in self._shown and clause_id not in self._shown:
                self._take_companion(companion)

    def _take_companion(self, companion: Companion) -> None:
        room = min(self._left, self._left_for_companions, _COMPANION_TOKENS)
        frame = self._frame(companion.clause, companion.of)
        if room < frame:
            return
        asked = self._context.asked
        body = excerpt(companion.clause.text, room - frame, asked, self._size, companion.spans)
        cost = frame + self._size(body)
        if cost <= room:
            self._show(_Shown(Hit(companion.clause, 0.0), body, cost, companion.of))
            self._left_for_companions -= cost

    def _show(self, shown: _Shown) -> None:
        clause_id = shown.hit.clause.clause_id
        before = self._shown.get(clause_id)
        self._left -= shown.cost - (before.cost if before else 0)
        self._shown[clause_id] = shown

    def _whole(self, clause: Clause, under: str | None) -> int:
        return self._frame(clause, under) + self._size(clause.text)

    def _size(self, body: str) -> int:
        """Return the tokens of a clause's text, or of a part of it, without the indent of the first line."""
        return self._estimate(defused(body)) + self._estimate(INDENT) * body.count("\n")

    def _frame(self, clause: Clause, under: str | None) -> int:
        """Return the tokens of everything but the text, whatever the numbers will be."""
        marks = [self._mark(kind, _ANY_NUMBER) for kind in self._ties[clause.clause_id].values()]
        longest = sorted(marks, key=self._estimate, reverse=True)[:_MOST_MARKS]
        facts = self._facts(clause, longest, under, cut=True)
        return self._estimate(heading(_ANY_NUMBER, clause, facts)) + self._estimate(f"\n\n\n{INDENT}")

    def _facts(
        self, clause: Clause, marks: Sequence[str], under: str | None, *, cut: bool
    ) -> list[str | None]:
        document = self._context.documents[clause.document_id]
        # What belongs to a hit of the same document stands right below it.
        told = under is not None and under.split(":")[0] == clause.document_id
        facts = [clause.headings, *([] if told else facts_of(document))]
        known = [one_line(fact) for fact in facts if fact]
        return [*marks, *known, _EXCERPT[self._lang] if cut else None]

    def _mark(self, kind: Kind, number: int) -> str:
        return _MARKS[self._lang][kind].format(number)

    def _numbered(self) -> list[Passage]:
        order = _grouped(self._shown)
        numbers = {clause_id: number for number, clause_id in enumerate(order, 1)}
        out: list[Passage] = []
        for clause_id, number in numbers.items():
            shown = self._shown[clause_id]
            # Of two that belong to each other the second says so.
            marks = [
                self._mark(kind, numbers[of])
                for of, kind in self._ties[clause_id].items()
                if numbers.get(of, number) < number
            ][:_MOST_MARKS]
            clause = shown.hit.clause
            facts = self._facts(clause, marks, shown.under, cut=shown.body != clause.text)
            out.append(Passage(shown.hit, f"{heading(number, clause, facts)}\n{fenced(shown.body)}"))
        return out


def _grouped(shown: dict[str, _Shown]) -> list[str]:
    """Return the ids in the order of their numbers: hits as they were taken, below each what belongs to it."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for clause_id, one in shown.items():
        below[one.under].append(clause_id)
    out, waiting = list[str](), below[None][::-1]
    while waiting:
        clause_id = waiting.pop()
        out.append(clause_id)
        waiting += below[clause_id][::-1]
    return out


def _rooms(costs: Sequence[int], budget: int) -> list[float]:
    """Return the tokens that each of the first clauses may take, so that as many as possible get a useful part.

    Long ones are cut to one common length; the last of them give way when that would be too little.
    """
    for count in range(len(costs), 1, -1):
        level = _level(costs[:count], budget)
        if level >= _LEAST:
            return [level] * count
    return [budget]


def _level(costs: Sequence[int], budget: int) -> float:
    """Return the length to which the longest must be cut so that all fit; infinite when they do as they are."""
    left = float(budget)
    for number, cost in enumerate(sorted(costs)):
        fair = left / (len(costs) - number)
        if cost > fair:
            return fair
        left -= cost
    return float("inf")
