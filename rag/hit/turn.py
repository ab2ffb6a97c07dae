"""One turn of a conversation: which places, documents and articles it names, what it asks about, what it leans on."""

import re
from dataclasses import dataclass

from rag.hit.regions import places_in, without_places
from rag.text import is_chinese

_ENOUGH = 8
"""Characters besides asking words (a Latin word counts three) from which on a question can stand alone."""
_QUESTION = 5
"""The same, from which on a turn says what it asks: 要交多少钱 leaves that to the turn before."""
_CONTENT = 2
TITLE = r"[^《》\n]{2,100}(?:《[^《》\n]{1,100}》[^《》\n]{0,100})?"
"""What stands between 《》, for use in patterns; a title may name another one."""
_TITLE = re.compile(rf"《({TITLE})》")
_ARTICLE = re.compile(r"第\s?[零〇一二三四五六七八九十百千\d]{1,9}\s?条(?:之[一二三四五六七八九十\d]{1,3})?")
_LEAD = re.compile(
    r"^(?:那么?(?!些|种|个|份|部|本|边|里|时)|而(?!且)|还有|还能|还要|还可以|另外|此外|再(?:问|说|者)?|以及|又|至于|换成|要是|如果|万一|假如|"
    r"(?:and|but|so|then|also|or|what about|how about|what if)\b)[，,、\s]*",
    re.IGNORECASE,
)
_THEME = re.compile(r"^[^，。？！,?!]{1,16}呢(?:$|[，。？！,?!\s])")
_REFERS = re.compile(
    r"它们?|他们|她们|该(?=办法|条例|规定|法|方案|计划|规划|意见|通知|文件|报告|条|款|部门|单位|中心|机构|项|证|省|市|区|政策|制度)"
    r"|其(?=中|他|它|有效|申请|内容|余|所|监管|主管|职责)|此(?=办法|条例|规定|文件|项|类|种|条)|上述|前述|前者|后者|同上|刚才|刚刚|上面|前面"
    r"|(?:^|[，。？！、；,?!;\s对把被给按照据在从和与跟到为比拿用跟])(?:这|那)(?!样)"
    r"|[上下前后](?:一|面)条(?!件)|(?:^|[，。？！、；,?!;\s])(?:里面|里头|当中)"
    r"|\b(?:it|its|they|them|their|theirs|this|that|those|these|he|she|his|her|the same|the former|the latter|there)\b",
    re.IGNORECASE,
)
_OF_DOCUMENT = re.compile(
    r"(?:该|这个?|那个?|本|此|上述)[部份项篇]?(?:办法|条例|规定|法律?|方案|计划|规划|意见|通知|文件|报告|政策|标准)|\b(?:this|that|the same) (?:law|document|plan|report|measures|regulations?|policy)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"请问|想问(?:一下)?|问一下|我想知道|什么时候|什么时间|哪一?[天年月]|何时|几时|多长时间|多久|多少|哪一?个|哪些|哪里|哪儿|哪家|哪|什么样|什么|"
    r"怎么样|怎么办|怎样|怎么|如何|为什么|为何|是否|是不是|能不能|可不可以|要不要|有没有|会不会|谁|几(?=[个天年月日条项家])|吗|呢|吧|啊|呀|"
    r"规定|要求|情况|还有|提到|提及|内容|具体|[还也都又说讲写的了]|[，。？！、；：,.?!;:\s]|"
    r"\b(?:what|which|who|whom|when|where|why|how|many|much|long|is|are|was|were|does|do|did|can|could|will|would|should|must|may|the|a|an|of|in|"
    r"for|to|on|at|by|about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one question of a conversation says."""

    places: tuple[str, ...]
    titles: tuple[str, ...]
    """Between 《》."""
    articles: tuple[str, ...]
    """第十六条."""
    subject: str
    """Its words without those three and without 那 in front."""
    content: bool
    """It asks about something: its subject is more than asking words."""
    asks: bool
    """It says what it asks about, so that a passage can be judged by it alone."""
    of_document: bool
    """It speaks of 该办法 or the like: the document of the turns before."""
    leans: bool
    """It says that it goes on: 那…, 它…, …呢."""
    stands_alone: bool
    """It can be searched for without the turns before it."""


def read_turn(text: str) -> Turn:
    """Take one question of a conversation apart; an empty one names nothing and leans on the turns before."""
    titles = tuple(m[1] for m in _TITLE.finditer(text))
    articles = tuple(m[0] for m in _ARTICLE.finditer(text))
    lead = _LEAD.match(text)
    rest = _ARTICLE.sub(" ", _TITLE.sub(" ", text[lead.end() :] if lead else text))
    places = tuple(sorted(places_in(rest), key=lambda p: (rest.find(p), p)))
    subject = re.sub(r"\s+", " ", without_places(rest)).strip(" ，。？！、；：,.?!;:的呢")
    size = _size(subject)
    own = bool(titles or places)
    leans = _REFERS.search(text) is not None or (not own and (lead or _THEME.match(text)) is not None)
    alone = not leans and (size >= _ENOUGH or bool(titles and (articles or size >= _CONTENT)))
    return Turn(
        places,
        titles,
        articles,
        subject,
        size >= _CONTENT,
        size >= _QUESTION,
        _OF_DOCUMENT.search(text) is not None,
        leans,
        alone,
    )


def without_asking(text: str) -> str:
    """Return a question without 请问, 什么时候, 多少, 吗 and the like; may be empty."""
    return " ".join(_ASKING.sub(" ", text).split())


def says_enough(text: str) -> bool:
    """Tell whether a question has a subject of its own."""
    return _size(text) >= _ENOUGH


def _size(text: str) -> int:
    """Return how much a text says besides asking, in Chinese characters; a Latin word counts three."""
    words = without_asking(text)
    if is_chinese(words):
        return sum(not c.isspace() for c in words)
    return 3 * len(words.split())
