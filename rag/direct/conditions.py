"""The conditions that a question about the collection sets: each is read, taken out of the question, and met by documents."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from rag.direct.holdings import in_order
from rag.direct.period import within_period
from rag.direct.printed import day_of, is_of, issue_name
from rag.direct.taken import Asking, Taken, phrase
from rag.direct.wording import ASKS, FILLER, GENERIC, ISSUE, KIND, VERBS, YEAR
from rag.hit.issue import asked_issue
from rag.hit.issuers import Issuers
from rag.hit.regions import NATION, WORLD, is_part_of, places_in, with_chinese_names, without_places
from rag.schema import Document
from rag.text import loose
from rag.validity import is_draft, validity

_Fits = Callable[[Document, date], bool]
_FORMS: Mapping[str, tuple[str, _Fits]] = {
    r"(?:公开)?征求意见稿?|草案|送审稿|drafts?(?: for comments?)?": ("征求意见稿或草案", lambda d, _: is_draft(d)),
    r"[（(]?试行[)）]?": ("试行", lambda d, _: "试行" in (d.status or "")),
    r"[（(]?暂行[)）]?": ("暂行", lambda d, _: "暂行" in (d.status or "")),
}  # fmt: skip
FORCES: Mapping[str, tuple[str, _Fits]] = {
    r"(?:尚未|还没有?|未|即将|将要)(?:生效|施行|实施)": ("尚未施行", lambda d, day: validity(d, day) == "not_yet"),
    r"(?:已经?)?(?:失效|废止|过期|作废|到期|expired|repealed)了?": ("已失效", lambda d, day: validity(d, day) in ("expired", "repealed")),
    r"(?:现行有效|现在有效|仍然?有效|有效|现行|生效|in force|valid)": ("现行有效", lambda d, day: validity(d, day) == "in_force"),
}  # fmt: skip
"""Words → the name of the condition, and whether a document meets it; the longer words first."""
_ABOUT = re.compile(
    # 有关于 is 有 with 关于; 和 says what a thing is about only together with 有关.
    rf"(?:关于|有关(?!于)|(?P<joined>跟|和|与|同))(?P<zh>[^，。？?]{{2,16}}?)(?:方面|领域|(?P<related>有关|相关))?的(?=(?:政策|法律)?(?:{GENERIC}))"
    rf"|(?P<side>[^，。？?的有哪些]{{2,12}}?)(?:方面|领域|相关)的?(?=(?:政策|法律)?(?:{GENERIC}))"
    r"|\b(?:on|about|concerning|regarding)\s+(?P<en>[a-z][a-z \-]{2,40}?)(?=[?.!]|$|\s+(?:do|are|from|in|issued))",
    re.IGNORECASE,
)
_SAYS = r"(?:都|明确)*(?P<{}>提[到及过]|讲[到了过]?|谈[到及过]?|涉及|说到|写到|规定(?=[了过]))[了过]?"
_WORDS = r"[“\"]?(?P<{}>[^，。？?的了过“”\"]{{2,16}}?)[”\"]?"
_WHICH = r"(?:哪|那)(?:些|一?个|几[份部个]|一?[份部])"
_MENTION = (
    # 哪些文件提到区块链
    re.compile(
        rf"(?P<head>(?:{GENERIC}|{KIND})(?:里面?|中|内)?){_SAYS.format('v')}{_WORDS.format('x')}(?:的(?:内容|问题))?[呢啊]?[？?。]?$"
    ),
    # 讲区块链的是哪个, 提到区块链的文件有哪些
    re.compile(
        rf"(?P<head>){_SAYS.format('v')}{_WORDS.format('x')}的(?=(?:是|有|{_WHICH}|{GENERIC}|{KIND}))"
    ),
    # 区块链在哪些文件里提到
    re.compile(
        rf"^{_WORDS.format('x')}(?:都|是|有)*在(?P<head>{_WHICH}(?:{GENERIC}|{KIND}))(?:里面?|中|内)?(?:都|有|被)*{_SAYS.format('v')}"
    ),
)
HELD = re.compile(
    # 库里有劳动合同法吗 asks for a document by its title; 有什么办法, 有关于…的规定 do not.
    rf"^(?P<head>(?:本|这个|该|你们的?)?(?:文件|资料|知识|文档)?库)(?:里面?|中|内)?有(?:没有)?《?(?P<title>(?!关于|两|其[他它])(?![^，。？?]*(?:或者|发布|印发|出台|现行|草案))[^，。？?《》的哪什多几]{{1,30}}?(?:(?<![方做说看想算无违非合执])(?<!(?<!公)司)法|{KIND}|标准|指南))》?(?:吗|没有|么|呢)?[？?。]?$"
)
_ASKED_PLACE = re.compile(
    r"(?:有)?(?:哪些|哪几个|哪个|什么)(?:省份?|直辖市|自治区|城市|市|地区|地方|区域)+(?:都|已经?|还)*"
    rf"(?:有|{VERBS})[了过]?(?:(?:关于)?(?P<topic>[^，。？?]{{2,16}}?)的?(?=(?:{KIND}|{GENERIC})))?"
)
_EXTREMES: tuple[tuple[str, Callable[[Document], str | None], bool], ...] = (
    (r"最[早先快](?:失效|到期|过期)", lambda d: d.expiry_date, False),
    (r"最[晚迟后](?:失效|到期|过期)", lambda d: d.expiry_date, True),
    (r"最[早先快](?:施行|生效|实施)", lambda d: d.effective_date, False),
    (r"最[晚迟后](?:施行|生效|实施)", lambda d: d.effective_date, True),
    (rf"最(?:新|近|晚)(?:{VERBS}|收录|入库)?|latest|newest|most recent", day_of, True),
    (rf"最[早旧老](?:{VERBS}|收录|入库)?|oldest|earliest", day_of, False),
)
"""Words → the date by which documents are ordered, and whether the latest is meant."""


def conditions_of(text: str, asking: Asking) -> Taken | None:
    """Return the question without its conditions, and the documents that meet all; None when only a search can tell."""
    taken: Taken | None = Taken(text, tuple(asking.holdings.documents))
    for take in (
        _issue,
        _held,
        _since,
        _asked_place,
        _mention,
        _topic,
        _extreme,
        _status,
        _year,
        _places,
        _issuer,
    ):
        taken = take(taken, asking) if taken else None
    return taken


def _met(taken: Taken, rest: str, documents: list[Document], names: list[str]) -> Taken:
    return replace(taken, rest=rest, documents=tuple(documents), names=(*taken.names, *names))


def _issue(taken: Taken, asking: Asking) -> Taken:
    found = ISSUE.search(taken.rest)
    if not found:
        return taken
    issue = asked_issue(taken.rest, taken.documents)
    kept = [d for d in taken.documents if d.document_id in issue.documents]
    name = issue_name(kept[0], asking.lang) if kept else found[0].strip()
    return _met(taken, ISSUE.sub(" ", taken.rest), kept, [name])


def _held(taken: Taken, asking: Asking) -> Taken:
    found = HELD.search(taken.rest)
    if not found:
        return taken
    title = loose(found["title"])
    whole = [d for d in taken.documents if loose(d.title).endswith(title)]
    kept = whole or [d for d in taken.documents if in_order(title, loose(d.title))]
    return _met(taken, f"{found['head']}有哪些文件", kept, [phrase("topic", asking.lang, found["title"])])


def _since(taken: Taken, _: Asking) -> Taken:
    return within_period(taken)


def _asked_place(taken: Taken, asking: Asking) -> Taken | None:
    found = _ASKED_PLACE.search(taken.rest)
    if not found:
        return taken
    kept = [d for d in taken.documents if d.region not in (None, NATION, WORLD)]
    if topic := found["topic"]:
        kept = [d for d in kept if in_order(loose(topic), loose(d.title))]
    names = [phrase("local", asking.lang), *([phrase("topic", asking.lang, topic)] if topic else [])]
    rest = f"{taken.rest[: found.start()]} 哪些文件 {taken.rest[found.end() :]}"
    return _met(taken, rest, kept, names) if kept else None


def _mention(taken: Taken, asking: Asking) -> Taken | None:
    found = next((m for pattern in _MENTION if (m := pattern.search(taken.rest))), None)
    if not found or re.search("哪|什么|多少|怎么|如何", found["x"]):
        return taken
    words = found["x"].strip()
    told = asking.holdings.saying(words)
    titled = [d for d in taken.documents if loose(words) in loose(d.title)]
    saying = [d for d in taken.documents if d in titled or d.document_id in told]
    saying.sort(key=lambda d: (d not in titled, -told.get(d.document_id, 0)))
    # What a document is about, its title says; what it only mentions is told by number.
    kept = titled if titled and found["v"].startswith(("讲", "谈")) else saying
    rest = f"{taken.rest[: found.start()]} {found['head']} 文件 {taken.rest[found.end() :]}"
    met = _met(taken, rest, kept, [phrase("says", asking.lang, words)])
    return replace(met, told=told, others=len(saying) - len(kept)) if kept else None


def _topic(taken: Taken, asking: Asking) -> Taken | None:
    found = next((m for m in _ABOUT.finditer(taken.rest) if not m["joined"] or m["related"]), None)
    if not found:
        return taken
    topic = (found["zh"] or found["side"] or found["en"] or "").strip()
    if places_in(topic) and not without_places(topic).strip(" 市省"):
        return taken
    kept = [d for d in taken.documents if loose(topic) in loose(d.title)]
    rest = taken.rest[: found.start()] + " " + taken.rest[found.end() :]
    # What no title names may still be what clauses speak of: that is for the search.
    return _met(taken, rest, kept, [phrase("topic", asking.lang, topic)]) if kept else None


def _extreme(taken: Taken, asking: Asking) -> Taken | None:
    for pattern, dated, latest in _EXTREMES:
        found = re.search(rf"(?:{pattern})的?(?:那|这|一)*[份个部篇]?", taken.rest)
        if not found:
            continue
        rest = taken.rest[: found.start()] + " " + taken.rest[found.end() :]
        # 最新的北京文件: the latest of those that meet the other conditions.
        others = conditions_of(
            rest, replace(asking, holdings=replace(asking.holdings, documents=taken.documents))
        )
        days = [day for d in (others or taken).documents if (day := dated(d))]
        if others is None or not days:
            return None
        day = (max if latest else min)(days)
        kept = [d for d in others.documents if dated(d) == day]
        name = phrase("dated", asking.lang, re.sub("的$", "", found[0].strip()), day)
        return replace(_met(taken, others.rest, kept, [*others.names]), extreme=name)
    return taken


def _status(taken: Taken, asking: Asking) -> Taken:
    rest, documents, names = taken.rest, list(taken.documents), []
    for table in (FORCES, _FORMS):
        fits: list[_Fits] = []
        for pattern, (name, meets) in table.items():
            words = re.findall(pattern, rest)
            rest = re.sub(pattern, " ", rest)
            fits += [meets] * bool(words)
            names += [name if asking.lang == "zh" else words[0].strip()] if words else []
        # 试行或者暂行: whichever of them a document is.
        documents = [d for d in documents if any(f(d, asking.today) for f in fits)] if fits else documents
    return _met(taken, rest, documents, names)


def _year(taken: Taken, asking: Asking) -> Taken:
    years = [int(m["year"]) for m in YEAR.finditer(taken.rest)]
    kept = [d for d in taken.documents if all(is_of(d, year) for year in years)]
    return _met(taken, YEAR.sub(" ", taken.rest), kept, [phrase("year", asking.lang, y) for y in years])


def _places(taken: Taken, asking: Asking) -> Taken:
    text = taken.rest
    if re.search(r"国家级?|中央|全国|部委|national", text):
        kept = [d for d in taken.documents if d.region == NATION]
        rest = re.sub(r"国家级?|中央|全国性?|部委|national(?: level)?", " ", text)
        return _met(taken, rest, kept, [phrase("national", asking.lang)])
    places = sorted(places_in(text))
    if not places:
        return taken
    kept = [
        d
        for d in taken.documents
        if any(p in f"{d.region or ''} {d.title}" or is_part_of(d.region, p) for p in places)
    ]
    rest = without_places(with_chinese_names(text))
    rest = re.sub(r"(?<=\s)(?:壮族自治区|自治区|特区|全?[市省区]里?)", " ", rest)
    return _met(taken, rest, kept, places)


def _issuer(taken: Taken, asking: Asking) -> Taken | None:
    organ = re.search(
        r"[\u4e00-\u9fff]{2,16}?(?:[部局委院厅署]|办公室|办公厅|协会|委员会)(?=印?发|出|制|公|的|有|下)",
        taken.rest,
    )
    if not organ:
        return taken
    ids = frozenset().union(*Issuers(taken.documents).named_in(taken.rest).values())
    kept = [d for d in taken.documents if d.document_id in ids]
    name = re.sub(rf"^(?:{ASKS}|{FILLER})+", "", organ[0])
    return _met(taken, taken.rest.replace(organ[0], " "), kept, [name or organ[0]]) if kept else None
