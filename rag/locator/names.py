"""Names of documents in a question: whole titles, short names, aliases and numbers; the longest name at a place counts."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from rag.characters import simplified
from rag.locator.title import title_key
from rag.schema import Document
from rag.text import loose

_BRACKETS_AT_END = re.compile(r"([（(][^（()）]*[）)])+$")
_ISSUED = re.compile(r"(?:印发|发布|公布|下发|转发)《([^《》]+)》")
_LONG = 6
"""Characters from which on a name is one wherever it stands."""
_LAW = re.compile(r"(?:法|法典|条例)$")
# 公司法定代表人, 劳动法律关系 and 海商法院 hold no law.
_GOES_ON = re.compile(r"[律定院人治学庭官务制网宝]|规(?!定)")
# 甲市登记办法实施细则 is another document than 甲市登记办法.
_ANOTHER = re.compile(r"(?:实施|施行)(?:细则|条例|办法|规定|意见|方案)|修正案|解释")
_KIND = re.compile(
    r"^(?:本|该|上述)?(?:实施|指导|管理|暂行|若干|行动|工作|具体|总体|专项|试行|政策|年度?|三年|研究|建设|发展|的|[(（].*[)）])*"
    r"(?:意见|办法|规定|细则|方案|计划|措施|条例|通知|通告|公告|报告|规划|纲要|指引|指南|要点|安排|决定|公约|协议|法|法律|标准|宣言|制度|政策)$"
)
_NUMBER = re.compile(r"[〔\[【（(［]?((?:19|20)\d{2})[〕\]】）)］]?年?第?0*(\d{1,4})号")
_PREFIX = 2
_SHORTEST_ALIAS = 3


class NameIndex:
    """The names of a collection's documents in simplified characters, made once."""

    def __init__(self, documents: Sequence[Document], aliases: Mapping[str, Collection[str]]) -> None:
        """Take the documents, and other names of them by document_id."""
        found: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        others = {i: {loose(simplified(name)) for name in names} for i, names in aliases.items()}
        self._aliases = {name for names in others.values() for name in names if len(name) >= _SHORTEST_ALIAS}
        for d in documents:
            for name in _names(simplified(d.title)) | others.get(d.document_id, set()):
                found[name].add(d.document_id)
            if d.doc_number:
                self._numbers[number_key(d.doc_number)].add(d.document_id)
        self._documents = {name: frozenset(ids) for name, ids in found.items()}
        self._by_prefix: dict[str, list[str]] = defaultdict(list)
        for name in sorted(found, key=len, reverse=True):
            self._by_prefix[name[:_PREFIX]].append(name)

    def named_in(self, text: str) -> frozenset[str]:
        """Return the ids of the documents that a text names; a name within a longer one does not count."""
        out: set[str] = set()
        text = simplified(text)
        plain = loose(text)
        at = 0
        while at < len(plain):
            name = next((n for n in self._names_at(plain, at)), None)
            if name:
                out |= self._documents[name]
            at += len(name) if name else 1
        for quoted in re.findall("《([^《》]+)》", text):
            # Between 《》 the shortest name is one.
            out |= self._documents.get(loose(quoted)) or self._documents.get(title_key(quoted)) or frozenset()
        return frozenset(out)

    def numbered_in(self, text: str) -> frozenset[str]:
        """Return the ids of the documents whose 文号 a text has, whatever its brackets."""
        plain = number_key(text)
        return frozenset(i for number, ids in self._numbers.items() if number in plain for i in ids)

    def _names_at(self, plain: str, at: int) -> Iterator[str]:
        """Yield the names that begin at a place, longest first."""
        for name in self._by_prefix.get(plain[at : at + _PREFIX], ()):
            if plain.startswith(name, at) and self._stands_alone(name, plain[at + len(name) :]):
                yield name

    def _stands_alone(self, name: str, after: str) -> bool:
        """Tell whether a name is one without 《》, with these words behind it."""
        if _ANOTHER.match(after) or (name.endswith("法") and _GOES_ON.match(after)):
            return False
        return len(name) >= _LONG or _LAW.search(name) is not None or name in self._aliases


def number_key(text: str) -> str:
    """Return a text with each 文号 in one spelling: 京政办发[2023] 20 号 → 京政办发2023-20号."""
    return _NUMBER.sub(r"\1-\2号", loose(text))


def is_kind(name: str) -> bool:
    """Tell whether a name only says what kind of document is meant: 实施意见, 本办法."""
    return _KIND.match(name) is not None


def _names(title: str) -> set[str]:
    whole = loose(title)
    names = {whole, _BRACKETS_AT_END.sub("", whole), title_key(title), *map(loose, _ISSUED.findall(title))}
    return {name for name in names if len(name) >= _PREFIX and not is_kind(name)}
