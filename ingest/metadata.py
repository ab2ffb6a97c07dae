"""The fields of a document, present where its text says so and absent otherwise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.bulletin import ADOPTION, DOC_NUMBER, ORIGIN, STATUS_LINE, Span
from ingest.clauses import TOC, Structure
from ingest.dates import Force, adopted, force, period
from ingest.layout import Line
from ingest.numbering import marker
from rag.hit.regions import NATION, WORLD, is_national, region_of
from rag.schema import Scheme
from rag.text import wide_brackets

_STATUS = r"(公开征求意见稿|征求意见稿|草案送审稿|修订草案|草案修改稿|草案|送审稿|讨论稿|试行|暂行)"
_ISSUED = r"(?:正式|联合|制定并|公开|共同)*(?:印发|发布|公布|出台|制定|发文)了?"
_WHEN = r"(?:于?近日|日前|今日|同日|于?\d[\d年月日]*|联合|共同|正式|官网|等[\u4e00-\u9fff]{1,3}(?:部门|单位|部委))"
_BODY_END = "[部委局厅院办府会署台心组大行]"
_ADOPTED_END = re.compile("(通过|修正|修订|公布|发布|施行|批准|印发)$")
_SINCE_ISSUE = re.compile("自?(发布|公布)之日起?(施行|实施)")
_ADOPTER = re.compile(
    r"日\s*由?([\u4e00-\u9fff、]{2,40}?)(?:第[一二三四五六七八九十百\d]+次|令|公告|发布|公布|通过|批准|修订)"
)
_MAX_ADOPTION = 80
_MAX_FRONT = 40


@dataclass(frozen=True, slots=True)
class Front:
    """Lines between the title and the text that are fields of their own."""

    subtitle: str | None
    doc_number: str | None
    adoption: tuple[str, ...]
    """Who passed or published a law and when, as printed."""
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """What a document says of itself; keys as in `rag.schema.Document`."""

    issuer: str | None
    region: str | None
    status: str | None
    force: Force
    period: str | None
    origin: str | None
    inferred: tuple[str, ...]


def front(span: Span) -> tuple[Front, tuple[Line, ...]]:
    """Part the lines under the title from the text; the text comes second."""
    subtitle: str | None = None
    number: str | None = None
    adoption: list[str] = []
    used: list[int] = []
    body = list(span.body)
    while body and len(used) < _MAX_FRONT:
        line, after = body[0], body[1] if len(body) > 1 else None
        if DOC_NUMBER.fullmatch(line.text) and number is None:
            number = wide_brackets(line.text)
        elif _is_adoption(line):
            adoption.append(line.text)
        elif (
            subtitle is None and number is None and not adoption and after and _is_subtitle(line, after, span)
        ):
            subtitle = line.text
        else:
            break
        used.append(body.pop(0).number)
    return Front(subtitle, number, tuple(adoption), tuple(used)), tuple(body)


def _is_adoption(line: Line) -> bool:
    """A date with who passed, changed or published the text, however long the names of the changes are."""
    plain = re.sub("《.*》", "", line.text).rstrip("。；，）)")
    dated = ADOPTION.match(line.text) and not re.search("[。；，]", plain)
    return bool(dated and (len(line.text) <= _MAX_ADOPTION or _ADOPTED_END.search(plain))) or bool(
        _SINCE_ISSUE.fullmatch(plain)
    )


def _is_subtitle(line: Line, after: Line, span: Span) -> bool:
    if not span.title_lines or line.is_trace or line.is_finished or marker(line.text) or len(line.text) > 30:
        return False
    if TOC.fullmatch(line.text) or (line.level and line.level != span.title_lines[-1].level):
        return False
    return (line.is_heading or bool(STATUS_LINE.fullmatch(line.text))) and len(after.text) > len(line.text)


def fields(span: Span, head: Front, scheme: Scheme, structure: Structure) -> Fields:
    """Read the fields of one document."""
    origin_match = ORIGIN.fullmatch(span.origin.text) if span.origin else None
    origin = origin_match.group(1).strip() if origin_match else None
    texts = [c.text for c in structure.clauses]
    issuer, said = _issuer(span, texts, origin, head.adoption)
    region, named = _region(span.title, issuer, origin, scheme, structure)
    validity = next((f for f in map(adopted, head.adoption) if f.text), Force())
    if not validity.text and scheme != "report":
        validity = force([p for text in texts[-3:] for p in text.split("\n")])
    inferred = [
        name
        for name, value, printed in (("issuer", issuer, said), ("region", region, named))
        if value and not printed
    ]
    return Fields(issuer, region, _status(span.title), validity, period(span.title), origin, tuple(inferred))


def _status(title: str) -> str | None:
    bracket = re.search(rf"（{_STATUS}）", title)
    found = bracket or re.search(rf"{_STATUS}(?=(办法|规定|条例|细则|规则|意见|方案)(（|$))", title)
    return found.group(1) if found else None


def _issuer(
    span: Span, texts: Sequence[str], origin: str | None, adoption: Sequence[str]
) -> tuple[str | None, bool]:
    """Return the issuing bodies joined by 、, and whether the document itself names them."""
    printed = " ".join(line.text for line in span.title_lines)
    named = re.match(rf"([\u4e00-\u9fff、\s]{{2,40}}?{_BODY_END})\s*关于", printed)
    if named:
        names = re.split(r"\s+", named.group(1))
        apart = all(len(n) > 3 and re.search(_BODY_END + "$", n) for n in names)
        return ("、" if apart else "").join(names), True
    if adopter := _adopter(adoption):
        return adopter, True
    by = re.search(
        r"本(?:文件|报告|意见)由([\u4e00-\u9fff（）、]{4,60}?)(?:发出|发布|印发|编制)", "".join(texts[:1])
    )
    if by:
        bodies = re.sub(rf"(（[^（）]*）|(?<={_BODY_END}))[及和与]", "、", by.group(1))
        return _completed(bodies, origin), True
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
        if found and re.search(f"{_BODY_END}$", found.group(1)):
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
    title: str, issuer: str | None, origin: str | None, scheme: Scheme, structure: Structure
) -> tuple[str | None, bool]:
    """Return the region and whether the title names it."""
    if found := region_of(title):
        return found, True
    bodies = [b for b in (issuer, origin) if b]
    if scheme != "report":
        for body in bodies:
            if found := region_of(body):
                return found, False
    if re.match("中国|全国|国家", title):
        return NATION, True
    headings = " ".join(
        c.headings + c.text.split("\n")[0][:30] for c in structure.clauses if c.label != "引言"
    )
    if scheme == "report" and WORLD in headings:
        return WORLD, False
    if any(is_national(b) for b in bodies):
        return NATION, False
    return None, False
