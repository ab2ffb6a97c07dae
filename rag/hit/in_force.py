"""Questions from when on a document holds, and clauses that say it."""

import re

_ASKS = re.compile(
    r"(哪一?天|什么时候|何时|几时).{0,8}(开始|起|算)|施行|生效|实施日期|有效期|失效|作废|作数|算数|管用|到期|废止|还有效|in force|take effect|effective|expire",
    re.IGNORECASE,
)
_OF_PAPER = re.compile(
    r"(?:证(?:书|件|明)?|执照|牌照|凭证|批文|批件|合同|协议|保险|商品|产品|食品|药品)的?(?:什么时候|何时|几时|哪一?天)?(?:的?有效期|失效|作废|作数|算数|管用|到期|还有效)"
)
"""身份证有效期几年 asks about a paper, not from when on its law holds."""
_SAYS = re.compile(
    r"(自|从).{0,20}(日|起)起?.{0,3}(施行|试行|实施|执行|生效)|(实施期|有效期|试行期)(为|至|自)?"
)


def asks_in_force(question: str) -> bool:
    """Tell whether a question asks when a document holds; one about a paper's validity does not."""
    return _ASKS.search(_OF_PAPER.sub(" ", question)) is not None


def says_in_force(clause: str) -> bool:
    """Tell whether a clause says from when on, or how long, its document holds."""
    return _SAYS.search(clause) is not None
