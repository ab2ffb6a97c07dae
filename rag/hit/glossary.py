"""Terms of policies and laws that a question uses in English, in the Chinese words in which the documents are printed."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from rag.text import is_chinese

FILE = "glossary.txt"
_ONLY_NAME = "!"
_WORD = re.compile(r"[A-Za-z]{2,}")
_BEHIND = re.compile(r"(?:\s+[\u4e00-\u9fff、]+)+$")
"""Chinese words at the end, each after a blank."""


def chinese_terms(text: str) -> list[str]:
    """Return the Chinese terms for what an English question speaks of, in its order, each once.

    Args:
        text: A question; the longest phrase counts: data IP certificate is 数据知识产权 and 证书, not 数据.

    Returns:
        None for a question in Chinese, and where the glossary has no word of it.
    """
    return list(dict.fromkeys(term.removeprefix(_ONLY_NAME) for _, term in _found(text)))


def named_matters(text: str) -> list[tuple[str, list[str]]]:
    """Return what an English question names that has one name in Chinese: (trademark, 商标), as typed and as printed.

    Of several words that are printed any will do. Empty for a question in Chinese.
    """
    return [(said, term[1:].split()) for said, term in _found(text) if term.startswith(_ONLY_NAME)]


def without_terms(full: str) -> str:
    """Return an English question without the Chinese names and terms that were put behind it; any other text as it is."""
    own = _BEHIND.sub("", full)
    return own if len(_WORD.findall(own)) > 1 and not is_chinese(own) else full


def _found(text: str) -> list[tuple[str, str]]:
    """Return each phrase of the glossary in an English text with its term as written there."""
    if is_chinese(text):
        return []
    terms, pattern = _glossary()
    found = ((m[0], terms.get(_key(m[0]))) for m in pattern.finditer(text))
    # Without regard to case ı is an i, as in sıck leave, and businesss ends with a plural's s: no phrase is written so.
    return [(said, term) for said, term in found if term]


def entries() -> Iterator[tuple[str, str]]:
    """Yield (English phrase, Chinese term) of the glossary, as written.

    Raises:
        ValueError: A line has no English.
    """
    for line in files("rag.hit").joinpath(FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        chinese, english = line.split(": ")
        yield from ((phrase, chinese) for phrase in english.split(", "))


def _key(phrase: str) -> str:
    """Return the form in which phrases are compared: lower case, one blank for each, without the plural's s."""
    words = re.sub(r"[\s-]+", " ", phrase.lower())
    return re.sub(r"(?<=[^s])s$", "", words)


@lru_cache(maxsize=1)
def _glossary() -> tuple[Mapping[str, str], re.Pattern[str]]:
    terms = {_key(english): chinese for english, chinese in entries()}
    longest = sorted(terms, key=len, reverse=True)
    # work-related and work related are written for each other.
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in longest)
    return terms, re.compile(rf"(?<![\w-])(?:{phrases})s?(?![\w])", re.IGNORECASE)
