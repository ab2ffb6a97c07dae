"""A question about the collection itself, read word by word: which documents it wants of it, if it is one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.hit.issue import asked_issue
from rag.hit.issuers import Issuers
from rag.hit.regions import places_in, with_chinese_names, without_places
from rag.schema import Document
from rag.text import Lang, loose, plain
from rag.validity import is_draft, validity

_LONGEST = 80
_GENERIC = r"政策文件|法律文件|规范性文件|政策文档|法律法规|法规文件|文件资料|文件|文档|资料|documents?|files?|texts?|polic(?:y|ies)(?: documents?)?|sources?"
_KINDS: Mapping[str, str] = {
    "管理办法": "办法", "办法": "办法", "条例": "条例", "实施细则": "细则", "细则": "细则", "规定": "规定", "实施方案": "方案",
    "行动方案": "方案", "方案": "方案", "指导意见": "意见", "实施意见": "意见", "意见": "意见", "行动计划": "计划", "计划": "计划",
    "研究报告": "报告", "报告": "报告", "若干措施": "措施", "通知": "通知", "宣言": "宣言", "要点": "要点",
    "measures": "办法", "regulations": "条例", "rules": "规定", "plans": "计划", "reports": "报告", "opinions": "意见",
}  # fmt: skip
"""What a question calls a kind of document → the word that its title has."""
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_STATUS: Mapping[str, tuple[str, Callable[[Document, date], bool]]] = {
    r"(?:公开)?征求意见稿?|草案|送审稿|drafts?(?: for comments?)?": ("征求意见稿或草案", lambda d, _: is_draft(d)),
    r"[（(]?试行[)）]?": ("试行", lambda d, _: "试行" in (d.status or "")),
    r"[（(]?暂行[)）]?": ("暂行", lambda d, _: "暂行" in (d.status or "")),
    r"(?:现行有效|现在有效|仍然?有效|有效|现行|生效|in force|valid)": ("现行有效", lambda d, day: validity(d, day) == "in_force"),
    r"(?:已经?)?(?:失效|废止|过期|作废|到期|expired|repealed)了?": ("已失效", lambda d, day: validity(d, day) in ("expired", "repealed")),
    r"(?:尚未|还没有?|未|即将|将要)(?:生效|施行|实施)": ("尚未施行", lambda d, day: validity(d, day) == "not_yet"),
}  # fmt: skip
_FORCE = (*_STATUS,)[3:]
_COLLECTION = (
    r"(?:本|这个|该|你们?的?|咱们的?)?(?:文件库|资料库|数据库|知识库|文档库|语料库|库|系统|目录)(?:里面?|中|内|当中)?|(?:你们?|您|这里)(?:这里|这边|手[里头上])?"
    r"|(?:the |your |this )?(?:collection|database|library|index|catalog(?:ue)?)"
)
_ASKS = (
    r"都?有(?:没有|哪些|什么|多少|几)?|哪些|哪几|什么|多少|几|(?:一共|总共|总计|共计|共)有?(?:多少|几)?|收录了?|包含了?|包括|存了?|收了?|列出来?|列一下|列举|列表|清单|介绍一?下?|罗列|查一下|看看|显示|告诉我|统计一?下?|是哪些|是什么|吗|分别"
    r"|what(?:'s)?|which|how many|list|show|are there|is there|do you have|have you(?: got)?|any|all|in total|give me|tell me|can you|contains?|included?|available"
)
_FILLER = (
    r"请问?|麻烦|帮我|帮忙|给我|我想(?:知道|看|了解)|想(?:知道|看|了解)|能不能|可以|现在|目前|所有|全部|一共|总共|都|的|了|呢|啊|呀|吧|和|与|及|以及|份|部|个|篇|件|项|种|类|一下|我|在|是|来自|出台|发布|印发|制定|公布|颁布|下发|刊登|刊载|登了?|政府"
    r"|please|what'?s|in|the|from|of|for|by|in|on|about|issued|published|me|that|were|are|is|to|a|an|and|it|there|you|do|have|got|s"
)
_ABOUT = re.compile(
    r"(?:关于|有关|涉及|跟|和|与)(?P<zh>[^，。？?]{2,16}?)(?:方面|有关|相关|领域)?的(?=(?:政策|法律)?(?:文件|文档|资料|法律法规))"
    r"|(?P<side>[^，。？?的有哪些]{2,12}?)(?:方面|领域|相关)的?(?=(?:政策|法律)?(?:文件|文档|资料|法律法规))"
    r"|\b(?:on|about|concerning|regarding)\s+(?P<en>[a-z][a-z \-]{2,40}?)(?=[?.!]|$|\s+(?:do|are|from|in|issued))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年?(?:度|版|以?来|间)?(?![\d月])")
_ISSUE = re.compile(
    r"(?:(?:19|20)\d{2}\s*年\s*)?(?:最(?:新|近)的?(?:那|这)?一?期|总?第\s*[\d一二三四五六七八九十百〇零]{1,5}\s*期|(?:\d{1,2}月)?\d{1,2}[日号](?:那|这|出|的)*一?期)(?:简报|公报|通报|刊物|动态)?(?:里面?|中|上)?"
    r"|(?:the )?(?:latest|newest|most recent) (?:issue|bulletin)|\b(?:issue|bulletin)\s*(?:no\.?|number|#)?\s*\d{1,4}\b",
    re.IGNORECASE,
)
_CONTENT_OF_ISSUE = re.compile("内容|东西|文章")
_NAMES: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"year": "{}年", "kind": "“{}”类", "topic": "标题含“{}”", "national": "全国"},
    "en": {"year": "{}", "kind": "title with {}", "topic": "title with {}", "national": "national"},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks of the collection."""

    names: tuple[str, ...]
    """The filters in words, to be repeated to the reader."""
    documents: tuple[Document, ...]
    """Those that meet all of them."""
    counts: bool
    """Only their number is asked for."""
    notes: tuple[str, ...]
    """Keys of what must be said of how they were chosen."""


def wanted_of(
    question: str, documents: Sequence[Document], today: date, lang: Lang, alone: bool
) -> Wanted | None:
    """Return which documents a question about the collection wants; None when any word of it asks for something else."""
    text = re.sub("所有|全部", " ", plain(question).lower())
    if not documents or len(text) > _LONGEST or "《" in text:
        return None
    kept = list(documents)
    names: list[str] = []
    rest = text
    for take in (_take_issue, _take_topic, _take_status, _take_year, _take_places, _take_issuer):
        taken = take(rest, kept, today, lang)
        if taken is None:
            return None
        rest, kept, said = taken
        names += said
    named = bool(names)
    rest, collection = re.subn(_COLLECTION, " ", rest)
    kinds = re.findall(_KIND, rest)
    rest = re.sub(_KIND, " ", rest)
    rest, generic = re.subn(_GENERIC, " ", rest)
    of_issue = _ISSUE.search(text) is not None
    if of_issue:
        rest = _CONTENT_OF_ISSUE.sub(" ", rest)
    of_status = re.search(r"稿|草案|drafts?", text) is not None and bool(names)
    rest, asks = re.subn(_ASKS, " ", rest)
    if re.search(r"[\w\u4e00-\u9fff]", re.sub(rf"(?:{_FILLER})(?![a-z])", " ", rest)) or not asks:
        return None
    # 有什么规定 alone asks what the documents say.
    if not (named or collection or (generic and alone)) or not (
        kinds or generic or collection or of_issue or of_status
    ):
        return None
    if kinds and not (named or re.search(rf"[份部个篇]|{_COLLECTION}", text)):
        return None
    for kind in dict.fromkeys(_KINDS[k] for k in kinds):
        kept = [d for d in kept if kind in _without_status(d.title)]
        names.append(_NAMES[lang]["kind"].format(kind))
    counts = re.search(r"多少|几[份部个篇]|how many", text) is not None
    by_year = _YEAR.search(_ISSUE.sub(" ", text)) is not None
    by_force = any(re.search(pattern, text) for pattern in _FORCE)
    notes = tuple(key for key, said in (("by_year", by_year), ("by_force", by_force)) if said)
    return Wanted(tuple(dict.fromkeys(names)), tuple(kept), counts, notes)


_Taken = tuple[str, list[Document], list[str]]


def _take_issue(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    found = _ISSUE.search(text)
    if not found:
        return text, documents, []
    issue = asked_issue(text, documents)
    kept = [d for d in documents if d.document_id in issue.documents]
    return _ISSUE.sub(" ", text), kept, [issue_name(kept[0], lang) if kept else found[0].strip()]


def _take_topic(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    found = _ABOUT.search(text)
    if not found:
        return text, documents, []
    topic = (found["zh"] or found["side"] or found["en"] or "").strip()
    if places_in(topic) and not without_places(topic).strip(" 市省"):
        return text, documents, []
    kept = [d for d in documents if loose(topic) in loose(d.title)]
    # What no title names may still be what clauses speak of: that is for the search.
    return (
        (text[: found.start()] + " " + text[found.end() :], kept, [_NAMES[lang]["topic"].format(topic)])
        if kept
        else None
    )


def _take_status(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    names: list[str] = []
    for pattern, (name, fits) in reversed([*_STATUS.items()]):
        if found := re.search(pattern, text):
            text = text[: found.start()] + " " + text[found.end() :]
            documents = [d for d in documents if fits(d, today)]
            names.append(name if lang == "zh" else found[0].strip())
    return text, documents, names


def _take_year(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    years = [int(m["year"]) for m in _YEAR.finditer(text)]
    for year in years:
        documents = [d for d in documents if _is_of(d, year)]
    return _YEAR.sub(" ", text), documents, [_NAMES[lang]["year"].format(y) for y in years]


def _take_places(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    if re.search(r"国家级?|中央|全国|部委|national", text):
        kept = [d for d in documents if d.region == "全国"]
        return (
            re.sub(r"国家级?|中央|全国性?|部委|national(?: level)?", " ", text),
            kept,
            [_NAMES[lang]["national"]],
        )
    places = sorted(places_in(text))
    if not places:
        return text, documents, []
    kept = [d for d in documents if any(p in f"{d.region or ''} {d.title}" for p in places)]
    rest = re.sub(
        r"(?<=\s)(?:壮族自治区|自治区|特区|全?[市省区]里?)", " ", without_places(with_chinese_names(text))
    )
    return rest, kept, places


def _take_issuer(text: str, documents: list[Document], today: date, lang: Lang) -> _Taken | None:
    organ = re.search(
        r"[\u4e00-\u9fff]{2,16}?(?:[部局委院厅署]|办公室|办公厅|协会|委员会)(?=印?发|出|制|公|的|有|下)", text
    )
    found = Issuers(documents).named_in(text) if organ else {}
    if not organ:
        return text, documents, []
    ids = frozenset().union(*found.values()) if found else frozenset()
    kept = [d for d in documents if d.document_id in ids]
    if not kept:
        return None
    name = re.sub(rf"^(?:{_ASKS}|{_FILLER})+", "", organ[0])
    return text.replace(organ[0], " "), kept, [name or organ[0]]


def _is_of(document: Document, year: int) -> bool:
    """Tell whether a document is of a year: by its number, the days it prints, its issue, or the years of its plan."""
    days = (document.effective_date, document.adopted_on, document.issue_date)
    if any((day or "").startswith(str(year)) for day in days) or f"〔{year}〕" in (document.doc_number or ""):
        return True
    years = [int(y) for y in re.findall(r"(?:19|20)\d{2}", f"{document.period or ''} {document.title}")]
    return bool(years) and min(years) <= year <= max(years)


def _without_status(title: str) -> str:
    """Return a title without 征求意见稿, which is no 意见."""
    return title.replace("征求意见稿", "")


def issue_name(document: Document, lang: Lang) -> str:
    """Return what to call the issue that printed a document; its file when it has none."""
    if not document.issue_no:
        return document.issue_date or document.source
    if lang == "en":
        return f"{document.source_name or 'issue'} no. {document.issue_no}"
    year = f"{document.issue_date[:4]}年" if document.issue_date else document.source_name or ""
    return f"{year}第{document.issue_no}期"
