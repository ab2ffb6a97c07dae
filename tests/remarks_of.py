"""What a reader says about a file, as the report of a run has it."""

import re

from rag.schema import SourceText


def remarks_of(text: SourceText) -> tuple[str, ...]:
    """Return the remarks in English; each has the same figures in Chinese, and Chinese words around them."""
    for remark in text.remarks:
        assert re.search(r"[\u4e00-\u9fff]", remark.words("zh"))
        assert {*re.findall(r"\d+", remark.en)} <= {*re.findall(r"\d+", remark.zh)}
        assert remark.words("en") == remark.en
    return tuple(remark.en for remark in text.remarks)
