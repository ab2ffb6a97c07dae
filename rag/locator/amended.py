"""The articles that a decision amends: of 一、将第三条修改为…… the third article, by which a question names that point."""

import re
from collections.abc import Callable, Iterable, Iterator

from rag.locator.numerals import NUMERAL
from rag.schema import Clause, Document

_DECISION = re.compile("(?:修改|修正|修订).*(?:决定|修正案)(?:（[^）]*）)?$")
_ARTICLE = rf"(?P<article>第{NUMERAL}{{1,9}}条(?:之{NUMERAL}{{1,3}})?)"
# 将第三条修改为, 第七条第一款中的, 第十五条改为第十六条; 删去第九条; 增加一条，作为第十二条.
_AMENDS = re.compile(
    rf"^\s*(?:(?:将|把|对)?{_ARTICLE}(?=[^。]*?(?:改|删|增|移|调整))|删[去除]{_ARTICLE.replace('article', 'gone')}"
    rf"|(?:在[^，。]{{1,20}})?增加[^。]{{1,12}}?作为{_ARTICLE.replace('article', 'added')})"
)


def amends(document: Document) -> bool:
    """Tell whether a document is a decision that amends another one, by its title."""
    return _DECISION.search(document.title) is not None


def amended_places(clauses: Iterable[Clause]) -> Iterator[tuple[str, str, str]]:
    """Yield (clause_id, document_id, article) of each point of a decision that opens with the article it amends."""
    for clause in clauses:
        if found := _AMENDS.search(clause.text):
            yield clause.clause_id, clause.document_id, next(filter(None, found.groupdict().values()))


def amended_in(
    documents: Iterable[Document], clauses: Callable[[str], Iterable[Clause]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the places of `amended_places` of all decisions among some documents; `clauses` gives those of one, by its id."""
    for document in documents:
        if amends(document):
            yield from amended_places(clauses(document.document_id))
