"""How what a question means raises the scores of clauses; nothing is taken out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rag.hit import weights
from rag.hit.router import Group, Route
from rag.schema import Document
from rag.validity import is_out_of_force

_AND = "(?:以?及|和|与|跟|、)"
_ITS_DOCUMENT = "(?:省|市|特区|自治区)?的?(?:[^，,和与跟都各分]{0,12}?(?:办法|条例|方案|意见|规定|草案|措施|计划|细则|文件|政策|规划|报告|宣言))?"
_PIECE = re.compile(r"[^，,；;。：:？?！!\n]*[，,；;。：:？?！!\n]*")


def preferred(
    scores: Mapping[str, float], route: Route, documents: Mapping[str, Document], today: date
) -> dict[str, float]:
    """Return the scores with the bonuses of the documents that a question means, and what is out of force a little lower.

    Args:
        scores: By clause_id.
        route: Of the question.
        documents: By id.
        today: Decides what is in force when the question asks for no day.
    """
    bonus: dict[str, float] = {}
    out: dict[str, float] = {}
    for clause_id, score in scores.items():
        key = clause_id.split(":")[0]
        if key not in bonus:
            bonus[key] = _bonus(key, route) - _penalty(documents[key], route, today)
        out[clause_id] = score + bonus[key]
    return out


def _bonus(key: str, route: Route) -> float:
    bonuses = (
        (route.named, weights.NAMED_BONUS),
        (frozenset().union(*route.regions.values()), weights.REGION_BONUS),
        (route.around, weights.PROVINCE_BONUS),
        (route.issue, weights.ISSUE_BONUS),
        (route.status, weights.STATUS_BONUS),
        (route.issuers, weights.ISSUER_BONUS),
    )
    return sum(weight for keys, weight in bonuses if key in keys) + weights.TITLE_BONUS * min(
        route.titles.get(key, 0.0), 1.0
    )


def _penalty(document: Document, route: Route, today: date) -> float:
    # Who asks for the draft, or for the older version, does not want it lower.
    if document.document_id in route.status or (document.document_id in route.older and route.day is None):
        return 0.0
    if route.day:
        day = date.fromisoformat(route.day)
        return weights.OTHER_DAY_PENALTY * is_out_of_force(document, day)
    return weights.OUT_OF_FORCE_PENALTY * is_out_of_force(document, today)


def without_others(text: str, own: Group, groups: Sequence[Group]) -> str:
    """Return a question that compares as one about a single group: what it says of the others is left out.

    For 甲, 甲市的证和乙市的证管几年 is 甲市的证管几年 with a rest of 乙; 甲市管几年，乙市管几天 is 甲市管几年.
    """
    others = [g.words for g in groups if g.words and g != own]
    if not own.words or not others:
        return text
    return "".join(_without(piece, own.words, others) for piece in _PIECE.findall(text))


def _without(piece: str, own: str, others: Sequence[str]) -> str:
    """Return a part of a sentence without the others; one that is about others alone is left out."""
    if not any(name in piece for name in others):
        return piece
    if own not in piece:
        return ""
    names = "|".join(sorted(map(re.escape, others), key=len, reverse=True))
    before_own = f"(?:{names})(?:(?!{names}|{re.escape(own)})[^和与跟及、])*{_AND}(?=.*{re.escape(own)})"
    # 甲的证和乙的证管几年: what stands before 和 is said of 甲 alone, what stands behind 乙 of both.
    return re.sub(f"{_AND}?(?:{names}){_ITS_DOCUMENT}", "", re.sub(before_own, "", piece))


def in_turn(groups: Sequence[Mapping[str, float]], count: int) -> dict[str, float]:
    """Return all scores, the first `count` clauses of each group lifted to the best score of their rank in any group.

    So that the best clause of each place comes before the third of any.
    """
    out: dict[str, float] = {}
    ranked = [sorted(group.items(), key=lambda row: -row[1]) for group in groups if group]
    for place in range(count):
        row = [group[place] for group in ranked if place < len(group)]
        top = max((score for _, score in row), default=0.0)
        out |= {clause_id: top for clause_id, _ in row}
    for clause_id, score in _rest(ranked, count):
        out.setdefault(clause_id, score)
    return out


def _rest(ranked: Sequence[Sequence[tuple[str, float]]], count: int) -> Iterator[tuple[str, float]]:
    for group in ranked:
        yield from group[count:]
