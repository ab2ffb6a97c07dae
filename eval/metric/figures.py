"""Whether the figures of an answer stand in what it cites.

Figures are read here anew and by value, not by the product's own check: 五年 and 5年, 500万元 and 5 million yuan are the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from eval.cases import Case
from eval.metric.cost import MARKER
from eval.metric.score import Score
from eval.outcome import Outcome
from rag.locator.numerals import NUMERAL, to_int
from rag.text import sentences

MARKED = "figure_not_in_source"
_HAN = "零〇一二两三四五六七八九十百千"
_SCALES = {
    "": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_SCALE = "|".join(sorted(filter(None, _SCALES), key=len, reverse=True))
_UNITS = {
    "年": "年", "周年": "年", "year": "年", "years": "年", "月": "月", "个月": "个月", "month": "个月", "months": "个月",
    "日": "日", "天": "日", "day": "日", "days": "日", "工作日": "工作日", "个工作日": "工作日", "working day": "工作日",
    "working days": "工作日", "小时": "小时", "个小时": "小时", "hour": "小时", "hours": "小时", "分钟": "分钟",
    "minutes": "分钟", "%": "%", "percent": "%", "per cent": "%", "元": "元", "yuan": "元", "倍": "倍",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DATE = (
    r"(?<!\d)(?P<year>\d{4})"
    r"(?:年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?|(?P<dash>[-/.])(?P<m>\d{1,2})(?P=dash)(?P<d>\d{1,2})(?!\d))"
)
_LABEL = rf"第(?P<label>{NUMERAL}+)条"
_PER_CENT = rf"百分之(?P<share>[{_HAN}]+)"
# A Chinese numeral alone may be a word (一是, 三方面, 万企); with one of these units it is a figure.
_CHINESE = rf"(?<![{_HAN}第])(?P<han>[{_HAN}]+)(?P<han_scale>万|亿)?(?P<han_unit>个?工作日|个月|年|日|天|元|倍|个?小时|分钟)"
# Not 5G, H100 or 1.2.3, which are names, and not 第3项, which is a place.
_ARABIC = (
    rf"(?<![\d.a-z第])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?!\d|\.\d)"
    rf"(?: ?(?P<scale>{_SCALE}))?(?: ?(?P<unit>{_UNIT})(?![a-z])|(?![a-z]))"
)
_FIGURE = re.compile("|".join((_DATE, _LABEL, _PER_CENT, _CHINESE, _ARABIC)))
# The answer's own 1. 2. 3. and (1) are no figures of a source.
_OWN_NUMBER = re.compile(r"^[\s*#-]*\d{1,2}(?:[.．](?!\d)|[、)）])|[（(]\d{1,2}[）)]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, a date, a percentage or the number of an article."""

    value: tuple[Fraction, ...]
    """One number; year, month and day of a date."""
    unit: str
    """`年`, `%`, `条`, …; `date`; empty for a bare number."""
    words: str
    """As it is written, without blanks and in one width."""


def numbers_right(case: Case, outcome: Outcome) -> Score | None:
    """Share of the figures in marked statements that stand in what the statement cites; None when there is no such figure.

    They may stand in the text, title or locator of any passage that the statement's markers name. A figure that the answer
    itself marks by a notice `figure_not_in_source` counts as right: the reader has been told.
    """
    if outcome.verdict is None:
        return None
    told = [each.words for n in outcome.warnings if n.code == MARKED for each in figures(n.text)]
    wrong: list[str] = []
    total = 0
    for words, numbers in _marked(outcome.text):
        cited = [q.passage for q in outcome.quotes if q.n in numbers]
        source = _closed("、".join(f"{p.title}、{p.locator}、{p.text}" for p in cited))
        known = {(figure.value, figure.unit) for figure in figures(source)}
        for figure in figures(words):
            total += 1
            # A notice may name a part: 30 of 30 working days, 20日 of a date.
            marked = any(_literal(t, figure.words) or _literal(figure.words, t) for t in told)
            if not marked and not _stands(figure, source, known):
                wrong.append(figure.words)
    if not total:
        return None
    return Score(
        1 - len(wrong) / total, f"in no cited passage: {', '.join(wrong)}" if wrong else "all stand there"
    )


def figures(text: str) -> Iterator[Figure]:
    """Yield the figures of a text in their order, whatever its blanks and widths; nothing for a text without any."""
    for match in _FIGURE.finditer(_closed(text)):
        part = match.groupdict()
        if part["year"]:
            day = (part["year"], part["month"] or part["m"], part["day"] or part["d"])
            yield Figure(tuple(Fraction(x) for x in day if x), "date", match[0])
        elif part["label"]:
            yield Figure((Fraction(to_int(part["label"])),), "条", match[0])
        elif part["share"]:
            yield Figure((Fraction(to_int(part["share"])),), "%", match[0])
        elif part["han"]:
            value = Fraction(to_int(part["han"]) * _SCALES[part["han_scale"] or ""])
            yield Figure((value,), _UNITS[part["han_unit"]], match[0])
        else:
            value = Fraction(part["number"].replace(",", "")) * _SCALES[part["scale"] or ""]
            yield Figure((value,), _UNITS.get(part["unit"], ""), match[0])


def _closed(text: str) -> str:
    """Return a text in one width and case, with blanks only between two ASCII characters, where they part words."""
    # After NFKC a wide comma would look like one inside a number, and ① like a number; no figure goes over two lines.
    plain = unicodedata.normalize("NFKC", re.sub("[，①-⑳\n]", "、", text)).casefold()
    return re.sub(r"(?<![!-~]) | (?![!-~])", "", re.sub(r"\s+", " ", plain))


def _marked(text: str) -> Iterator[tuple[str, set[int]]]:
    """Yield each statement that has markers, without them, and their numbers."""
    # A marker after the full stop belongs to the sentence before it.
    moved = re.sub(r"([。！？；!?][”」』）)]*)((?:\s*\[\d{1,3}\])+)", r"\2\1", text)
    for start, end in sentences(moved):
        numbers = {int(mark[1:-1]) for mark in MARKER.findall(moved[start:end])}
        if numbers:
            yield _OWN_NUMBER.sub("、", MARKER.sub("", moved[start:end])), numbers


def _stands(figure: Figure, source: str, known: set[tuple[tuple[Fraction, ...], str]]) -> bool:
    if (figure.value, figure.unit) in known or _literal(figure.words, source):
        return True
    # A bare number, or one whose unit is not known here (30家, 30 firms), is right when the number stands there.
    return not figure.unit and any(figure.value[0] in value for value, _ in known)


def _literal(words: str, text: str) -> bool:
    """Tell whether a figure stands in a text as it is written, and not as a part of a longer one."""
    after = r"(?!\d|[.,]\d)" if words[-1].isdigit() else ""
    return re.search(rf"(?<![\d.{_HAN}]){re.escape(words)}{after}", text) is not None
