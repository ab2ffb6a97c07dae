"""Operations on Chinese text: the one form in which texts are compared, sentences, index terms."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

Lang = Literal["zh", "en"]
"""In which the product speaks to a person."""
_BLANKS = re.compile(r"\s+")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:[.\-+/][a-z0-9]+)*")
_ANY_HAN = re.compile(rf"[{_HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")
_NAMES = re.compile(
    r"《[^》]*》|“[^”]*”|「[^」]*」|\"[^\"]*\"|第[零〇一二三四五六七八九十百千万\d]+[编章节条款项目](?:之[一二三四五六七八九十\d]+)?"
    rf"|(?<![{_HAN}])[一二三四五六七八九十]+(?![{_HAN}])"
)
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]+[”」』）)]*|[^。！？；\n]+")
_ENGLISH_STOP = re.compile(r"[.!?]+[”’\"')\]]*(?=\s)")
_NO_STOP = re.compile(
    r"(?<![^\W_])(?:mr|mrs|ms|dr|prof|hon|messrs|st|e\.?g|i\.?e|cf|vs?|viz|approx|ca|incl|resp|et al|[a-z](?:\.[a-z])*)\Z",
    re.IGNORECASE,
)
"""Abbreviations that a word follows, and initials."""
_BEFORE_NUMBER = re.compile(
    r"(?<![^\W_])(?:nos?|arts?|secs?|sects?|paras?|chaps?|ch|cl|figs?|tab|eqs?|vols?|pp?|pt|pts|reg|sch|ann|app|ex|ref|jan|feb|mar"
    r"|apr|jun|jul|aug|sept?|oct|nov|dec)\Z",
    re.IGNORECASE,
)
_LIST_LABEL = re.compile(r"(?:^|\n)[\s*#>|+-]*(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|[IVXLC]{1,6})\Z")
_REACH = 40
"""Characters before a full stop that tell an abbreviation or the number of a list."""
_MARKS = "（），．：；？！～"
"""Full-width marks of Chinese text, which `plain` leaves as they are."""
_WIDE = re.compile(rf"[^{_MARKS}]+")
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Cs"})
_DASHES = re.compile(r"[-‐‑–—―－~～]+")


def bare(text: str) -> str:
    """Return the form in which titles, locators and quotes are compared: NFKC without blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """Return text as it is searched for: letters and digits of one width, no unseen characters, one blank for several.

    Chinese punctuation stays as it is; control characters are blanks, zero-width ones and marks of direction are left out.
    """
    kinds = ((c, " " if c.isspace() else unicodedata.category(c)) for c in text)
    seen = (" " if kind in (" ", "Cc") else c for c, kind in kinds if kind not in _UNSEEN)
    folded = _WIDE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), "".join(seen))
    return _BLANKS.sub(" ", folded).strip()


def loose(text: str) -> str:
    """Return `bare` text in lower case without quotation marks and with one kind of dash, for matching titles."""
    return re.sub(r"[《》〈〉“”\"'‘’「」]", "", _DASHES.sub("-", bare(text))).lower()


def wide_brackets(text: str) -> str:
    """Return the text with full-width round brackets and without blanks, as titles and locators are written."""
    return _BLANKS.sub("", text).replace("(", "（").replace(")", "）")


def text_hash(text: str) -> str:
    """Return 64 hex digits that tell two versions of a clause apart whatever their blanks and widths."""
    return hashlib.sha256(bare(text).encode()).hexdigest()


def ends_english(before: str, after: str) -> bool:
    """Tell whether an English sentence ends between two pieces of text.

    Args:
        before: Ends with the full stop, ! or ?, without the quotation marks, brackets or markers behind it. Its last 40
            characters decide; a number at its very beginning is that of a list.
        after: What comes behind those, from a blank on; empty at the end of the text. Its first word decides.
    """
    if after and not after[0].isspace():
        return False
    following = after.lstrip()
    if following[:1].islower():
        return False
    if not before.endswith(".") or not following:
        return True
    words = before[-_REACH - 1 :].rstrip(".")
    if _NO_STOP.search(words) or _LIST_LABEL.search(words):
        return False
    return not (following[0].isdecimal() and _BEFORE_NUMBER.search(words))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence or list item, without outer blanks; nothing for an empty text.

    Full stops end sentences only in a text without Chinese characters outside titles.
    """
    is_english = not is_chinese(text)
    for match in _SENTENCE.finditer(text):
        start, last = match.span()
        cuts = [stop.end() for stop in _ENGLISH_STOP.finditer(text, start, last)] if is_english else []
        for end in (*cuts, last):
            if end < last and not _is_cut(text, start, end):
                continue
            while start < end and text[start].isspace():
                start += 1
            trimmed = start + len(text[start:end].rstrip())
            if start < trimmed:
                yield start, trimmed
            start = end


def _is_cut(text: str, start: int, end: int) -> bool:
    """Tell whether the English sentence that begins at one place ends at the other."""
    stop = len(text[:end].rstrip("”’\"')]"))
    return ends_english(text[max(start, stop - _REACH) : stop], text[end : end + _REACH])


def terms(text: str) -> list[str]:
    """Return index terms: single Chinese characters, pairs of neighbours, and Latin words or numbers in lower case.

    Characters and pairs beat word splitting by 3 to 5 points of recall on Chinese policy texts, and need no dictionary.
    """
    found: list[str] = []
    for match in _RUNS.finditer(unicodedata.normalize("NFKC", text).lower()):
        run = match.group()
        if run[0].isascii():
            found.append(run)
            continue
        found.extend(run)
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def has_words(text: str) -> bool:
    """Tell whether there is anything to search for: a letter, a digit or a Chinese character."""
    return _RUNS.search(unicodedata.normalize("NFKC", text).lower()) is not None


def is_chinese(text: str) -> bool:
    """Tell whether a text is to be answered in Chinese.

    Chinese names of documents, quoted words and 第X条 make no English question a Chinese one; alone they are Chinese.
    """
    own = _NAMES.sub(" ", text)
    if _ANY_HAN.search(own):
        return True
    return _ANY_HAN.search(text) is not None and _LATIN_WORD.search(own) is None


def language_of(text: str) -> Lang:
    """Return the language in which a question is to be answered."""
    return "zh" if is_chinese(text) else "en"
