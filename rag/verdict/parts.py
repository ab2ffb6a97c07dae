"""Questions of several parts: which of them the clauses found do not answer."""

import re
from dataclasses import dataclass, replace

from rag.text import Lang
from rag.verdict.guide import GUIDE
from rag.verdict.lack import is_held, missing_kinds, missing_places, named_places
from rag.verdict.signals import Found
from rag.verdict.slot import Slot, slots
from rag.verdict.unwritten import UNWRITTEN

_TITLE = re.compile(r"《([^《》]{2,60})》")
_JOINED = re.compile(
    r"[，,；;、？?！!]|(?:以及|并且|还有|同时|另外|分别)|(?<=[么多少久几样些])(?:和|与|跟)|\b(?:and|as well as)\b"
)
_ENDS = re.compile(r"^[\s，,。？?！!；;：:的那就都又也还]+|[\s，,。？?！!；;：:呢吗吧啊]+$")
_PRINTED = frozenset({"percent", "duration", "date", "count", "fee", *GUIDE, *UNWRITTEN})
"""What no other words stand for: however near the clauses come, without a sentence that has it they do not answer."""
_SURE = (_PRINTED - {"count"}) | {"money"}
"""What is written so plainly that a clause without it does not say it; things are counted in many words."""
_OPEN = re.compile(
    r"哪|什么|谁|怎么|如何|怎样|为何|是否|能否|可否|\b(?:what|which|who|where|how|why)\b", re.IGNORECASE
)
_LEAST = 2


def missing_parts(found: Found, lang: Lang) -> tuple[str, ...]:
    """Return what of a question the clauses found do not hold, in words that fit into 没有找到关于……的条款.

    Args:
        found: The search; at least one hit.
        lang: Of the quotation marks; words are the question's own.

    Returns:
        Places, 《titles》, and parts of the question that ask an amount, a time or the like which no clause read could
        give. Empty when nothing is missing, and when everything is: then the question is not answered at all.
    """
    places = missing_places(found)
    titles = _missing_titles(found)
    out: list[str] = []
    if len(places) < len(named_places(found.full)):
        out += places
    if len(titles) < len(set(_TITLE.findall(found.full))):
        out += [f"《{title}》" for title in titles]
    return (*out, *_missing_asked(found, lang))


def _missing_titles(found: Found) -> list[str]:
    """Return the titles between 《》 that no clause found bears or mentions."""
    return [title for title in dict.fromkeys(_TITLE.findall(found.full)) if not is_held(title, found.hits)]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question that asks something."""

    text: str
    """Without the words before and after it that only join."""
    full: str
    """With the part before it that asks nothing: 期间有异议，几天内交材料."""
    asked: str
    """What leaves something open: the part itself, of 实习生呢 the part before it."""


def asking_parts(text: str) -> list[Part]:
    """Return the parts of a question that each ask something; fewer than two parts give none."""
    lead, _, rest = text.replace(":", "：").rpartition("：")
    found: list[Part] = []
    before = lead
    for printed in _JOINED.split(rest):
        piece = _ENDS.sub("", printed)
        if not piece:
            continue
        if _asks(piece):
            found.append(Part(piece, f"{before} {piece}".strip(), piece))
            before = lead
        elif found and printed.rstrip().endswith("呢"):
            found.append(Part(piece, f"{before} {piece} {found[-1].asked}".strip(), found[-1].asked))
            before = lead
        else:
            before = f"{before} {piece}".strip()
    return found if len(found) >= _LEAST else []


def question_parts(text: str) -> list[str]:
    """Return the parts of a question that each ask something; fewer than two parts give none."""
    return [part.text for part in asking_parts(text)]


def _asks(piece: str) -> bool:
    return bool(slots(piece)) or _OPEN.search(piece) is not None


def sure_slots(part: str) -> list[Slot]:
    """Return what a part leaves open that a clause without it does not say: an amount, a time, a fee."""
    return [slot for slot in slots(part) if slot.name in _SURE]


def gives(question: str, text: str) -> bool:
    """Tell whether a text has every amount or time that a question leaves open; False when it leaves none open."""
    given = sure_slots(question)
    return bool(given) and all(slot.fits(text) for slot in given)


def _missing_asked(found: Found, lang: Lang) -> list[str]:
    return [f"“{part}”" if lang == "zh" else f'"{part}"' for part in _unanswered(found)]


def _unanswered(found: Found) -> list[str]:
    """Return the asking parts that nothing answers; none when nothing answers any of them."""
    parts = question_parts(found.text)
    missing = [part for part in parts if any(slot.name in _SURE for slot in missing_kinds(found, part))]
    return missing if len(missing) < len(parts) else []


def not_printed(found: Found) -> list[Slot]:
    """Return what a question asks for that must be printed, as a telephone number, and that no clause prints.

    Empty when another part of the question has an answer: then the part is one of `missing_parts`.
    """
    absent = [slot for slot in missing_kinds(found) if slot.name in _PRINTED]
    return absent if absent and not _unanswered(found) else []


def without_missing(found: Found) -> Found | None:
    """Return the search as one for the parts that something answers; None when no part is missing, or each is."""
    missing = _unanswered(found)
    text, full = found.text, found.full
    for part in missing:
        text, full = text.replace(part, ""), full.replace(part, "")
    return replace(found, text=text, full=full) if missing else None
