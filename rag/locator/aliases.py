"""Other names that a collection's texts give to documents and bodies: 《……意见》（以下简称“数据二十条”）."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rag.locator.names import is_kind
from rag.locator.numerals import NUMERAL, to_int
from rag.locator.title import title_key
from rag.schema import Document
from rag.text import loose

SAYS_ALIAS = "以下简称"
"""What to search the clauses for that may give one."""
_CALLED = r"(?:以下|下面|下文|下|也|又|亦|俗|简|统|通)*(?:简称|统称|俗称|又称|称为?|称作|即|又名|也叫)"
_QUOTED = r"[《“\"'「『‘](?P<{}>[^《》“”\"'「」『』‘’\n]{{2,20}})[》”\"'」』’]"
_ALIAS = re.compile(
    rf"[（(，,]\s*{_CALLED}[：:]?\s*(?:{_QUOTED.format('quoted')}|(?<=称)(?P<bare>[^，,。；;（）()\n《“]{{2,20}}))"
    rf"|(?<=》)\s*[（(]?\s*{_QUOTED.format('beside')}\s*[）)]"
)
_TITLE_BEFORE = re.compile(r"《([^《》\n]{2,80})》\s*$")
_BODY_BEFORE = re.compile(r"([^，,。；;：:、《》（）()\n]{2,40})$")
_WINDOW = 90
_NICKNAME = re.compile(rf"((?:(?!第|{NUMERAL})[\u4e00-\u9fff]){{2,8}})({NUMERAL}{{1,3}})条(?![例款件约])")
_FEWEST = 5
"""A nickname counts the articles from this number on: 数据二十条."""
_COMPLETE = 6


class Alias(NamedTuple):
    """A name and a shorter one of the same document or body."""

    full: str
    short: str
    is_title: bool
    """The name stands between 《》; otherwise it ends with that of a body or a thing."""


def aliases_in(text: str) -> Iterator[Alias]:
    """Yield what a text introduces in brackets or as 简称; names that only say a kind of document are left out."""
    for found in _ALIAS.finditer(text):
        before = text[max(0, found.start() - _WINDOW) : found.start()]
        title = _TITLE_BEFORE.search(before)
        full = title or _BODY_BEFORE.search(before)
        short = found["quoted"] or found["bare"] or found["beside"]
        if full and not is_kind(loose(short)):
            yield Alias(full[1], short.strip(), title is not None)


def document_aliases(documents: Sequence[Document], aliases: Iterable[Alias]) -> dict[str, set[str]]:
    """Return document_id → the aliases of documents of the collection; one that two documents bear is no name."""
    keys = {d.document_id: title_key(d.title) for d in documents}
    bearers: dict[str, set[str]] = defaultdict(set)
    for full, short, is_title in aliases:
        if not is_title:
            continue
        wanted = title_key(full)
        fitting = [i for i, key in keys.items() if key == wanted]
        if not fitting and len(wanted) >= _COMPLETE:
            fitting = [i for i, key in keys.items() if wanted in key]
        if fitting and loose(short) not in ("", wanted):
            bearers[short].update(fitting)
    out: dict[str, set[str]] = defaultdict(set)
    for short, ids in bearers.items():
        # Versions of one text share the names; other texts do not.
        if len({keys[i] for i in ids}) == 1:
            for i in ids:
                out[i].add(short)
    return dict(out)


def nicknames_in(text: str) -> Iterator[tuple[str, int]]:
    """Yield (word, number) of names that count the articles, as 数据二十条 does; 第二十条 is none."""
    for found in _NICKNAME.finditer(text):
        number = to_int(found[2])
        if number >= _FEWEST:
            yield found[1], number
