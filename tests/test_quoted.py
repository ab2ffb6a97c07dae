from fakes import make_clause, make_document, make_hit

from rag.quote.extract import Extract
from rag.quote.quoted import quoted

TERM = "登记证书的有效期为三年，自公告之日起计算。"
OTHERS = [make_document(f"d{n}", title) for n, title in enumerate(("乙市数据办法", "丙市数据办法"), 2)]


def hit(text, document=None, number=1):
    return make_hit(make_clause(f"第{number}条", text, document=document or make_document()))


def whole(found):
    return Extract(found, 0, len(found.clause.text))


def test_each_clause_is_quoted_once_under_its_name_and_place():
    first, second = hit(f"甲。{TERM}乙。"), hit("应当续展。", number=2)
    at = first.clause.text.index("乙")
    found = quoted([Extract(first, 0, 2), Extract(first, at, at + 2), whole(second)], [first, second], "zh")
    assert (
        found.text
        == "《甲市数据管理办法》第1条：甲。[1]……乙。[1]\n\n《甲市数据管理办法》第2条：应当续展。[2]"
    )
    assert [(c.n, c.quote) for c in found.citations] == [(1, "甲。"), (1, "乙。"), (2, "应当续展。")]


def test_documents_with_the_same_sentence_are_both_named_and_cited():
    first, twin, third = hit(TERM), hit(f"另有规定。\n{TERM}", OTHERS[0]), hit(TERM[:-1] + "；", OTHERS[1], 3)
    found = quoted([whole(first)], [first, twin, third], "zh")
    assert found.text == (
        f"《甲市数据管理办法》第1条：{TERM}[1]（相同文字另见《乙市数据办法》第1条[2]、《丙市数据办法》第3条[3]）"
    )
    assert [(c.n, c.title, c.quote) for c in found.citations] == [
        (1, "甲市数据管理办法", TERM),
        (2, "乙市数据办法", TERM),
        (3, "丙市数据办法", TERM[:-1] + "；"),
    ]


def test_numbers_go_on_after_a_clause_with_the_same_words():
    first, twin, last = hit(TERM), hit(TERM, OTHERS[0]), hit("登记机构应当公布目录并说明理由。", number=2)
    found = quoted([whole(first), whole(last)], [first, twin, last], "en")
    assert found.text == (
        f"《甲市数据管理办法》第1条：{TERM}[1] (the same words: 《乙市数据办法》第1条[2])"
        "\n\n《甲市数据管理办法》第2条：登记机构应当公布目录并说明理由。[3]"
    )


def test_a_clause_is_named_once_even_if_two_quotes_have_its_words():
    first, second, twin = hit(TERM), hit(TERM, number=2), hit(TERM, OTHERS[0])
    found = quoted([whole(first), whole(second)], [first, second, twin], "zh")
    assert [c.n for c in found.citations] == [1, 2, 3]
    assert found.text.count("乙市数据办法") == 1


def test_other_words_of_the_same_document_or_of_little_weight_are_not_named():
    first = hit(f"{TERM}登记机构应当在公告之日起十个工作日内向申请人发放登记证书。应当公开。")
    others = [
        hit("应当公开。", OTHERS[0]),
        hit("登记证书的有效期为五年，自公告之日起计算。", OTHERS[0], 2),
        hit(TERM, number=7),
        hit(f"{TERM[:8]}。", OTHERS[1]),
        hit(TERM, OTHERS[1], 9),
    ]
    assert len(quoted([whole(first)], [first, *others], "zh").citations) == 1


def test_each_paragraph_of_a_quote_has_the_marker_and_a_table_has_one():
    listed, table = hit("应当提交：\n（一）申请表；\n（二）证明。"), hit("| 甲 | 乙 |\n| 1 | 2 |", number=2)
    found = quoted([whole(listed), whole(table)], [listed, table], "zh")
    assert "应当提交：[1]\n（一）申请表；[1]\n（二）证明。[1]" in found.text
    assert found.text.endswith("| 甲 | 乙 |\n| 1 | 2 |\n[2]")
    assert [c.n for c in found.citations] == [1, 2]


def test_the_answer_names_all_its_sources():
    first, twin = hit(TERM), hit(TERM, OTHERS[0])
    assert quoted([whole(first)], [first, twin], "zh").sources == (first, twin)


def test_what_a_document_prints_like_a_marker_cites_nothing():
    noted = hit("证书有效三年，见文献[2]。")
    found = quoted([whole(noted)], [noted], "zh")
    assert found.text.endswith("证书有效三年，见文献［2］。[1]")
    assert [c.quote for c in found.citations] == ["证书有效三年，见文献[2]。"]
