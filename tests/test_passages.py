import re

import pytest
from fakes import make_clause, make_document, make_hit

from rag.citation.passages import MAX_PASSAGES, packed, passage
from rag.ollama.tokens import estimate_tokens

DOCUMENT = make_document(
    issuer="甲市数据局", status="试行", effective_date="2024-01-01", expiry_date="2025-12-31"
)
DOCUMENTS = {"d1": DOCUMENT}
TEXT = "登记证书的有效期为三年。期满可以续展。"


def hits(count, text=TEXT):
    return [make_hit(make_clause(f"第{n}条", text, document=DOCUMENT)) for n in range(1, count + 1)]


def test_a_passage_says_where_it_stands_and_what_holds():
    assert passage(2, hits(1)[0], DOCUMENT) == (
        f"[2]《甲市数据管理办法》第1条（甲市数据局；试行；2024-01-01起施行；2025-12-31止）\n{TEXT}"
    )


def test_unknown_facts_are_left_out():
    assert passage(1, hits(1)[0], make_document()) == f"[1]《甲市数据管理办法》第1条\n{TEXT}"


@pytest.mark.parametrize("budget", [80, 300, 500, 1000])
def test_passages_fit_the_budget_and_fill_it(budget):
    found = packed(hits(20), DOCUMENTS, budget, estimate_tokens)
    one = estimate_tokens(passage(9, hits(9)[8], DOCUMENT)) + 2
    assert len(found) == min(MAX_PASSAGES, max(1, budget // one))
    assert len(found) == 1 or estimate_tokens("\n\n".join(found)) <= budget


def test_numbers_have_no_gap_even_if_a_later_one_would_fit():
    mixed = [*hits(1), *hits(2, TEXT * 50)[1:], *hits(3)[2:]]
    found = packed(mixed, DOCUMENTS, 400, estimate_tokens)
    assert [re.match(r"\[(\d)\]", p).group(1) for p in found] == ["1"]


def test_a_first_clause_that_is_too_long_is_cut_at_a_sentence():
    (found,) = packed(hits(1, TEXT * 40), DOCUMENTS, 400, estimate_tokens)
    assert estimate_tokens(found) <= 400
    assert len(found) > 100
    assert found.endswith("。")


@pytest.mark.parametrize("budget", [1, 0, -500])
def test_at_least_one_sentence_is_given(budget):
    (found,) = packed(hits(2), DOCUMENTS, budget, estimate_tokens)
    assert found.endswith("\n登记证书的有效期为三年。")


def test_no_hits_give_no_passages():
    assert packed([], DOCUMENTS, 1000, estimate_tokens) == []
