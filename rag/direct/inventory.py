"""Questions about the collection itself, answered from the catalog: which documents, how many, of which place, year or word."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from rag.direct.enquiry import Wanted, wanted_of
from rag.direct.holdings import Holdings
from rag.direct.printed import issue_name
from rag.schema import Document
from rag.text import Lang
from rag.validity import validity

_SHOWN = 50
"""Documents that are listed; of more, the rest is counted."""
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "all": "文件库共有 {} 份文件", "some": "文件库里{}的文件有 {} 份", "none": "文件库里没有{}的文件（共有 {} 份文件）。",
        "clauses": "文件库的 {} 份文件共有 {} 个条款", "clauses_of": "文件库里{}的文件有 {} 份，共有 {} 个条款", "issues": "文件库收录了 {} 期",
        "says": "{} 条提到", "others": "（另有 {} 份文件的条款提到它，标题里没有。）", "printed": "{}（{}，{} 份文件）",
        "region": "按地区：{}。", "issue": "按期：{}。", "more": "（其余 {} 份从略，可加上地区、发文机关或年份再问。）", "no_region": "未标地区",
        "from": "{}起施行", "until": "有效期至{}", "superseded": "已有新版本", "expired": "已过期", "repealed": "已废止",
        "between": "、", "in": "；", "end": "。", "colon": "：",
        "by_year": "（年份按文号、通过或施行日期、刊期和规划的年份算。）",
        "by_force": "（另有 {} 份没有印明施行日期，效力无法判断，没有算在内。）",
    },
    "en": {
        "all": "The collection holds {} documents", "some": "The collection holds {1} documents ({0})",
        "none": "The collection holds no document of this kind ({}); it has {} documents in all.",
        "clauses": "The {} documents of the collection have {} clauses", "clauses_of": "The collection holds {1} documents ({0}) with {2} clauses",
        "issues": "The collection holds {} issues", "says": "{} clauses mention it",
        "others": "({} more documents mention it in their clauses, not in their title.)", "printed": "{} ({}, {} documents)",
        "region": "By region: {}.", "issue": "By issue: {}.", "more": "({} more are left out; name a region, an issuer or a year.)",
        "no_region": "no region", "from": "in force from {}", "until": "valid until {}",
        "superseded": "a newer version exists", "expired": "expired", "repealed": "repealed", "between": ", ", "in": "; ", "end": ".",
        "colon": ":",
        "by_year": "(By the year of the number, of adoption or effect, of the issue, or of the plan.)",
        "by_force": "({} more print no effective date; whether they are in force cannot be told, and they are left out.)",
    },
}  # fmt: skip


def inventory_answer(
    question: str, holdings: Holdings, lang: Lang, today: date, *, alone: bool = True
) -> str | None:
    """Return the list or the number of documents that a question about the collection asks for.

    Args:
        question: What the user wrote.
        holdings: What this person may see.
        lang: Of the answer.
        today: Decides what is in force.
        alone: No turn came before it: after one, 有哪些文件 may be about what was spoken of.

    Returns:
        None for a question about what the documents say: every word must speak of the collection, or it is no such question.
    """
    wanted = wanted_of(question, holdings, today, lang, alone)
    if wanted is None:
        return None
    words, count = _WORDS[lang], len(wanted.documents)
    names = words["between"].join(wanted.names)
    if not wanted.documents:
        return words["none"].format(names, len(holdings.documents))
    if wanted.of == "clauses":
        counts = holdings.counts()
        total = sum(counts.get(d.document_id, 0) for d in wanted.documents)
        told = (
            words["clauses_of"].format(names, count, total)
            if names
            else words["clauses"].format(count, total)
        )
        return told + words["end"]
    if wanted.of == "issues" and (issues := _issues(wanted.documents, lang)):
        every = [] if names else [words["issues"].format(len(issues)) + words["colon"]]
        return "\n".join([*every, *issues])
    head = words["some"].format(names, count) if names else words["all"].format(count)
    if wanted.of == "number" and not names:
        return "\n".join([head + words["end"], *_breakdown(wanted.documents, lang)])
    return "\n".join([head + words["colon"], *_listed(wanted, holdings, lang, today)])


def _listed(wanted: Wanted, holdings: Holdings, lang: Lang, today: date) -> list[str]:
    """Return a line for each document, and what must be said of those that have none."""
    words = _WORDS[lang]
    told = wanted.told or {}
    rows = [
        f"{n}. {_row(d, today, lang, told.get(d.document_id, 0))}"
        for n, d in enumerate(wanted.documents[:_SHOWN], 1)
    ]
    left = len(wanted.documents) - _SHOWN
    undated = sum(validity(d, today) == "unknown" for d in holdings.documents)
    notes = [words[key].format(undated) for key in wanted.notes]
    more = [words["more"].format(left)] if left > 0 else []
    others = [words["others"].format(wanted.others)] if wanted.others else []
    return [*rows, *more, *others, *notes]


def _row(document: Document, today: date, lang: Lang, says: int) -> str:
    words = _WORDS[lang]
    state = validity(document, today)
    facts = [
        document.issuer,
        document.doc_number,
        issue_name(document, lang) if document.issue_no else document.issue_date,
        document.status if document.status and document.status not in document.title else None,
        words["from"].format(document.effective_date) if document.effective_date else document.effective_text,
        words["until"].format(document.expiry_date) if document.expiry_date else None,
        words.get(state) if state in ("expired", "repealed") else None,
        words["superseded"] if document.superseded_by else None,
        words["says"].format(says) if says else None,
    ]
    told = words["in"].join(filter(None, facts))
    return f"《{document.title}》（{told}）" if told else f"《{document.title}》"


def _breakdown(documents: Sequence[Document], lang: Lang) -> list[str]:
    words = _WORDS[lang]
    regions = Counter(d.region or words["no_region"] for d in documents)
    issues = Counter(issue_name(d, lang) for d in documents if d.issue_no)
    lines = []
    for key, counts in (("region", regions), ("issue", issues)):
        if counts:
            told = words["between"].join(f"{name} {n}" for name, n in counts.most_common())
            lines.append(words[key].format(told))
    return lines


def _issues(documents: Sequence[Document], lang: Lang) -> list[str]:
    """Return the issues that printed documents, newest first, each with its date and how many it printed."""
    printed = [d for d in documents if d.issue_no]
    counts = Counter(issue_name(d, lang) for d in printed)
    days = {issue_name(d, lang): d.issue_date or "" for d in printed}
    names = sorted(counts, key=lambda name: days[name], reverse=True)
    return [_WORDS[lang]["printed"].format(name, days[name], counts[name]) for name in names]
