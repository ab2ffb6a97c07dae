"""Numbers that a clause prints with what they count: targets, shares, deadlines, terms, amounts of money."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from eval.draft.rule.deadlines import deadlines_in
from eval.draft.wording import is_vague, plain, spoken
from rag.schema import Clause, Document
from rag.text import sentences

_ARABIC = r"\d[\d,.]*(?:\s*[-—–~～至]\s*\d[\d,.]*)?"
_NUMBER = rf"(?:{_ARABIC}|[一二三四五六七八九十百两]+)"
_WHEN = re.compile(
    r"(?:[到至](?P<until>20\d\d)年(?P<end>年?[底末])?|(?P<by>20\d\d)年(?P<half>年?底)前?|(?P<in>20\d\d)年度?(?![\d—至到-]*月)|(?P<since>截[至止]\d{1,2}月末)|(?P<yearly>每年))"
)
_TARGET = re.compile(
    rf"(?P<verb>累计培育|累计建设|累计打造|累计推动|引进培育|培育|建成|建设|打造|形成|认定|推出|推动|突破|遴选|培养|引进|集聚|新增|创建|布局|汇聚|完成|支持)"
    rf"(?:不少于|超过|约|近|至少|不低于)?(?P<figure>{_ARABIC}[万千]?(?P<unit>个|家|项|条|户|座|名|套|所|款|支|件|处))"
    r"(?:以上|左右|以内)?(?:的)?(?P<noun>[^，。；、,;:：（()）\d]{3,20})(?=[，。；,;]|$|[（(][^）)]*[）)](?:[，。；,;]|$))"
)
_LEVEL = re.compile(
    rf"(?P<of>(?:\dG|[^，。；、,;:：（()）\d])[^，。；、,;:：（()）]{{2,22}}?)(?:力争|均|将|要)?(?P<is>达到|达|超过|突破|超|不低于|不少于|提升至|提升到|提高到|提高至|保持在|控制在)"
    rf"(?P<figure>{_ARABIC}(?:%|％|个百分点|万亿元|亿元|万元|万亿美元|亿户|万户|亿个|万个|万亿|亿|万|户|家|个|项|倍|公里))"
    r"(?:以上|左右|以内)?(?=[，。；、,;（(]|$)"
)
_TERM = re.compile(
    rf"(?P<of>[\u4e00-\u9fff]{{2,20}}?)(?:的)?(?:原则上|一般)?(?:有效期限?|期限)(?:原则上|一般)?(?P<is>为|是|不超过|不少于|不得少于|不得超过|不低于|最长不超过)?"
    rf"(?P<figure>{_NUMBER}(?:年|个月|个?工作日))(?![以之]?内|以[上下]|至)"
)
_PUBLIC = re.compile(
    rf"(?P<what>[\u4e00-\u9fff]{{2,12}})公示[，,]?\s*公示(?:期|时间)(?:限)?(?:为|不少于|不得少于|不低于)?(?P<figure>{_NUMBER}个?(?:工作日|日|天))"
)
_MONEY = re.compile(
    rf"对(?P<who>[^，。；,;]{{4,44}}?)(?:，[^。；]{{0,30}}?)?(?:给予|予以|提供|按)[^。；]{{0,24}}?(?P<kind>奖励|补助|补贴|资助|支持|后补助)[^。；\d]{{0,12}}?(?P<figure>{_ARABIC}(?:万元|元|亿元))"
)
_FINE = re.compile(
    r"^(?:违反[^，]{2,24}规定，)?(?P<who>[^。；;\n]{8,50}?)的，[^。；]{0,60}?(?:并?处以?)(?P<figure>[^，。；]{1,12}元(?:以上|以下)[^，。；]{0,14}?)(?:的)?罚款"
)
_NO_SUBJECT = re.compile(
    r"达到|超过|^(?:帮助|覆盖|拓展|提升|带动|助力|在|据|实现|其中|力争|推动|使|累计|年均|同比|占|总计|分别|每年|全年|较|比|共|将|达|近)|分别|[和与及或]$|不$"
)
_TRIM = re.compile(
    r"^(?:打造|引进培育|培育|建设|发展|力争|使|推动|实现|确保|促进|其中|到\d+年底?|全省(?=.{4})|全市(?=.{4})|全区(?=.{4})|我国(?=.{4})|本市(?=.{4}))+"
)
_LONGEST = 160
_SHORTEST = 4
_LONGEST_NAME = 16
_DEPENDS = re.compile("^(?:情节|逾期|造成|尚|构成|或|而|拒不|经|有下)|有(?:下列|以下)")
_PAPER = re.compile("证书?$|凭证$|许可证$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its sentence, ready to be asked for."""

    kind: str
    """`target`, `level`, `deadline`, `term`, `public` or `money`."""
    clause: Clause
    evidence: str
    value: str
    """As printed: 400个, 三年, 20%."""
    ask: str
    """A question without the name of the text: 到2025年要建成多少个智能车间？"""
    claim: str
    """What the clause says, with {} for the figure: 到2025年要建成{}智能车间."""
    about: str
    """What the figure is of, for 那…呢？: 智能车间."""


def figures_in(clause: Clause, document: Document) -> Iterator[Figure]:
    """Yield the numbers of a clause that can be asked for without what is before them, in printed order."""
    years = {m["until"] for m in _WHEN.finditer(re.sub(r"\s", "", clause.text)) if m["until"]}
    year = f"到{years.pop()}年" if len(years) == 1 else ""
    for start, end in sentences(clause.text):
        text = plain(clause.text[start:end])
        if len(text) > _LONGEST:
            continue
        if document.scheme != "report" and not _WHEN.search(text):
            # A clause of goals says the year once, in its first sentence.
            yield from (
                _at(figure, year)
                for figure in (*_targets(clause, text, document), *_levels(clause, text, document))
            )
        else:
            yield from _targets(clause, text, document)
            yield from _levels(clause, text, document)
        yield from _deadlines(clause, text)
        yield from _terms(clause, text)
        yield from _money(clause, text)


def _at(figure: Figure, when: str) -> Figure:
    return replace(figure, ask=when + figure.ask, claim=when + figure.claim)


def _when(text: str, before: int) -> str:
    found = [m for m in _WHEN.finditer(text) if m.start() <= before]
    if not found:
        return ""
    last = found[-1]
    if last["since"]:
        return f"{last['since']}，"
    if last["yearly"] or last["in"]:
        return "每年" if last["yearly"] else f"{last['in']}年"
    return f"到{last['until'] or last['by']}年{'底' if last['end'] or last['half'] else ''}"


def _targets(clause: Clause, text: str, document: Document) -> Iterator[Figure]:
    for m in _TARGET.finditer(text):
        noun, unit, verb = m["noun"].strip(), m["unit"], m["verb"].removeprefix("累计")
        if document.scheme == "report" or is_vague(noun) or re.search("以上|分别|及以|等$|一批", noun):
            continue
        when = _when(text, m.start())
        yield Figure(
            "target", clause, text, m["figure"],
            f"{when}要{verb}多少{unit}{noun}？", f"{when}要{verb}{{}}{noun}", noun,
        )  # fmt: skip


def _levels(clause: Clause, text: str, document: Document) -> Iterator[Figure]:
    goal = document.scheme != "report"
    for m in _LEVEL.finditer(text):
        of, when = _TRIM.sub("", m["of"]), _when(text, m.start())
        if _NO_SUBJECT.search(of) or is_vague(of) or len(of) < _SHORTEST or _WHEN.search(of):
            continue
        if not goal and not when:
            # A report speaks of many studies; without a time nobody knows which one is meant.
            continue
        much = _much(m["figure"])
        ask = f"{when}{of}要达到{much}？" if goal else f"{when}{of}是{much}？"
        yield Figure(
            "level", clause, text, m["figure"], ask, f"{when}{of}{'要达到' if goal else '是'}{{}}", of
        )


def _much(figure: str) -> str:
    if figure[-1] in "%％":
        return "百分之多少"
    unit = re.search("[家个项户倍]$", figure)
    return f"多少{unit[0]}" if unit else "多少"


def _deadlines(clause: Clause, text: str) -> Iterator[Figure]:
    for found in deadlines_in(text):
        yield Figure("deadline", clause, text, found.figure, found.ask, found.claim, found.act)


def _terms(clause: Clause, text: str) -> Iterator[Figure]:
    for m in _PUBLIC.finditer(text):
        what = re.sub(r"^.*(?:进行|开展|平台|社会|予以|应当?)|(?:在线|网上)$", "", m["what"])
        about = f"{what}公示" if what else "公示"
        ask = f"{what}要公示几天？" if what else "公示期是几天？"
        yield Figure("public", clause, text, m["figure"], ask, f"{about}期是{{}}", about)
    for m in _TERM.finditer(text):
        of = re.sub(r"^(?:每次|[其且的]|应当|涉及)|(?:的|原则上|一般)$", "", m["of"])
        kept = re.search(r"保存(?P<what>[\u4e00-\u9fff]{2,14})，保存$", text[: m.end("of")])
        if kept:
            what = kept["what"]
            yield Figure(
                "term", clause, text, m["figure"], f"{what}最少要留多久？", f"{what}至少要留{{}}", what
            )
        elif not is_vague(of) and not _NO_SUBJECT.search(of) and _SHORTEST <= len(of) < _LONGEST_NAME:
            limit = _limit(m["is"] or "")
            ask = f"{of}{limit}能用多久？" if _PAPER.search(of) else f"{of}的期限{limit}是多久？"
            yield Figure("term", clause, text, m["figure"], ask, f"{of}的有效期{limit}是{{}}", of)


def _limit(said: str) -> str:
    if "少" in said or "低" in said:
        return "至少"
    return "最长" if "超" in said else ""


def _money(clause: Clause, text: str) -> Iterator[Figure]:
    for m in _MONEY.finditer(text):
        who = spoken(m["who"])
        most = "最多" if re.search("最高|不超过|以内", m[0]) else ""
        if not is_vague(who):
            yield Figure("money", clause, text, m["figure"], f"{who}，{most}给多少钱的{m['kind']}？", f"{who}，{most}给{{}}的{m['kind']}", m["kind"])  # fmt: skip
    for m in _FINE.finditer(text):
        who = spoken(m["who"])
        if not is_vague(who) and not _DEPENDS.search(who) and text.count("罚款") == 1:
            yield Figure(
                "money", clause, text, m["figure"], f"{who}，要罚多少钱？", f"{who}，要罚{{}}", "罚款"
            )
