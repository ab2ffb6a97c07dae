"""Questions about the collection itself, answered from the catalog: which documents, how many, of which place or year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from rag.direct.enquiry import issue_name, wanted_of
from rag.schema import Document
from rag.text import Lang
from rag.validity import validity

_SHOWN = 50
"""Documents that are listed; of more, the rest is counted."""
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "all": "文件库共有 {} 份文件", "some": "文件库里{}的文件有 {} 份", "none": "文件库里没有{}的文件（共有 {} 份文件）。",
        "region": "按地区：{}。", "issue": "按期：{}。", "more": "（其余 {} 份从略，可加上地区、发文机关或年份再问。）", "no_region": "未标地区",
        "from": "{}起施行", "until": "有效期至{}", "superseded": "已有新版本", "expired": "已过期", "repealed": "已废止",
        "between": "、", "in": "；", "end": "。", "colon": "：",
        "by_year": "（年份按文号、通过或施行日期、刊期和规划的年份算。）",
        "by_force": "（另有 {} 份没有印明施行日期，效力无法判断，没有算在内。）",
    },
    "en": {
        "all": "The collection holds {} documents", "some": "The collection holds {1} documents ({0})",
        "none": "The collection holds no document of this kind ({}); it has {} documents in all.",
        "region": "By region: {}.", "issue": "By issue: {}.", "more": "({} more are left out; name a region, an issuer or a year.)",
        "no_region": "no region", "from": "in force from {}", "until": "valid until {}",
        "superseded": "a newer version exists", "expired": "expired", "repealed": "repealed", "between": ", ", "in": "; ", "end": ".",
        "colon": ":",
        "by_year": "(By the year of the number, of adoption or effect, of the issue, or of the plan.)",
        "by_force": "({} more print no effective date; whether they are in force cannot be told, and they are left out.)",
    },
}  # fmt: skip


def inventory_answer(
    question: str, documents: Sequence[Document], lang: Lang, today: date, *, alone: bool = True
) -> str | None:
    """Return the list or the number of documents that a question about the collection asks for.

    Args:
        question: What the user wrote.
        documents: Those that this person may see.
        lang: Of the answer.
        today: Decides what is in force.
        alone: No turn came before it: after one, 有哪些文件 may be about what was spoken of.

    Returns:
        None for a question about what the documents say: every word must speak of the collection, or it is no such question.
    """
    wanted = wanted_of(question, documents, today, lang, alone)
    if wanted is None:
        return None
    words = _WORDS[lang]
    between = words["between"]
    names = between.join(wanted.names)
    if not wanted.documents:
        return words["none"].format(names, len(documents))
    head = (
        words["some"].format(names, len(wanted.documents)) if names else words["all"].format(len(documents))
    )
    if wanted.counts and not names:
        return "\n".join([head + words["end"], *_breakdown(wanted.documents, lang)])
    rows = [f"{n}. {_row(d, today, lang)}" for n, d in enumerate(wanted.documents[:_SHOWN], 1)]
    left = len(wanted.documents) - _SHOWN
    undated = sum(validity(d, today) == "unknown" for d in documents)
    notes = [words[key].format(undated) for key in wanted.notes]
    more = [words["more"].format(left)] if left > 0 else []
    return "\n".join([head + words["colon"], *rows, *more, *notes])


def _row(document: Document, today: date, lang: Lang) -> str:
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
