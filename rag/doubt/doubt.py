"""What code finds wrong with a sentence of an answer, and how a reader is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.schema import Notice
from rag.text import Lang

DoubtKind = Literal[
    "uncited",
    "quotation",
    "figure",
    "date",
    "place",
    "doc_number",
    "title",
    "body",
    "bound",
    "duty",
    "negation",
    "exception",
    "words",
    "entailment",
]
NOT_FOUND: Mapping[Lang, str] = {"zh": "〔所引条款中未找到〕", "en": " (not found in the cited text)"}
"""Put behind a sentence with doubts that no sentence of a clause can take the place of."""
NO_SOURCE: Mapping[Lang, str] = {"zh": "〔未注明出处〕", "en": " (no source given)"}
"""Put behind a sentence that states something and cites nothing."""
_WHY: Mapping[Lang, Mapping[DoubtKind, str]] = {
    "zh": {
        "uncited": "“{}”没有注明出处，请核对原文。",
        "quotation": "引文“{}”不见于所引条款，请核对原文。",
        "figure": "“{}”不见于所引条款，请核对原文。",
        "date": "日期“{}”不见于所引条款，请核对原文。",
        "place": "“{}”不是所引条款，所引条款也没有提到，请核对原文。",
        "doc_number": "文号“{}”不是所引文件的文号，请核对原文。",
        "title": "《{}》不是所引文件，所引条款也没有提到，请核对原文。",
        "body": "“{}”不见于所引条款，请核对原文。",
        "bound": "“{}”的上下限与所引条款相反，请核对原文。",
        "duty": "“{}”与所引条款的规定（应当、可以、不得等）不一致，请核对原文。",
        "negation": "“{}”在肯定与否定上与所引条款相反，请核对原文。",
        "exception": "所引条款没有“{}”这一例外，请核对原文。",
        "words": "“{}”大部分内容不见于所引条款，请核对原文。",
        "entailment": "“{}”与所引条款相矛盾，请核对原文。",
    },
    "en": {
        "uncited": "No source is given for “{}”; check the original text.",
        "quotation": "The quotation “{}” is not in the cited clause; check the original text.",
        "figure": "“{}” is not in the cited clause; check the original text.",
        "date": "The date “{}” is not in the cited clause; check the original text.",
        "place": "“{}” is neither the cited clause nor named in it; check the original text.",
        "doc_number": "“{}” is not the number of the cited document; check the original text.",
        "title": "“{}” is neither the cited document nor named in the cited clause; check the original text.",
        "body": "“{}” is not in the cited clause; check the original text.",
        "bound": "“{}” turns the limit of the cited clause round; check the original text.",
        "duty": "“{}” differs from the cited clause in what must, may or must not be done; check the original text.",
        "negation": "“{}” says the opposite of the cited clause; check the original text.",
        "exception": "The cited clause has no exception “{}”; check the original text.",
        "words": "Most of “{}” is not in the cited clause; check the original text.",
        "entailment": "“{}” contradicts the cited clause; check the original text.",
    },
}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words of a sentence that its sources do not have."""

    kind: DoubtKind
    words: str
    """As the sentence has them, apart from widths and blanks."""
    clause_id: str | None = None
    """The clause that was cited for them; None without one."""


def mark_of(doubts: Sequence[Doubt], lang: Lang) -> str:
    """Return what is put behind a sentence, before the blanks that follow it; nothing without doubts."""
    if not doubts:
        return ""
    return (NO_SOURCE if all(d.kind == "uncited" for d in doubts) else NOT_FOUND)[lang]


def notice_of(doubt: Doubt, lang: Lang) -> Notice:
    """Return what a reader of the answer is told; its code is the kind with `_not_in_source`, or `uncited`."""
    words = doubt.words if len(doubt.words) <= _LONGEST else f"{doubt.words[:_LONGEST]}……"
    code = {"quotation": "quote_not_in_source", "uncited": "uncited"}.get(
        doubt.kind, f"{doubt.kind}_not_in_source"
    )
    return Notice(code, _WHY[lang][doubt.kind].format(words), doubt.clause_id)
