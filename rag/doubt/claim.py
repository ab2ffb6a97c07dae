"""Whether a sentence states something that needs a source: headings, introductions, questions and refusals do not."""

import re

from rag.context.prompt import REFUSAL
from rag.text import bare, has_words

_HEADING = re.compile(
    r"#{1,6}\s|(?:[-*\d.、\s]*\*\*[^*]{1,30}\*\*[:：]?$)|[（(]?[一二三四五六七八九十]{1,2}[、)）][^。,，;；]{1,20}$"
)
_RULE = re.compile(r"[\s|:\-—–+=*_]+$")
_INTRODUCES = re.compile(
    r"[:：]$|^(?!.*\d)(?:.{0,40})(?:如下|以下几[点项个类方面]*|以下内容|下表|下列[^，。]{0,8})[。.]?$|\b(?:as follows|the following(?: \w+){0,3})[.:]$",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"(?:文件|资料|条款|原文|来源|材料|办法|条例|规定|通知|方案|意见|计划|报告|法律|上述|现有|所引|其中|这些|目前|》).{0,24}?"
    r"(?:没有|未(?!经)|并未|并没|尚未|无法|不能|找不到).{0,10}?(?:找到|提及|提到|规定|说明|涉及|提供|回答|明确|包含|记载|列出|写明|给出|指定|看出|确定|判断|相关|内容|依据)"
    r"|(?:没有找到|未找到|找不到|无法回答|不能回答)"
    r"|\b(?:sources?|documents?|clauses?|texts?|measures|provisions?|it|they)\b.{0,30}\b(?:do(?:es)? not|don't|doesn't|did not|no)\b.{0,20}"
    r"\b(?:mention|specif|answer|contain|say|state|provide|address|cover|give|information|set out|list)",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    r"^(?:[（(]?(?:注|备注|说明|提示|提醒|温馨提示)[:：])?(?:具体|详细|最终|实际)?(?:内容|情况|要求|规定|操作|执行)?(?:时)?[，,]?(?:请|建议|如需|如有|若需|若有|以上|仅供|希望|可进一步).{0,30}"
    r"(?:为准|参考|参阅|核对|咨询|查阅|联系|确认|核实|帮助|补充|告诉我|提问|回答)"
    r"|^(?:please|for (?:details|more)|kindly|i hope|hope this|if you (?:need|have|want)|let me know)\b",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"^(?:您好|你好|好的|感谢|谢谢|明白|当然|hello|hi|sure|certainly|thank)(?:[^。.]{0,12})[。.!！,，]?$",
    re.IGNORECASE,
)
_TURNS_TO = re.compile(
    r"^(?:关于|针对|对于|就|至于)(?:您|你)?[^，,。]{0,40}?(?:问题|提问|疑问|情况|方面)?[，,。.]?$|^(?:根据|依据|按照|基于)[^，,。]{0,40}[，,。.]?$"
    r"|^(?:总结|小结|结论|答案|回答|依据|说明|答|注|出处|来源)[:：。]?$|^(?:regarding|as for|according to|based on|in summary|answer)\b[^,.]{0,60}[,.:]?$",
    re.IGNORECASE,
)  # fmt: skip
_CELL = re.compile(r"[^|]+")
_LONG_CELL = 12
_SURE = re.compile(r"\d|[。；;]|[零一二三四五六七八九十百千万]+(?:年|个|日|天|元|倍|人)")


def is_claim(statement: str) -> bool:
    """Tell whether a sentence states something about what is regulated, so that it must cite a clause.

    Args:
        statement: Without markers; with its markdown.

    Returns:
        False for headings, rules and headings of tables, introductions that end in a colon, questions, words of
        greeting or advice, and sentences that say that the sources do not say something.
    """
    text = re.sub(r"^[>\s]*(?:[-*•]\s+|\d{1,2}[.、)）]\s*)?", "", statement).strip()
    if not has_words(text) or _RULE.fullmatch(text) or _HEADING.match(text):
        return False
    if text.startswith("|"):
        cells = _CELL.findall(text)
        return any(len(cell.strip()) >= _LONG_CELL or _SURE.search(cell) for cell in cells)
    text = re.sub(r"[*_`]", "", text).strip()
    if text.endswith(("？", "?")) or is_refusal(text):
        return False
    return not any(pattern.search(text) for pattern in (_INTRODUCES, _ABSENT, _ADVISES, _GREETS, _TURNS_TO))


def is_refusal(text: str) -> bool:
    """Tell whether a sentence is the one with which a model is told to refuse, in either language."""
    said = bare(text).lower()
    return any(bare(refusal).rstrip("。.").lower() in said for refusal in REFUSAL.values())
