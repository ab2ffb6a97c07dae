"""The bodies that a question names, in full or shortened: 工信部 for 工业和信息化部, 信通院, 省数据局."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rag.locator.aliases import Alias
from rag.schema import Document
from rag.text import loose

_SHORTEST, _LONGEST = 3, 6
_ENDINGS = {"委": ("委员会", "委"), "办": ("办公室", "办公厅", "办")}
_ORGAN = re.compile(r"[部局委院办厅署会司](?![门分长员下队落署里议法])")
_WHOLE = 6
"""Characters from which on a body is named without its place: 经济和信息化局."""
_WHERE = re.compile(
    r"^(?:中华人民共和国|中国|国家|全国|[\u4e00-\u9fff]{2,3}?(?:省|市)|[\u4e00-\u9fff]{2,5}?自治区)(?=.{3})"
)


class Issuers:
    """The bodies that issued a collection's documents."""

    def __init__(self, documents: Sequence[Document], aliases: Iterable[Alias] = ()) -> None:
        """Take the documents and what the texts call bodies for short."""
        self._issued: dict[str, set[str]] = defaultdict(set)
        for d in documents:
            for body in (d.issuer or "").split("、"):
                if body:
                    self._issued[loose(body)].add(d.document_id)
        self._cores = {body: _WHERE.sub("", body) for body in self._issued}
        names = [(loose(alias.short), loose(alias.full)) for alias in aliases if not alias.is_title]
        self._aliases = {short: body for short, full in names for body in self._issued if full.endswith(body)}

    def named_in(self, text: str) -> dict[str, frozenset[str]]:
        """Return the bodies that a text names, each with the ids of its documents; none gives none."""
        plain = loose(text)
        whole = [
            body
            for body, core in self._cores.items()
            if body in plain or (len(core) >= _WHOLE and core in plain)
        ]
        found = {*whole, *(body for alias, body in self._aliases.items() if alias in plain)}
        for body in whole:
            # 国家数据局 is no 数据局 of a province.
            plain = plain.replace(body, "").replace(self._cores[body], "")
        for end in (m.end() for m in _ORGAN.finditer(plain)):
            found |= self._shortened(plain[:end])
        return {body: frozenset(self._issued[body]) for body in sorted(found)}

    def _shortened(self, plain: str) -> set[str]:
        """Return the bodies that the longest words at the end of a text may stand for."""
        for size in range(min(_LONGEST, len(plain)), _SHORTEST - 1, -1):
            found = {body for body, core in self._cores.items() if _is_short_for(plain[-size:], core)}
            if found:
                return found
        return set()


def _is_short_for(short: str, core: str) -> bool:
    """Tell whether the short name has characters of the long one in their order, the first and the last among them."""
    if short[0] != core[:1] or not core.endswith(_ENDINGS.get(short[-1], (short[-1],))):
        return False
    rest = iter(core)
    return all(c in rest for c in short)
