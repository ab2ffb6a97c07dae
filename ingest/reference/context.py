"""What a clause and its document have named so far: it decides which document a place belongs to."""

import re
from dataclasses import dataclass

from ingest.reference.marks import Mark
from ingest.reference.names import introduced, is_form, law_at, name_before
from ingest.reference.own import Own, division
from rag.locator.place import part_of
from rag.schema import Clause, Reference

# How a unit of a text that amends begins; others go on with the words that the last one quotes.
_ACTS = re.compile(
    r"将|在|删|增|修改|对|把|原|第|[一二三四五六七八九十]+、|《|[\u4e00-\u9fff]{2,20}法(?:第|典)|宪法|本(?:决定|修正案)"
)
_ENDINGS = "法典例则约程案释排定"
"""Last characters of names that stand without 《》 before 第X条."""
_FILLING = " \t\u3000\xa0原"
"""May stand between a name and its place: 刑法原第155条."""
UNKNOWN = ""
"""A document that cannot be told."""


@dataclass(slots=True)
class _Head:
    """A name that waits for the place that may follow it."""

    start: int
    end: int
    next: int
    """Where a place must begin to belong to it: behind brackets."""
    title: str
    path: str = ""
    """Of 本章."""
    says: bool = True
    """It is a reference by itself: 《…》 is, 本法 is not."""


@dataclass(slots=True)
class Last:
    """A place that was named, which a list goes on from."""

    title: str
    locator: str
    start: int
    """Of the place, without a name before it."""
    end: int


class Context:
    """Keeps the short forms of a document, and of one clause what its sentence, its list and its quotation are about."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._amends = own.amends is not None
        self._amended = own.amends or UNKNOWN
        self._known: dict[str, str] = {}
        self._mentioned: set[str] = set()
        self._endings = set(_ENDINGS)
        self._quoted = False
        self._outer: Last | None = None
        """In a text that amends: the article whose new words are quoted."""

    def _begin(self, clause: Clause) -> None:
        self._clause, self._text = clause, clause.text
        self._is_article = part_of(clause.label).style == "条"
        self._found: list[Reference] = []
        self._head: _Head | None = None
        self._last: Last | None = None
        self._article: Last | None = None
        self._other = UNKNOWN
        self._skip = 0
        if not self._amends or _ACTS.match(self._text):
            self._quoted, self._outer = False, None
        if self._amends and "《" in clause.headings:
            self._amended = clause.headings.rpartition("《")[2].partition("》")[0] or self._amended
        self._new_sentence()

    def _new_sentence(self) -> None:
        """A bare 第X条 is the document's own, or of the law that it amends or is about."""
        if self._amends:
            self._context = self._outer.title if self._quoted and self._outer else self._amended
        else:
            self._context = self._own.title if self._own.articles else self._own.subject

    def _add(self, start: int, end: int, title: str, locator: str | None) -> None:
        if title != UNKNOWN:
            self._found.append(Reference((start, end), title, locator or None))

    def _let_go(self) -> None:
        """The name that waited has no place behind it."""
        if self._head and self._head.says:
            self._add(self._head.start, self._head.end, self._head.title, self._head.path)
        self._head = None

    def _hold(self, head: _Head) -> None:
        self._let_go()
        self._head, self._context = head, head.title

    def _taken(self, mark: Mark) -> tuple[int, str, str] | None:
        """Return where a place's reference begins, its document, and the division before it; None for a bare place."""
        head = self._head
        if head and head.next <= mark.start and not self._text[head.next : mark.start].strip(_FILLING):
            self._head = None
            return head.start, head.title, head.path
        self._let_go()
        end = mark.start - self._text.endswith("原", 0, mark.start)
        if end and self._text[end - 1] in self._endings:
            found = name_before(self._text, end, self._known, self._mentioned)
            if found:
                self._context = found[1]
                self._other = found[1] or self._other
                return found[0], found[1], ""
        return None

    def _title(self, mark: Mark) -> None:
        title = mark.text[1:-1].strip()
        if not title or is_form(title):
            return
        self._mentioned.add(title.removeprefix("中华人民共和国"))
        title = self._known.get(title, title)
        if self._amends and not self._quoted:
            self._amended = title
        self._name(mark.start, mark.end, title)

    def _state(self, mark: Mark) -> None:
        """中华人民共和国 with the name of a law behind it."""
        end = law_at(self._text, mark.end)
        if end is not None:
            self._name(mark.start, end, self._text[mark.start : end])

    def _name(self, start: int, end: int, title: str) -> None:
        after = introduced(self._text, end)
        if after.short:
            self._known[after.short] = title
            self._endings.add(after.short[-1])
            self._skip = after.end
        self._other = title
        self._hold(_Head(start, end, after.end, title))

    def _own_name(self, mark: Mark) -> None:
        """本法; in quoted words of another law, that law."""
        title = self._own.title
        if self._quoted:
            title = self._outer.title if self._outer else self._amended
        self._hold(_Head(mark.start, mark.end, mark.end, title, says=False))

    def _that(self, mark: Mark) -> None:
        """同法 or 该条例: the one that was named last."""
        title = self._other or self._bare_name(mark.start)
        self._hold(_Head(mark.start, mark.end, mark.end, title, says=False))

    def _bare_name(self, end: int) -> str:
        for match in reversed(list(re.finditer("法典?|条例|公约", self._text[:end]))):
            found = name_before(self._text, match.end(), self._known, self._mentioned)
            if found and found[1]:
                return found[1]
        return UNKNOWN

    def _division(self, mark: Mark) -> None:
        """本章, 本节, 本编."""
        path = None if self._quoted else division(self._clause, mark.text[1:])
        title = self._context if self._quoted else self._own.title
        self._hold(_Head(mark.start, mark.end, mark.end, title, path or "", says=path is not None))

    def _quote(self, mark: Mark) -> None:
        if self._amends:
            self._quoted = mark.text == "“"
            self._new_sentence()

    def _end(self, mark: Mark) -> None:
        del mark
        self._let_go()
        if not self._amends:
            self._last = None
        self._new_sentence()
