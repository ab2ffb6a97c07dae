"""What the catalog knows of a document that a question names: who issued it, its number, issue and day, how many articles it has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.direct.holdings import Holdings, in_order
from rag.direct.printed import issue_name
from rag.direct.wording import GENERIC, KIND, VERBS
from rag.locator.names import NameIndex, is_kind, number_key
from rag.locator.title import title_key
from rag.schema import Document
from rag.text import Lang, loose, plain, terms

_LONGEST, _MOST = 80, 4
_SHORTEST = 3
_ABSENT = 0.4
"""Share of a name's character pairs that no title of the collection may have, if the document is to be told absent."""
_BODY = r"(?:谁|哪(?:一个|几个|个|些|家)?(?:部门|单位|机关|机构|政府|地方)|什么(?:部门|单位|机关|机构))"
_HOLDS = r"(?:一共|总共|共计|总计|全文|规定|包含|包括|分成?|由|共|有|了|是)*"
_ASKS: Mapping[str, str] = {
    "issuer": rf"(?:是|由)*{_BODY}(?:联合|共同|一起)*(?:{VERBS})[了过]?的?|(?:{VERBS}|发文)(?:机关|单位|部门|机构|主体)(?:是|有)*(?:{_BODY}|哪些|什么)?"
    rf"|是[\u4e00-\u9fff]{{2,16}}?(?:联合)?(?:{VERBS})的(?:吗|吧|对吗|对不对)",
    "number": r"(?:发文|文件)?(?:文号|字号|文件编号)(?:是|为)*(?:什么|多少|几号)?"
    # 是第几号令, 是多少号文, 是国家主席令第几号; 第几号 alone may be that of an issue or a form
    r"|(?:是|为)第?(?:几|多少)号(?:主席|国务院|政府)?(?:令|文件?|公告)的?|(?:是|为)(?:中华人民共和国|国家)?(?:主席|国务院|政府|部门)令第?(?:几|多少)号",
    "issue": r"(?:是|都|刊?登|刊?载|收录?|发表?)*在?(?:《[^》]*》)?(?:哪|第?几)一?期(?:简报|公报|通报|刊物|动态)?(?:的|上|里|中|刊?登的?|收录的?|发的?)*",
    "date": rf"(?:{VERBS}|成文|发文)的?(?:日期|时间|日)(?:是|为)*(?:哪一?天|什么时候|多少|几号)?"
    rf"|是?(?:什么时候|什么时间|何时|哪一?[天年]|几时|几月几[日号])(?:{VERBS})[了过]?的?",
    "chapters": rf"{_HOLDS}(?:多少|几)个?章",
    "count": rf"{_HOLDS}(?:多少|几)个?(?:条款|条文|条)(?:规定|组成|内容)*的?",
}
"""Fact → the words that ask for it, to their last."""
_ENDS = re.compile(r"[\s，,。？?！!；;、呢啊呀]+$|(?:以及|还有|和|及|与|跟|并)$")
_LEAD = re.compile(r"^(?:请问|想问一?下?|问一下|告诉我|查一?下|帮我查一?下?|我想知道|那么?)+")
_TAIL = re.compile(
    rf"(?:[的里中是由在，,、:：\s]|都|一共|总共|分别)*(?P<called>[那这](?:一?[份部个])?(?:{GENERIC}))?(?:[的里中是由在，,、:：\s]|都|一共|总共|分别)*$"
)
_THIS = re.compile(
    rf"^(?:它|其|[该这那本此](?:一?[份部个])?(?:{KIND}|{GENERIC}|法律?)?|上述(?:{KIND}|{GENERIC}))$"
)
_ENDS_AS_NAME = re.compile(
    rf"(?:{KIND}|法典?|安排|政策|措施|规划|纲要|决定|标准|指南|指引)(?:[（(][^（()）]*[)）])?$"
)
_ONLY_LAWS = re.compile(r"^[\u4e00-\u9fff]{2,20}(?:法|法典|条例)$")
_NUMBERED: Mapping[str, re.Pattern[str]] = {
    "count": re.compile(r"(?:^|/)(?:第[^/]+条|Article\b)[^/]*$"),
    "chapters": re.compile(r"(?:^|/)(?:第[^/]+章|Chapter\b)[^/]*"),
}
"""What is counted → how it stands in a clause's locator."""
_ASKING = re.compile("[哪谁的几]|什么|多少")
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "issuer": "发文机关是{}", "number": "文号是{}", "issue": "刊登于{}", "date": "最近一次通过、修改或公布的日期是{}", "count": "共 {} 条", "chapters": "分 {} 章",
        "no_issuer": "没有印出发文机关", "no_number": "没有印出文号", "no_issue": "没有标明刊期", "no_date": "没有印出发布日期", "no_count": "没有分条",
        "no_chapters": "没有分章",
        "head": "《{}》", "printed": "{}（{}）", "seen": "（刊登于{}）", "between": "；", "colon": "：", "end": "。",
    },
    "en": {
        "issuer": "issued by {}", "number": "number {}", "issue": "printed in {}", "date": "last adopted, amended or published on {}", "count": "{} articles", "chapters": "{} chapters",
        "no_issuer": "it prints no issuing body", "no_number": "it prints no document number", "no_issue": "no issue is known",
        "no_date": "it prints no date of publication", "no_count": "it has no articles", "no_chapters": "it has no chapters",
        "head": "《{}》", "printed": "{} ({})", "seen": " (printed in {})", "between": "; ", "colon": ": ", "end": ".",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of the documents that a question names."""

    text: str
    """One line a document; empty when `absent`."""
    known: int
    """Facts that are known, of those asked for."""
    unknown: int
    """Facts that the documents do not print."""
    absent: str = ""
    """The name of a law that the collection does not hold."""


def facts_of(
    question: str, holdings: Holdings, lang: Lang, meant: str = "", answer: str = ""
) -> Facts | None:
    """Return the facts of documents that a question names and asks for, and nothing besides.

    Args:
        question: What the user wrote.
        holdings: What this person may see.
        lang: Of the answer.
        meant: Names the document that 该办法 means: the question with what it takes over from the turns before.
        answer: To the turn before, which may name that document; empty without any.

    Returns:
        None for any other question, when no document bears the name, and when more than four do.
    """
    text = plain(question)
    if len(text) > _LONGEST:
        return None
    name, asked = _read(text)
    if not asked or not name:
        return None
    called = _TAIL.search(name)
    kind_of_name = bool(called and called["called"])
    name = name[: called.start()] if called else name
    index = NameIndex(holdings.documents, {})
    documents = (
        _this(meant, answer, index, holdings)
        if _THIS.match(name)
        else _named(name, index, holdings, kind_of_name)
    )
    if documents or _THIS.match(name):
        return _told(documents, asked, holdings, lang) if 0 < len(documents) <= _MOST else None
    return Facts("", 0, 0, name.strip("《》")) if _is_absent(name, holdings) else None


def _read(text: str) -> tuple[str, list[str]]:
    """Return the name that a question begins or ends with, and what it asks of it; nothing when other words are left."""
    rest, asked = _LEAD.sub("", text), list[str]()
    while True:
        rest = _ENDS.sub("", rest)
        found = [(m, key) for key, words in _ASKS.items() if (m := re.search(rf"(?:{words})$", rest))]
        if not found:
            break
        match, key = min(found, key=lambda pair: pair[0].start())
        rest, asked = rest[: match.start()], [key, *asked]
    if not asked:
        # 哪个部门印发的长春市数据交易管理办法
        found = [(m, key) for key, words in _ASKS.items() if (m := re.match(rf"(?:{words})", rest))]
        if found:
            match, key = max(found, key=lambda pair: pair[0].end())
            rest, asked = rest[match.end() :], [key]
    return rest, list(dict.fromkeys(asked))


def _this(meant: str, answer: str, index: NameIndex, holdings: Holdings) -> list[Document]:
    # An answer names the document that it quotes first.
    ids = index.named_in(meant) or index.named_in("".join(re.findall("《[^《》]+》", answer)[:1]))
    return [d for d in holdings.documents if d.document_id in ids]


def _named(name: str, index: NameIndex, holdings: Holdings, called: bool) -> list[Document]:
    """Return the documents that bear a name: their number, their title, a part of it, or its characters in their order."""
    if numbered := index.numbered_in(name):
        # 京政发〔2023〕14号, and not a number within a sentence.
        return [
            d
            for d in holdings.documents
            if d.document_id in numbered and number_key(name) == number_key(d.doc_number or "")
        ]
    quoted = re.fullmatch("《([^《》]+)》", name)
    words = loose(name)
    if len(words) < _SHORTEST or _ASKING.search(words) or is_kind(words):
        return []
    if not (quoted or called or _ENDS_AS_NAME.search(words)):
        return []
    fitting = [
        d
        for d in holdings.documents
        if in_order(words.replace("的", ""), loose(f"{d.region or ''}{d.title}"))
    ]
    named = index.named_in(name)
    best = (
        [d for d in fitting if d.document_id in named]
        or [d for d in fitting if words in loose(d.title)]
        or fitting
    )
    ids = {d.document_id for d in best}
    return [d for d in best if d.superseded_by not in ids]


def _is_absent(name: str, holdings: Holdings) -> bool:
    """Tell whether a name is that of a law, or stands between 《》, and no title has much of it."""
    words = name.strip("《》")
    if _ASKING.search(words) or is_kind(words) or len(words) < _SHORTEST:
        return False
    if not (name.startswith("《") or _ONLY_LAWS.match(words)):
        return False
    pairs = {t for t in terms(title_key(words)) if len(t) > 1}
    return all(len(pairs & set(terms(d.title))) < _ABSENT * max(len(pairs), 1) for d in holdings.documents)


def _told(documents: Sequence[Document], asked: Sequence[str], holdings: Holdings, lang: Lang) -> Facts:
    words = _WORDS[lang]
    lines, known, unknown = [], 0, 0
    for document in documents:
        told: list[str] = []
        for key, value in _values(document, asked, holdings, lang):
            known, unknown = known + bool(value), unknown + (not value)
            told.append(words[key].format(value) if value else _unprinted(document, key, lang))
        lines.append(
            words["head"].format(document.title) + words["colon"] + words["between"].join(told) + words["end"]
        )
    return Facts("\n".join(lines), known, unknown)


def _unprinted(document: Document, key: str, lang: Lang) -> str:
    """Say that a document does not print a fact; of a day that it does not print, its issue tells most."""
    words = _WORDS[lang]
    issue = _issue(document, lang) if key == "date" else ""
    return words[f"no_{key}"] + (words["seen"].format(issue) if issue else "")


def _values(
    document: Document, asked: Sequence[str], holdings: Holdings, lang: Lang
) -> Iterator[tuple[str, str]]:
    """Yield each fact that is asked for with its value; an empty one is not known."""
    for key in asked:
        if key in _NUMBERED:
            numbers = {
                m[0]
                for c in holdings.clauses_of(document.document_id)
                if (m := _NUMBERED[key].search(c.locator))
            }
            yield key, str(len(numbers) or "")
        elif key == "issue":
            yield key, _issue(document, lang)
        else:
            yield (
                key,
                {"issuer": document.issuer, "number": document.doc_number, "date": document.adopted_on}[key]
                or "",
            )


def _issue(document: Document, lang: Lang) -> str:
    if not document.issue_no:
        return document.issue_date or ""
    name = issue_name(document, lang)
    source = f"《{document.source_name}》" if document.source_name and lang == "zh" else ""
    return source + (
        _WORDS[lang]["printed"].format(name, document.issue_date) if document.issue_date else name
    )
