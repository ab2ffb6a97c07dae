"""How much of a sentence the clauses that it cites have, word by word."""

import re
from collections.abc import Iterator, Sequence

from rag.doubt.amount import levelled
from rag.doubt.date import blanked
from rag.doubt.doubt import Doubt
from rag.doubt.figure import figures_in
from rag.doubt.source import Source
from rag.text import is_chinese, terms

_FRAME = re.compile(
    r"《[^《》]*》|根据|按照|依据|依照|规定|写明|明确|要求|提出|指出|该?办法|该?条例|该?文件|本法|应当|可以|必须|需要|不得|包括|以及|其中|分别|主要|具体|相关|有关|情况|内容|进行|通过|"
    r"如下|第[零〇一二两三四五六七八九十百千\d]+[条款项章节]|[的了和与及或在对为以由等并将其是有也都则即就]"
)
"""Words that say nothing of their own; they stand in every rule."""
_LIST_NUMBER = re.compile(
    r"(?m)^[\s#>|-]*(?:\(?\d{1,2}(?:[.、)](?!\d)|\))|[①-⑳])|(?<=[;；，,。：:\s])\(?\d{1,2}\)|\(\d{1,2}\)"
)
_LEAST_SHARE = 0.4
_LEAST_TERMS = 4


def without_list_numbers(text: str) -> str:
    """Return a sentence with blanks where it has the numbers of the answer's own list."""
    return _LIST_NUMBER.sub(lambda m: " " * len(m[0]), text)


def word_doubts(statement: str, cited: Sequence[Source], asked: str) -> Iterator[Doubt]:
    """Yield a doubt for a sentence of which most words stand in no cited clause and not in the question.

    A sentence in another language than the clauses has none of their words, and is let be.
    """
    if not mostly_chinese(statement) or not any(is_chinese(s.clause.text) for s in cited):
        return
    share = word_share(statement, cited, asked)
    if share is not None and share < _LEAST_SHARE:
        yield Doubt("words", levelled(statement).strip(), cited[0].clause.clause_id)


def mostly_chinese(text: str) -> bool:
    """Tell whether a sentence is Chinese: an English one may have some Chinese terms in brackets."""
    return 3 * len(re.findall(r"[㐀-鿿]", text)) >= len(re.findall(r"[A-Za-z]+", text))


def word_share(statement: str, cited: Sequence[Source], asked: str) -> float | None:
    """Return the share of a sentence's pairs of characters that the clauses or the question have; None for too few."""
    said = content_terms(statement)
    if len(said) < _LEAST_TERMS:
        return None
    known = set().union(*(s.terms for s in cited))
    lent = said & set(terms(asked)) - known
    return len(said & known) / max(1, len(said) - len(lent))


def content_terms(statement: str) -> frozenset[str]:
    """Return the pairs of characters, Latin words and numbers of a sentence, without words that stand in every rule.

    What it has in numbers with units and dates is left out: another check compares that.
    """
    found = figures_in(statement)
    spans = [(day.start, day.end) for day in found.dates] + [(one.start, one.end) for one in found.amounts]
    text = blanked(found.text, spans)
    return frozenset(term for term in terms(_FRAME.sub(" ", text)) if len(term) > 1)
