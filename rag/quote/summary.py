"""A document from beginning to end: each chapter or part with its heading and what it begins with."""

import re
from collections.abc import Mapping, Sequence

from rag.context.context import Context
from rag.locator.named import named_places
from rag.quote.named import documents_named, in_order, without_title
from rag.quote.parts import told
from rag.quote.quoted import Quoted, Quotes
from rag.quote.tree import branches
from rag.schema import Clause, Document
from rag.text import Lang

_TELLS = (
    r"介绍一?下?|概括一?下?|概述一?下?|总结一?下?|归纳一?下?|综述|梳理一?下?|摘要|概要|简介|简述|大意|大概|大致|主要(?:内容|讲|说|规定|包括|写)|核心内容|要点|内容提要|讲了?(?:些)?(?:什么|啥)|说了?(?:些)?(?:什么|啥)"
    r"|写了?(?:些)?(?:什么|啥)|分(?:为)?(?:哪)?几(?:章|部分|个部分)|(?:整体|总体)?(?:结构|框架)"
    r"|summari[sz]e|summary|overview|outline|main (?:points|content|provisions|ideas)|key points|what is .{0,40} about|tell me about|introduce|describe|brief"
)
"""Words that ask to be told what is in something."""
_HOLDS = r"(?:有哪些|是什么|有什么)内容|内容(?:是什么|有哪些|如何)?|有(?:哪些|什么)(?:主要|重点|具体|重要)?(?:措施|举措|任务|规定|要求|方面|行动|安排|章节?|部分)"
"""Words that ask what something holds: a document, but as well a contract or a body that the document speaks of."""
_OF_WHOLE = re.compile(_TELLS, re.IGNORECASE)
_ASKS = re.compile(f"{_TELLS}|{_HOLDS}", re.IGNORECASE)
_SUMMARY = re.compile(r"summari[sz]e|summary of|overview of|outline of|main points of", re.IGNORECASE)
_AGREEING = 3
"""First hits that must be of one document for it to be meant without being named."""
_FILLER = re.compile(
    r"请|帮我|麻烦|给我|能不能|可以|一下|这[份个部]|那[份个部]|文件|政策|是|的|了|吗|呢|有|哪些|什么|主要|都|和|与|全文|整个|整份|简单|简要|关于|讲|说|把|对|做|个|写|出|用|几句话|by|chapter|the|of|a|an|in|is|please|me|give|document|measures|plan|what|its|for|and|about",
    re.IGNORECASE,
)
_BESIDES = 3
"""Characters that may be left of a question for a summary once the title and such words are gone."""
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9]+")
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_COUNT: Mapping[Lang, str] = {
    "zh": "《{}》共 {} 条（款），{} 个部分：",
    "en": "《{}》: {} clauses in {} parts:",
}


def summarised(context: Context, inferred: Mapping[str, str], lang: Lang) -> Quoted | None:
    """Go through a named document: the heading of each part, and what stands at its beginning, cited.

    Returns:
        None when the question asks for something else than a summary of documents that it names.
    """
    asked = context.asked
    if not _ASKS.search(asked) or named_places(asked):
        return None
    documents = _documents(context, inferred)
    if not documents or not (_is_all(context, documents) or _in_english(asked, lang, context)):
        return None
    quotes = Quotes()
    blocks = [_summary(d, context.clauses_of(d.document_id), quotes, lang) for d in documents]
    return quotes.quoted("\n\n".join(filter(None, blocks)))


def _documents(context: Context, inferred: Mapping[str, str]) -> list[Document]:
    """Return the named documents; else the one of the best hit if the question has nothing but its title."""
    return documents_named(context, inferred) or in_order(context)[:1]


def _in_english(asked: str, lang: Lang, context: Context) -> bool:
    """Tell whether a summary is asked for in English, of a document whose Chinese title no word of it can name."""
    first = {hit.clause.document_id for hit in context.hits[:_AGREEING]}
    return lang == "en" and _SUMMARY.search(asked) is not None and ("《" in asked or len(first) == 1)


def asks_to_be_told(asked: str) -> bool:
    """Tell whether a question asks for a summary: 总结, 概括, 讲了什么."""
    return _OF_WHOLE.search(asked) is not None


def asks_of_part(asked: str, document: Document, heading: str) -> bool:
    """Tell whether a question asks for a summary of what stands under a heading of a document, and for nothing else."""
    left = _left(asked, [document], heading)
    return asks_to_be_told(asked) and len(_WORD.findall(left)) <= _BESIDES


def _is_all(context: Context, documents: Sequence[Document]) -> bool:
    """Tell whether the question wants the whole of these documents: 介绍一下《…》的申请流程 does not.

    What a document holds is asked with nothing besides its title: 登记办法有哪些要求, not 登记机构有哪些要求. A word of its
    clauses beside the title is the part that is meant: 总结登记办法的罚款.
    """
    left = _left(context.asked, documents)
    if not asks_to_be_told(context.asked):
        return not _WORD.search(left)
    parts = [run for run in _RUN.findall(left) if any(_says(context, d, run) for d in documents)]
    return not parts and len(_WORD.findall(left)) <= _BESIDES


def _left(asked: str, documents: Sequence[Document], heading: str = "") -> str:
    """Return what a question says besides titles, a heading and the words of a question for a summary."""
    rest = re.sub("《[^》]*》", " ", asked)[:300]
    for document in documents:
        rest = without_title(rest, f"{document.title}{document.region or ''}{document.issuer or ''}{heading}")
    return _FILLER.sub(" ", _ASKS.sub(" ", rest))


def _says(context: Context, document: Document, words: str) -> bool:
    """Tell whether clauses of a document have these words."""
    return any(words in c.text or words in c.headings for c in context.clauses_of(document.document_id))


def _summary(document: Document, clauses: Sequence[Clause], quotes: Quotes, lang: Lang) -> str:
    if not clauses:
        return ""
    head = _COUNT[lang].format(document.title, len(clauses), len(branches(clauses)))
    return "\n".join([head, *told(clauses, quotes, lang)])
