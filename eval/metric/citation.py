"""Whether an answer cites the right clauses, and quotes what stands in them."""

import re

from eval.cases import Case
from eval.metric.cost import MARKER
from eval.metric.relevance import completed, distinct, is_right, needed
from eval.metric.score import Score
from eval.outcome import Outcome, Passage
from rag.text import bare, is_chinese

SHORTEST = 8
"""Characters from which words in quotation marks are taken as a quotation; shorter ones name or stress a word."""
MARKED = "quote_not_in_source"
_BEGINNING = 40
_TITLE = r"《[^《》]*》"
_INSIDE = r"(?:[^{0}{1}\n]|\n(?!\s*\n)|{0}[^{0}{1}\n]*{1})+"
"""Words between two marks, one more pair of the same marks inside; an empty line ends a quotation that was never closed."""
# A title is read over, so that marks inside it do not count.
_QUOTED = re.compile(
    "|".join(
        [_TITLE, *(f"{a}({_INSIDE.format(a, b)}){b}" for a, b in ("「」", "『』", "“”")), r'"([^"\n]+)"']
    )
)
_MARKS = re.compile(r"[「」『』“”‘’\"'《》〈〉*]")
_LEFT_OUT = re.compile(r"\.{3,}|…+")
_EDGES = ",.。;、:!?"


def citation_recall(case: Case, outcome: Outcome) -> Score | None:
    """Share of the clauses that answer together which the answer cites; 0 for a refusal, None for an unanswerable case."""
    if outcome.verdict is None or not case.answerable:
        return None
    wanted = needed(case)
    held = {key for new in completed(case, [q.passage for q in outcome.quotes]) for key in new}
    missed = sorted(locator for title, locator in wanted if (title, locator) not in held)
    return Score(1 - len(missed) / len(wanted), f"misses {', '.join(missed)}" if missed else "has all")


def citation_precision(case: Case, outcome: Outcome) -> Score | None:
    """Share of the cited passages that are right, each counted once; None for an answer without citations."""
    cited = distinct(q.passage for q in outcome.quotes)
    if outcome.verdict is None or not case.answerable or not cited:
        return None
    wrong = [_name(passage) for passage in cited if not is_right(case, passage)]
    share = 1 - len(wrong) / len(cited)
    return Score(share, f"also cites {', '.join(wrong)}" if wrong else "cites only right passages")


def quotes_verbatim(case: Case, outcome: Outcome) -> Score | None:
    """Share of the citations whose quote stands in its passage, blanks and widths aside; None without citations."""
    if outcome.verdict is None or not outcome.quotes:
        return None
    wrong = [
        _name(q.passage)
        for q in outcome.quotes
        if not bare(q.quote) or bare(q.quote) not in bare(q.passage.text)
    ]
    share = 1 - len(wrong) / len(outcome.quotes)
    return Score(share, f"not in the passage: {', '.join(wrong)}" if wrong else "all stand in their passages")


def quotations_verbatim(case: Case, outcome: Outcome) -> Score | None:
    """Share of the quotations in the shown text that are somebody's words; None when the text quotes nothing.

    A quotation is what stands in 「」, 『』, “” or "" and has at least 8 characters. It must stand in a passage that the answer
    cites, in its title, or in what was asked; blanks, widths, inner marks and the punctuation at its ends aside, and part by
    part where …… leaves words out. Words without a Chinese character, said of Chinese passages, are a translation and not
    counted. A quotation that the answer itself marks by a notice `quote_not_in_source` is right: the reader has been told.
    """
    sources = [case.question, *(words for turn in case.history for words in turn)]
    cited = [f"{q.passage.locator.rsplit('/', 1)[-1]}{q.passage.text}" for q in outcome.quotes]
    sources += [*cited, *(q.passage.title for q in outcome.quotes)]
    chinese = any(map(is_chinese, cited))
    quotations = [words for words in _quotations(outcome.text) if is_chinese(words) or not chinese]
    if outcome.verdict is None or not quotations:
        return None
    folded = [_folded(text) for text in sources]
    told = [_folded(notice.text) for notice in outcome.warnings if notice.code == MARKED]
    wrong = [
        words
        for words in quotations
        # A notice gives a long quotation by its beginning.
        if not _stands(words, folded) and not any(_folded(words)[:_BEGINNING] in text for text in told)
    ]
    share = 1 - len(wrong) / len(quotations)
    return Score(share, f"in no cited passage: {'; '.join(wrong)}" if wrong else "all stand in what is cited")


def _name(passage: Passage) -> str:
    return passage.locator or f"{passage.title} “{passage.text[:12]}…”"


def _quotations(text: str) -> list[str]:
    found = ("".join(match.groups(default="")) for match in _QUOTED.finditer(MARKER.sub("", text)))
    return [words for words in found if len(_folded(words)) >= SHORTEST]


def _folded(text: str) -> str:
    return _MARKS.sub("", bare(text)).casefold()


def _stands(words: str, sources: list[str]) -> bool:
    parts = [_folded(part).strip(_EDGES) for part in _LEFT_OUT.split(words)]
    return any(_in_order(parts, source) for source in sources)


def _in_order(parts: list[str], source: str) -> bool:
    place = 0
    for part in parts:
        found = source.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True
