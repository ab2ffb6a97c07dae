"""Laws, plans and papers that a question names without 《》 and that the collection does not hold: 数据安全法, 数字乡村发展战略纲要."""

import re

from rag.hit.regions import without_places
from rag.text import loose, terms
from rag.verdict.signals import SEEN, Found

_LINKS = "的了着过在对把给被跟和与及或去要想能可会应该需得是有没不怎如何什么哪谁几多请问我你他她它这那此其每再从向让就都也还又只才按照违根属于"
_KINDS = "法(?![律规院定官人庭制治典])|条例|办法|细则|计划|规划|战略纲要|战略|纲要|方案|白皮书|工程"
_BEHIND = r"(?=\s*(?:第|里|中的?|怎么|如何|对|适用|规定|说|要求|提出?|描述|支持|给|把|的|是|什么|有|[，,。；;？?]|$))"
_NAME = re.compile(
    rf"(?:^|[\s，,。；;？?！!：:、])(?:\d{{4}}年)?(?:新旧|[新旧老]版)?(?P<stem>(?:(?![{_LINKS}])[\u4e00-\u9fffA-Za-z\d]){{2,16}}?)(?P<kind>{_KINDS}){_BEHIND}"
)
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条")
_COMMON = re.compile(
    r"[做方办违合执司立非依守普]$|年$|^(?:行动|实施|工作|具体|管理|发展|建设|生产|经营|教学|培训|投资|项目|施工|建筑|装修|整改|重整|重组|分配|补偿|安置|清算|处置|改造|土地|城乡|城市|应急|年度|三年|五年|中国|国家|有关|相关|地方|法律)+$"
)
"""Of a stem: what makes 办法 and 违法 of 法, and words that say only what sort of plan or project it is."""
_LAW = "法"
_IS_LAW = re.compile("(?<!办)法")
_LEAST = 3
"""Characters of the stem of a law or a text; only a scheme (星火计划) may have fewer."""
_SCHEMES = ("计划", "工程")
_SHARE = 0.5
"""Share of the stem's character pairs that a title must have to be meant."""
_CODED = re.compile("^(?:民法通则|婚姻|合同|物权|担保|继承|收养|侵权责任|侵权|物业)")
"""What was in force before 民法典 and is still called so."""


def absent_title(found: Found) -> str | None:
    """Return the only title that a question names without brackets and no clause found bears or mentions; None otherwise.

    Args:
        found: The search; at least one hit.
    """
    names = [m for m in _NAME.finditer(without_places(found.text)) if not _is_common(m["stem"], m["kind"])]
    absent = [m for m in names if not _is_held(m, found)]
    return absent[0]["stem"] + absent[0]["kind"] if absent and len(absent) == len(names) else None


def _is_common(stem: str, kind: str) -> bool:
    short = len(stem) < _LEAST and kind not in _SCHEMES
    return short or bool(_COMMON.search(stem)) or (kind == _LAW and bool(_CODED.search(stem)))


def _is_held(name: re.Match[str], found: Found) -> bool:
    """Tell whether a title found is meant, or a clause mentions the name; a mention gives no article of a text."""
    stem, whole = loose(name["stem"]), loose(name["stem"] + name["kind"])
    pairs = {term for term in terms(stem) if len(term) > 1}
    of_article = _ARTICLE.match(name.string, name.end()) is not None
    for hit in found.hits[:SEEN]:
        title = hit.clause.title
        if not of_article and (whole if len(stem) >= _LEAST else stem) in loose(found.words(hit)):
            return True
        shared = len(pairs & set(terms(title)))
        if shared >= _SHARE * len(pairs) and (name["kind"] != _LAW or _IS_LAW.search(title)):
            return True
    return False
