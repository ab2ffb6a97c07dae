"""The words of a clause that name a place or a document, one by one in printed order."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rag.locator.numerals import NUMERAL

Kind = Literal["title", "state", "own", "that", "near", "division", "place", "pin", "annex", "quote", "end"]

_B = r"[ \t\u3000\xa0]{0,8}"
_NUMBER = rf"{NUMERAL}(?:{_B}{NUMERAL}){{0,11}}"
_ITEM_NUMBER = rf"(?:[（(]{_B}(?:{_NUMBER}|[甲乙丙丁]){_B}[）)]|{_NUMBER})"
_ENUMERATION = r"(?:、|[，,]?(?:和|及|以及|或者?|至|到)|[—－–~～-])"
TYPES = (
    "实施细则|实施条例|实施办法|实施方案|实施意见|暂行办法|暂行规定|暂行条例|行动计划|指导意见|办法|条例|规定|细则|规则|法典|法|决定"
    "|意见|方案|解释|章程|准则|通则|公约|条约|协定|议定书|安排|规范|纪要|通知|守则|制度|指引|指南|标准|规程|计划|规划|纲要|公告"
    "|目录|清单|批复|修正案|措施|宪法|报告|命令|规例"
)
"""What a document calls itself."""
# Not 第三条生产线, 第一条例.
_ARTICLE = (
    rf"第{_B}{_NUMBER}(?:{_B}{_ENUMERATION}{_B}第?{_B}{_NUMBER})*{_B}条"
    rf"(?!生产线|产线|线路|铁路|道路|公路|高速|航线|路线|跑道|隧道|街|船|建议|理由|原因|消息|短信|例)"
    rf"(?:{_B}之{_B}{NUMERAL}+(?![切个项款]))?"
)
_DIVISION = rf"第{_B}{_NUMBER}{_B}(?:分编|编(?![辑制号写码])|章(?![程节])|节(?![课目约能])|部分(?!人))"
_PARAGRAPH = rf"第{_B}{_NUMBER}(?:{_B}{_ENUMERATION}{_B}第?{_B}{_NUMBER})*{_B}款"
_ITEM = rf"{_B}{_ITEM_NUMBER}(?:{_B}{_ENUMERATION}{_B}第?{_B}{_ITEM_NUMBER})*{_B}项(?!目)"
_POINT = rf"第{_B}{_NUMBER}{_B}目"
_BEFORE = r"前[两二三四五]?[款项](?!目)"
_PIN = rf"(?:{_B}(?:{_PARAGRAPH}|第?{_ITEM}|{_POINT}))"
_PINS = rf"(?:(?:{_BEFORE}|{_PIN}+)(?:{_ENUMERATION}{_PIN}+)*)"
_MARK = re.compile(
    "|".join(
        [
            r"(?P<title>《(?:[^《》\n]|《[^《》\n]*》)*》)",
            r"(?P<state>中华人民共和国(?=[\u4e00-\u9fff]))",
            rf"(?P<own>本(?:(?:补充|特别|暂行|试行|管理)?(?:{TYPES})|《(?:{TYPES})》))",
            rf"(?P<that>(?<![合协共相不])[同该](?:{TYPES})(?={_B}(?:第|附[件录表]|[总分]则第)))",
            rf"(?P<near>(?:(?<![之目日期年月天此先])前(?:[两二三四五六七八九])?(?:款(?!项|待|额)|条(?!件|例|约|款|码)|项(?!目))"
            r"|(?<![以网线面账])上(?:款(?!项)|条(?!例|件|约|款))"
            rf"|本(?:条(?!例|件|约|款|线|码|令)|款(?!项)|项(?![目下]))|(?<!各)该条(?!例|件|约|款|线))(?:{_PINS})?)",
            r"(?P<division>本(?:章(?!程)|节(?![目能约点气假省余流日水电])|分编|编(?![制号辑写码])))",
            rf"(?P<place>(?:(?:(?P<half>[总分]则)?(?P<path>(?:{_DIVISION})+))(?P<article>{_ARTICLE})?"
            rf"|(?P<article_alone>{_ARTICLE}))(?:{_PINS})?)",
            rf"(?P<pin>(?:{_PARAGRAPH}|第{_ITEM}){_PIN}*(?:{_ENUMERATION}{_PIN}+)*)",
            rf"(?P<annex>附[件录表]{_B}{_NUMBER}(?![并同起]))",
            r"(?P<quote>[“”])",
            r"(?P<end>[。\n])",
        ]
    )
)


class Mark(NamedTuple):
    """A word or group of words that may be part of a reference."""

    kind: Kind
    start: int
    end: int
    match: re.Match[str]

    @property
    def text(self) -> str:
        """As printed."""
        return self.match.group()


def marks(text: str) -> Iterator[Mark]:
    """Yield the marks of a text in printed order; none for a text that names nothing."""
    for match in _MARK.finditer(text):
        yield Mark(match.lastgroup, match.start(), match.end(), match)  # type: ignore[arg-type]
