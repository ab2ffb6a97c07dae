"""Who does it: the body that a question takes to lead, approve or interpret against the one that the clause names."""

import re
from collections.abc import Iterator

from rag.premise.assertion import Assertion
from rag.premise.statement import Contradiction, Ground, Statement, fit, folded, printed, statements
from rag.schema import Hit

_END = r"(?:委员会|委|办公室|办公厅|办|总局|总署|局|厅|署|部|院|中心|交易所|协会|学会|政府|银行|公司|法院|检察院|海关|机关|机构|部门)"
_NAME = rf"(?P<body>[\u4e00-\u9fff]{{1,14}}?{_END})(?![门分署])"
_ROLES: dict[str, str] = {
    "interpret": r"(?:具体|统一)?(?:负责)?(?:进行)?解释",
    "lead": r"(?:总|统一|具体|共同|全面)?(?:负责)?(?:牵头|挑头|统筹|主管|主办|组织实施|监督管理|监管|管理|主抓|负责(?!解释|人|任)|管(?=$|的|着|这))",
    "approve": r"(?:统一|具体|负责)*(?:审批|批准|核准|审核|核定|审查|许可|登记(?![的表证簿]))",
}
_IS_NAME = "(?!的?(?:机关|机构|部门|单位))"
"""A role before such a word is part of a name: 由公司登记机关责令改正."""
_NOUNS: dict[str, str] = {
    "interpret": r"解释(?:权|机关|部门|单位)",
    "lead": r"(?:监督?管理?|主管|牵头|归口|统筹|负责)(?:的)?(?:部门|单位|机关|机构)",
    "approve": r"(?:审批|批准|核准|审核|登记)(?:的)?(?:部门|单位|机关|机构)",
}
_GENERIC = re.compile(
    r"(?:有关|相关|主管|行政|各级?|该|本|其|其他|上述|当地|所在地|任何|地方|同级|上级|下级|职能|监管|登记|责任|政府|有权|授权|指定|管理|监督|审批|公共)(?:部门|机关|机构|单位|政府|办公室|中心)$"
    r"|^(?:部门|机关|机构|单位|政府|公司|中心|银行|法院|海关|哪个?.*|什么.*)$"
)
_JOIN = re.compile(r"会同|商|协同|联合|以及|[和与及、]")
_BEFORE = re.compile(r"^.*(?:由|归|向|让|是|为|属于|报|[年月日])(?=[\u4e00-\u9fff]{2})")
_LEAST, _NEARLY, _SHORT = 0.45, 0.75, 6
_ENDING = re.compile(rf"{_END}$")


def body_contradictions(asserted: Assertion, ground: Ground) -> Iterator[Contradiction]:
    """Yield at most one sentence that gives a task to another body than the question does.

    Only bodies with a name of their own count: 有关部门 may be any. A sentence that gives the same task to the question's
    body, in whatever clause, bears the question out.

    Args:
        asserted: A part of the question.
        ground: The clauses.
    """
    if asserted.manner == "wanted":
        return
    claim = _claim(folded(asserted.stated))
    if claim is None:
        return
    role, body, rest = claim
    # A part that says no more than who does it is about what the whole question is about.
    matter = rest if len(rest) > _SHORT else f"{rest}{ground.question}"
    best: tuple[float, Statement, str] | None = None
    agreeing = 0.0
    for statement in _read(role, ground):
        fits = 1.0 if role == "interpret" else fit(matter, statement)
        for doer, doing in _doers(role, statement.text):
            if is_short_for(body, doer):
                agreeing = max(agreeing, fits)
            elif _is_named(doer) and fits >= _LEAST and (best is None or fits > best[0]):
                best = (fits, statement, doing)
    if best and agreeing < _NEARLY * best[0] and not _mentioned(body, best[1], role):
        fits, statement, doing = best
        yield Contradiction(
            asserted.text, statement.hit, statement.start, statement.end, printed(statement, doing), fits
        )


def _read(role: str, ground: Ground) -> list[Statement]:
    """Return the sentences that may name the body; who interprets a document stands in one article that no search need find."""
    if role != "interpret":
        return list(ground.statements)
    if ground.meant is None:
        return []
    return statements([Hit(c, 0.0) for c in ground.clauses if "解释" in c.text][-3:])


def _claim(text: str) -> tuple[str, str, str] | None:
    """Return the role, the body and the other words of a part that names who does something."""
    for role, verbs in _ROLES.items():
        patterns = (
            rf"(?:由|归|让|经)(?P<body>[\u4e00-\u9fff]{{2,16}}?)(?:来|去|会同[^，]*?)?(?P<role>{verbs}){_IS_NAME}",
            rf"(?P<role>{_NOUNS[role]})(?:就?是|为|在)(?P<body>[\u4e00-\u9fff]{{2,16}}?{_END})",
            rf"{_NAME}(?:来|去)?(?P<role>{verbs}){_IS_NAME}",
        )
        for pattern in patterns:
            found = re.search(pattern, text)
            if found is None:
                continue
            body = _last_name(found["body"])
            if _is_named(body):
                return role, body, f"{text[: found.start('body')]}{found['role']}{text[found.end() :]}"
    return None


def _last_name(body: str) -> str:
    return _BEFORE.sub("", body) if len(body) > 4 else body


def _is_named(body: str) -> bool:
    return len(body) > 1 and _ENDING.search(body) is not None and _GENERIC.search(body) is None


def _doers(role: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield (body, words) for each body that a folded sentence gives a role to."""
    pattern = rf"(?P<names>[\u4e00-\u9fff、（）()]{{2,40}}?{_END})(?:按职责分工|在各自职责范围内|依法|等[\u4e00-\u9fff]{{0,6}})?(?:{_ROLES[role]})"
    for found in re.finditer(pattern, text):
        names = re.split("[（）()]", found["names"])[0]
        for name in _JOIN.split(names):
            if _ENDING.search(name):
                yield _BEFORE.sub("", name), found[0]
    for found in re.finditer(rf"{_NAME}(?:是|为)[^，。；]{{0,16}}?(?:{_NOUNS[role]})", text):
        yield found["body"], found[0]


def is_short_for(one: str, other: str) -> bool:
    """Tell whether two names may be of one body: the characters of one stand in the other in their order, without their endings.

    A government without a name of its own is any government, and no department.
    """
    short, long = sorted((_core(one), _core(other)), key=len)
    if not short:
        return not long
    if _kind(one) != _kind(other) and "" not in (_kind(one), _kind(other)):
        return False
    rest = iter(long)
    return all(char in rest for char in short)


def _kind(body: str) -> str:
    """Return 局 for every department of a government, else what a name ends with; empty for what may be any."""
    found = _ENDING.search(body)
    ending = found[0] if found else ""
    if ending in ("部门", "机构", "机关"):
        return ""
    return "局" if ending[-1:] in "委室办厅局署部" else ending


def _core(body: str) -> str:
    return re.sub(
        r"^(?:国家|全国|中国|省|市|区|县|本省|本市|[\u4e00-\u9fff]{2,3}[省市])", "", _ENDING.sub("", body)
    )


def _mentioned(body: str, statement: Statement, role: str) -> bool:
    """Tell whether the sentence names the question's body for the same task in other words."""
    core = _core(body) or body
    return any(
        core in part and re.search(_ROLES[role], part) for part in re.split("[，；。]", statement.text)
    )
