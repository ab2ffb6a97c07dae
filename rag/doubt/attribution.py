"""Where a sentence says that its words stand: 《title》, 文号, 第X条; each must be that of a clause that it cites."""

import re
from collections.abc import Iterator, Sequence

from rag.doubt.amount import levelled
from rag.doubt.doubt import Doubt
from rag.doubt.figure import Figures, Place, is_misplaced
from rag.doubt.quotation import quotations, stands_in
from rag.doubt.source import Source
from rag.locator.names import number_key
from rag.locator.numerals import NUMERAL, to_int
from rag.locator.pinpoint import find_pinpoint, split_pinpoint
from rag.locator.place import UNKNOWN, parts_of
from rag.locator.title import title_key
from rag.text import bare, loose

_N = rf"{NUMERAL}{{1,12}}"
_LABEL = rf"(?:第{_N}(?:分编|编|章|节|条|款|项|目|部分|部|段|大?[点项条])(?:之{_N})?|\({_N}\)[款项点]?|附[件录表]{_N}|趋势{_N}|{_N}(?:\)|(?=[/、.(的]|\s?$|写明|规定|明确|提出|要求|指出|[:,]|第))|第\({_N}\)[款项点])"
_TITLED = r"(?:[^《》]|《[^《》]*》)+"
_SAYS = r"的?(?:相关|有关|明确|具体)?(?:规定|写明|载明|明确|要求|提出|指出|显示|提到|列出|写道|表示|强调|中|里|:|,|第|$)"
_BASED = r"(?:(?:但|而|同时|此外|另外|其中|另|且)[,]?)?(?P<based>(?:根据|依据|按照|依照|按|据|在|依)?)"
_LEAD = re.compile(
    rf"[\s>#|()\d.、-]*{_BASED}(?:《(?P<title>{_TITLED})》(?:\((?!{_N}\))[^()]*\))*|(?:本|该|上述)(?:办法|条例|规定|法|意见|方案|通知|细则))?的?"
    rf"(?P<place>(?:[^/,。;:《》\n]{{0,20}}/)*(?:{_LABEL}[/、.的之中\s]?)*)(?P<says>{_SAYS})?"
)
_TITLE = re.compile(rf"《({_TITLED})》")
_ENGLISH_LEAD = re.compile(
    r"[\s>#|()\d.-]*(?:(?:Under|According to|Pursuant to|As per|In|Per)\s)?(?=(?:Article|Clause)\s\d)",
    re.IGNORECASE,
)
_OUTLINE = ("部", "", "（", "点", "小", "大", "段", "条")
_INSIDE = ("款", "点", "目")


def attribution_doubts(
    statement: str, said: Figures, cited: Sequence[Source], asked: Figures
) -> Iterator[Doubt]:
    """Yield a doubt for each title, 文号 and place of a document that the cited clauses do not bear out.

    The title and place that a sentence begins with are those of a cited clause; others may also be named in one, or in
    the question.

    Args:
        statement: As written.
        said: Its figures.
        cited: The clauses that it cites; at least one.
        asked: Of the question and what was said before.
    """
    first = cited[0].clause.clause_id
    text = levelled(statement)
    lead = _LEAD.match(text)
    place = lead["place"].strip("/、.的之中 ") if lead else ""
    lead_end = lead.end("place") if lead and place else 0
    own = cited
    if lead and lead["title"] and (place or lead["says"] is not None):
        own = [source for source in cited if _is_named(lead["title"], source.clause.title)]
        quoted_by = [
            s
            for s in cited
            if _attributes(s, lead["title"]) or (lead["based"] and _mentions(s, lead["title"]))
        ]
        if not own and not quoted_by:
            yield Doubt("title", lead["title"], first)
        if not own:
            place = ""
    for title in dict.fromkeys(_TITLE.findall(text)):
        if not any(_is_named(title, s.clause.title) or _mentions(s, title) for s in cited) and not _has(
            asked.text, title
        ):
            yield Doubt("title", title, first)
    yield from _number_doubts(said, cited, asked)
    english = _ENGLISH_LEAD.match(text)
    if lead and place and (lead["title"] or (lead["says"] is not None and "第" in place)):
        if not any(_is_place(place, statement, source) for source in own) and not _is_basis(lead, said, own):
            yield Doubt("place", place, first)
    elif english and said.places:
        named = said.places[0]
        if not any(named.key in {p.key for p in s.about_figures.places} for s in cited):
            yield Doubt("place", named.words, first)
    yield from _place_doubts(said, cited, asked, lead_end)


def _is_basis(lead: re.Match[str], said: Figures, cited: Sequence[Source]) -> bool:
    """Tell whether a sentence begins as the clause does: 依照本法第四十四条、第四十五条的规定."""
    named = {place.key for place in said.places if place.start < lead.end()}
    return bool(lead["based"] and named) and any(named <= {p.key for p in s.figures.places} for s in cited)


def _is_named(name: str, title: str) -> bool:
    """Tell whether a name between 《》 is a document's title, part of it, or it with words left out."""
    wanted, whole = title_key(name), title_key(title)
    if wanted and (wanted in whole or wanted in loose(title)):
        return True
    rest = iter(whole)
    return 2 * len(wanted) >= len(whole) and wanted[-2:] == whole[-2:] and all(c in rest for c in wanted)


def _has(text: str, title: str) -> bool:
    wanted = title_key(title)
    return bool(wanted) and wanted in title_key(loose(text))


def _mentions(source: Source, title: str) -> bool:
    return _has(source.text, title) or _has(source.about, title)


def _attributes(source: Source, title: str) -> bool:
    """Tell whether a clause itself reports what another document says."""
    wanted = title_key(title)
    for found in re.finditer(rf"《({_TITLED})》(?:\([^()]*\))*(.{0, 12})", source.text):
        if wanted in title_key(found[1]) and re.match(_SAYS.replace("|$", ""), found[2].strip(",")):
            return True
    return False


def _number_doubts(said: Figures, cited: Sequence[Source], asked: Figures) -> Iterator[Doubt]:
    if not said.doc_numbers:
        return
    known = " ".join(number_key(text) for s in cited for text in (s.text, s.about)) + number_key(asked.text)
    for prefix, number in said.doc_numbers:
        # Two characters tell 国发 from 国办发; what stands before them may be a word of the sentence.
        if not re.search(rf"(?<!\d){re.escape(loose(prefix[-2:]) + number)}号", known):
            year, _, running = number.partition("-")
            yield Doubt("doc_number", f"{prefix[-4:]}〔{year}〕{running}号", cited[0].clause.clause_id)


def _is_place(place: str, statement: str, source: Source) -> bool:
    """Tell whether a place is that of a clause, or one inside it that has the words quoted from it."""
    clause = source.clause
    named, inside = split_pinpoint(place)
    if inside is not None and "条" in clause.label:
        span = find_pinpoint(clause.text, inside)
        if span is None:
            return False
        within = clause.text[slice(*span)]
        words = [q.words for q in quotations(statement) if q.chars >= 8 and stands_in(q.words, clause.text)]
        if any(not stands_in(word, within) for word in words):
            return False
    else:
        named = place
    if not named or bare(named) in bare(clause.locator):
        return _ends_whole(bare(named), bare(clause.locator))
    numbers = _numbers(named)
    parts = parts_of(clause.locator)
    rest = iter(
        [(part.style, part.number, part.sub) for part in parts] + _loose_numbers(clause.locator, parts)
    )
    return bool(numbers) and all(any(_fits(number, part) for part in rest) for number in numbers)


def _ends_whole(named: str, locator: str) -> bool:
    """Tell whether a place is not the beginning of a longer number: 三/1 is not 三/12."""
    return not named or re.search(rf"(?<!{NUMERAL}){re.escape(named)}(?!{NUMERAL})", locator) is not None


def _loose_numbers(locator: str, parts: Sequence[object]) -> list[tuple[str, int, int]]:
    """Return the numbers of labels that are not numbered in a known style, such as 趋势二 and 8）."""
    out = []
    for label in locator.split("/"):
        if parts_of(label)[0].style == UNKNOWN and (found := re.search(_N, bare(label))):
            out.append(("", to_int(found[0]), 0))
    return out


def _numbers(place: str) -> list[tuple[str, int, int]]:
    out: list[tuple[str, int, int]] = []
    for found in re.finditer(
        rf"第?\(?(?P<n>{_N})\)?(?P<unit>分编|编|章|节|条|款|部|段|点|项)?(?:分)?(?:之(?P<sub>{_N}))?",
        bare(place),
    ):
        out.append((found["unit"] or "", to_int(found["n"]), to_int(found["sub"]) if found["sub"] else 0))
    return out


def _fits(named: tuple[str, int, int], part: tuple[str, int, int]) -> bool:
    strict = named[0] in ("编", "分编", "章", "节", "条")
    # 第三条 of an outline is its third point.
    same_style = not strict or named[0] == part[0] or (named[0] == "条" and part[0] in ("", "（"))
    return same_style and named[1:] == part[1:]


def _place_doubts(said: Figures, cited: Sequence[Source], asked: Figures, after: int) -> Iterator[Doubt]:
    """Yield the places behind the first that neither a clause nor the question names."""
    own = [(s.figures, place) for s in cited for place in s.figures.places]
    known = {place.key for s in cited for place in s.about_figures.places} | {
        place.key for place in asked.places
    }
    outline = {part.number for s in cited for part in parts_of(s.clause.locator) if part.style in ("", "（")}
    for place in said.places:
        if place.start < after:
            continue
        same = [pair for pair in own if pair[1].key == place.key]
        rivals = [pair for pair in own if pair[1].key != place.key and pair[1].style == place.style]
        stands = same or place.key in known or (place.style in _OUTLINE and place.number in outline)
        inside = place.style in _INSIDE and any(_is_inside(place, s) for s in cited)
        if is_misplaced(said, place, same, rivals) or not (stands or inside):
            yield Doubt("place", place.words, cited[0].clause.clause_id)


def _is_inside(place: Place, source: Source) -> bool:
    unit = place.style if place.style in ("款", "目") else "项"
    inside = split_pinpoint(f"第{place.number}{unit}")[1]
    return inside is not None and find_pinpoint(source.clause.text, inside) is not None
