"""What a question asks for that the clauses found do not hold: places, documents, years, amounts; in words for the user."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.characters import simplified
from rag.hit.glossary import named_matters
from rag.hit.regions import places_in, without_places
from rag.hit.turn import without_asking
from rag.locator.names import is_kind, number_key
from rag.locator.title import title_key
from rag.schema import Document, Hit
from rag.text import Lang, loose, sentences, terms
from rag.verdict.signals import READ, Found, countries_in, years_missing
from rag.verdict.slot import Slot, SlotName, slots

_SAME_TITLE = 0.4
"""Share of a name's character pairs that the title must have: 登记办法 stands for 登记服务管理办法."""
_KIND = r"(?:法典?|条例|办法|规定|细则|意见|方案|计划)"
_NAMED_LAW = re.compile(
    rf"([\u4e00-\u9fff]{{2,20}}?{_KIND}|民法典?|刑法)的?(?=第[〇零一二三四五六七八九十百千\d]+条)"
)
_NICKNAME = re.compile(
    r"([\u4e00-\u9fff]{2,6}?(?<!第)[二三四五六七八九]?十[一二三四五六七八九]?条)(?![款件例目措要意规内建举政任原标])"
)
_NO_NICKNAME = re.compile(
    rf"{_KIND}|[第有共哪前后这那约超近百千给请了不列]|一下|说|看|问|总结|出台|提出|发布"
)
# What asks, and what is left of 2023年第46期, is no part of the name behind it.
_BEFORE_NAME = re.compile(
    r"^(?:[期月日号版]|年(?!度)|请问|我?想(?:要?问|知道|了解|查|看)(?:一下|下)?|[问查看]一下|麻烦|帮我?(?:查|看|找)(?:一下|下)?)+"
)
# 那个办法 and 北京的办法 name none, and 违反 no part of one; the 的 of 关于……的意见 belongs to the name. Of 第二条和证券法
# 第三条 the first number belongs to another name.
_POINTING = re.compile(
    rf"^(?:.*[〇零一二三四五六七八九十百千\d][条款项目](?:以及|和|与|跟|及|同|或|对|比)|.*(?:[这那][个份部套篇项]|[这那该](?={_KIND})|上述|遵守|根据|[按依]照|违反|符合)|(?!.*关于).*的)"
)
_NUMBER = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{2,12})(?P<number>\s?[〔\[【（(［](?:19|20)\d{2}[〕\]】）)］]\s?第?\d{1,4}\s?号)"
)
_TITLE = re.compile("《([^《》]{2,60})》")
# What asking words leave behind: 是 of 什么是, 天内 of 多少天内, 有 of 有哪些; 所有 and 有效 are words.
_CUT = re.compile(
    r"^(?:是(?!否)|[天年月日](?:以|之)?内)+|(?:(?<![所没具享拥持专])有|(?<!总)是|(?<![需重主摘纪])要)+$"
)
_ENDINGS = r"[\s，。？！、；：,.?!;:的呢吗了]+"
_TOPIC_CHARS = 12
"""Of a question without its asking words; a longer rest is no name of a topic, and nor is one in pieces."""
_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "nothing": {"zh": "没有符合条件的条款。", "en": "No clause meets the conditions."},
    "place": {"zh": "没有关于{}的条款。", "en": "There is no clause about {}."},
    "empty": {"zh": "问题里没有说要问什么。", "en": "The question does not say what it is about."},
    "elsewhere": {
        "zh": "没有在{0}的文件里找到这件事，最接近的是别处的《{1}》{2}。",
        "en": "It was not found in the documents of {0}; the nearest, {2} of 《{1}》, is of another place.",
    },
    "document": {"zh": "文件库里没有《{}》。", "en": "The collection does not hold 《{}》."},
    "number": {"zh": "文件库里没有文号为{}的文件。", "en": "The collection does not hold a document numbered {}."},
    "name": {"zh": "没有条款提到“{}”。", "en": "No clause mentions “{}”."},
    "object": {
        "zh": "没有条款讲“{}”，最接近的条款讲的是别的。",
        "en": "No clause speaks of “{}”; the nearest speak of something else of its sort.",
    },
    "year": {"zh": "没有找到关于{}年的条款。", "en": "There is no clause about the year {}."},
    "topic": {
        "zh": "没有条款明确讲“{0}”。最接近的是《{1}》{2}，请看它是否有关。",
        "en": "No clause clearly speaks of this. The nearest is {2} of 《{1}》; please see whether it bears on the question.",
    },
    "matter": {
        "zh": "没有条款明确讲这件事。最接近的是《{}》{}，请看它是否有关。",
        "en": "No clause clearly speaks of this. The nearest is {1} of 《{0}》; please see whether it bears on the question.",
    },
    "kind": {"zh": "最接近的是《{}》{}，但相近的条款里没有写{}。", "en": "The nearest is {1} of 《{0}》, but the clauses found do not say {2}."},
    "near": {
        "zh": "最接近的是《{}》{}，不能确定它写明了所问的内容，请看原文。",
        "en": "The nearest is {1} of 《{0}》; whether it says what is asked is not certain: please read it.",
    },
}  # fmt: skip
_KINDS: Mapping[SlotName, Mapping[Lang, str]] = {
    "money": {"zh": "金额", "en": "an amount of money"},
    "percent": {"zh": "比例", "en": "a share"},
    "duration": {"zh": "期限", "en": "a time limit"},
    "date": {"zh": "日期", "en": "a date"},
    "count": {"zh": "数目", "en": "a number"},
    "unit": {"zh": "数目", "en": "a number"},
    "measure": {"zh": "数值", "en": "a figure"},
    "number": {"zh": "数值", "en": "a figure"},
    "penalty": {"zh": "处罚", "en": "a penalty"},
    "fee": {"zh": "收费", "en": "a fee"},
    "contact": {"zh": "联系方式", "en": "contact details"},
    "person": {"zh": "担任者", "en": "who holds the office"},
    "office": {"zh": "办理地点", "en": "the place to go to"},
    "hours": {"zh": "办理时间", "en": "the opening hours"},
    "online": {"zh": "网上办理", "en": "doing it online"},
    "replacement": {"zh": "遗失补办", "en": "replacing a lost paper"},
    "education": {"zh": "学历要求", "en": "the education that is required"},
    "template": {"zh": "表格模板", "en": "a form or template"},
    "urgent": {"zh": "加急办理", "en": "urgent handling"},
    "copies": {"zh": "份数", "en": "the number of copies"},
    "identity": {"zh": "所需证件", "en": "the identity papers"},
    "opinion": {"zh": "评价或建议", "en": "a judgement or advice"},
    "forecast": {"zh": "今后的变化", "en": "what is to come"},
    "result": {"zh": "实际结果", "en": "what has been achieved"},
    "revision": {"zh": "后来的变化", "en": "what was changed later"},
    "signature": {"zh": "由谁签字盖章", "en": "who signs or seals"},
    "firm": {"zh": "具体名称", "en": "which firm or body it is by name"},
    "term": {"zh": "期限", "en": "a time limit"},
    "warranty": {"zh": "期限", "en": "a time limit"},
    "remedy": {"zh": "期限", "en": "a time limit"},
}


def said(key: str, lang: Lang, *values: str) -> str:
    """Return a sentence that says what is missing."""
    return _WORDS[key][lang].format(*values)


def kind_name(slot: Slot, lang: Lang) -> str:
    """Return what to call that which a question leaves open: 金额, an amount of money."""
    return _KINDS[slot.name][lang]


def listed(names: Sequence[str], lang: Lang) -> str:
    """Return names as one phrase."""
    return ("、" if lang == "zh" else ", ").join(names)


def named_places(text: str) -> list[str]:
    """Return the provinces, cities, countries and unions that a text names; none gives none."""
    places = sorted(places_in(text))
    # 安徽城市里 names no 安徽城.
    inner = [p for p in places if not any(p != other and p.startswith(other) for other in places)]
    return [*inner, *countries_in(text)]


def missing_places(found: Found) -> list[str]:
    """Return the places of a question that none of the first clauses names, and in which none of them holds."""
    return [place for place in named_places(found.full) if not found.speaks_of(place)]


def absent_document(text: str, hits: Sequence[Hit]) -> str | None:
    """Return the only document that a question names (《…》, or …法第X条) when no clause found belongs to it or mentions it."""
    named = _TITLE.findall(text) or list(_law_names(text)) or _nicknames(text)
    absent = [name for name in named if not is_held(name, hits)]
    return absent[0] if absent and len(absent) == len(named) else None


def absent_matters(text: str, hits: Sequence[Hit]) -> list[str]:
    """Return the matters that an English question names and no clause found, nor its title, has the word for.

    Clauses in English or in traditional characters have it in their own.
    """
    named = named_matters(text)
    printed = [f"{hit.clause.title} {hit.clause.headings} {hit.clause.text}" for hit in hits] if named else []
    pages = [simplified(page).lower() for page in printed]
    return [
        f"{said} ({'、'.join(words)})"
        for said, words in named
        if not any(word in page for word in (said.lower(), *words) for page in pages)
    ]


def _nicknames(text: str) -> list[str]:
    """Return names such as 数据二十条; 办法第二十条 and 办法二十条 are articles."""
    return [name for name in _NICKNAME.findall(text) if not _NO_NICKNAME.search(name)]


def _law_names(text: str) -> Iterator[str]:
    """Yield the names in front of 第X条; 那个办法 and 贵州办法 say which is meant, but not what it is called."""
    for found in _NAMED_LAW.finditer(text):
        name = _bare_name(found[1])
        if not is_kind(without_places(name).strip()):
            yield name


def _bare_name(name: str) -> str:
    """Return a name without the words of the question in front of it."""
    return _POINTING.sub("", _BEFORE_NAME.sub("", name))


def absent_number(text: str, hits: Sequence[Hit], documents: Mapping[str, Document]) -> str | None:
    """Return the first 文号 of a question, when no document found bears any of them and no clause found mentions one.

    Args:
        text: The question.
        hits: Best first.
        documents: The documents of those hits, by id.
    """
    numbers = list(_NUMBER.finditer(text))
    borne = {number_key(d.doc_number) for d in documents.values() if d.doc_number}
    titles = {title_key(hit.clause.title) for hit in hits}
    if any(number in number_key(text) for number in borne) or any(title in loose(text) for title in titles):
        # A document that is named besides may not print its number.
        return None
    # 那国发〔2015〕50号: where the name of the body begins cannot be told.
    ends = [number_key(found["body"][-2:] + found["number"]) for found in numbers]
    if not numbers or any(end in number_key(hit.clause.text) for end in ends for hit in hits):
        return None
    return _bare_name(numbers[0]["body"]) + numbers[0]["number"]


def is_held(name: str, hits: Sequence[Hit]) -> bool:
    """Tell whether a clause found belongs to a document of that name or mentions it."""
    pairs = {t for t in terms(name) if len(t) > 1}
    return any(
        len(pairs & set(terms(hit.clause.title))) >= _SAME_TITLE * len(pairs)
        or loose(name) in loose(hit.clause.text)
        for hit in hits
    )


def missing_kinds(found: Found, text: str | None = None) -> list[Slot]:
    """Return what a question leaves open that no sentence of the first clauses could fill.

    Args:
        found: The search.
        text: A part of the question; None for the whole turn.
    """
    texts = [
        hit.clause.text[start:end] for hit in found.hits[:READ] for start, end in sentences(hit.clause.text)
    ]
    return [slot for slot in slots(text or found.text) if not any(slot.fits(t) for t in texts)]


def reason(found: Found, lang: Lang, *, near: bool) -> str:
    """Return in one sentence why a question is not answered.

    Args:
        found: The search; at least one hit.
        lang: Of the sentence; titles and locators stay as they are printed.
        near: The first clause is about the matter.
    """
    if places := missing_places(found):
        return said("place", lang, listed(places, lang))
    if years := years_missing(found):
        return said("year", lang, listed(years, lang))
    first = found.hits[0].clause
    if not near:
        topic = _CUT.sub("", re.sub(_ENDINGS, " ", without_asking(found.text)).strip())
        if lang == "zh" and len(topic) <= _TOPIC_CHARS and topic and " " not in topic:
            return said("topic", lang, topic, first.title, first.locator)
        return said("matter", lang, first.title, first.locator)
    # 先拿几样 asks no number.
    plain = "多少" in found.text or lang == "en"
    kinds = [s for s in missing_kinds(found) if plain or s.name not in ("count", "unit")]
    if kinds:
        names = list(dict.fromkeys(kind_name(slot, lang) for slot in kinds))
        return said("kind", lang, first.title, first.locator, listed(names, lang))
    return said("near", lang, first.title, first.locator)
