"""Whether a document is in force on a date, and what else a reader must know before relying on it; from its metadata."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rag.hit.regions import NATION, WORLD, holds_in
from rag.schema import Document, Notice, Validity
from rag.text import Lang

_DRAFTS = ("征求意见", "草案", "送审稿", "讨论稿")
_TRIALS = ("试行", "暂行")
_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "repealed": {"zh": "《{title}》已经废止{detail}。", "en": "《{title}》 has been repealed{detail}."},
    "repealed_from": {"zh": "（{day}起）", "en": " (from {day})"},
    "draft": {
        "zh": "《{title}》是{detail}，尚未生效。",
        "en": "《{title}》 is a draft ({detail}); it is not in force.",
    },
    "not_yet": {
        "zh": "《{title}》自{detail}起施行，现在还没有生效。",
        "en": "《{title}》 takes effect on {detail}; it is not in force yet.",
    },
    "expired": {
        "zh": "《{title}》的有效期到{detail}为止，现在已经过期。",
        "en": "《{title}》 was valid until {detail}; it is no longer in force.",
    },
    "not_yet_on": {
        "zh": "《{title}》自{detail}起施行，在 {day} 还没有生效。",
        "en": "《{title}》 takes effect on {detail}; on {day} it was not in force yet.",
    },
    "expired_on": {
        "zh": "《{title}》的有效期到{detail}为止，在 {day} 已经过期。",
        "en": "《{title}》 was valid until {detail}; on {day} it was no longer in force.",
    },
    "undated": {
        "zh": "《{title}》没有印明施行日期，不能确定是否已经生效。",
        "en": "《{title}》 does not print the date from which it applies; whether it is in force cannot be told.",
    },
    "undated_on": {
        "zh": "《{title}》没有印明施行日期，不能确定在 {detail} 是否有效。",
        "en": "《{title}》 does not print the date from which it applies; whether it held on {detail} cannot be told.",
    },
    "superseded": {
        "zh": "《{title}》在文件库中有更新的版本。",
        "en": "The collection holds a newer version of 《{title}》.",
    },
    "trial": {
        "zh": "《{title}》是{detail}文件，规定可能调整。",
        "en": "《{title}》 applies on trial or provisionally ({detail}); its rules may change.",
    },
    "trial_until": {
        "zh": "《{title}》是{detail}文件，到{until}为止，规定可能调整。",
        "en": "《{title}》 applies on trial or provisionally ({detail}) until {until}; its rules may change.",
    },
    "other_region": {
        "zh": "问题问的是{detail}，《{title}》是{region}的文件。",
        "en": "The question is about {detail}; 《{title}》 is a document of {region}.",
    },
    "report": {
        "zh": "《{title}》是报告或资料，不是规定，不能作为执行依据。",
        "en": "《{title}》 is a report, not a rule; it binds nobody.",
    },
}


def is_draft(document: Document) -> bool:
    """Tell whether the document is printed as a draft."""
    return bool(document.status) and any(word in str(document.status) for word in _DRAFTS)


def validity(document: Document, on: date) -> Validity:
    """Return the validity of a document on a day; `unknown` when neither it nor a later one prints a complete date."""
    if is_draft(document):
        return "draft"
    day = on.isoformat()
    if document.repealed_by and (document.repealed_on or "") <= day:
        return "repealed"
    if document.expiry_date and day > document.expiry_date:
        return "expired"
    if document.effective_date:
        return "in_force" if day >= document.effective_date else "not_yet"
    return "unknown"


def passes(document: Document, on: date) -> bool:
    """Tell whether a search as of a day may show the document: not when it is known to be not yet or no longer in force."""
    return validity(document, on) not in ("not_yet", "expired", "repealed")


def is_out_of_force(document: Document, on: date) -> bool:
    """Tell whether a document is a draft, or known to be not yet or no longer in force on a day."""
    return validity(document, on) in ("draft", "not_yet", "expired", "repealed")


def validity_notices(
    cited: Mapping[str, Document], as_of: str | None, *, lang: Lang = "zh", places: Sequence[str] = ()
) -> list[Notice]:
    """Say once of each cited document what a reader must know before relying on it.

    Args:
        cited: clause_id → its document.
        as_of: The day that was asked for; None is today. With a day, a plan without dates gets a notice as a rule does.
        lang: Of the notices; titles and statuses stay as they are printed.
        places: Short names of the places that the question names; a document of another one gets a notice.

    Returns:
        In the order of the documents, of each first whether it is in force; none for what can be relied on as it is.
    """
    first: dict[str, tuple[str, Document]] = {}
    for clause_id, document in cited.items():
        first.setdefault(document.document_id, (clause_id, document))
    return [
        Notice(code, words, clause_id)
        for clause_id, document in first.values()
        for code, words in _notices_of(document, as_of, lang, places)
    ]


def _notices_of(
    document: Document, as_of: str | None, lang: Lang, places: Sequence[str]
) -> Iterator[tuple[str, str]]:
    def said(key: str, detail: object = "", **more: object) -> str:
        return _WORDS[key][lang].format(title=document.title, detail=detail, **more)

    state = validity(document, date.fromisoformat(as_of) if as_of else date.today())
    if state == "repealed":
        since = _WORDS["repealed_from"][lang].format(day=document.repealed_on) if document.repealed_on else ""
        yield state, said(state, since)
    elif state in ("draft", "not_yet", "expired"):
        details = {
            "draft": document.status,
            "not_yet": document.effective_date,
            "expired": document.expiry_date,
        }
        words = f"{state}_on" if as_of and state != "draft" else state
        yield state, said(words, details[state], day=as_of)
    elif state == "unknown" and (as_of or document.scheme == "articles"):
        # Who reads a plan or a report seldom asks from when on it holds; of a rule that is the first question.
        yield "undated", said("undated_on", as_of) if as_of else said("undated")
    if document.superseded_by:
        yield "superseded", said("superseded")
    if state in ("in_force", "unknown") and (trial := _trial_of(document)):
        until = document.expiry_date
        yield "trial", said("trial_until", trial, until=until) if until else said("trial", trial)
    if _is_elsewhere(document, places):
        others = "、".join(places) if lang == "zh" else ", ".join(places)
        yield "other_region", said("other_region", others, region=document.region)
    if document.scheme == "report":
        yield "report", said("report")


def _trial_of(document: Document) -> str | None:
    return next((word for word in _TRIALS if word in (document.status or "")), None)


def _is_elsewhere(document: Document, places: Sequence[str]) -> bool:
    """Tell whether a document is for a place, and for none of those that are asked about."""
    if not places or document.region in (None, NATION, WORLD):
        return False
    about = f"{document.title} {document.region} {document.issuer or ''}"
    return not any(place in about or holds_in(document.region, place) for place in places)
