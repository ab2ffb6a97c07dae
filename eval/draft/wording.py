"""How staff say what a clause prints: spoken words, numbers in both kinds of numerals, short parts of a long sentence."""

import re
from collections.abc import Sequence
from random import Random

from rag.locator.numerals import to_chinese, to_int
from rag.text import bare

_SPOKEN = (
    (r"(?:应当|应该|必须)(?=[\u4e00-\u9fff])", "要"),
    (r"可以", "能"),
    (r"提交(?=[\u4e00-\u9fff\d])", "交"),
    (r"提交", "交上去"),
    (r"办理(?=[\u4e00-\u9fff]{2})", "办"),
    (r"予以(?=[\u4e00-\u9fff])", ""),
    (r"(?:及时|依法依规|依法|按照规定|按规定)(?=[\u4e00-\u9fff])", ""),
    (r"具备", "有"),
    (r"不齐全", "不齐"),
    (r"或者", "或"),
    (r"自然人、法人(?:和|或者?|及|以及)非法人组织", "个人和单位"),
    (r"本(?:办法|条例|规定|细则|实施细则|方案|指导意见|法)(?:所称)?的?", ""),
)
_SPOKEN_PATTERNS = tuple((re.compile(pattern), word) for pattern, word in _SPOKEN)
_BLANKS = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LABEL = re.compile(r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d))\s*")
_VAGUE = re.compile(
    r"其(?![他它中余实次])|该|此(?![外次])|上述|前款|前述|以上|本条|本款|下列|以下|等等|这一|这些|有关规定|相关规定|该等"
)
_CHUNK = re.compile(r"[，,。；;：:！？\n]|(?<![的地得])(?:以及|并且|或者)|（[^）]*）|\([^)]*\)")
_LINKING = re.compile(r"^(?:的|和|与|或|及(?!时)|并且?|且|而|其中)+|(?:的|和|或|及|与|等)+$")
_ASIDE = re.compile(
    r"^(?:报告|文件|方案|意见|文章|数据显示)?(?:指出|显示|提出|认为|强调)$|^(?:针对|围绕|结合|根据|按照|依托|聚焦|面向|基于|随着|为了?|到\s*\d|截至)|^\d{4}\s*年[\d\s月日底末]*$"
    r"|等(?:区域|方面|领域|方式|工作|行业)$|^符合|本办法|本条例|本规定"
)
"""Parts that say where, when or how, without which an answer is right."""
_ARABIC = re.compile(r"(?<![\d.．])(\d{1,4})(?![\d.．,，%％])")
_CHINESE = re.compile(r"[一二三四五六七八九十百千两]+")
_RANGE = re.compile(r"(\d+)\s*[-—–－~～至到]+\s*(\d+)")
_FEW, _ALL = 10, 100
_USUAL = 9
"""Characters of a part that an answer keeps."""
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")


def plain(sentence: str) -> str:
    """Return a printed sentence without the label of an item and without blanks beside Chinese characters."""
    return _BLANKS.sub("", _LABEL.sub("", sentence.strip()))


def spoken(text: str) -> str:
    """Return words of a clause in the way they are said: 应当提交 → 要交; blanks between Chinese characters go."""
    text = _BLANKS.sub("", text.strip())
    for pattern, word in _SPOKEN_PATTERNS:
        text = pattern.sub(word, text)
    return text


def is_vague(text: str) -> bool:
    """Tell whether words cannot stand without what is before them: 其, 该, 上述, 前款."""
    return _VAGUE.search(text) is not None


def parts_of(text: str, most: int, *, shortest: int = 3, longest: int = 14) -> list[str]:
    """Return parts of a text that an answer to it must hold, as printed and in printed order.

    Args:
        text: A sentence or two.
        most: Of so many parts, those that are neither short nor long: an answer in other words keeps them most likely.
        shortest: Characters of a part without blanks.
        longest: A longer part is left out.

    Returns:
        Empty when no part has a fitting length.
    """
    whole = [_LINKING.sub("", piece.strip()) for piece in _CHUNK.split(text)]
    # The first and the last of a list carry words of the sentence around it.
    listed = [item.strip() for piece in whole for item in piece.split("、")[1:-1]]
    for pieces, limit in ((whole, longest), (whole, longest + 6), (listed, longest)):
        found = [
            p for p in dict.fromkeys(pieces) if shortest <= len(bare(p)) <= limit and not _ASIDE.search(p)
        ]
        if found:
            kept = sorted(found, key=lambda part: abs(len(bare(part)) - _USUAL))[:most]
            return sorted(kept, key=text.find)
    return []


def head_of(text: str, longest: int = 26) -> str:
    """Return the words with which a list item is told from the others: all of a short one, else its first part."""
    text = re.split(r"[。；;：:\n]", text.strip())[0].strip()
    parts = (
        p.strip() for split in (r"[，,（(]", r"[，,、（(]|以及|并且|并|和") for p in re.split(split, text)
    )
    fitting = (p for p in parts if 5 <= len(bare(p)) <= longest and not _ASIDE.search(p))
    return text if len(bare(text)) <= longest else next(fitting, text[:longest])


def alternatives(figure: str) -> list[str]:
    """Return a figure as printed and in the other ways in which it is written.

    三年 → 三年, 3年; 20个工作日 → 20个工作日, 二十个工作日; 3—5家 → 3-5家, 3至5家; 20% → 百分之二十; a date also as ISO.
    """
    plain = bare(figure)
    found = [figure]
    if date := _DATE.search(plain):
        year, month, day = map(int, date.groups())
        return _distinct(
            [figure, f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}.{month}.{day}"]
        )
    if _RANGE.search(plain):
        found += [_RANGE.sub(rf"\g<1>{dash}\g<2>", plain) for dash in ("-", "—", "至", "到")]
    elif percent := re.fullmatch(r"(\d{1,4})%(.*)", plain):
        if int(percent[1]) > 0:
            found.append(f"百分之{to_chinese(int(percent[1]))}{percent[2]}")
    elif _ARABIC.search(plain):
        found.append(_ARABIC.sub(lambda m: to_chinese(int(m[1])) if int(m[1]) else m[1], plain))
    elif _CHINESE.search(plain):
        found.append(_CHINESE.sub(lambda m: str(to_int(m[0])), plain))
    if thousands := re.search(r"\d{1,3}(?:,\d{3})+", plain):
        found.append(plain.replace(thousands[0], thousands[0].replace(",", "")))
    return _distinct(found)


def joined(parts: Sequence[str]) -> str:
    """Return parts as one Chinese phrase: 甲、乙和丙."""
    return parts[0] if len(parts) == 1 else f"{'、'.join(parts[:-1])}和{parts[-1]}"


def _distinct(texts: Sequence[str]) -> list[str]:
    """Leave out what is the same once blanks and widths are gone."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(bare(text), text)
    return list(kept.values())


def other_figure(figure: str, luck: Random) -> str | None:
    """Return a figure that is clearly not the one given, written the same way: 三年 → 五年; None for one that is no plain number."""
    plain = bare(figure)
    if _RANGE.search(plain) or _DATE.search(plain):
        return None
    found = re.match(
        r"(?P<arabic>\d{1,5})(?![\d.,])|(?P<chinese>[一二三四五六七八九十百两]{1,3})(?=[年个日天家项倍月])",
        plain,
    )
    if found is None:
        return None
    value = int(found["arabic"]) if found["arabic"] else to_int(found["chinese"])
    steps = [2, 3] if value < _FEW else [value // 2, value]
    wrong = value + luck.choice(steps)
    if plain[found.end() :].startswith("%") and wrong >= _ALL:
        wrong = value // 2
    return f"{wrong if found['arabic'] else to_chinese(wrong)}{plain[found.end() :]}"
