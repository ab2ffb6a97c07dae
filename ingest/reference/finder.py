"""The references of one document's clauses, read word by word."""

import re
from collections.abc import Callable

from ingest.reference.context import UNKNOWN, Context, Last
from ingest.reference.labels import BLANK, NUMBER, articles, beside, between, divisions
from ingest.reference.marks import Kind, Mark, marks
from ingest.reference.own import Own, article_number, paragraphs
from rag.locator.numerals import to_int
from rag.locator.place import key_of
from rag.schema import Clause, Reference

_LISTED = re.compile(
    rf"{BLANK}(?:[、，,]|[，,、]?(?:和|与|及|以及|或|或者|并|至|到|—|-|－|–|~|～)){{1,2}}{BLANK}"
)
_RANGE = re.compile(rf"{BLANK}(?:至|到|—|-|－|–|~|～){{1,2}}{BLANK}")
_COUNT = re.compile(r"前([两二三四五六七八九])条")


class Finder(Context):
    """Reads the clauses of one document in printed order."""

    def __init__(self, own: Own) -> None:
        super().__init__(own)
        self._acts: dict[Kind, Callable[[Mark], None]] = {
            "title": self._title, "state": self._state, "own": self._own_name, "that": self._that, "near": self._near,
            "division": self._division, "place": self._place, "pin": self._pin, "annex": self._annex, "quote": self._quote,
            "end": self._end,
        }  # fmt: skip

    def find(self, clause: Clause, position: int) -> tuple[Reference, ...]:
        """Return a clause's references in printed order, without their targets' ids.

        Args:
            clause: One of the document's clauses.
            position: How many articles stand before it.
        """
        self._begin(clause)
        self._position = position
        for mark in marks(clause.text):
            if mark.start >= self._skip:
                self._acts[mark.kind](mark)
        self._let_go()
        self._found.sort(key=lambda r: r.span)
        return tuple(self._found)

    def _place(self, mark: Mark) -> None:
        """第X条 or 第X章, with a name before it or bare."""
        taken = self._taken(mark)
        start, title, above = taken or (mark.start, self._context, "")
        listed = self._goes_on(_LISTED, mark)
        words = mark.match["article"] or mark.match["article_alone"]
        if words is None:
            self._place_division(mark, start, title, above, bool(taken or listed))
            return
        labels = articles(words)
        if taken is None and self._opens_quote(mark, labels[0]):
            return
        sure = bool(taken or listed) or title != self._own.title
        if not sure and not all(article_number(label) in self._own.articles for label in labels):
            return
        for label in labels:
            self._add(start, mark.end, title, label)
        if self._last and self._goes_on(_RANGE, mark):
            for label in self._inside(self._last.locator, labels[0], title):
                self._add(self._last.start, mark.end, title, label)
        self._article = self._remember(title, labels[-1], mark)

    def _goes_on(self, joint: re.Pattern[str], mark: Mark) -> bool:
        """Tell whether a mark goes on from the place before it: 第六条、第八条."""
        return self._last is not None and joint.fullmatch(self._text, self._last.end, mark.start) is not None

    def _opens_quote(self, mark: Mark, label: str) -> bool:
        """In a text that amends, “第十条之一 …… opens the new article's own words."""
        opens = self._quoted and self._text[mark.start - 1] == "“" and mark.start > 0
        if not opens or self._text[mark.end : mark.end + 1] not in (" ", "\u3000", "\xa0", "\t", "\n", "【"):
            return False
        self._outer = Last(self._context, label, mark.start, mark.end)
        return True

    def _inside(self, first: str, last: str, title: str) -> list[str]:
        low, high = article_number(first), article_number(last)
        own = self._own.between(low, high) if title == self._own.title else []
        return own or between(low, high, arabic=last[1:2].isdigit())

    def _remember(self, title: str, locator: str, mark: Mark) -> Last:
        self._last = Last(title, locator, mark.match.start(mark.kind), mark.end)
        if not self._quoted:
            self._outer = self._last
        return self._last

    def _place_division(self, mark: Mark, start: int, title: str, above: str, sure: bool) -> None:
        half = mark.match["half"]
        labels = [*([half] if half else []), *divisions(mark.match["path"])]
        path = "/".join([above, *labels] if above else labels)
        if self._last and not above and not half and title == self._last.title:
            path = beside(self._last.locator, labels) or path
        if title == self._own.title:
            known = self._own.places.get(key_of(path))
            sure = sure or known is not None
            path = known or path
        if sure:
            self._add(start, mark.end, title, path)
            self._remember(title, path, mark)

    def _near(self, mark: Mark) -> None:
        """前款, 前条, 本条, 该条."""
        self._let_go()
        word = mark.text
        if not self._clause.label:
            return
        title, labels = self._own.title, [self._clause.label]
        if self._quoted or word.startswith("该条"):
            meant = self._outer if self._quoted else self._article
            title, labels = (meant.title, [meant.locator]) if meant else (UNKNOWN, [])
        elif word.startswith(("前", "上")) and "条" in word[:3]:
            count = _COUNT.match(word)
            labels = self._own.before(self._position, to_int(count[1]) if count else 1)
            labels = labels if self._is_article else []
        elif not self._is_article and "款" not in word[:3]:
            return
        for label in labels:
            self._add(mark.start, mark.end, title, label)

    def _pin(self, mark: Mark) -> None:
        """A 款 or 项 alone is the article's own; a 款 that it does not have is of the article named last."""
        head = self._head
        self._let_go()
        if head and head.next == mark.start:
            return
        number = NUMBER.search(mark.text)
        fits = "款" not in mark.text or (
            number is not None and to_int(number.group()) <= paragraphs(self._text)
        )
        last = self._outer if self._amends else self._last
        if self._is_article and not self._amends and fits:
            self._add(mark.start, mark.end, self._own.title, self._clause.label)
        elif last and "条" in last.locator:
            self._add(mark.start, mark.end, last.title, last.locator)

    def _annex(self, mark: Mark) -> None:
        """附件1: of the document named before it, else the document's own where it has one."""
        last = self._last if self._last and self._last.locator.startswith("附") else None
        if last and self._goes_on(_LISTED, mark):
            self._let_go()
            start, title = mark.start, last.title
        else:
            head = self._head if self._head and self._head.next == mark.start else None
            self._head = None if head else self._head
            self._let_go()
            start, title = (head.start, head.title) if head else (mark.start, UNKNOWN)
        known = self._own.places.get(key_of(mark.text)) if title in (UNKNOWN, self._own.title) else None
        if title == UNKNOWN and (known is None or known == self._clause.locator):
            return
        self._add(start, mark.end, title or self._own.title, known or mark.text)
        self._remember(title or self._own.title, known or mark.text, mark)
