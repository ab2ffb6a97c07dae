import itertools

import pytest
from fakes import FakeEmbedder, make_clause, make_hit

from rag.citation.extract import extract
from rag.rerank import SentenceScorer
from rag.text import sentences

FILLER = "有关部门应当按照职责分工加强协调配合，做好相关工作的组织实施。" * 12
LONG = FILLER + "登记证书的有效期为三年，自公告之日起计算。" + FILLER
ITEMS = "\n".join(f"（{n}）{w}说明；" for n, w in zip("一二三", ("来源", "用途", "授权"), strict=True))
LISTED = f"{FILLER}\n申请登记应当提交下列材料：\n{ITEMS}\n{FILLER}"


@pytest.fixture(scope="module")
def scorer():
    return SentenceScorer(FakeEmbedder())


def hits(*texts):
    return [make_hit(make_clause(f"第{n}条", text), 1 / n) for n, text in enumerate(texts, 1)]


def test_every_passage_is_verbatim_and_starts_and_ends_with_a_sentence(scorer):
    found = extract("登记证书有效期多久？", hits(LONG, LISTED, "数据应当登记。"), scorer)
    for passage in found:
        text = passage.hit.clause.text
        assert passage.text == text[passage.start : passage.end] != ""
        bounds = list(sentences(text))
        assert passage.start in {a for a, _ in bounds}
        assert passage.end in {b for _, b in bounds}


def test_the_fitting_sentence_of_a_long_clause_is_quoted(scorer):
    found = extract("登记证书有效期多久？", hits(LONG), scorer)
    assert any("有效期为三年" in p.text for p in found)
    assert sum(len(p.text) for p in found) < len(LONG) / 2


def test_a_short_clause_is_quoted_whole_with_its_exception(scorer):
    text = "证书的有效期为三年。法律另有规定的除外。"
    (found,) = extract("证书有效期多久？", hits(text), scorer)
    assert found.text == text


def test_a_list_is_quoted_with_the_line_that_leads_to_it(scorer):
    (found,) = extract("申请登记要提交哪些材料？", hits(LISTED), scorer)
    assert found.text == f"申请登记应当提交下列材料：\n{ITEMS}"


def test_a_sentence_of_an_item_brings_the_whole_item(scorer):
    item = "（二）用途说明。应当写明登记证书的使用范围。"
    text = f"{FILLER}\n（一）来源。\n{item}\n{FILLER}"
    found = extract("应当写明登记证书的使用范围吗？", hits(text), scorer)
    assert any(item in p.text for p in found)


def test_a_clause_that_fits_much_worse_is_left_out(scorer):
    found = extract(
        "登记证书的有效期多久？", hits("登记证书的有效期为三年。", "农业利用气象。", "航运贸易。"), scorer
    )
    assert {p.hit.clause.label for p in found} == {"第1条"}


def test_at_most_three_clauses_of_the_first_five_hits(scorer):
    same = hits(*[f"登记证书的有效期为三年，共{n}份。" for n in range(8)])
    found = extract("登记证书的有效期多久？", same, scorer)
    assert len({p.hit.clause.clause_id for p in found}) <= 3
    assert all(p.hit in same[:5] for p in found)


def test_passages_of_a_clause_are_together_and_in_printed_order(scorer):
    found = extract("登记证书有效期与材料？", hits(LONG, LISTED), scorer)
    order = [p.hit.clause.clause_id for p in found]
    assert order == sorted(order, key=order.index)
    for before, after in itertools.pairwise(found):
        assert before.hit is not after.hit or before.end <= after.start


@pytest.mark.parametrize("given", [[], [""], ["  \n "]], ids=["no hits", "empty text", "blank text"])
def test_nothing_to_quote_gives_nothing(scorer, given):
    assert extract("有效期？", hits(*given), scorer) == []
