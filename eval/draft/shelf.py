"""A collection as rules read it: documents with their clauses, and what staff call a document."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from eval.cases import ClauseKey, Gold, clause_key
from rag.hit.regions import NATION, WORLD, places_in
from rag.schema import Clause, Document
from rag.text import bare

T = TypeVar("T")
_KINDS = {
    "管理暂行办法": "暂行办法", "管理办法": "办法", "管理规定": "规定", "暂行规定": "规定", "实施细则": "细则", "实施方案": "方案",
    "实施办法": "办法", "实施意见": "意见", "指导意见": "意见", "三年行动计划": "三年计划", "三年行动方案": "三年方案",
    "行动计划": "行动计划", "行动方案": "行动方案", "若干措施": "若干措施", "工作要点": "工作要点", "工作安排": "工作安排",
    "条例": "条例", "办法": "办法", "规定": "规定", "细则": "细则", "意见": "意见", "报告": "报告", "方案": "方案", "计划": "计划",
    "通知": "通知", "公告": "公告", "决定": "决定", "法": "法",
}  # fmt: skip
_KIND = re.compile(f"({'|'.join(_KINDS)})$")
_TAIL = re.compile(r"[（(][^（()）]*[)）]$")
_OPENING = re.compile(
    r"^(?:关于)?(?:进一步)?(?:加快推进|加快建设|大力推进|深入推进|加快|推进|促进|推动|深化|加强|规范|支持)(?=[\u4e00-\u9fff]{3})"
)
_CLOSING = re.compile(r"(?:的|促进|管理|服务管理|重点)$")
_PLACE_ENDS = (
    "特别行政区",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "自治区",
    "自治州",
    "省",
    "市",
    "县",
    "区",
)
_LONGEST_TOPIC = 16
_UNNAMED = 0.5
"""How often a question names no text, where its words stand in one document only."""
_PLACE_ONLY = 0.5
"""How often the place alone says which text is meant, where that is enough."""
_STATE = "中华人民共和国"


@dataclass(frozen=True)
class Shelf:
    """Documents in the collection's order, with their clauses."""

    documents: Sequence[Document]
    clauses: Mapping[str, Sequence[Clause]]
    """By document_id, in printed order."""
    names: Mapping[str, str] = field(init=False)
    """What staff call a document, by document_id; no two documents have one name."""
    texts: Mapping[ClauseKey, str] = field(init=False)
    """Text of every clause; those that share a name are joined."""
    alone: frozenset[str] = field(init=False)
    """Document ids that are the only ones for their place."""
    places: frozenset[str] = field(init=False)
    """Short names of all places that a title or a region of the collection names."""
    _made: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        texts: dict[ClauseKey, str] = {}
        for clause in (c for d in self.documents for c in self.clauses.get(d.document_id, ())):
            key = clause_key(clause.title, clause.locator)
            texts[key] = f"{texts[key]}\n{clause.text}" if key in texts else clause.text
        named = {d.document_id: short_name(d) for d in self.documents}
        often = Counter(named.values())
        names = {d.document_id: named[d.document_id] if often[named[d.document_id]] == 1 else f"《{d.title}》" for d in self.documents}  # fmt: skip
        here = Counter(place_of(d) for d in self.documents)
        alone = frozenset(d.document_id for d in self.documents if place_of(d) and here[place_of(d)] == 1)
        object.__setattr__(self, "alone", alone)
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "names", names)
        object.__setattr__(
            self,
            "places",
            frozenset(p for d in self.documents for p in places_in(f"{d.title} {d.region or ''}")),
        )

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what `make` returned when it was first called for this key."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def of(self, document: Document) -> Sequence[Clause]:
        """Return the clauses of a document in printed order; may be empty."""
        return self.clauses.get(document.document_id, ())

    def name(self, document: Document) -> str:
        """Return what staff call the document: 北京的数据知识产权登记办法."""
        return self.names[document.document_id]

    def only_in(self, document: Document, words: str) -> bool:
        """Tell whether no other document has these words."""
        wanted = bare(words)
        return not any(wanted in self._text(d) for d in self.documents if d is not document)

    def _text(self, document: Document) -> str:
        return self.once(
            f"text {document.document_id}", lambda: "\n".join(bare(c.text) for c in self.of(document))
        )

    def by(self, document: Document, luck: Random, about: str = "") -> str:
        """Return how a question says which text it means, with the comma: 按北京的数据交易办法.

        The place alone when the collection has one text for it, or when no other document has the words that the question
        is about; then a document for no place is not named at all.
        """
        name = self.name(document)
        place = place_of(document)
        unnamed = bool(about) and luck.random() < _UNNAMED and self.only_in(document, about)
        if unnamed and not place:
            return ""
        if place and (unnamed or (document.document_id in self.alone and luck.random() < _PLACE_ONLY)):
            return luck.choice((f"在{place}，", f"{place}那边，"))
        if document.scheme == "articles":
            return luck.choice((f"按{name}，", f"照{name}，", f"{name}里，"))
        return f"{name}里，"


def gold(clause: Clause, evidence: str = "") -> Gold:
    """Return a clause by its name, with the words of it that give the answer."""
    return Gold(clause.title, clause.locator, evidence)


def place_of(document: Document) -> str | None:
    """Return the short name of the place that a document is for; None for the whole country and for no place."""
    if document.region in (None, NATION, WORLD):
        return None
    return min(places_in(str(document.region)), key=len, default=None)


def short_name(document: Document) -> str:
    """Return what staff call a document: no brackets, the place without 省 or 市, no 关于加快推进, 办法 for 管理办法."""
    title = document.title
    while _TAIL.search(title) and not _TAIL.fullmatch(title):
        title = _TAIL.sub("", title)
    title = title.split("：")[0].removeprefix(_STATE)
    if sent := re.search("(?:印发|发布|公布|转发)(《[^《》]+》)", title):
        return sent[1]
    title = re.sub(r"(?<=.{4})[（(][^（()）]*[)）](?=.{4})", "", title)
    kind = _KIND.search(title)
    if "《" in title or kind is None:
        return f"《{title}》" if "《" in title else title
    rest = _OPENING.sub("", title[: kind.start()])
    owner, topic = _owner(rest, document)
    topic = _OPENING.sub("", topic.removeprefix("关于"))
    shorter = _CLOSING.sub("", topic)
    # 数据交易 may lose its 管理, 服务 must not become nothing.
    topic = shorter if len(shorter) > 2 else topic
    if not topic or len(topic) > _LONGEST_TOPIC:
        return f"《{title}》"
    return f"{owner}的{topic}{_KINDS[kind[1]]}" if owner else f"{topic}{_KINDS[kind[1]]}"


def _owner(title: str, document: Document) -> tuple[str, str]:
    """Part a title into the place or the body that it begins with, as it is said, and the rest."""
    about = re.match(r"(?P<body>[^关]{2,14}?(?:人民政府|部|委员会|局|厅|办公厅|办公室|院))关于", title)
    if about:
        place = place_of(document)
        return place or about["body"], title[about.end("body") :]
    place = place_of(document)
    if place and title.startswith(place):
        after = title.removeprefix(place)
        ending = next((e for e in _PLACE_ENDS if after.startswith(e)), None)
        if ending:
            return place, after.removeprefix(ending)
    return "", title
