"""What a question that compares several places asks of one of them, as a question of its own."""

import re
from collections.abc import Collection, Sequence

from rag.hit.preference import without_others
from rag.hit.regions import names_of
from rag.hit.router import Group
from rag.text import is_chinese

_AND = "(?:以?及|和|与|跟|同|、|/)"
_KIND = "(?:市|省|自治区|特区)?"
_COUNTED = r"(?:这?[两二三四五六]\s?(?:个?(?:省市|省|市|地方|城市)|地)的?)?"
# What only says that things are compared: a question of one place is not answered by 不同 or 对比.
_COMPARING = re.compile(
    r"[，,]?(?:都|各自)?[有存]?在?(?:什么|哪些|何|没有|多大)?的?(?:区别|不同|不一样|差异|差别|异同)(?:之处|的?地方|点)?(?:是什么|有哪些|在哪里?|吗|呢)?(?=[，,。？?]|$)"
    r"|[，,]?的?(?:对比|比较)(?:一下|如何|情况)?(?=[。？?]|$)|[，,]?比一比|^(?:请|帮我)?(?:比较|对比)(?:一下)?"
    r"|各自?(?=[是有为要得需能怎打用留几多设由])|分别(?=[^类级])"
)
_COMPARING_ENGLISH = re.compile(
    r"^\s*(?:please )?(?:compare|contrast)\b|\bhow (?:do|does|are|is)\b(?=.*\b(?:differ(?:s|ent)?|compare[ds]?)\b)|\b(?:differ(?:s|ent)?|compare[ds]?)\b"
    r"|^what (?:is|are) the (?:main )?differences? (?:between|in)\b|\b(?:respectively|both|each of)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"各(?![级类种项方行]|部门|单位)|(?<![成首])都(?!市|会)|分别|哪[个边里儿]|[两二三四五六](?:地|个?[省市]|边|头)|(?<![占同环])比(?![例重率如])|[区差]别|不同|不一样|差异|异同|\b(?:compar|differ|both|each|respectively|versus|vs\b)",
    re.IGNORECASE,
)
"""Words that ask the same of several."""
_SETTING = re.compile(r"^(?:我们?|本)?(?:公司|企业|单位)?(?:[是在]|来自|住在|注册在)[^，。？?]*$")
"""Says where one is, and asks nothing there: 我在北京，想到海南登记."""
_ASKING = re.compile(r"什么|啥|哪|几|多|谁|何|怎|吗|呢|么|能否|是否")
_PART = re.compile(r"[，,；;：:。？?]")
_EVERYWHERE = re.compile(
    # 各地区 and 各省市 ask of all places; 哪些地方 asks of places only where it is said what they decreed.
    r"(?:全国)?(?<![在到向])各(?:地区(?![、和]?各部门)|地(?![方区])|省区?市?|个?(?:省份?|城市|地方(?!人民?政府)))(?:的|之间)?|(?:有)?哪些(?:地方|省市?|省份|城市|地区|地市)的?(?=[^，,。？?]{0,8}(?:规定|要求|办法|条例|允许|禁止|支持|鼓励|明确|出台|建立|设立|实行))"
    r"|\b(?:which|what) (?:provinces|cities|regions|places)\b|\b(?:(?:across|in) )?(?:different|various|all) (?:provinces|cities|regions)\b",
    re.IGNORECASE,
)


def compares(text: str, places: Sequence[str]) -> bool:
    """Tell whether a question asks the same of several places that it names.

    Args:
        text: The question.
        places: That it names, in Chinese.

    Returns:
        True where the places stand in a row or each in a part of its own, or words such as 各 and 都 ask of each; False for
        长春的数据商能到海南登记吗, and for fewer than two places.
    """
    if len(places) < 2:
        return False
    names = "|".join(re.escape(name) for place in places for name in names_of(place))
    in_a_row = rf"(?:{names})[^，。？?]{{0,16}}(?:{_AND}|\b(?:and|or)\b)[^，。？?]{{0,8}}(?:{names})"
    parts = [part.strip() for part in _PART.split(text) if re.search(names, part, re.IGNORECASE)]
    parts = [part for part in parts if _ASKING.search(part) or not _SETTING.match(part)]
    return bool(len(parts) > 1 or _EACH.search(text) or re.search(in_a_row, text, re.IGNORECASE))


def side_of(text: str, place: str, places: Sequence[str]) -> str:
    """Return a question that compares places as one about a single place.

    Args:
        text: The question.
        place: One of `places`.
        places: All that it compares, in Chinese; at least two.

    Returns:
        甲和乙的证管几年，有什么不同 for 甲 is 甲的证管几年. The place stands in it, whatever else is left.
    """
    others = [p for p in places if p != place]
    if not is_chinese(text):
        return _bare(_COMPARING_ENGLISH.sub(" ", _without(text, others)), place)
    every = "|".join(sorted(map(re.escape, places), key=len, reverse=True))
    # 甲、乙和丙三地的登记: names in a row share all that is said.
    row = re.compile(f"(?:{every}){_KIND}(?:{_AND}(?:{every}){_KIND})+{_COUNTED}")
    text = row.sub(lambda m: place if place in m[0] else m[0], text)
    groups = [Group(p, frozenset()) for p in places]
    text = without_others(text, Group(place, frozenset()), groups)
    # 甲的证和乙的证: what is left of 甲 for 乙 is its name alone.
    text = re.sub(f"{_AND}?(?:{'|'.join(map(re.escape, others))}){_KIND}{_AND}?", "", text)
    return _bare(_COMPARING.sub("", text), place)


def asks_of_all(text: str) -> bool:
    """Tell whether a question is about what every place decreed: 各地的公示期, which provinces require …."""
    return _EVERYWHERE.search(text) is not None


def one_of_all(text: str, place: str) -> str:
    """Return a question about every place as one about a single place."""
    return _bare(_COMPARING.sub("", _EVERYWHERE.sub(place, text, count=1)), place)


def _without(text: str, places: Collection[str]) -> str:
    """Return an English question without the names of places and what joins them to others."""
    names = "|".join(re.escape(name) for place in places for name in names_of(place))
    joined = rf"(?:,?\s*\b(?:and|or|from|with|versus|vs\.?)|,)?\s*\b(?:{names})\b(?:'s|\s+(?:and|with|versus|vs\.?)\b)?"
    return re.sub(joined, " ", text, flags=re.IGNORECASE)


def _bare(text: str, place: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ，,：:、")
    return text if any(name.lower() in text.lower() for name in names_of(place)) else f"{place} {text}"
