"""The fields of a document, present where its text says so and absent otherwise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.bulletin import ORIGIN, Span
from ingest.clause.front import Front
from ingest.clause.scheme import is_normative
from ingest.clause.unit import Structure
from ingest.document.bodies import BODY_END, joined, signed
from ingest.document.dates import Force, adopted, adopted_on, force, period
from rag.hit.regions import NATION, WORLD, is_national, region_of

_STATUS = r"(公开征求意见稿|征求意见稿|草案送审稿|修订草案|草案修改稿|草案|送审稿|讨论稿|试行|暂行)"
_ISSUED = r"(?:正式|联合|制定并|公开|共同)*(?:印发|发布|公布|出台|制定|发文)了?"
_WHEN = r"(?:于?近日|日前|今日|同日|于?\d[\d年月日]*|联合|共同|正式|官网|等[\u4e00-\u9fff]{1,3}(?:部门|单位|部委))"
_ADOPTER = re.compile(
    r"日\s*由?([\u4e00-\u9fff、]{2,40}?)(?:第[一二三四五六七八九十百\d]+次|令|公告|发布|公布|通过|批准|修订)"
)
_ORDER = re.compile(
    rf"(?:中华人民共和国)?([\u4e00-\u9fff]{{2,30}}{BODY_END})令(?:（[^（）]*）)?(?:第.{{1,8}}号)?"
)
"""The title of an order: 中华人民共和国国务院令."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a document says of itself; keys as in `rag.schema.Document`."""

    issuer: str | None
    region: str | None
    status: str | None
    force: Force
    period: str | None
    origin: str | None
    adopted_on: str | None
    inferred: tuple[str, ...]


def fields(span: Span, head: Front, structure: Structure, by: str | None = None) -> Fields:
    """Read the fields of one document; `by` is who issued the letter that it came with."""
    # A short regulation without numbers is a report by its scheme, not by its title.
    normative = structure.scheme != "report" or is_normative(span.title)
    origin_match = ORIGIN.fullmatch(span.origin.text) if span.origin else None
    origin = origin_match.group(1).strip() if origin_match else None
    texts = [c.text for c in structure.clauses]
    issuer, said = _issuer(span, texts, origin, head.adoption)
    if issuer is None:
        issuer, said = by, False
    region, named = _region(span.title, issuer, origin, normative, structure)
    validity = next((f for f in map(adopted, head.adoption) if f.text), Force())
    if not validity.text and normative:
        own = texts[: structure.own] or texts
        found = (force(paragraphs) for paragraphs in (_paragraphs(own[-3:]), list(head.adoption)))
        validity = next((f for f in found if f.text), Force())
    inferred = [
        name
        for name, value, printed in (("issuer", issuer, said), ("region", region, named))
        if value and not printed
    ]
    return Fields(
        issuer=issuer,
        region=region,
        status=_status(span.title),
        force=validity,
        period=period(span.title),
        origin=origin,
        adopted_on=adopted_on(head.adoption),
        inferred=tuple(inferred),
    )


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [paragraph for text in texts for paragraph in text.split("\n")]


def _status(title: str) -> str | None:
    if re.search("(说明|解读|问答)$", title):
        # What explains a draft is none.
        return None
    bracket = re.search(rf"（{_STATUS}）", title)
    found = bracket or re.search(rf"{_STATUS}(?=(办法|规定|条例|细则|规则|意见|方案)(（|$))", title)
    return found.group(1) if found else None


def _issuer(
    span: Span, texts: Sequence[str], origin: str | None, adoption: Sequence[str]
) -> tuple[str | None, bool]:
    """Return the issuing bodies joined by 、, and whether the document itself names them."""
    printed = " ".join(line.text for line in span.title_lines)
    named = re.match(rf"([\u4e00-\u9fff、\s]{{2,40}}?{BODY_END})\s*关于", printed) or _ORDER.fullmatch(
        printed
    )
    if named:
        return joined(named.group(1)), True
    if adopter := _adopter(adoption):
        return adopter, True
    by = re.search(
        r"本(?:文件|报告|意见)由([\u4e00-\u9fff（）、]{4,60}?)(?:发出|发布|印发|编制)", "".join(texts[:1])
    )
    if by:
        bodies = re.sub(rf"(（[^（）]*）|(?<={BODY_END}))[及和与]", "、", by.group(1))
        return _completed(bodies, origin), True
    if names := signed(span.body):
        return names, True
    issued = _subject("".join(line.text for line in span.note[1:]), span.title)
    if issued:
        return _full(issued, origin), False
    if origin:
        return origin, False
    return (_subject("".join(texts[:1]), span.title), True) if not span.note else (None, False)


def _adopter(adoption: Sequence[str]) -> str | None:
    """Return who passed or published a law, from the lines under its title; who only agreed to it counts last."""
    for line in sorted(adoption, key=lambda x: "批准" in x):
        found = _ADOPTER.search(re.sub(r"第[^届\s]{1,5}届|中华人民共和国", "", line))
        if found and re.search(f"{BODY_END}$", found.group(1)):
            return found.group(1)
    return None


def _completed(bodies: str, origin: str | None) -> str:
    """Give the first body the fuller name that the source line prints."""
    first, *rest = bodies.split("、")
    return "、".join([origin if origin and origin.endswith(first) else first, *rest])


def _subject(text: str, title: str) -> str | None:
    """Return who issued the titled text, from a sentence `…，某某局近日印发《…》`."""
    core = re.escape(re.sub(r"[（(].*", "", title)[-8:])
    for match in re.finditer(rf"([^。；《》]{{2,120}}?){_ISSUED}《([^》]*)》", text):
        blanks = re.sub(r"\s", "", match.group(2))
        if not re.search(core, blanks) and match.start() > 80:
            continue
        words = re.split("[，,]", re.sub(r"在[^《》]*[上中][，,]?$", "", match.group(1)))[-1]
        words = re.sub(rf"(?:{_WHEN})+$|^(?:{_WHEN})+", "", words)
        words = words.strip()
        words = re.sub(r"^[\u4e00-\u9fff]{2,3}省(?=[\u4e00-\u9fff]{2,3}市)", "", words)
        if 2 <= len(words) <= 120 and not re.search("[为由据根]", words[0]):
            return words
    return None


def _full(issued: str, origin: str | None) -> str:
    """Replace every short name by the fuller one of the source line when that line names all of them."""
    if not origin:
        return issued
    full = origin.split("、")
    names = [next((f for f in full if _abbreviates(name, f)), None) for name in issued.split("、")]
    return "、".join(n for n in names if n) if all(names) else issued


def _abbreviates(short: str, full: str) -> bool:
    """省大数据局 stands for 贵州省大数据发展管理局: its characters come in this order, the last one too."""
    rest = iter(full)
    return short == full or (
        len(short) < len(full) and short[-1] in full[-3:] and all(c in rest for c in short)
    )


def _region(
    title: str, issuer: str | None, origin: str | None, normative: bool, structure: Structure
) -> tuple[str | None, bool]:
    """Return the region and whether the title names it."""
    if found := region_of(title):
        return found, True
    bodies = [b for b in (issuer, origin) if b]
    if normative:
        for body in bodies:
            if found := region_of(body):
                return found, False
    if re.match("中国|全国|国家", title):
        return NATION, True
    headings = " ".join(
        c.headings + c.text.split("\n")[0][:30] for c in structure.clauses if c.label != "引言"
    )
    if not normative and WORLD in headings:
        return WORLD, False
    if any(is_national(b) for b in bodies):
        return NATION, False
    return None, False
