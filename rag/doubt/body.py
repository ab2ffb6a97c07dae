"""Names of public bodies in a sentence, and those that neither a cited clause nor the question names."""

import re
from collections.abc import Iterator, Sequence

from rag.doubt.doubt import Doubt

_NOUNS = "人民政府|人民法院|人民检察院|检察院|法院|政府"
"""Bodies that need no name of their own; only what level or place they are of can be wrong."""
_BODY = re.compile(
    rf"(?:委员会|办公室|办公厅|{_NOUNS}|交易所|交易中心|研究院|研究所|联合会|基金会|协会|学会|总局|总署|局(?![面限势部域中])|厅|署(?![名理])|委(?![托派任员]|内瑞)"
    r"|(?<![内外全干总分一各本大中东西南北上下头底腹面局])部(?![门分落件署队属级际位委长里员]))"
)
_GENERIC = re.compile(
    r"(?:有关|相关|主管|各级?|该|本|其|其他|上述|当地|所在地|任何|地方|政府|职能|监管|一个|两个|多个|几个|每个|人民)\Z"
)
_LEVEL = re.compile(r"(?:省|市|县|区|州|乡|镇|国家|全国|中央|最高|高级|中级|基层|自治区|直辖市|国务院)\Z")
_EDGE = re.compile(
    r"(?:^|[^㐀-鿿]|[由向经报和与及或在到给被为对将按由归是的让请送从同、以即含]|会同|负责|以及|包括|通过|应当|根据|提交|报送|其中|配合|联合|协调|授权|委托|设立|成立|牵头|组织|指导|来自|属于|作为|不是|而是|例如|分别|支持|推动|依托|鼓励|建立)\Z"
)
_HAN_BEFORE = re.compile(r"[㐀-鿿]{0,16}\Z")
_LEAST_CORE = 2
"""Characters before 局, 部 or 委员会 that must be known for the name to be known."""
_SHORT = 6


def body_doubts(text: str, sources: Sequence[str], clause_id: str | None) -> Iterator[Doubt]:
    """Yield a doubt for each named body of a levelled sentence that no source names in full or for short.

    A name is known when its end is: 省数据局 in a clause about the 数据局 of a province is, unless place or level differ.

    Args:
        text: The sentence.
        sources: Levelled texts of the cited clauses, what is known about their documents, and the question.
        clause_id: The clause that is cited.
    """
    seen = "\n".join(sources)
    for found in _BODY.finditer(text):
        before = _HAN_BEFORE.search(text[: found.start()])
        words = before[0] if before else ""
        if not words or _GENERIC.search(words) or _EDGE.search(words):
            continue
        size = _known(words, found[0], seen)
        rest, core = words[: len(words) - size], words[len(words) - size :]
        needed = 0 if re.fullmatch(_NOUNS, found[0]) else _LEAST_CORE
        if size >= needed and (not rest or _EDGE.search(rest) or not _LEVEL.search(rest)):
            continue
        name = _named(words) + found[0]
        if not _is_short_for(name, seen):
            yield Doubt("body", name if size < needed else _last_level(rest) + core + found[0], clause_id)


def _known(words: str, ending: str, seen: str) -> int:
    """Return how many characters before an ending the sources have together with it."""
    size = 0
    while size < len(words) and words[len(words) - size - 1 :] + ending in seen:
        size += 1
    return size


def _named(words: str) -> str:
    """Return the characters of a name, from the last word on that can stand before one."""
    for start in range(len(words) - 2, max(-1, len(words) - 9), -1):
        if _EDGE.search(words[:start] or "，"):
            return words[start:]
    return words[-4:]


def _last_level(rest: str) -> str:
    found = _LEVEL.search(rest)
    return found[0] if found else ""


def _is_short_for(name: str, seen: str) -> bool:
    """Tell whether a short name has characters of a longer one in the sources, in their order: 发改委, 工信部, 网信办."""
    if len(name) > _SHORT:
        return False
    endings = {"委": "委(?:员会)?", "办": "办(?:公室|公厅)?"}.get(name[-1], re.escape(name[-1]))
    pattern = "[㐀-鿿]{0,6}?".join(map(re.escape, name[:-1])) + "[㐀-鿿]{0,6}?" + endings
    return re.search(pattern, seen) is not None
