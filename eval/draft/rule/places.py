"""Questions that name a clause by its number, and such as ask what a clause with a heading plans."""

import re
from collections.abc import Iterator, Sequence
from random import Random

from eval.draft.proposal import Proposal, propose
from eval.draft.rule.lists import is_rest, listed_in
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import head_of, is_vague, parts_of, plain, spoken
from rag.locator.numerals import to_int
from rag.schema import Clause, Document
from rag.text import sentences

_ARTICLE = re.compile(r"^第(?P<number>[零〇一二三四五六七八九十百千\d]+)条$")
_OUTLINE = re.compile(r"^(?P<part>[一二三四五六七八九十]+)/[（(](?P<item>[一二三四五六七八九十]+)[）)]$")
_NO_CONTENT = re.compile(r"为了?|[（(][一二三四五六七八九十]+[）)]")
_CAPTION = re.compile(r"^【(?P<caption>[^】]{2,12})】")
_VERBS = re.compile(
    r"^(?:进一步|大力|积极|全面|深入|着力|持续|加快|扎实|逐步)*(?:加快推进|推进|推动|加强|加快|强化|优化|完善|提升|健全|构建|建立健全|建立|打造|促进|深化|支持|培育|发展|营造|建设|开展|实施|鼓励|探索|提高|拓展|夯实|壮大|注重|引领|引导|全面部署|部署|布局|扩大|丰富|增强|落实|坚持|筑牢|激发|释放|畅通|搭建|支撑|实现|突出|一批|加大|推广|扩容|守牢|引育|拓宽|做好)+"
)
_BODY = re.compile(r"(?:部门|厅|局|委|办|中心|机构|政府|办公室|单位|企业|院|公司|协会|集团|机关|委员会)$")
_LEADERS = re.compile(
    r"[（(](?P<role>责任单位|牵头单位|责任部门|牵头部门)[:：](?P<bodies>[^）)]{2,80}?)(?:[，,；;]配合单位[^）)]*)?[）)]"
)
_IN_CHARGE = re.compile(
    r"(?:^|[，,；;])(?:由)?(?P<who>[^，,。；;负]{3,24}?)负责(?P<what>[^，,。；;：、][^，,。；;：]{3,25})"
)
_EVERYWHERE = re.compile(
    "^(?:总体.*|指导思想|基本原则|总体要求|总体思路|总体目标|主要目标|发展目标|工作目标|行动目标|主要任务|重点任务|保障措施|组织领导|组织实施|组织保障|统筹协调|工作统筹|宣传引导|"
    "宣传推广|政策支持|政策保障|资金支持|资金保障|考核评估|监督考核|督促指导|总体考虑|工作要求|工作机制|管理机制|附则|总则|背景|引言|结语|前言|目的|现况|实施)$|^PART|\\d{4}年|[：:是将]|^具有|成为"
)
_NO_WORK = re.compile("^[制的人同]|[谁对]")
_NO_BODY = re.compile("^(?:做到|推动|支持|明确|确保|要求|实行|落实|各级各|并|且|将)")
_LONGEST_HEADING = 24
_SHORTEST_TOPIC, _LONGEST_TOPIC = 3, 18
_SHORTEST, _LONGEST = 12, 200
_MOST_BODIES = 4
_LITTLE = 40
"""Characters of a clause that is too short to be asked for by its number."""


def by_number(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask what the clause of a number says, or one item of its list."""
    for clause in shelf.of(document):
        place = _spoken_place(clause)
        if place is None or len(clause.text) < _LITTLE:
            continue
        listed = listed_in(clause)
        if listed:
            number = luck.choice([i for i, item in enumerate(listed.items) if not is_rest(item)] or [0])
            item, label = listed.items[number], "一二三四五六七八九十"[number]
            question = f"{shelf.name(document)}{place}第（{label}）项写的是什么？"
            yield propose(
                "by_number", "by_number", question, f"{item}。", [gold(clause, item)], [[head_of(item)]]
            )
            continue
        sentence = _first_sentence(clause)
        facts = parts_of(sentence, 2, shortest=5, longest=18)
        if facts:
            ending = luck.choice(("讲的是什么？", "是怎么规定的？", "说了什么？"))
            question = f"{shelf.name(document)}{place}{ending}"
            yield propose(
                "by_number", "by_number", question, sentence, [gold(clause, sentence)], [[f] for f in facts]
            )


def plans(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask what is planned, or in a report said, under a heading."""
    for clause in headed(shelf.of(document)):
        heading, rest = heading_of(clause)
        topic = topic_of(heading)
        sentence = next((rest[a:b] for a, b in sentences(rest) if b - a > _SHORTEST), "")
        facts = parts_of(sentence, 2, shortest=5, longest=18)
        if document.scheme == "articles" or not topic or len(sentence) > _LONGEST or not facts:
            continue
        forms: tuple[str, ...] = (
            f"{topic}这方面打算怎么做？",
            f"{topic}这块有什么打算？",
            f"{topic}要抓哪些事？",
        )
        if document.scheme == "report":
            forms = (f"关于{topic}是怎么说的？", f"怎么看{topic}？")
            forms = (f"{topic}怎么样？",) if topic.endswith(("情况", "现状")) else forms
        question = f"{shelf.by(document, luck, topic)}{luck.choice(forms)}"
        yield propose("plan", "lookup", question, sentence, [gold(clause, sentence)], [[f] for f in facts])


def topic_of(heading: str) -> str:
    """Return what a heading is about, without the verbs that every heading begins with; empty when it tells nothing."""
    topic = (
        _VERBS.sub("", re.sub(r"^(?:[（(][^）)]*[）)]|[\d.、]+)", "", heading.strip()))
        .strip("的 ")
        .removesuffix("力度")
    )
    if not _SHORTEST_TOPIC <= len(topic) <= _LONGEST_TOPIC or _EVERYWHERE.search(topic) or is_vague(topic):
        return ""
    return topic


def in_charge(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask who is responsible for something."""
    for clause in shelf.of(document):
        text = plain(clause.text)
        topic = topic_of(heading_of(clause)[0])
        named = list(_LEADERS.finditer(text))
        if len(named) == 1 and topic:
            bodies = [b for b in re.split("[、，,；;]", named[0]["bodies"]) if b]
            if len(bodies) <= _MOST_BODIES:
                lead = "哪个部门牵头" if "牵头" in named[0]["role"] else "哪些部门负责"
                question = f"{shelf.by(document, luck, topic)}{topic}这件事由{lead}？"
                yield propose("in_charge", "lookup", question, f"由{'、'.join(bodies)}负责。", [gold(clause, named[0][0])], [[b] for b in bodies], difficulty="easy")  # fmt: skip
        yield from _charged(shelf, document, clause, text, luck)


def _charged(shelf: Shelf, document: Document, clause: Clause, text: str, luck: Random) -> Iterator[Proposal]:
    for start, end in sentences(text):
        sentence = text[start:end]
        for m in _IN_CHARGE.finditer(sentence):
            who, what = m["who"], spoken(m["what"])
            if not _BODY.search(who) or is_vague(who + what) or _NO_WORK.search(what) or _NO_BODY.search(who):
                continue
            about = shelf.name(document) if what == "解释" else ""
            question = (
                f"{about or shelf.by(document, luck)}{what}归谁管？"
                if not about
                else f"{about}有不清楚的地方，该找谁解释？"
            )
            yield propose("in_charge", "lookup", question, f"由{who}负责{m['what']}。", [gold(clause, sentence)], [[who]], difficulty="easy")  # fmt: skip


def _spoken_place(clause: Clause) -> str | None:
    if m := _ARTICLE.match(clause.label):
        return f"第{to_int(m['number'])}条"
    if m := _OUTLINE.match(clause.locator):
        return f"第{m['part']}部分（{m['item']}）"
    return None


def _first_sentence(clause: Clause) -> str:
    text = _CAPTION.sub("", clause.text)
    return next(
        (
            text[a:b]
            for a, b in sentences(text)
            if b - a > 12 and not _NO_CONTENT.match(text[a:b]) and not text[a:b].endswith("：")
        ),
        "",
    )


def headed(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """Yield the clauses that can have a heading; an introduction begins with a salutation at most."""
    yield from (clause for clause in clauses if clause.label != "引言")


def heading_of(clause: Clause) -> tuple[str, str]:
    """Return the words of the clause's own heading and the text after it; an empty heading when it has none."""
    if caption := _CAPTION.match(clause.text):
        return caption["caption"], clause.text[caption.end() :]
    first, line_break, rest = clause.text.partition("\n")
    if line_break and len(first) <= _LONGEST_HEADING and not re.search("[，；,;]", first):
        return first.rstrip("。：: "), rest
    sentence, point, rest = clause.text.partition("。")
    if (
        point
        and len(sentence) <= _LONGEST_HEADING
        and "\n" not in sentence
        and not re.search("[，；,;]", sentence)
    ):
        return sentence, rest
    return "", clause.text
