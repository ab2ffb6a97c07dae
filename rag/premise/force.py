"""Must, may, must not, need not: what a question takes them to be against what the clauses say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, cover, fit, folded, pairs, printed

Force = Literal["forbidden", "waived", "due", "allowed", "encouraged"]
_IN_QUESTIONS: tuple[tuple[Force, str], ...] = (
    ("waived", r"不用(?!于)|不需要?|无需|无须|不必|用不着|可以不|可不(?=[办交登签])|免于|不一定要|\bneed not\b|\b(?:do|does) not (?:need|have) to\b|\bnot required to\b"),
    ("forbidden", r"不得(?!不)|不能|不可以?(?!抗|或缺)|不许|不准|不让|不允许|禁止|严禁|不给|\b(?:may|must|can|shall) ?not\b|\bforbid(?:s|den)?\b|\bprohibit(?:s|ed)?\b|\bban(?:s|ned)?\b|\bnot allowed\b"),
    ("due", r"必须|应当|应该|务必|非要|非得|一定要|强制(?=[^性]{1,4})|不得不|[还都就也总须]得(?=[\u4e00-\u9fff]{2})|(?<![\u4e00-\u9fff])得(?=先|自|重复|由|向|去|到|交|办|有)|(?<![需主重不只必])要(?![求素点么闻件害约紧是])|(?<![作产营务际益设展])需要|\bmust\b|\bshall\b|\brequires?\b|\bhave to\b|\bhas to\b|\bneeds?\b|\bobliged?\b|\bmandatory\b"),
    ("allowed", r"可以|(?<!不)允许|准许|有权|随便|任意|随意|(?<![不可功职技性智产动势节效机])能(?![源力够耗源量否不])|能够|\bmay\b|\bcan\b|\ballow(?:s|ed)?\b|\bpermit(?:s|ted)?\b|\bfree to\b"),
)  # fmt: skip
_IN_CLAUSES: tuple[tuple[Force, str], ...] = (
    ("waived", r"无需|无须|毋须|不需要?|不必|可以不|可不(?=再|予)|免于|免予|不再|\bneed not\b|\bnot required to\b|\b(?:do|does) not (?:need|have) to\b"),
    ("forbidden", r"不得(?!不)|禁止|严禁|不能(?!够?[^，]{0,3}的)|不可以?(?!抗|或缺|预见|逆|分割)|不准|不许|不允许|不予|\b(?:may|must|shall|can) ?not\b|\bprohibited\b|\bforbidden\b"),
    ("due", r"应当|必须|(?<![对相适响反供感呼顺])应(?!用|对|急|答|收|税|届|援|变|力|邀|用尽|商|链)|(?<!必)须(?!知)|\bmust\b|\bshall\b|\bis required to\b|\bare required to\b"),
    ("allowed", r"可以|允许|准许|有权|(?<![不许认])可(?=[自由向申以在按对通将委结根依凭提使享获直先并选授与从设进采])|\bmay\b|\bcan\b"),
    ("encouraged", r"鼓励|支持|倡导|提倡|引导|\bencourage[sd]?\b"),
)  # fmt: skip
_OPPOSED: frozenset[tuple[Force, Force]] = frozenset(
    {
        ("allowed", "forbidden"), ("forbidden", "allowed"), ("forbidden", "encouraged"), ("forbidden", "due"),
        ("waived", "due"), ("due", "waived"), ("due", "forbidden"), ("due", "encouraged"),
    }
)  # fmt: skip
"""(question, clause)."""
_SAME: frozenset[tuple[Force, Force]] = frozenset(
    {
        ("allowed", "allowed"), ("allowed", "encouraged"), ("allowed", "due"), ("forbidden", "forbidden"), ("waived", "waived"),
        ("waived", "allowed"), ("due", "due"),
    }
)  # fmt: skip
_CONDITION = re.compile(
    r"未经|未依法|未取得|未按|没有|擅自|违规|违反|非法|恶意|不符合|情形|情况下|期间|之前|以前|期满|一般|原则上|特殊|必要时|确需|符合条件"
    r"|\bwithout\b|\bunless\b|\bunlawful|\bif\b|\bwhere\b",
    re.IGNORECASE,
)
_CASE = re.compile(r"(?P<case>[^，,。；]+)的[，,]")
_IS_CASE = re.compile(r"[^，,。；：]*的[，,]")
"""What follows a word of force that only tells a case: 应当支付补偿的，补偿年限自…."""
_EXCEPTION = re.compile(r"除外|除.{2,40}外|另有|但[^，。]{0,12}(?:可以?|除)|\bexcept\b")
_FILLER = re.compile(
    r"什么|啥|哪[些个里儿]?|多少|怎么|怎样|如何|多久|[吧吗呢了啊呀的]+$"
    r"|^(?:都|就|还|也|先|再|自行|把|将|对|向|是|有|随便|随意|任意|申请|办理|办|准备|提交|我们|公司|打算)+"
)
_ASKS_WAY = re.compile("申请|办|交|登记|许可|备案|审批|核准|材料|手续")
_HEAD = re.compile("^(?:依法|按规定|按照规定|优先|办理|进行|予以)+")
_LIMIT = re.compile("^(?:超过|低于|高于|少于|多于|大于|小于|早于|晚于|短于|长于|迟于)")
_ANYBODY = re.compile("任何(?:组织|单位|个人|人|机构|企业|部门)[^，。；]{0,6}$")
_LIST = re.compile("下列|以下")
_STOP = re.compile(
    r"[。；;！!？?]|(?<!下列行为)(?<!下列情形)(?<!下列[\u4e00-\u9fff]{2})(?<!以下[\u4e00-\u9fff]{2})[：:]"
)
_ACTION, _FITS, _OWN_WORDS, _MET, _LESS = 0.7, 0.55, 0.34, 0.5, 0.8
_WAY_FITS, _ANYBODY_FITS = 0.5, 0.25
_SHORT = 2


@dataclass(frozen=True, slots=True)
class _Demand:
    force: Force
    word: str
    before: str
    action: str


def force_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield at most one sentence that forbids, allows, demands or waives what the question takes to be otherwise.

    A clause that does so only on a condition (未经批准，不得…) contradicts nothing, nor does one beside a sentence that
    bears the question out.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    demand = _demand(asserted)
    if demand is None:
        return
    best: tuple[float, Statement, _Demand] | None = None
    agreeing = 0.0
    for statement in ground.statements:
        for said in _said(statement):
            alike = _alike(demand, said, statement, asserted, ground.question)
            if alike <= 0:
                continue
            if (demand.force, said.force) in _SAME:
                agreeing = max(agreeing, alike if _holds(said, ground.question) else _LESS * alike)
            elif _is_opposed(demand, said, asserted, ground) and (best is None or alike > best[0]):
                best = (alike, statement, said)
    if best and agreeing < best[0]:
        alike, statement, said = best
        yield Contradiction(
            asserted.text,
            statement.hit,
            statement.start,
            statement.end,
            printed(statement, _opening(said)),
            alike,
        )


def _is_opposed(demand: _Demand, said: _Demand, asserted: Assertion, ground: Ground) -> bool:
    if asserted.manner == "wanted" and said.force != "waived":
        return False
    return (demand.force, said.force) in _OPPOSED and _holds(said, ground.question)


def _demand(asserted: Assertion) -> _Demand | None:
    """Return the first word of force of a part with what it governs; a part that asks the way takes it to be due."""
    text = folded(asserted.stated)
    if asserted.manner == "wanted":
        action = _FILLER.sub("", text.rpartition("要")[0] or text)
        if re.search("不|无需|免|未", text) or len(action) <= _SHORT or not _ASKS_WAY.search(text):
            return None
        return _Demand("due", "", "", action)
    return next(_demands(text, _IN_QUESTIONS), None)


def _demands(text: str, forces: Sequence[tuple[Force, str]]) -> Iterator[_Demand]:
    taken: list[tuple[int, int, Force, str]] = []
    for force, pattern in forces:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not any(start < match.end() and match.start() < end for start, end, *_ in taken):
                taken.append((match.start(), match.end(), force, match[0]))
    taken.sort()
    for number, (start, end, force, word) in enumerate(taken, 1):
        last = next((one[0] for one in taken[number:] if one[0] - end > _SHORT), len(text))
        stop = _STOP.search(text, end, last)
        action = text[end : stop.start() if stop else last]
        yield _Demand(force, word, text[:start], action)


def _said(statement: Statement) -> list[_Demand]:
    return list(_demands(statement.text, _IN_CLAUSES))


def _action(demand: _Demand) -> str:
    found = _FILLER.sub("", demand.action)
    return found if len(found) >= _SHORT else _FILLER.sub("", demand.before + demand.action)


def _alike(demand: _Demand, said: _Demand, statement: Statement, asserted: Assertion, question: str) -> float:
    """Return how well what a clause governs is what the question governs; 0 when it is something else."""
    action = _action(demand)
    if len(action) < _SHORT:
        return 0.0
    near = said.action if said.force == "due" or _LIST.search(said.action) else _first_part(said.action)
    same = cover(action, pairs(near))
    head = _HEAD.sub("", re.split("[，,、]", said.action)[0])
    if len(head) > _SHORT + 1 and cover(head, pairs(action)) == 1:
        same = max(same, _ACTION)
    head = re.sub("^重复", "", head)
    if demand.force == "due" and said.force == "waived" and _SHORT <= len(head) <= 3 * _SHORT:
        same = max(same, cover(head, pairs(action)))
    if _LIMIT.search(near) and not _LIMIT.search(action):
        return 0.0
    wanted = asserted.manner == "wanted"
    whole = fit(_FILLER.sub("", question), statement)
    fits = whole if wanted else fit(asserted.stated, statement)
    if _ANYBODY.search(said.before) and len(head) > _SHORT + 1 and cover(head, pairs(action)) == 1:
        # What nobody may do the question's own people may not do.
        return fits if fits >= _ANYBODY_FITS else 0.0
    if same < _ACTION or cover(action if wanted else asserted.stated, statement.words) < _OWN_WORDS:
        return 0.0
    enough = fits >= (_WAY_FITS if wanted else _FITS) and _subject_fits(demand, statement)
    return same * (whole + fits) / 2 if enough else 0.0


def _opening(said: _Demand) -> str:
    """Return a word of force with the first characters that it governs, by which its place in the sentence is known."""
    return said.word + re.split("[，,、：:（(]", said.action)[0][:6]


def _first_part(action: str) -> str:
    return re.split("[，,]", action)[0]


def _subject_fits(demand: _Demand, statement: Statement) -> bool:
    """Tell whether the sentence or its title knows who is meant: what an employer may not do an employee may."""
    before = re.sub("^(?:规定|要求|那|就|都)+|(?:都|也|还|就|既然|是)+$", "", demand.before)
    return len(before) < _SHORT or cover(before, statement.words | statement.about) >= 0.5


def _holds(said: _Demand, question: str) -> bool:
    """Tell whether a clause says so without a condition, or on one that the question meets."""
    sentence = re.split("[。；]", said.before)[-1]
    if _CONDITION.search(sentence) or _CONDITION.search(_first_part(said.action)[:12]):
        return False
    if said.force == "forbidden" and _EXCEPTION.search(said.action):
        return False
    if _IS_CASE.match(said.action):
        return False
    cases = [found["case"] for found in _CASE.finditer(sentence)]
    return all(cover(case, pairs(question)) >= _MET for case in cases)
