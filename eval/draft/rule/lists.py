"""Questions for a list that a clause prints under a line that leads to it, such as 应当提交下列材料."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from eval.cases import CaseType
from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import head_of, is_vague, plain, spoken
from rag.schema import Clause, Document
from rag.text import sentences

_ITEM = re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[）)]\s*(?P<said>.+)$")
_REST = re.compile(r"^其[他它]|其[他它][^，。；]{0,18}$|另有规定")
_THESE = r"(?:下列|以下)"
_CONDITIONS = re.compile(
    rf"^(?P<who>.*?)(?:应当?|须|需|必须)?(?:同时)?(?:符合|具备|满足){_THESE}(?P<what>[^，]*?(?:条件|要求))$"
)
_PAPERS = re.compile(
    r"^(?P<who>.*?)(?:应当?|须|需|必须)?提交(?:的)?[^，]*?(?:材料|资料|文件)(?:，?(?:主要)?包括.*)?$"
)
_AND_PAPERS = re.compile(r"^(?P<who>[^，]{2,12}?)应当?(?P<first>[^，]{2,20})[，,]并$")
_CASES = re.compile(rf"^(?P<who>.*?)有{_THESE}(?:情形|情况|行为)之一的?[，,]?(?P<then>.+)$")
_NOT = re.compile(
    rf"^(?P<who>.*?)(?:{_THESE}(?P<what>[^，不]{{1,8}}))?不得(?P<verb>[^，]{{0,8}}?)(?:{_THESE}(?P<these>[^，]{{1,10}}))?$"
)
_WORK = re.compile(
    rf"^(?P<who>.*?)(?:应当|具体|主要)?(?:负责|履行|承担){_THESE}[^，]{{0,4}}(?:工作|职责|事项|义务)$"
)
_STEPS = re.compile(
    rf"^(?P<who>.*?)(?:应当)?(?:分别)?按照?{_THESE}(?P<what>程序|流程|步骤|情况|规定)(?:办理|执行|处理|进行)?$"
)
_CONTENT = re.compile(
    rf"^(?P<who>.*?)(?:应当|主要)?(?P<verb>包括|包含|注明|载明|写明|记载|说明)(?:{_THESE}|以下)?(?:主要)?(?P<what>内容|事项|信息)?$"
)
_OTHER = re.compile(rf"^(?P<who>.*?){_THESE}(?P<what>[^，]{{1,10}})$")
_NAMED = re.compile(
    r"(?:^|(?<=[，。；]))(?P<who>[^，。；：、]{3,20}?)(?P<verb>分为|分成|主要包括|包括|涵盖)(?P<items>[^，。；、（(：]{2,14}(?:、[^，。；、（(]{2,14}){2,6}?(?:(?:以及|和|及)[^，。；、]{2,12})?)(?:等[^，。；]{0,6})?(?=[，。；]|$)"
)
_NO_WHO = re.compile("^(?:其中|主要|一般|但不|还|也|并|且|或|服务)|不$|限于|仅限")
_NO_LIST = re.compile("用语|术语|含义|定义")
_FEWEST, _MOST = 3, 10
_LONGEST_LEAD = 60
_LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with the line that leads to it."""

    lead: str
    """Without the colon and without the sentences before it."""
    items: tuple[str, ...]
    """Without labels and final points."""


def listed_in(clause: Clause) -> Listed | None:
    """Return the clause's list of three to ten items, or None; a clause with several lists gives none."""
    lines = clause.text.split("\n")
    at = [i for i, line in enumerate(lines) if _ITEM.match(line)]
    labels = [re.sub(r"\s", "", lines[i])[:2] for i in at]
    if (
        not _FEWEST <= len(at) <= _MOST
        or at != list(range(at[0], at[0] + len(at)))
        or at[0] == 0
        or len(set(labels)) < len(labels)
    ):
        return None
    lead = re.split("[。；;]", lines[at[0] - 1].strip().rstrip("：:"))[-1].strip()
    lead = re.sub(r"^【[^】]*】", "", lead)
    items = tuple(_ITEM.match(lines[i])["said"].strip().rstrip("；;。，,") for i in at)  # type: ignore[index]
    return (
        Listed(lead, items)
        if lines[at[0] - 1].rstrip().endswith(("：", ":")) and len(lead) <= _LONGEST_LEAD
        else None
    )


def is_rest(item: str) -> bool:
    """Tell whether an item only says that there may be others."""
    return _REST.search(item) is not None


def lists(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for all items of a list."""
    for clause in shelf.of(document):
        found = listed_in(clause)
        if found is None or is_vague(found.lead.replace("下列", "").replace("以下", "")):
            continue
        asked = ask_for(found.lead)
        if asked is None:
            continue
        kind, question = asked
        named = [item for item in found.items if not is_rest(item)] or list(found.items)
        heads = [head_of(item) for item in named]
        yield propose(
            "list", kind, shelf.by(document, luck) + question, f"共{len(found.items)}项：{_short(found.items)}。",
            [gold(clause, item) for item in named], [[head] for head in heads],
            difficulty="medium" if len(named) <= 5 else "hard",
        )  # fmt: skip


def named(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask for the items that a sentence names one after the other."""
    for clause in shelf.of(document):
        for start, end in sentences(clause.text):
            sentence = plain(clause.text[start:end])
            m = _NAMED.search(sentence)
            if m is None or is_vague(m["who"]) or _NO_WHO.search(m["who"]):
                continue
            items = re.split("、|以及|和|及", m["items"])
            if min(map(len, items)) > 1:
                verb = "分哪几种" if m["verb"].startswith("分") else "都有哪些"
                question = f"{shelf.by(document, luck, m['who'])}{spoken(m['who'])}{verb}？"
                yield propose(
                    "list",
                    "list",
                    question,
                    f"{m[0].strip('，。；')}。",
                    [gold(clause, sentence)],
                    [[x] for x in items],
                )


def _short(items: tuple[str, ...]) -> str:
    """Return the items as one answer; the first sentence of each when all of it would be long."""
    whole = "；".join(items)
    return whole if len(whole) <= _LONGEST_ANSWER else "；".join(item.split("。")[0] for item in items)


def ask_for(lead: str) -> tuple[CaseType, str] | None:
    """Turn the line that leads to a list into a question for its items; None when it does not tell what they are."""
    if _NO_LIST.search(lead):
        return None
    lead = re.sub(r"\s", "", lead).removeprefix("提交的")
    if m := _CASES.match(lead):
        who = spoken(m["who"])
        then = spoken(m["then"].rstrip("："))
        return "list", f"{who}碰到哪些情况，{then}？" if who else f"哪些情况下{then}？"
    if m := _CONDITIONS.match(lead):
        who = spoken(m["who"].rstrip("，,的"))
        return "list", f"{who}得满足哪些{m['what'].removeprefix('基本')}？"
    if m := _STEPS.match(lead):
        return "procedure", f"{spoken(m['who']).rstrip('，')}，具体怎么办？"
    if m := _PAPERS.match(lead):
        if both := _AND_PAPERS.match(m["who"]):
            return "procedure", f"{both['who']}除了{spoken(both['first'])}，还要交哪些材料？"
        who = spoken(re.sub("应当?$", "", m["who"]))
        who = re.sub("的[，,][^，,]{0,12}$", "的话，", who)
        return "procedure", f"{who}要交哪些材料？"
    if m := _NOT.match(lead):
        thing = m["what"] or m["these"]
        if m["what"]:
            return "obligation", f"{spoken(m['who'])}哪些{m['what']}不能{m['verb'].removeprefix('进行')}？"
        return ("obligation", f"{spoken(m['who'])}不能{m['verb']}哪些{thing}？") if thing else None
    if m := _WORK.match(lead):
        return "lookup", f"{spoken(m['who'])}具体管哪些事？"
    return _ask_for_content(lead)


def _ask_for_content(lead: str) -> tuple[CaseType, str] | None:
    if m := _CONTENT.match(lead):
        who = spoken(re.split("[，,]", m["who"])[-1] or m["who"])
        verb = {"包括": "有", "包含": "有"}.get(m["verb"], f"要{m['verb']}")
        if len(who) < 2:
            return None
        return "list", f"{who}都有哪些？" if verb == "有" and not m[
            "what"
        ] else f"{who}{verb}哪些{m['what'] or '内容'}？"
    if m := _OTHER.match(lead):
        return ("list", f"{spoken(m['who'])}哪些{m['what']}？") if len(m["who"]) > 1 else None
    if re.fullmatch(r"[^，]{2,12}(?:资料|材料|条件|范围|程序|标准|内容)", lead):
        return "list", f"{lead}有哪些？"
    return None
