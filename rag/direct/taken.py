"""A question about the collection while its conditions are read one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rag.direct.holdings import Holdings
from rag.schema import Document
from rag.text import Lang

_PHRASES: Mapping[str, Mapping[Lang, str]] = {
    "year": {"zh": "{}年", "en": "{}"}, "topic": {"zh": "标题含“{}”", "en": "title with {}"},
    "says": {"zh": "提到“{}”", "en": "mentioning {}"}, "national": {"zh": "全国", "en": "national"},
    "local": {"zh": "地方", "en": "local"}, "dated": {"zh": "{}（{}）", "en": "{} ({})"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """A question of which some conditions have been read."""

    rest: str
    """What has not been read yet."""
    documents: tuple[Document, ...]
    """Those that meet the conditions read."""
    names: tuple[str, ...] = ()
    """The conditions in words, to be repeated to the reader."""
    extreme: str = ""
    """That only the newest, or the first to expire, are wanted, in words; empty when all are."""
    told: Mapping[str, int] | None = None
    """document_id → how many of its clauses have the words that are asked for; None when no words are."""
    others: int = 0
    """Documents that are left out because they only mention what others have in their title."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What conditions are read with."""

    holdings: Holdings
    today: date
    lang: Lang


def phrase(key: str, lang: Lang, *values: object) -> str:
    """Return a condition in words."""
    return _PHRASES[key][lang].format(*values)
