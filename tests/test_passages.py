import re

import pytest
from fakes import make_clause, make_document, make_hit

from rag.context.companions import Companion
from rag.context.context import Context
from rag.context.excerpt import GAP
from rag.context.passages import facts_of, heading, packed
from rag.ollama.tokens import estimate_tokens

DOCUMENT = make_document(
    issuer="甲市数据局", status="试行", effective_date="2024-01-01", expiry_date="2025-12-31"
)
OTHER = make_document("d2", "乙市数据办法", issuer="乙市数据局")
TEXT = "登记证书的有效期为三年。期满可以续展。"
LONG = "登记证书的有效期为三年。" + "主管部门应当加强对登记活动的监督检查和业务指导。" * 60


def clause(number, text=TEXT, document=DOCUMENT, **fields):
    return make_clause(f"第{number}条", text, document=document, **fields)


def hits(count, text=TEXT):
    return [make_hit(clause(n, text), 1 / n) for n in range(1, count + 1)]


def pack(found, budget=10_000, companions=(), lang="zh", asked="有效期多久？"):
    context = Context(asked, found, {"d1": DOCUMENT, "d2": OTHER}, companions)
    return packed(context, budget, lang, estimate_tokens)


def firsts(passages):
    return [p.text.split("\n")[0] for p in passages]


def labels(passages):
    return [p.hit.clause.label for p in passages]


def belongs(number, to, kind="referred_to", text="数据应当登记。", spans=(), document=DOCUMENT):
    return Companion(clause(number, text, document), f"d1:第{to}条", kind, spans)


def size(passages):
    return estimate_tokens("\n\n".join(p.text for p in passages))


def test_a_clause_says_where_it_stands_and_what_holds():
    assert heading(2, clause(1), ["登记", *facts_of(DOCUMENT)]) == (
        "[2]《甲市数据管理办法》第1条（登记；甲市数据局；试行；2024-01-01起施行；2025-12-31止）"
    )


def test_unknown_facts_are_left_out():
    assert heading(1, clause(1), facts_of(make_document())) == "[1]《甲市数据管理办法》第1条"


def test_the_path_of_headings_stands_with_the_clause():
    (found,) = pack([make_hit(clause(1, headings="第三章 登记 / 第一节 申请"))])
    assert found.text.startswith("[1]《甲市数据管理办法》第1条（第三章 登记 / 第一节 申请；甲市数据局；")


@pytest.mark.parametrize("budget", [150, 300, 500, 1000, 2000])
def test_the_budget_decides_how_many_clauses_go_in(budget):
    found = pack(hits(40), budget)
    one = size(pack(hits(1))) + 2
    assert len(found) == 1 or size(found) <= budget
    assert budget - size(found) <= one + len(found) * 6
    assert labels(found) == [f"第{n}条" for n in range(1, len(found) + 1)]


def test_forty_short_clauses_fit_a_large_window():
    found = pack(hits(40), 30_000)
    assert [re.match(r"\[(\d+)\]", p.text)[1] for p in found] == [str(n) for n in range(1, 41)]


def test_a_long_clause_is_cut_before_another_of_the_first_five_is_left_out():
    found = pack([hits(1, LONG)[0], *hits(5)[1:], *hits(9, LONG)[5:]], 2000)
    assert labels(found)[:5] == ["第1条", "第2条", "第3条", "第4条", "第5条"]
    assert "节选）\n  登记证书的有效期为三年。" in found[0].text
    assert found[0].text.endswith(GAP)
    assert all(p.text.endswith(TEXT) for p in found[1:5])
    assert size(found) <= 2000


def test_long_clauses_share_the_room_evenly():
    sizes = [estimate_tokens(p.text) for p in pack(hits(5, LONG), 4000)]
    assert len(sizes) == 5
    assert max(sizes) - min(sizes) <= 100


def test_with_little_room_fewer_long_clauses_get_a_useful_part():
    found = pack(hits(5, LONG), 1000)
    assert labels(found) == ["第1条", "第2条"]
    assert all(estimate_tokens(p.text) > 350 for p in found)


def test_a_long_clause_does_not_stop_the_shorter_ones_after_it():
    found = pack([*hits(7)[:6], make_hit(clause(7, LONG)), *hits(9)[7:]], 1150)
    assert labels(found) == ["第1条", "第2条", "第3条", "第4条", "第5条", "第6条", "第8条", "第9条"]
    assert firsts(found)[-1].startswith("[8]《")


@pytest.mark.parametrize("budget", [1, 0, -500])
def test_at_least_one_sentence_is_given(budget):
    (found,) = pack(hits(2), budget)
    assert found.text.endswith(f"\n  登记证书的有效期为三年。{GAP}")


def test_no_hits_give_no_passages():
    assert pack([]) == []


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("before", "[1]之前的条款", "stands before [1]"),
        ("referred_to", "[1]引用的条款", "referred to by [1]"),
        ("definition", "[1]用语的定义", "defines a word of [1]"),
        ("referring", "引用[1]的条款", "refers to [1]"),
    ],
)
def test_what_belongs_to_a_hit_stands_below_it_and_says_why(kind, zh, en):
    companion = belongs(9, 1, kind)
    found = pack(hits(2), companions=[companion])
    assert labels(found) == ["第1条", "第9条", "第2条"]
    assert firsts(found)[1] == f"[2]《甲市数据管理办法》第9条（{zh}）"
    assert firsts(pack(hits(1), companions=[companion], lang="en"))[1].endswith(f"（{en}）")


def test_what_belongs_to_a_hit_can_be_cited_but_was_not_found():
    (_, companion) = pack(hits(1), companions=[belongs(9, 1)])
    assert (companion.hit.clause.label, companion.hit.score, companion.hit.legs) == ("第9条", 0.0, {})


def test_a_clause_of_another_document_says_whose_it_is():
    found = pack(hits(1), companions=[belongs(9, 1, document=OTHER)])
    assert firsts(found)[1] == "[2]《乙市数据办法》第9条（[1]引用的条款；乙市数据局）"


def test_no_clause_is_given_twice():
    companions = [belongs(9, 1), belongs(9, 2), belongs(2, 1), belongs(9, 1, "referring")]
    assert labels(pack(hits(3), companions=companions)) == ["第1条", "第9条", "第2条", "第3条"]


def test_a_hit_that_belongs_to_another_says_so_in_its_own_place():
    found = pack(hits(3), companions=[belongs(3, 1)])
    assert "（[1]引用的条款；甲市数据局；" in firsts(found)[2]


def test_of_two_that_refer_to_each_other_the_second_says_so():
    circle = [belongs(2, 1), belongs(1, 2), belongs(2, 1, "referring"), belongs(1, 2, "referring")]
    first, second = firsts(pack(hits(2), companions=circle))
    assert first.startswith("[1]《甲市数据管理办法》第1条（甲市数据局；")
    assert second.startswith("[2]《甲市数据管理办法》第2条（[1]引用的条款；甲市数据局；")


@pytest.mark.parametrize("budget", [700, 1000, 1500, 3000])
def test_companions_take_at_most_three_tenths_and_nothing_from_the_first_five(budget):
    companions = [belongs(n, 1 + n % 5) for n in range(50, 80)]
    alone, found = pack(hits(20), budget), pack(hits(20), budget, companions)
    extra = [p for p in found if not p.hit.score]
    assert labels(alone)[:5] == [p.hit.clause.label for p in found if p.hit.score][:5]
    assert size(extra) <= 0.3 * budget
    assert size(found) <= budget


def test_companions_of_the_first_five_come_before_deeper_hits():
    found = pack(hits(40), 1200, [belongs(90, 5), belongs(91, 30)])
    assert "第90条" in labels(found)
    assert "第91条" not in labels(found)


def test_what_belongs_to_a_clause_without_room_is_left_out():
    assert labels(pack(hits(2), 150, [belongs(9, 2, text="短。")])) == ["第1条"]


def test_a_deeper_hit_below_another_is_given_in_full_when_there_is_room():
    deep = make_hit(clause(6, LONG[:600]))
    companion = Companion(deep.clause, "d1:第1条", "referred_to")
    found = pack([*hits(5), deep], companions=[companion])
    assert labels(found)[:2] == ["第1条", "第6条"]
    assert found[1].hit is deep
    assert found[1].text.endswith(deep.clause.text)
    assert "节选" not in found[1].text


def test_of_a_long_companion_only_the_words_that_are_meant_are_given():
    said = "数据处理者，是指自主决定处理目的的个人、组织。"
    text = LONG + said + LONG
    companion = belongs(9, 1, "definition", text, ((len(LONG), len(LONG) + len(said)),))
    assert pack(hits(1), companions=[companion])[1].text.endswith(f"；节选）\n  {GAP}{said}{GAP}")


def test_two_documents_with_the_same_sentence_are_both_given():
    found = pack([make_hit(clause(1)), make_hit(clause(4, document=OTHER))])
    assert [p.hit.clause.title for p in found] == ["甲市数据管理办法", "乙市数据办法"]
    assert all(p.text.endswith(TEXT) for p in found)
