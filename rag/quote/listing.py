"""A list with all its items, counted: numbered items of a clause, or the headings under a heading."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.context.context import Context
from rag.locator.numerals import NUMERAL, to_int
from rag.quote.extract import Extract, Sentence, best_sentences
from rag.quote.piecewise import completed
from rag.quote.quoted import Quoted, Quotes, name_of
from rag.rerank import SentenceScorer
from rag.schema import Hit
from rag.text import Lang, sentences
from rag.verdict.question_type import Asked, asked_for, can_answer, is_about

_CN = "一二三四五六七八九十"
_LINE_MARKS = (
    re.compile(rf"[ \t\u3000]*[（(]\s*(?P<n>[{_CN}]{{1,3}})\s*[）)]"),
    re.compile(r"[ \t\u3000]*[（(]\s*(?P<n>\d{1,2})\s*[）)]"),
    re.compile(r"[ \t\u3000]*(?P<n>\d{1,2})\s*(?:[.．](?![\d．.])|、|[）)])"),
    re.compile(rf"[ \t\u3000]*(?P<n>[{_CN}]{{1,3}})、"),
    re.compile(rf"[ \t\u3000]*第(?P<n>{NUMERAL}{{1,3}})[，,、：:目项类步]"),
    re.compile(rf"[ \t\u3000]*(?P<n>[{_CN}])(?:是|要)"),
    re.compile(r"[ \t\u3000]*(?P<n>[①-⑳])"),
    re.compile(r"[ \t\u3000]*[（(](?P<n>[a-t])[）)]"),
)
"""The marks that lines of a list begin with."""
_INLINE_MARKS = (
    re.compile(rf"(?<=[：:；;，,。、])\s*[（(](?P<n>[{_CN}]{{1,3}})[）)]"),
    re.compile(r"(?<=[：:；;，,。、])\s*[（(](?P<n>\d{1,2})[）)]"),
    re.compile(rf"(?:(?<=[：:；;，,。\n])|^)\s*(?P<n>[{_CN}])(?:是|要)"),
    re.compile(rf"(?:(?<=[：:；;，,。\n])|^)\s*第(?P<n>[{_CN}])(?:[，,、：:]|类|步)"),
    re.compile(r"(?<=[：:；;，,。、])\s*(?P<n>[①-⑳])"),
    re.compile(r"(?<=[：:；;，,。])\s*(?P<n>\d{1,2})[.．、](?![\d．.])"),
)
_LEAST = 2
_WHOLE_CHARS = 1500
"""A longer list is given by the first sentence of each item."""
_ITEM_CHARS = 80
_LEAD_CHARS = 300
"""Of a paragraph that leads to a list."""
_BESIDES: tuple[Asked, ...] = ("money", "percent", "duration", "date")
_FAR = 3.0
_DEPTH = 5
_MOST_CLAUSES = 2
_NEAR = 0.8
"""Standard deviations by which the best sentence of a clause with a list may lie below the best one of all."""
COUNTED: Mapping[Lang, str] = {"zh": "（共 {} 项）", "en": " ({} items)"}
"""Said behind the name of what holds a list."""
_SHORT: Mapping[Lang, str] = {"zh": "（共 {} 项，各引首句）", "en": " ({} items, the first sentence of each)"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list within a text, as (start, end)."""

    lead: tuple[int, int] | None
    """The sentence that leads to it; None when it begins the text."""
    items: tuple[tuple[int, int], ...]
    """In order, each with its number and what stands under it."""

    @property
    def span(self) -> tuple[int, int]:
        """From the lead to the end of the last item."""
        return (self.lead or self.items[0])[0], self.items[-1][1]


def listed(context: Context, hits: Sequence[Hit], scorer: SentenceScorer, lang: Lang) -> Quoted | None:
    """Quote the list that a question asks for, with all its items and their number.

    Returns:
        None when it asks for no list, or the clause that fits best holds none.
    """
    if "list" not in asked_for(context.asked):
        return None
    quotes = Quotes()
    found = best_sentences(context.asked, hits[:_DEPTH], scorer)
    best = {s.hit: s for s in reversed(found)}
    order = sorted(best.values(), key=lambda s: -s.score)
    close = [s for s in order if s.score >= order[0].score - _NEAR][:_MOST_CLAUSES]
    lists = [(hits[s.hit], _around(hits[s.hit].clause.text, s)) for s in close]
    if not lists or not isinstance(lists[0][1], Listing):
        return None
    # What comes near the list that fits best is shown too, unless it is none.
    shown = [
        (x, completed(context.asked, [Extract(hit, *x.span)], scorer))
        for hit, x in lists
        if isinstance(x, Listing)
    ]
    blocks = [_listing(x, passages, quotes, lang) for x, passages in shown]
    said = "".join(p.text for _, passages in shown for p in passages)
    for passage in _asked_besides(context.asked, said, found, hits):
        blocks.append(f"{name_of(passage.hit.clause)}：{quotes.words(passage)}")
    return quotes.quoted("\n\n".join(blocks))


def _asked_besides(
    asked: str, said: str, found: Sequence[Sentence], hits: Sequence[Hit]
) -> Iterator[Extract]:
    """Yield the best sentence for an amount or a time that is asked for together with a list that does not have it."""
    for kind in asked_for(asked):
        if kind not in _BESIDES or can_answer(kind, said):
            continue
        for sentence in found:
            text = hits[sentence.hit].clause.text[sentence.start : sentence.end]
            near = sentence.score >= found[0].score - _FAR
            if near and can_answer(kind, text) and is_about(kind, asked, text):
                yield Extract(hits[sentence.hit], sentence.start, sentence.end)
                break


def _around(text: str, sentence: Sentence) -> Listing | None:
    """Return the list that holds a sentence; None when only one long item of it is meant."""
    for listing in lists_in(text):
        if listing.span[0] <= sentence.start < listing.span[1]:
            chars = sum(b - a for a, b in listing.items) / len(listing.items)
            leads = sentence.start < listing.items[0][0]
            return listing if leads or chars <= _ITEM_CHARS else None
    return None


def lists_in(text: str) -> list[Listing]:
    """Return the numbered lists of a text, in order; those within an item of another are part of it."""
    found = list(_line_lists(text))
    taken = [x.span for x in found]
    for listing in _inline_lists(text):
        if not any(a <= listing.span[0] < b for a, b in taken):
            found.append(listing)
            taken.append(listing.span)
    return sorted(found, key=lambda x: x.span)


def _line_lists(text: str) -> Iterator[Listing]:
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    at = 0
    while at < len(lines):
        pattern = next((p for p in _LINE_MARKS if _number(p.match(text, *lines[at])) == 1), None)
        if pattern is None:
            at += 1
            continue
        starts, end = _run(text, lines, at, pattern)
        if len(starts) >= _LEAST:
            bounds = [*starts, end]
            items = [(lines[a][0], lines[b - 1][1]) for a, b in pairwise(bounds)]
            yield Listing(_lead(text, lines[at][0]), tuple(items))
        at = max(end, at + 1)


def _run(
    text: str, lines: Sequence[tuple[int, int]], first: int, pattern: re.Pattern[str]
) -> tuple[list[int], int]:
    """Return the lines at which items begin, numbered on from 1, and the line after the last item."""
    starts, end = [first], first + 1
    for number in range(first + 1, len(lines)):
        found = _number(pattern.match(text, *lines[number]))
        if found == len(starts) + 1:
            starts.append(number)
            end = number + 1
        elif any(p is not pattern and p.match(text, *lines[number]) for p in _LINE_MARKS) and found is None:
            end = number + 1 if end == number else end
        elif found is not None or not _goes_on(text, lines, number, pattern, len(starts) + 1):
            break
    return starts, end


def _goes_on(
    text: str, lines: Sequence[tuple[int, int]], number: int, pattern: re.Pattern[str], wanted: int
) -> bool:
    """Tell whether the next item still comes after a line without a number."""
    following = (_number(pattern.match(text, *line)) for line in lines[number : number + 4])
    return wanted in following


def _inline_lists(text: str) -> Iterator[Listing]:
    for pattern in _INLINE_MARKS:
        run: list[int] = []
        for mark in [*pattern.finditer(text), None]:
            number = _number(mark)
            if mark is not None and run and number == len(run) + 1:
                run.append(_begin(mark))
                continue
            if len(run) >= _LEAST:
                yield _inline(text, run)
            run = [_begin(mark)] if mark is not None and number == 1 else []


def _inline(text: str, starts: Sequence[int]) -> Listing:
    """Return a list within a paragraph; its last item ends with its sentence, or as the others with several."""
    several = any("。" in text[a : b - 1].rstrip()[:-1] for a, b in pairwise(starts))
    stop = re.compile(r"\n|$" if several else r"。|(?=\n)|$").search(text, starts[-1])
    end = (stop.start() if several else stop.end()) if stop else len(text)
    ends = [*starts[1:], end]
    items = tuple((a, a + len(text[a:b].rstrip())) for a, b in zip(starts, ends, strict=True))
    return Listing(_lead(text, starts[0]), items)


def _begin(mark: re.Match[str]) -> int:
    return mark.end() - len(mark[0].lstrip())


def _lead(text: str, start: int) -> tuple[int, int] | None:
    """Return the sentence that ends right before a list; its whole paragraph where that sentence does not announce the items."""
    before = [(a, b) for a, b in sentences(text[:start]) if text[a:b].strip()]
    if not before:
        return None
    first, end = before[-1]
    if text[first:end].rstrip().endswith(("：", ":")):
        return first, end
    paragraph = [a for a, _ in before if "\n" not in text[a:end].rstrip() and end - a <= _LEAD_CHARS]
    return min(paragraph, default=first), end


def _number(mark: re.Match[str] | None) -> int | None:
    if mark is None:
        return None
    printed = mark["n"]
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    return ord(printed) - ord("a") + 1 if printed.isalpha() and printed.isascii() else to_int(printed)


def _listing(listing: Listing, passages: Sequence[Extract], quotes: Quotes, lang: Lang) -> str:
    """Return a list in words; `passages` are of its clause, the list among them."""
    hit = passages[0].hit
    name, count = name_of(hit.clause), len(listing.items)
    start, end = listing.span
    if end - start <= _WHOLE_CHARS:
        return f"{name}{COUNTED[lang].format(count)}：\n{quotes.joined(passages)}"
    parts = [Extract(hit, *span) for span in ([listing.lead] if listing.lead else [])]
    parts += [Extract(hit, a, _first_end(hit.clause.text, a, b)) for a, b in listing.items]
    return f"{name}{_SHORT[lang].format(count)}：\n" + "\n".join(map(quotes.words, parts))


def _first_end(text: str, start: int, end: int) -> int:
    found = next(sentences(text[start:end]), (0, end - start))
    return start + found[1]
