"""The document that a user or another document means by a title, part of one, or an id."""

import re
from collections.abc import Sequence

from rag.errors import NotFound
from rag.schema import Document
from rag.text import loose

_STATE = "中华人民共和国"
_SUFFIX = re.compile(
    r"(?:[(（][^()（）]*(?:试行|暂行|草案|征求意见|送审|讨论稿|修订|修正|修改|\d{4})[^()（）]*[)）]"
    r"|[_\s]*(?:19|20)\d{2}-?\d{2}-?\d{2}|(?:(?:19|20)\d{2}年?)?(?:修正|修订)(?:本|版)?)$"
)


def title_key(title: str) -> str:
    """Return what full and short names of a document share: without 中华人民共和国, a status, years or a date at the end.

    （二） stays, since it tells one interpretation or amendment from the next.
    """
    plain = loose(title).replace("、", "").removeprefix(_STATE)
    while plain != (shorter := _SUFFIX.sub("", plain)) and shorter:
        plain = shorter
    return plain


def find_document(documents: Sequence[Document], title: str) -> Document:
    """Return the document of a title, an id, a short name, or the only one whose title contains the words.

    Raises:
        NotFound: None fits, or several do.
    """
    wanted, key = loose(title), title_key(title)
    exact = [d for d in documents if loose(d.title) == wanted or d.document_id == title]
    near = exact or [d for d in documents if key and title_key(d.title) == key]
    near = near or [d for d in documents if wanted and wanted in loose(d.title)]
    if len(near) == 1:
        return near[0]
    if not near:
        raise NotFound(
            f"No document {title!r}.",
            fix="policyqa documents",
            chinese=(f"没有文件 {title!r}。", "policyqa documents"),
        )
    names = "; ".join(f"{d.title} ({d.document_id})" for d in near[:5])
    raise NotFound(
        f"{len(near)} documents fit {title!r}: {names}.",
        fix="give the whole title or the id in brackets",
        chinese=(f"有 {len(near)} 个文件符合 {title!r}：{names}。", "请给出完整标题，或括号里的编号"),
    )
