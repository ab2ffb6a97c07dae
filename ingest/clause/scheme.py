"""How a text is divided: by articles, by an outline of numbers, or as a report with free headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.clause.appendices import listed
from ingest.clause.contents import contents_of
from ingest.clause.sequence import announced, chains, finished, quoted, rare_kinds
from ingest.layout import Line
from ingest.numbering import Kind
from rag.characters import simplified
from rag.schema import Scheme
from rag.text import bare, wide_brackets

_LAID_DOWN = "法|条例|规定|办法|细则|规则|决定|意见|方案|计划|措施|要点|通知|规划|纲要|宣言|安排|指引|指南|标准|公告|解释|批复|解答|命令|修正案|决议"
NORMATIVE = f"({_LAID_DOWN})"
"""Last words of titles that lay something down; other texts are reports."""
_NORMATIVE_END = re.compile(f"({_LAID_DOWN}|规程|规范|准则|导则|章程|制度|守则|公约|通告|通报|纪要|函)$")
"""The later ones are also words of longer names, 规范性文件, 制度改革, so that a title does not end wherever a line does."""
_NAMED_PARTS = ("总则", "分则", "附则", "罚则")
_MAX_ABOVE = 8
"""Lines from the title of a text to its first article."""
_QUESTION = re.compile(
    r"(问题?|提问|记者问?|Q(?i:uestion)?)\s*(?P<number>\d{0,3}[一二三四五六七八九十]{0,3})\s*[：:.．、]\s*(?=\S)"
)
_ANSWER = re.compile(r"(答|回答|解答|A(?i:nswer)?)\s*\d{0,3}\s*[：:.．、]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a text before its lines are read; places are indexes of its lines."""

    scheme: Scheme
    leaf: Kind
    """The style of number of its articles: `article`, or `section` in an English act."""
    articles: frozenset[int]
    """Places of the articles that are its own."""
    quoted: frozenset[int]
    parts: frozenset[int]
    """Headings that part the articles of a judicial interpretation: 一、管辖, （一）动产质押."""
    contents: frozenset[int]
    rare: frozenset[Kind]
    """Rare styles of number that this text has."""
    questions: frozenset[int]
    """Questions of a text in questions and answers."""
    levels: bool
    """Heading marks tell what stands above what."""


def plan_of(title: str, body: Sequence[Line], *, appendix: bool = False, periodical: bool = False) -> Plan:
    """Look through a text.

    Args:
        title: Of the document.
        body: Lines of the text.
        appendix: It is an appendix, in which only numbers make units.
        periodical: It was converted from a magazine, whose heading marks are random.
    """
    inside = quoted(body)
    inside |= announced(body, inside) | listed(body)
    leaf: Kind = "article"
    runs = chains(body, leaf, inside)
    if not _go_on(body, runs):
        sections = chains(body, "section", inside)
        leaf = "section" if any(body[i].text[0] not in "第笫" for run in sections for i in run) else leaf
        runs = sections if leaf == "section" else runs
    scheme = _scheme(title, body, runs, appendix)
    return Plan(
        scheme=scheme,
        leaf=leaf,
        articles=frozenset(i for run in runs for i in run) if scheme == "articles" else frozenset(),
        quoted=inside,
        parts=parts(body) | _titles(body, runs) if scheme == "articles" else frozenset(),
        contents=contents_of(body),
        rare=rare_kinds(body),
        questions=_questions(body) if scheme != "articles" else frozenset(),
        levels=not periodical and scheme == "report" and _are_levels(body),
    )


def is_normative(title: str) -> bool:
    """Tell whether a title, with or without （试行）, is that of a text that lays something down."""
    return (
        _NORMATIVE_END.search(re.sub(r"(（[^（）]*）)+$", "", wide_brackets(simplified(title)))) is not None
    )


def _scheme(title: str, body: Sequence[Line], runs: Sequence[Sequence[int]], appendix: bool) -> Scheme:
    if _go_on(body, runs):
        return "articles"
    numbered = any(line.label is not None and line.label.kind != "article" for line in body)
    first = body[runs[0][0]].label if runs else None
    if first is not None and first.number == 1 and not numbered and is_normative(title):
        # A law of one article.
        return "articles"
    return "outline" if numbered and (appendix or is_normative(title)) else "report"


def _go_on(body: Sequence[Line], runs: Sequence[Sequence[int]]) -> bool:
    """Tell whether one article follows another."""
    pairs = ((body[a].label, body[b].label) for run in runs for a, b in pairwise(run))
    return any(a and b and b.number == a.number + 1 for a, b in pairs)


def _titles(body: Sequence[Line], runs: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return the places of the titles of several texts that stand one after another, each with its own 第一条."""
    found: set[int] = set()
    for before, run in zip([[], *runs], runs, strict=False):
        for at in range(run[0] - 1, max(run[0] - _MAX_ABOVE, before[-1] if before else -1), -1):
            line = body[at]
            if line.label is None and line.is_heading and is_normative(line.text) and finished(body, at):
                found.add(at)
                break
    return frozenset(found if len(runs) > 1 else ())


def parts(body: Sequence[Line]) -> frozenset[int]:
    """Return the places of lines that part articles: 一、管辖, （一）动产质押, right above an article or another such line."""
    found: set[int] = set()
    above_article = False
    for at in range(len(body) - 1, -1, -1):
        line = body[at]
        if line.is_trace:
            continue
        label = line.label
        is_part = (
            label is not None
            and label.kind in ("han", "han_bracket")
            and line.is_heading
            and not (line.is_finished or line.text[-1] in "，、")
        ) or bare(line.text[:8]) in _NAMED_PARTS
        if is_part and above_article:
            found.add(at)
        else:
            above_article = label is not None and label.kind == "article"
    return frozenset(found)


def question_label(line: Line) -> tuple[str, str] | None:
    """Return the printed label of a question and the words after it: 问1 of `问1：…`; an empty label without a number."""
    match = _QUESTION.match(line.text)
    if match is None:
        return None
    label = bare(match.group()).rstrip(":.、")
    return (label, line.text[match.end() :]) if match.group("number") else ("", line.text)


def _questions(body: Sequence[Line]) -> frozenset[int]:
    asked = [i for i, line in enumerate(body) if line.label is None and _QUESTION.match(line.text)]
    answers = sum(_ANSWER.match(line.text) is not None for line in body)
    return frozenset(asked if len(asked) > 1 and answers > 1 else ())


def _are_levels(body: Sequence[Line]) -> bool:
    """Tell whether each style of number has one level, deeper styles have deeper ones, and the first heading is not below a later one."""
    marked = [line for line in body if line.level]
    if not marked or marked[0].level > min(line.level for line in marked):
        return False
    levels: dict[int, set[int]] = {}
    for line in marked:
        if line.label is not None:
            levels.setdefault(line.label.rank, set()).add(line.level)
    ordered = [levels[rank] for rank in sorted(levels)]
    return all(len(x) == 1 for x in ordered) and all(min(a) < min(b) for a, b in pairwise(ordered))
