"""Questions that the collection does not answer although it comes near: another place, a fee, a body, a term that nobody names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from eval.draft.proposal import Proposal, propose
from eval.draft.rule.duties import cases_in, needs_steps
from eval.draft.rule.lists import ask_for, listed_in
from eval.draft.rule.numeric import figures_of
from eval.draft.rule.places import headed, heading_of, topic_of
from eval.draft.shelf import Shelf, gold, place_of
from eval.draft.wording import is_vague
from rag.schema import Clause, Document
from rag.text import terms

_PROVINCES = (
    "天津", "河北", "山西", "辽宁", "黑龙江", "江苏", "江西", "湖北", "四川", "陕西", "甘肃", "青海", "内蒙古", "西藏", "宁夏", "新疆",
    "浙江", "福建", "山东", "河南", "湖南", "广东", "海南", "贵州", "云南", "安徽", "吉林", "广西", "重庆", "北京", "上海",
)  # fmt: skip
_CITIES = (
    "沈阳",
    "大连",
    "哈尔滨",
    "苏州",
    "宁波",
    "厦门",
    "武汉",
    "西安",
    "兰州",
    "昆明",
    "南宁",
    "郑州",
    "长沙",
    "石家庄",
)
_ACTS = re.compile(r"(登记|备案|许可|认定|申报|开放|交易)(?!机构)")
_FINES = re.compile(r"罚款|罚金|处罚|\d+元|万元")
_DAYS = re.compile(r"[一二三四五六七八九十两\d]\s*个?(?:工作日|日|天|月|年|小时)|期限|及时|立即|定期")
_NO_SPENDING = re.compile(
    "(?:水平|能力|满意度|效率|影响力|氛围|意识|引导|协调|机制|规范|标准|合作|治理|问效|评估|监测|监管)$"
)
_LONGEST = 70
_THERE = "{there}"


@dataclass(frozen=True, slots=True)
class _Unsaid:
    """Something that a plan may leave out."""

    forms: tuple[str, ...]
    answers: re.Pattern[str]
    """Words of which any may be an answer."""
    what: str
    of_clause: bool = False
    """The words are looked for in the clause alone; otherwise in the whole document and its title."""
    costs: bool = False


_UNSAID = (
    _Unsaid(
        ("{}这块安排了多少财政资金？", "{}有没有专项资金，总共多少钱？"),
        re.compile("费|元|收取|资金|补助|补贴|奖"), "这方面有多少钱", of_clause=True, costs=True,
    ),
    _Unsaid(
        ("{}是哪个部门牵头？", "{}归哪个部门管？"), re.compile("责任单位|牵头|负责|责任部门|主管部门"), "由哪个部门牵头",
    ),
    _Unsaid(
        ("想对接{}的事，该打哪个电话？", "{}的联系人是谁、电话多少？"), re.compile(r"电话|热线|联系人|联系方式|\d{7}"), "联系方式",
    ),
    _Unsaid(
        ("{}没做到位的话，要受什么处罚？", "{}完不成会怎么问责？"), re.compile("处罚|问责|追责|追究|约谈|通报|责任"), "处罚和问责",
    ),
    _Unsaid(
        ("{}最晚哪一年要完成？", "{}要做到哪年为止？"), re.compile(r"\d{4}|年底|年内|每年|长期"), "完成的时间",
    ),
)  # fmt: skip


def elsewhere(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask what the document says of its place of a place that no document of the collection is for."""
    here = place_of(document)
    level = _PROVINCES if here in _PROVINCES else _CITIES
    others = [p for p in level if p not in shelf.places and p != here]
    if here is None or not others:
        return
    for clause, ask in (*_figures(shelf, document), *_lists(shelf, document), *_day(shelf, document, here)):
        there = luck.choice(others)
        if here in ask or len(ask) > _LONGEST or re.search("[省市县]级|全[省市区]", ask):
            continue
        question = (
            ask.replace(_THERE, there) if _THERE in ask else f"在{there}，{_with_topic(ask, document, shelf)}"
        )
        answer = f"现有文件里没有{there}的规定，只有{here}的。"
        yield propose("elsewhere", "unanswerable", question, answer, nearest=[gold(clause)])


def _figures(shelf: Shelf, document: Document) -> Iterator[tuple[Clause, str]]:
    yield from ((figure.clause, figure.ask) for figure, _ in figures_of(shelf, document))


def _lists(shelf: Shelf, document: Document) -> Iterator[tuple[Clause, str]]:
    for clause in shelf.of(document):
        listed = listed_in(clause)
        asked = (
            ask_for(listed.lead)
            if listed and not is_vague(listed.lead.replace("下列", "").replace("以下", ""))
            else None
        )
        if asked:
            yield clause, asked[1]


def _day(shelf: Shelf, document: Document, here: str) -> Iterator[tuple[Clause, str]]:
    name = shelf.name(document)
    in_force = next((c for c in shelf.of(document) if "施行" in c.text and "起" in c.text), None)
    if in_force and name.startswith(f"{here}的"):
        yield in_force, f"{_THERE}{name.removeprefix(here)}什么时候开始施行？"


def absent(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for what texts of this kind often say and this one does not."""
    if document.scheme == "articles":
        yield from _no_fee(shelf, document)
        yield from _no_fine(shelf, document)
        yield from _no_term(shelf, document, luck)
    elif document.scheme == "outline":
        yield from _not_said(shelf, document, luck)


def _no_fee(shelf: Shelf, document: Document) -> Iterator[Proposal]:
    act = _ACTS.search(document.title)
    clauses = shelf.of(document)
    near = _nearest("办理登记 申请 提交材料", clauses)
    if act is None or near is None or any("费" in clause.text for clause in clauses):
        return
    for form in ("照{}办{}，要交多少手续费？", "按{}去办{}，收不收钱、收多少？"):
        question = form.format(shelf.name(document), act[1])
        yield propose(
            "absent", "unanswerable", question, f"《{document.title}》没有写收费。", nearest=[gold(near)]
        )


def _no_fine(shelf: Shelf, document: Document) -> Iterator[Proposal]:
    """Ask what a forbidden act costs where no fine is printed."""
    clauses = shelf.of(document)
    near = _nearest("违反 法律责任 处理 追究 责令改正", clauses)
    if (
        near
        and re.search("违反|责任|处理", near.text)
        and not any(_FINES.search(clause.text) for clause in clauses)
    ):
        question = f"违反{shelf.name(document)}，最多罚多少钱？"
        yield propose(
            "absent",
            "unanswerable",
            question,
            f"《{document.title}》没有写罚款的数额。",
            nearest=[gold(near)],
        )


def _no_term(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask how long something may take whose clause sets no term."""
    for clause in shelf.of(document):
        if _DAYS.search(clause.text):
            continue
        for case in filter(needs_steps, cases_in(clause)):
            question = f"{shelf.by(document, luck)}{case.when}的话，{case.who}几天之内要办完？"
            answer = f"《{document.title}》{clause.label}没有写期限。"
            yield propose("absent", "unanswerable", question, answer, nearest=[gold(clause)])


def _not_said(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask about each heading of a plan for one thing that the plan does not say."""
    whole = "\n".join(clause.text for clause in shelf.of(document))
    for clause in headed(shelf.of(document)):
        topic = topic_of(heading_of(clause)[0])
        offered = [
            row
            for row in _UNSAID
            if not row.answers.search(clause.text if row.of_clause else whole + document.title)
        ]
        if topic and offered:
            chosen = luck.choice(offered)
            if chosen.costs and _NO_SPENDING.search(topic):
                continue
            question = shelf.by(document, luck) + luck.choice(chosen.forms).format(topic)
            answer = f"《{document.title}》没有写{chosen.what}。"
            yield propose("absent", "unanswerable", question, answer, nearest=[gold(clause)])


def _with_topic(ask: str, document: Document, shelf: Shelf) -> str:
    """Return a question that says what it is about, as the name of the text no longer does."""
    topic = shelf.name(document).partition("的")[2] or shelf.name(document)
    shared = {t for t in terms(topic) if len(t) > 1} & set(terms(ask))
    act = _ACTS.search(document.title)
    return ask if shared or act is None else f"办{topic_before(document.title, act[1])}，{ask}"


def topic_before(title: str, act: str) -> str:
    """Return the words of a title that lead up to an act, at most eight: 数据要素登记."""
    end = title.find(act) + len(act)
    start = max(0, end - 8)
    place = max(title.rfind(mark, 0, end) for mark in "省市区国")
    return title[max(start, place + 1) : end]


def _nearest(words: str, clauses: Sequence[Clause]) -> Clause | None:
    """Return the clause that shares most of some words; None when none shares any."""
    asked = {term for term in terms(words) if len(term) > 1}
    scored = [(len(asked & set(terms(clause.text))), -clause.ordinal, clause) for clause in clauses]
    best = max(scored, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] else None
