"""Things of which only one can hold: paid or free, voluntary or compulsory, on paper or online, each year or each quarter."""

import re
from collections.abc import Iterator, Mapping

from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, cover, fit, folded, printed

_FAMILIES: Mapping[str, Mapping[str, str]] = {
    "charge": {
        "free": r"免费|无偿|白送|白给|白拿|白用|不要钱|不花钱|分文不取|不收[^，。]{0,6}费|不得收[^，。]{0,8}费|免收|免征|免缴|\bfree of charge\b|\bfor free\b",
        "paid": r"有偿|付费|收费(?!公路|站|权)|要钱|花钱买|(?<!不)(?<!不得)(?<!免)收[^，。不免]{0,4}费|\bpaid\b|\bfor a fee\b",
    },
    "will": {
        "free": r"自愿(?!放弃|认罪)|\bvoluntar(?:y|ily)\b",
        "forced": r"强制(?!性?(?:标准|措施|执行|要求|规定|力))|\bmandatory\b|\bcompulsory\b",
    },
    "price": {
        "state": r"政府(?:统一)?(?:定价|核定|规定价|定)|统一定价|国家(?:统一)?定价|政府定",
        "market": r"自主定价|市场调节|市场自主|市场形成|协商[^，。]{0,8}价|协商定价|由[^，。]{2,8}协商",
    },
    "medium": {
        "site": r"现场(?!检查|核查|处罚|执法|勘|签)|窗口|线下|当面|跑一趟|纸质|\bin person\b|\bon paper\b",
        "online": r"网上|线上|在线|电子(?:方式|形式|化|文件)|网络平台|\bonline\b|\belectronically\b",
    },
    "interval": {
        "2-3 years": r"每[两二三四五]年",
        "year": r"每年(?!不)|按年|年度|逐年|一年一次|每一年|\bannual(?:ly)?\b|\bevery year\b|\byearly\b",
        "half": r"每半年|半年一次|\bevery six months\b",
        "quarter": r"每季度?|按季度?|季度|一季一次|\bquarterly\b|\bevery quarter\b",
        "month": r"每月|每个月|按月|逐月|月度|一月一次|\bmonthly\b|\bevery month\b",
        "week": r"每周|按周|每星期|\bweekly\b",
        "day": r"每[日天]|按[日天]|逐日|\bdaily\b",
    },
    "review": {"form": r"形式审查|形式性审查", "matter": r"实质审查|实质性审查"},
    "principle": {"not": r"以不[\u4e00-\u9fff]{2,4}为原则", "is": r"以(?!不)[\u4e00-\u9fff]{2,4}为原则"},
    "openness": {"open": r"公开(?:进行|审理|招标|开庭)", "closed": r"不公开(?:进行|审理|开庭)|非公开"},
    "medium of words": {"spoken": r"口头", "written": r"书面"},
    "moment": {"before": r"事前|事先", "after": r"事后"},
    "number of parties": {"one": r"单方|一方|单独", "both": r"双方|共同"},
    "term": {"endless": r"永久|长期有效|终身|无限期|\bpermanent(?:ly)?\b", "limited": r"有效期限?[为是]?[一二两三四五六七八九十\d]|期限为"},
    "profit": {"for": r"营利性(?<!非营利性)|盈利性", "not": r"非营利|非盈利|公益性"},
    "first": {"own": r"首次|第一次", "again": r"非首次|再次"},
}  # fmt: skip
_MANNERS = frozenset({"medium", "openness", "medium of words", "moment"})
"""Families that say how something is done: 在线公示 contradicts 现场公示, and says nothing of 现场办理."""
_LINK = re.compile("^(?:方式|形式|手段|平台|渠道|系统|来|去|进行|予以|开展|[以的地、])+")
_COPULA = re.compile("(?:[是为要须得都只能应当由到去在以用]|必须|采用|通过|进行|可以)+$")
_PART = re.compile("[，,；;。：:]")
_LEAST, _OWN = 0.6, 0.34
_STRICT = 0.75
"""For a statement that nothing introduces as given."""
_NEARLY = 0.75
_DENIAL = re.compile(r"不(?!仅|但|只)|非|未|没")


def opposite_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield for each pair of opposites a sentence that has the other one on the same matter, and not the question's.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    if asserted.manner == "wanted":
        return
    text = folded(asserted.stated)
    for kind, family in _FAMILIES.items():
        mine = {name for name, pattern in family.items() if re.search(pattern, text)}
        if len(mine) != 1:
            continue
        (name,) = mine
        word = re.search(family[name], text)
        if word and not _DENIAL.search(text[max(0, word.start() - 2) : word.start()]):
            rest = re.sub(family[name], "", asserted.stated if word[0] in asserted.stated else text)
            matter = _matter(text, word, family[name]) if kind in _MANNERS else None
            yield from _best(asserted, rest, family, name, matter, ground)


def _best(
    asserted: Assertion,
    rest: str,
    family: Mapping[str, str],
    mine: str,
    matter: tuple[str, str] | None,
    ground: Ground,
) -> Iterator[Contradiction]:
    best: tuple[float, Statement, str] | None = None
    agreeing = 0.0
    least = _LEAST if asserted.manner == "cued" else _STRICT
    for statement in ground.statements:
        fits = fit(rest, statement)
        if re.search(family[mine], statement.text):
            agreeing = max(agreeing, fits)
            continue
        others = (
            found for name, p in family.items() if name != mine for found in re.finditer(p, statement.text)
        )
        other = next((found for found in others if _is_of(matter, found, statement.text)), None)
        if other and fits >= least and cover(rest, statement.words) >= _OWN and (not best or fits > best[0]):
            best = (fits, statement, other[0])
    if best and agreeing < _NEARLY * best[0]:
        fits, statement, word = best
        yield Contradiction(
            asserted.text, statement.hit, statement.start, statement.end, printed(statement, word), fits
        )


def _matter(text: str, word: re.Match[str], pattern: str) -> tuple[str, str]:
    """Return the first characters of what a word says the manner of, and the last of what stands before it; either may be empty."""
    after = re.sub(rf"^(?:{pattern})+", "", text[word.start() :])
    before = _COPULA.sub("", _PART.split(text[: word.start()])[-1])
    return _governed(after), before[-2:]


def _governed(after: str) -> str:
    found = re.match("[\u4e00-\u9fff]{1,2}", _LINK.sub("", after))
    return re.sub("[的了吗吧呢是]", "", found[0]) if found else ""


def _is_of(matter: tuple[str, str] | None, found: re.Match[str], text: str) -> bool:
    """Tell whether a word of a sentence says the manner of the same thing: of the same verb, or where there is none, of a part that names it."""
    if matter is None:
        return True
    verb, thing = matter
    if verb:
        return bool(set(verb) & set(_governed(text[found.end() :])))
    part = _PART.split(text[: found.start()])[-1] + _PART.split(text[found.start() :])[0]
    return thing in part
