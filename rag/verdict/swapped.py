"""Objects of another kind than the documents speak of: 煤炭交易 where they have 数据交易, 驾驶证 where they have 登记证书."""

import re

from rag.hit.everyday import everyday_words
from rag.hit.regions import without_places
from rag.text import loose, terms
from rag.verdict.signals import READ, SEEN, Found

_HEAD = (
    r"登记(?:证书|凭证|证)?|交易(?:场所|所|中心|平台)?|(?:资产)?评估|专项资金|专家委员会|无线电管理"
    r"|(?:资格|执业|许可|登记)?(?<![听保论验见公求作查举例辩佐印])证书?(?![据明券人件监实])|许可证|执照|凭证|牌照"
)
"""Things and deeds of which there are many kinds; what stands before them says which one is meant."""
_PAPERS = re.compile("证(?![据明券人件监实])|执照|牌照")
_PAPER = re.compile("[证照]书?$|凭证$")
_LINKS = "的了着过在对把给被跟和与及或领拿到去里要想能可会应该需得是有没不怎如何什么哪谁几多请问我你他这那个些此其各每否必须启再先后从向为以用做按被让就都也还又只才一二三四五六七八九十"
"""Characters of the question's frame; a word that holds one is not told apart from it."""
_KIND = rf"(?P<kind>(?:不(?=动产))?(?:(?![{_LINKS}])[\u4e00-\u9fff]){{2,5}}?)"
# Only where a word surely begins: behind 要 or 办, half a word (数据要|素凭证) would look like one of its own.
_OBJECT = re.compile(rf"(?:^|[\s，,。；;？?！!：:、的]|请问){_KIND}(?P<head>{_HEAD})")
_OWNER = re.compile(
    rf"^\s*{_KIND}的(?P<head>(?:(?![{_LINKS}])[\u4e00-\u9fff]){{4,8}}?)(?=是|有|怎|如何|多|要|应|不|能|可|由|在|归|[，,。？?]|$)"
)
"""微波炉的额定功率: what is asked about, and of what."""
_MOST = 0.5
"""Share of a word's character pairs that a clause must have to speak of it."""
_PUNCTUATION = " ，,。；;？?！!：:、"
_NEAR = 0.7
"""Cosine of a question with a sentence from which on the object may only be called otherwise."""


def swapped_object(found: Found) -> str | None:
    """Return the object of a question when the clauses found have others of its sort alone; None otherwise.

    Args:
        found: The search; at least one hit. Without cosines nothing is told.
    """
    near = max((cosine for row in found.cosines for *_, cosine in row), default=1.0)
    if near >= _NEAR:
        return None
    text = without_places(found.text)
    for match in (*_OBJECT.finditer(text), *_OWNER.finditer(text)):
        kind, head = match["kind"], match["head"]
        if _has_other(head, found) and not _is_spoken_of(kind, head, found):
            return re.sub("^请问|^的", "", match[0].strip(_PUNCTUATION))
    return None


def _is_spoken_of(kind: str, head: str, found: Found) -> bool:
    """Tell whether a clause that has the sort of thing speaks of the kind that is asked about, in the same or printed words."""
    sort = _PAPERS if _PAPER.search(head) else re.compile(re.escape(head))
    pages = [loose(found.words(hit)) for hit in found.hits[:SEEN]]
    return any(_mentions(kind, page) for page in pages if sort.search(page))


def _mentions(kind: str, page: str) -> bool:
    """Tell whether a text has a part of a word, or the printed word for an everyday one."""
    pairs = [term for term in terms(kind) if len(term) > 1]
    if sum(pair in page for pair in pairs) >= _MOST * len(pairs):
        return True
    return any(
        word in kind and any(formal in page for formal in printed)
        for word, printed in everyday_words().items()
    )


def _has_other(head: str, found: Found) -> bool:
    """Tell whether one of the first clauses speaks of things of that sort, each with a word before it."""
    texts = [found.words(hit) for hit in found.hits[:READ]]
    if _PAPER.search(head):
        return any(_PAPERS.search(text) for text in texts)
    return any(re.search(rf"[\u4e00-\u9fff]{{2}}{head}", text) for text in texts)
