"""Sentences that put another document out of force: 《……》同时废止."""

import re
from collections.abc import Iterator

from ingest.reference.names import is_form
from rag.schema import Clause, Repeal

_TITLE = r"《(?:[^《》\n]|《[^《》\n]*》)*》"
_TITLES = re.compile(_TITLE)
_BRACKETS = r"(?:[（(][^（()）\n]*(?:[（(][^（()）\n]*[)）][^（()）\n]*)*[)）])*"
_VERB = r"(?:废止|失效|停止(?:执行|施行|适用)|不再(?:执行|施行|适用)|终止(?:执行|施行))(?![后前的之时以者或程、]|和修|日期)"
# What may stand between the last title and the verb: 自本办法施行之日起同时, 等五件规定一并予以.
_TO_VERB = re.compile(
    rf"{_BRACKETS}(?:等[^，,。；;《]{{0,16}})?[，,]?(?:自[^，。；;《]{{2,24}}起[，,]?)?"
    rf"(?:[也均即应亦都]|同时|即行|相应|一并|自行|予以|全部|现|应予|随之|随即|于?[\d年月日]{{4,12}}(?:起|日)?)*{_VERB}"
)
# What may stand between two titles: 、 and who published the next one and when.
_BETWEEN = re.compile(
    rf"{_BRACKETS}(?:[、，,；;]|和|及|以及|与|或者)*(?:(?!依照|按照|根据|施行|执行|适用|有关|规定|废止|修改)[^《》。；;\n])*(?:规定)?"
)
_VERB_FIRST = re.compile(
    rf"(?:(?:决定|现将?|：|:|^|、|一并|同时)\s*(?:予以)?废止(?:以?下列?(?:[^《。；;]{{0,12}})[:：])?)(?={_TITLE})",
    re.MULTILINE,
)
_BASIS = re.compile(r"(?:依照|按照|根据|依据|执行)[^，,。；;、《》]{0,12}$")
_ONLY_TITLE = re.compile(
    rf"^[ \t|\d.．、（()）一二三四五六七八九十]*(?P<title>{_TITLE})[^。《》]{{0,60}}[。；;、]?\s*$",
    re.MULTILINE,
)
_JOINT = re.compile(rf"{_BRACKETS}[、，,；;\s]*(?:和|及|以及)?")
_CHANGES = re.compile("修改|修订|修正")


def repeals_in(clause: Clause) -> tuple[Repeal, ...]:
    """Return the documents that a clause puts out of force, in printed order, without their ids; none gives none.

    A part of a document (《……》中有关……的规定), certificates, and what may or would be repealed do not count.
    """
    text = clause.text
    out: dict[tuple[int, int], Repeal] = {}
    if "《" in text:
        for start, end in sorted({*_before_verb(text), *_after_verb(text), *_listed(clause)}):
            title = text[start + 1 : end - 1].strip()
            if title and not is_form(title):
                out[start, end] = Repeal((start, end), title)
    return tuple(out.values())


def _before_verb(text: str) -> Iterator[tuple[int, int]]:
    """《A》、2001年发布的《B》同时废止."""
    titles = [m.span() for m in _TITLES.finditer(text)]
    going = False
    for number in range(len(titles) - 1, -1, -1):
        start, end = titles[number]
        if _TO_VERB.match(text, end):
            going = True
        elif going:
            going = _BETWEEN.fullmatch(text, end, titles[number + 1][0]) is not None
        if going and _BASIS.search(text, max(0, start - 20), start):
            going = False
        if going:
            yield start, end


def _after_verb(text: str) -> Iterator[tuple[int, int]]:
    """决定废止《A》和《B》."""
    for verb in _VERB_FIRST.finditer(text):
        at = verb.end()
        while found := _TITLES.match(text, at):
            yield found.span()
            joint = _JOINT.match(text, found.end())
            at = joint.end() if joint else found.end()


def _listed(clause: Clause) -> Iterator[tuple[int, int]]:
    """A list of titles under a heading, or in a decision, that repeals and does not change."""
    for words in (clause.headings, clause.title):
        if "废止" in words:
            if not _CHANGES.search(words):
                yield from (m.span("title") for m in _ONLY_TITLE.finditer(clause.text))
            return
