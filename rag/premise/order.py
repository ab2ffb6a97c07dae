"""Which of two is more, which of two comes first, whether one is the only one and a part the whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.doubt.amount import amounts
from rag.hit.regions import places_in
from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, cover, fit, folded, pairs, printed

_WAYS = {**dict.fromkeys("多高大快长贵强好严", 1), **dict.fromkeys("少低小慢短弱差", -1), "便宜": -1}
_WAY = "|".join(("便宜", *(way for way in _WAYS if len(way) == 1)))
_OF_ENERGY = {"省电": -1, "节能": -1, "节电": -1, "耗电": 1, "费电": 1, "耗能": 1}
_COMPARED = re.compile(
    rf"(?P<one>[\u4e00-\u9fffA-Za-z0-9-]{{2,16}}?)(?P<what>的?[\u4e00-\u9fff]{{0,6}}?)(?:已经?|还|都|要|就)*比(?P<other>[\u4e00-\u9fffA-Za-z0-9-]{{2,12}}?)(?P<also>还|要|更|都)*(?P<way>{'|'.join(_OF_ENERGY)}|{_WAY})"
)
_MORE, _LESS = re.compile("高于|多于|大于|超过|优于"), re.compile("低于|少于|小于|不及|不如")
_SEQUENCES = (
    re.compile(r"先(?P<a>[^，。；]{2,20}?)[，]?(?:再|然后|之后|后)(?P<b>[^，。；]{2,20})"),
    re.compile(r"(?P<a>[^，。；]{2,24}?)(?:之后|以后|后)[，]?(?:方可|方能|才能|才可以?|再|可以|可)(?P<b>[^，。；]{2,20})"),
    re.compile(r"(?P<b>[^，。；]{2,24}?)(?:之前|以前|前)[，]?(?:应当|必须|应|须|需要?|要先|要|先)(?P<a>[^，。；]{2,20})"),
)  # fmt: skip
_ONLY = re.compile(r"只有|只能|只可以?|只允许|仅限于?|仅能|必须由|唯一|\bonly\b")
_ALSO = re.compile(r"(?:也可以?|也能|均可|(?P<other>或者?(?!许))|\balso\b|\bor\b)[^，,。；]*")
_ALL = re.compile(
    r"全都?(?=[\u4e00-\u9fff]{2})(?!国|省|市|文|面|过程|流程|程|民|球)|全部|所有|一律|统统|都是|\ball\b"
)
_KINDS = re.compile(r"分为(?P<kinds>[\u4e00-\u9fff]{2,12}(?:[、和与][\u4e00-\u9fff]{2,12})+)")
_LEAST, _WHOLE, _COMPARABLE, _HALF = 0.6, 0.55, 0.3, 0.5
_FREE = re.compile("可以?|均|包括|任意")
_NEAR = 14
"""Characters before 或者 in which the other choice stands."""


def order_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield a comparison or order that a sentence turns round, an only that has another beside it, an all that is a part.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    if asserted.manner == "wanted":
        return
    text = folded(asserted.stated)
    yield from _first(asserted, text, [_whole(s) for s in ground.statements], _compared, _COMPARABLE)
    for rule in (_turned, _beside, _divided):
        yield from _first(asserted, text, ground.statements, rule, _WHOLE)


def _first(
    asserted: Assertion,
    text: str,
    read: Sequence[Statement],
    rule: Callable[[str, Statement], str | None],
    least: float,
) -> Iterator[Contradiction]:
    for statement in read:
        if fit(asserted.stated, statement) >= least and (word := rule(text, statement)):
            said = printed(statement, word)
            yield Contradiction(asserted.text, statement.hit, statement.start, statement.end, said, 1.0)
            return


def _whole(statement: Statement) -> Statement:
    """Return a statement up to the full stop: 甲有1家；乙有2家 compares two."""
    text = statement.hit.clause.text
    stop = re.compile(r"[。\n]|$").search(text, statement.end - 1)
    end = stop.end() if stop else statement.end
    return replace(statement, end=end, text=folded(text[statement.start : end]))


def _compared(text: str, statement: Statement) -> str | None:
    """Return where a sentence compares the same two the other way, in words or by their numbers."""
    found = _COMPARED.search(text)
    if found is None:
        return None
    way = {**_WAYS, **_OF_ENERGY}[found["way"]]
    one, other = _name(found["one"]), _name(found["other"])
    for said in _COMPARED.finditer(statement.text):
        if (said["way"] in _OF_ENERGY or "能耗" in said["what"]) != (found["way"] in _OF_ENERGY):
            continue
        same = _is_in(one, said["one"]) and _is_in(other, said["other"])
        turned = _is_in(one, said["other"]) and _is_in(other, said["one"])
        if same != turned and (way if same else -way) != {**_WAYS, **_OF_ENERGY}[said["way"]]:
            return said[0]
    return _by_numbers(one, other, way, statement) if found["way"] in "多少" else None


def _name(words: str) -> str:
    """Return what is compared without what stands before it: 统计里中国的AI独角兽 is compared by its place, 一个5G基站 by 5G基站."""
    places = sorted(places_in(words)) or re.findall("中国|美国|英国|日本|欧盟|德国|法国|印度|韩国", words)
    return places[0] if places else re.sub(r"^(?:.*[说称为里中])?(?:一[个台家座])?", "", words)


def _is_in(name: str, words: str) -> bool:
    latin = re.findall(r"[A-Za-z0-9]+", name)
    return name in words or (
        bool(latin) and all(re.search(rf"(?<![A-Za-z0-9]){re.escape(w)}", words) for w in latin)
    )


def _by_numbers(one: str, other: str, way: int, statement: Statement) -> str | None:
    """Return the words about the first of two when a sentence gives each a number of one unit that say otherwise."""
    text = statement.text
    places = (text.find(one), text.find(other))
    if min(places) < 0 or text.count(one) > 1 or text.count(other) > 1:
        return None
    found = amounts(text)
    first, second = (next((a for a in found if a.start > place), None) for place in places)
    if first is None or second is None or first == second or first.unit != second.unit or "%" in first.unit:
        return None
    return text[places[0] : first.end] if (first.value - second.value) * way < 0 else None


def _turned(text: str, statement: Statement) -> str | None:
    """Return where a sentence has what comes first in the question behind the other."""
    mine = next((m for p in _SEQUENCES if (m := p.search(text))), None)
    if mine is None:
        return None
    for pattern in _SEQUENCES:
        for said in pattern.finditer(statement.text):
            turned = min(_alike(mine["a"], said["b"]), _alike(mine["b"], said["a"]))
            straight = max(_alike(mine["a"], said["a"]), _alike(mine["b"], said["b"]))
            if turned >= _LEAST and straight < _HALF:
                return said[0]
    return None


def _alike(one: str, other: str) -> float:
    return max(cover(one, pairs(other)), cover(other, pairs(one)))


def _beside(text: str, statement: Statement) -> str | None:
    """Return where a sentence has another way beside what a question takes for the only one."""
    only = _ONLY.search(text)
    if only is None:
        return None
    named = re.sub("^(?:由|通过|在|是|用|以|向)", "", text[only.end() :])
    for also in _ALSO.finditer(statement.text):
        clause = re.split("[。；]", statement.text[: also.start()])[-1]
        if also["other"] and not _FREE.search(clause):
            continue
        clause = clause[-_NEAR:] if also["other"] else clause
        if len(named) > 1 and cover(named, pairs(clause)) >= _LEAST:
            return also[0]
    return None


def _divided(text: str, statement: Statement) -> str | None:
    """Return where a sentence divides into kinds what a question takes to be all of one kind."""
    every = _ALL.search(text)
    kinds = _KINDS.search(statement.text)
    if every is None or kinds is None:
        return None
    names = re.split("[、和与]", kinds["kinds"])
    meant = [name for name in names if len(name) > 1 and re.sub("数据$|类$", "", name) in text]
    whole = statement.text[: kinds.start()]
    return kinds[0] if len(meant) == 1 and cover(whole[-8:], pairs(text)) >= _HALF else None
