"""Whether an answer names all items of a list."""

import re
from collections.abc import Sequence
from statistics import median

from eval.cases import Case
from eval.metric.facts import shown, states
from eval.metric.score import Score
from eval.outcome import Outcome
from rag.text import bare

LEAST = 3
"""Items that make a list of words with 、 between them."""
_NUMBER = re.compile(
    r"(?:^|(?<=[\n：:；;。，,]))\s*(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|\d{1,2}(?:[.．](?!\d)|、)|[①-⑳])"
)
_SENTENCE = re.compile(r"[^。；;：:！？\n]+")
_LAST_TWO = re.compile(r"以及|和|及|与")
_END = re.compile(r"等")
_EDGES = "，,。.；;：:、！!？? \n"


def list_complete(case: Case, outcome: Outcome) -> Score | None:
    """Share of a list's items that the answer names; None for a case of another type than `list`.

    The items are those of the evidence where it is enumerated: its numbered items （一）…；（二）… or 1. … 2. …, else the words
    with 、 between them, at least three. A list counts only when a key fact names one of its items, so that a second list in the
    same sentence is left out. Where the evidence of a gold clause holds no such list, or all lists together hold fewer items
    than there are key facts, the items are the key facts. The text of the clause beyond the evidence is never read: it is known
    only to a system that has found it, and a measure must be the same for all.

    An item is named when the answer has at least half of its characters in one piece that stands in no other item, or states a
    key fact that stands in it.
    """
    if outcome.verdict is None or case.type != "list":
        return None
    text = shown(outcome)
    items = _items(case)
    if items:
        missed = [x for x in items if not _named(case, text, x, [other for other in items if other != x])]
    else:
        items = [fact[0] for fact in case.key_facts]
        missed = [fact[0] for fact in case.key_facts if not any(states(text, word) for word in fact)]
    if not items:
        return None
    share = 1 - len(missed) / len(items)
    return Score(share, f"leaves out {'; '.join(missed)}" if missed else f"names all {len(items)}")


def _items(case: Case) -> list[str]:
    """Return the items of the evidence in bare form; empty when the key facts are the items."""
    found: list[str] = []
    for gold in case.gold:
        lists = [one for one in _lists(gold.evidence) if any(_facts_in(case, item) for item in one)]
        if not lists:
            return []
        found += [item for one in lists for item in one]
    items = list(dict.fromkeys(found))
    return items if len(items) >= len(case.key_facts) else []


def _lists(evidence: str) -> list[list[str]]:
    numbers = list(_NUMBER.finditer(evidence))
    if len(numbers) > 1:
        ends = [*(n.start() for n in numbers[1:]), len(evidence)]
        items = [
            bare(evidence[n.end() : end]).strip(bare(_EDGES)) for n, end in zip(numbers, ends, strict=True)
        ]
        return [[item.casefold() for item in items if item]]
    sentences = (_SENTENCE.findall(part) for part in re.split("[，,]", evidence))
    lists = (_words(sentence) for part in sentences for sentence in part)
    return [words for words in lists if len(words) >= LEAST]


def _words(sentence: str) -> list[str]:
    """Return the words of a list with 、; what leads to the first and follows the last is cut off by the others' length."""
    words = bare(sentence).casefold().split("、")
    if len(words) < LEAST - 1:
        return []
    words[-1:] = _LAST_TWO.split(words[-1], maxsplit=1)
    if len(words) < LEAST:
        return []
    words[-1] = _END.split(words[-1])[0]
    usual = round(median(map(len, words[1:-1])))
    return [word for word in (words[0][-usual:], *words[1:-1], words[-1][: max(usual, 2)]) if word]


def _facts_in(case: Case, item: str) -> list[Sequence[str]]:
    return [fact for fact in case.key_facts if any(bare(word).casefold() in item for word in fact)]


def _named(case: Case, text: str, item: str, others: Sequence[str]) -> bool:
    half = max((len(item) + 1) // 2, min(len(item), 2))
    pieces = (item[i : i + half] for i in range(len(item) - half + 1))
    # 登记 names neither 初始登记 nor 交易登记.
    if any(piece in text and not any(piece in other for other in others) for piece in pieces):
        return True
    return item in text or any(states(text, word) for fact in _facts_in(case, item) for word in fact)
