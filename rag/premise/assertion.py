"""What a question takes for granted: the parts that state something instead of asking it."""

import re
from dataclasses import dataclass, replace
from typing import Literal

Manner = Literal["cued", "plain", "wanted"]
_CUT = re.compile(r"[，。？！；：\n]+|[,.?!;:]+(?=\s|$|[\u4e00-\u9fff])")
_CUE = re.compile(
    r"为什么|为何|为啥|凭什么|怎么会|怎么还|怎么就|既然|听说|据说|听人说|听讲|都说|有人说|说是|不是说|不是都?规定|是不是因为|是因为|原来|明明|反正"
    r"|\bwhy\b|\bsince\b|\bgiven that\b|\bI (?:heard|read|understand)(?: that)?\b|\bhow come\b",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"^(?:{_CUE.pattern})\s*", re.IGNORECASE)
_ENDING = re.compile("[吧吗呢]+$")
_TAG = re.compile(
    r"^(?:是|对|没错|不是|不对|对不对|是不是|有没有错)?(?:吗|吧|么|嘛|这样吗|这样吧|这样的吗|的吧|这么回事吗?|真的吗|对不对|是不是|没错)?$|^(?:right|correct|is(?:n't| that) (?:it|right|so|true))$",
    re.IGNORECASE,
)
_ENDS_IN_TAG = re.compile(r"(?<![不反针面应绝])(?=(?:对|是|没错)(?:吗|吧|不对|不是)[？?。！!]*$)")
"""Before 对吗 that no comma parts from what is stated."""
_IS_SO = re.compile("(?:[^不]是(?!否|不是).+|[布定制管批释]的)吗$")
"""Whether it is so (三年是有效期吗, 国务院发布的吗): what is named is taken to be the answer."""
_MAY = re.compile(r"是否|能|可以?|要|得|用|必须|应|需|我|咱|如果|要是|假如|是不是|还是|算|合法|违法|违反|真")
"""Makes such a question one of leave or duty, or of the asker's own case."""
_LEAVES_OPEN = re.compile(
    r"吗|是否|能否|可否|可不可以|可以不可以|需不需要|有没有|([\u4e00-\u9fff])不\1|还是(?!说|要|得)|么$"
    r"|^(?:may|can|must|is|are|do|does|did|should|could|will)\b",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"^(?:这|那|才|就|算)|合法|违法|犯法|合理|合规|正确|可以吗|行吗|对不对|允许|真的|有效|属于|构成|才|该不该|是否"
)
"""Asks whether the part before is so."""
_SUPPOSES = re.compile(
    r"如果|要是|假如|假设|倘若|万一|的话|若(?!干)|一旦|要想|想要|打算|准备(?=[^，]{0,6}(?:申|办|做|去))|\bif\b|\bsuppose\b",
    re.IGNORECASE,
)
_TOPIC = re.compile("呢$")
_ASKS = re.compile(
    r"(?:什么|啥|哪|谁|多少|几(?=[个家年天月日条项次块种类成])|怎么|怎样|咋|如何|多久|多长|多大|何时|几时|何处)(?![\u4e00-\u9fff]{0,4}(?:由|都|也)[\u4e00-\u9fff])|\b(?:what|which|who|whom|when|where|how)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"我|咱|本公司|本单位|本人|老板|朋友|同事|邻居|房东|客户|对方|孩子|老公|老婆|丈夫|妻子|父母|父亲|母亲|亲戚|男友|女友|前夫|前妻|某|他|她"
    r"|(?:^|[，。])(?:公司|单位|企业)(?=[^，。]{0,8}(?:打算|要求|说|让|叫|给|把|没|不给|拖欠|扣))|\b(?:my|our|we|I)\b",
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A part of a question that states something."""

    text: str
    """As printed, between the words that introduce it and 吧 or the like."""
    stated: str
    """The same without such words in its middle: 公共数据既然白送 states 公共数据白送."""
    manner: Manner
    """`cued`: introduced as given (为什么…, 既然…, …对吧). `plain`: a statement beside what is asked. `wanted`: what a
    question asks the way to (申请X要什么材料), which takes for granted that there is one."""


def assertions(text: str) -> list[Assertion]:
    """Return what a question states, in its order; a question that only asks states nothing.

    What is told of the asker's own case or only supposed is left out, and so is a part that asks yes or no.
    """
    found: list[Assertion] = []
    cued = asking = False
    for part in filter(None, (piece.strip() for piece in _CUT.split(_ENDS_IN_TAG.sub("，", text.strip())))):
        if _TAG.fullmatch(part):
            found = [*found[:-1], *(replace(one, manner="cued") for one in found[-1:])]
            continue
        if _JUDGED.search(part) and _LEAVES_OPEN.search(part):
            while found and found[-1].manner == "plain":
                found.pop()
        cue = _CUE.search(part)
        cued = cued or cue is not None
        rest = _CUE.sub("", part).strip()
        if part.endswith("吧") or (_IS_SO.search(part) and not (_MAY.search(part) or _ASKS.search(part))):
            manner: Manner | None = "cued"
        else:
            manner = _manner(rest, cued=cued, introduced=cue is not None)
        if manner == "plain" and asking:
            # 碰上什么情形，不给登记: the second part belongs to what is asked.
            manner = None
        if manner and len(rest) > 1:
            found.append(Assertion(_ENDING.sub("", _LEADING.sub("", part)), rest, manner))
        asking = manner == "wanted"
        cued = cued and not asking
    return found


def _manner(part: str, *, cued: bool, introduced: bool) -> Manner | None:
    """Return how a part states something; None when it asks, supposes or tells of the asker."""
    if _TOPIC.search(part):
        return None
    if _SUPPOSES.search(part) and not introduced:
        return "wanted" if _ASKS.search(part) else None
    if _LEAVES_OPEN.search(part) and not introduced:
        return None
    if _ASKS.search(part):
        return "wanted"
    if _OWN.search(part):
        return None
    return "cued" if cued else "plain"
