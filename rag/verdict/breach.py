"""Questions for nothing but what follows when a document is broken: 违反《……办法》有什么法律责任."""

import re

from rag.hit.turn import without_asking
from rag.text import sentences
from rag.verdict.signals import READ, Found
from rag.verdict.slot import PUNISHES

_ASKS = re.compile("违反|违背|违规|违法|不符合|不遵守|不按照?")
_CONSEQUENCE = re.compile("责任|后果|罚|处分|处理|会怎|怎么办|怎样|怎么样|如何")
_COMMON = re.compile(
    r"违反|违背|违规|违法|不符合|不遵守|不按照?|法律|责任|后果|行政|处罚|罚款|罚|处分|处理|承担|受到|面临|导致|最高|的话|[会要将被能应该有本这那了钱元]"
)
"""What such a question says besides the name of the document."""
_NAME = 3
"""Least characters of a title by which it is named."""
_BROKEN = re.compile("违反|违背|违规|违法|不符合|未按")


def states_breach(found: Found) -> bool:
    """Tell whether a question asks only what follows from breaking a document, and a clause of that document says it.

    Such a question has hardly a word of the clause, so that nearness tells little.

    Args:
        found: The search; at least one hit.
    """
    if not (_ASKS.search(found.full) and _CONSEQUENCE.search(found.full)):
        return False
    words = set(_COMMON.sub("", without_asking(found.full))) - set(" ，。？?《》（）()")
    for hit in found.hits[:READ]:
        about = set(found.about(hit))
        text = hit.clause.text
        if len(words) >= _NAME and words <= about and any(_says(text[a:b]) for a, b in sentences(text)):
            return True
    return False


def _says(sentence: str) -> bool:
    return _BROKEN.search(sentence) is not None and PUNISHES.search(sentence) is not None
