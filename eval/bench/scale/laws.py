"""The laws of a public set as a collection of any size: repeated with other names and numbers once they do not suffice.

They are made when they are asked for: a million clauses as objects would take more memory than the product itself.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import overload

from eval.bench.public import PublicSet
from rag.schema import Clause, Document

Law = tuple[Document, Sequence[Clause]]
_PROVINCES = (
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市", "江苏省", "浙江省",
    "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区", "海南省", "重庆市",
    "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区",
)  # fmt: skip
_BODIES = ("人民政府", "人民代表大会常务委员会", "财政厅", "司法厅", "数据局", "教育厅")
_STATUSES = ("试行", "暂行", "征求意见稿", *(None,) * 17)
_STATE = re.compile("中华人民共和国|国务院|全国|国家")
_NUMBER = re.compile(r"[一二三四五六七八九](?=[十个日月年倍千百万])|\d(?=[日月年倍%])")
_DIGITS = "一二三四五六七八九"
_FIRST_DAY, _DAYS = date(1990, 1, 1), 35 * 365
_TOWNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a clause of a collection comes from."""

    number: int
    """Of the clause that it repeats, in the order of the laws, from 0."""
    copy: int
    """0 for that clause itself."""


class RepeatedLaws(Sequence[Law]):
    """As many clauses as are asked for; the order of the laws has nothing to do with what they say."""

    def __init__(self, public: PublicSet, clauses: int) -> None:
        """Take the set.

        Args:
            public: Whose clauses are repeated.
            clauses: How many there shall be; at least 1.
        """
        self._clauses = public.clauses
        self._laws = sorted(public.documents, key=lambda law: law.document_id)
        self._starts = [0, *accumulate(len(self._clauses[law.document_id]) for law in self._laws)]
        self.distinct = self._starts[-1]
        """Clauses of the set itself."""
        self.in_all = clauses
        """Clauses of the collection."""
        whole, left = divmod(clauses, self.distinct)
        last = next(n for n, start in enumerate(self._starts) if start >= left)
        self._count = whole * len(self._laws) + last

    def __len__(self) -> int:
        """Return the number of laws."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> Law: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Law]: ...
    def __getitem__(self, index: int | slice) -> Law | Sequence[Law]:
        """Make a law; the last one may lack its end."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        copy, number = divmod(index, len(self._laws))
        law = self._laws[number]
        clauses = self._clauses[law.document_id]
        room = self.in_all - copy * self.distinct - self._starts[number]
        document = _document(law, copy)
        return document, [_clause(clause, document, copy) for clause in clauses[:room]]

    def originals(self) -> Iterator[str]:
        """Yield the set's own clause_ids of the clauses that are here at all."""
        for law, start in zip(self._laws, self._starts, strict=False):
            for clause in self._clauses[law.document_id][: max(0, self.in_all - start)]:
                yield clause.clause_id

    def origins(self, index: int) -> Iterator[Origin]:
        """Yield where each clause of a law comes from."""
        copy, number = divmod(index, len(self._laws))
        start, end = self._starts[number : number + 2]
        for each in range(start, min(end, self.in_all - copy * self.distinct)):
            yield Origin(each, copy)


def _document(law: Document, copy: int) -> Document:
    """Return a law of its own place, body, status and day; the first one of each title keeps it."""
    mark = hashlib.sha256(f"{copy}|{law.title}".encode()).digest()
    province = _PROVINCES[mark[0] % len(_PROVINCES)]
    status = _STATUSES[mark[1] % len(_STATUSES)]
    town = f"{_TOWNS[copy % len(_TOWNS)]}{_TOWNS[copy // len(_TOWNS) % len(_TOWNS)]}市"
    title = f"{province}{town}{_STATE.sub('', law.title)}" if copy else law.title
    title = f"{title}（{status}）" if status else title
    day = _FIRST_DAY + timedelta(days=int.from_bytes(mark[2:5], "big") % _DAYS)
    return replace(
        law,
        document_id=mark.hex()[:12],
        title=title,
        source=f"{title}.md",
        region=province,
        issuer=f"{province}{_BODIES[mark[5] % len(_BODIES)]}",
        doc_number=f"{province[:1]}法发〔{day.year}〕{int.from_bytes(mark[6:8], 'big')}号",
        status=status,
        adopted_on=day.isoformat(),
        effective_date=(day + timedelta(days=30)).isoformat() if status != "征求意见稿" else None,
    )


def _clause(clause: Clause, document: Document, copy: int) -> Clause:
    text = clause.text
    if copy:
        text = _STATE.sub(document.title[:5], _NUMBER.sub(lambda found: _other(found[0], copy), text))
    clause_id = document.document_id + clause.clause_id[len(clause.document_id) :]
    return replace(
        clause, clause_id=clause_id, document_id=document.document_id, title=document.title, text=text
    )


def _other(number: str, copy: int) -> str:
    if number.isdecimal():
        return str((int(number) + copy - 1) % 9 + 1)
    return _DIGITS[(_DIGITS.index(number) + copy) % len(_DIGITS)]
