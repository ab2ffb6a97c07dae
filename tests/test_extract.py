import itertools
from dataclasses import replace

import pytest
from fakes import FakeEmbedder, make_clause, make_hit

from rag.quote.extract import extract
from rag.quote.formula import is_formula
from rag.rerank import SentenceScorer
from rag.schema import Definition
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


def test_at_most_two_clauses_of_the_first_five_hits(scorer):
    same = hits(*[f"登记证书的有效期为三年，共{n}份。" for n in range(12)])
    found = extract("登记证书的有效期多久？", same, scorer)
    assert len({p.hit.clause.clause_id for p in found}) <= 2
    assert all(p.hit in same[:5] for p in found)


def test_a_second_clause_without_the_time_that_is_asked_for_is_left_out(scorer):
    given = "登记证书的有效期为三年，自公告之日起计算。"
    other = "登记证书应当写明登记证书的有效期和登记机构。"
    found = extract("登记证书的有效期多久？", hits(given, other), scorer)
    assert [p.text for p in found] == [given]
    # An open question is answered by both.
    assert len(extract("登记证书的有效期怎么规定？", hits(given, other), scorer)) == 2


def test_passages_of_a_clause_are_together_and_in_printed_order(scorer):
    found = extract("登记证书有效期与材料？", hits(LONG, LISTED), scorer)
    order = [p.hit.clause.clause_id for p in found]
    assert order == sorted(order, key=order.index)
    for before, after in itertools.pairwise(found):
        assert before.hit is not after.hit or before.end <= after.start


def test_an_item_of_a_list_brings_the_line_that_leads_to_it(scorer):
    text = f"{FILLER}\n有下列情形的，注销登记：\n（一）申请人死亡的；\n（二）证书期满未续展的；\n{FILLER}"
    found = extract("证书期满未续展", hits(text), scorer)
    assert any(p.text.startswith("有下列情形的，注销登记：") for p in found)
    assert any("（二）证书期满未续展的；" in p.text for p in found)


def test_a_sentence_brings_the_exception_behind_it(scorer):
    text = f"{FILLER}登记机构应当在十个工作日内发放登记证书。但是申请材料需要核实的除外。{FILLER}"
    assert any(
        "十个工作日" in p.text and "除外" in p.text
        for p in extract("几个工作日内发放登记证书？", hits(text), scorer)
    )


DEFINED = "（二）公共数据，是指公共机构收集、产生的数据。"


def defining():
    text = f"{FILLER}\n（一）数据，是指对信息的记录。\n{DEFINED}\n{FILLER}"
    at = text.index(DEFINED)
    return make_clause("第三条", text, definitions=(Definition((at, at + len(DEFINED)), "公共数据"),))


@pytest.mark.parametrize("question", ["公共数据是指什么？", "什么是公共数据？", "公共数据的含义是什么"])
def test_a_question_for_a_meaning_gets_the_definition_and_nothing_else(scorer, question):
    other = make_clause("第九条", "公共数据应当开放，公共数据是指什么由目录规定。")
    (found,) = extract(question, [make_hit(other, 1.0), make_hit(defining(), 0.5)], scorer)
    assert found.text == DEFINED


@pytest.mark.parametrize("question", ["公共数据授权运营是指什么？", "公共数据怎么开放？"])
def test_the_definition_of_a_part_of_the_word_is_none(scorer, question):
    other = make_clause("第九条", "公共数据授权运营，是指授权主体运营公共数据，公共数据怎么开放由目录规定。")
    found = extract(question, [make_hit(other, 1.0), make_hit(defining(), 0.1)], scorer)
    assert found[0].text == other.text


def test_why_a_document_was_made_is_quoted_only_if_asked(scorer):
    purpose = "为了规范登记证书的管理，明确登记证书的有效期，根据有关法律，制定本办法。"
    rule = "登记证书的有效期为三年。"
    found = [
        make_hit(make_clause(f"第{n}条", text)) for n, text in enumerate((purpose, rule, FILLER, LISTED))
    ]
    assert extract("登记证书的有效期？", found, scorer)[0].text == rule
    assert extract("为什么要明确登记证书的有效期？", found, scorer)[0].text == purpose


def test_the_words_that_close_a_document_are_quoted_only_if_asked(scorer):
    closing = "法律、法规对数据登记证书的管理另有规定的，从其规定。"
    rule = "登记证书由登记机构管理。"
    found = [
        make_hit(make_clause(f"第{n}条", text)) for n, text in enumerate((closing, rule, FILLER, LISTED))
    ]
    assert extract("数据登记证书的管理有什么规定？", found, scorer)[0].text == rule
    assert extract("数据登记证书的管理另有规定的怎么办？", found, scorer)[0].text == closing


@pytest.mark.parametrize(
    "sentence", ["本办法由市大数据局负责解释。", "本条例未尽事宜，按国家规定执行。", "另有规定的，从其规定。"]
)
def test_closing_words_are_told_by_their_form(sentence):
    assert is_formula("登记办法怎么规定？", sentence)
    assert not is_formula("办法由谁解释，另有规定的呢？", sentence)


@pytest.mark.parametrize("sentence", ["登记机构对审核结果负责解释。", "超过期限的，另有规定的除外。"])
def test_a_duty_to_explain_and_an_exception_close_no_document(sentence):
    assert not is_formula("登记办法怎么规定？", sentence)


def test_headings_and_lists_of_departments_are_not_quoted_alone(scorer):
    found = extract("登记证书有效期多久", hits(LONG, f"登记证书有效期\n{FILLER}（各部门、各区）"), scorer)
    assert all(p.text not in ("登记证书有效期", "（各部门、各区）") for p in found)


def test_the_length_up_to_which_a_clause_is_quoted_whole_can_be_set(scorer):
    text = "登记证书的有效期为三年，自公告之日起计算。申请登记应当提交申请表和身份证明。"
    (whole,) = extract("登记证书有效期多久？", hits(text), scorer)
    parts = extract("登记证书有效期多久？", hits(text, "航运贸易。"), scorer, most=1, whole_chars=10)
    assert whole.text == text
    assert parts[0].text.startswith("登记证书的有效期为三年")


@pytest.mark.parametrize("given", [[], [""], ["  \n "]], ids=["no hits", "empty text", "blank text"])
def test_nothing_to_quote_gives_nothing(scorer, given):
    assert extract("有效期？", hits(*given), scorer) == []


def test_a_sentence_that_leads_to_a_list_brings_the_list(scorer):
    found = extract("申请登记应当提交下列材料？", hits(LISTED), scorer)
    (listed,) = [p for p in found if "申请登记应当提交下列材料：" in p.text]
    assert listed.text.endswith("（三）授权说明；")


LEAVE = "累计工作满1年的，年休假5天；满10年的，年休假10天；满20年的，年休假15天。"


@pytest.mark.parametrize("start", ["", "  "], ids=["flush", "indented"])
def test_a_member_of_a_series_brings_the_printed_sentence(scorer, start):
    found = extract("工作满10年年休假几天？", hits(f"{FILLER}\n{start}{LEAVE}\n{FILLER}"), scorer)
    (series,) = [p for p in found if "年休假" in p.text]
    assert series.text == LEAVE


def test_a_member_of_a_series_that_is_too_long_is_quoted_alone(scorer):
    text = (
        FILLER
        + "登记证书的有效期为三年，自公告之日起计算；"
        + "；".join(["有关部门加强协调配合，做好组织实施"] * 20)
        + "。"
    )
    found = extract("登记证书有效期多久？", hits(text), scorer)
    assert any("有效期为三年" in p.text for p in found)
    assert sum(len(p.text) for p in found) < len(text) / 2


CONDITIONS = "职工有下列情形之一的，可以提取账户余额：\n（一）购买自住住房的；\n（二）离休、退休的。"


@pytest.mark.parametrize(
    ("question", "beside"),
    [("提取公积金要什么条件？", True), ("什么情况下能提取公积金？", True), ("提取公积金找谁？", False)],
)
def test_the_clause_that_sets_conditions_is_quoted_beside_where_they_are_asked_for(scorer, question, beside):
    process = "职工提取余额的，银行应当办理。"
    first, second, *others = hits(
        process, CONDITIONS, *(f"{w}应当做好组织实施。" for w in ("气象部门", "航运企业", "贸易机构"))
    )
    found = extract(question, [replace(first, score=2.0), second, *others], scorer)
    assert found[0].text == process
    assert any(CONDITIONS.startswith(p.text) for p in found[1:]) is beside


def test_the_clause_that_gives_the_amount_asked_for_is_quoted_though_others_come_nearer(scorer):
    near, amount = "登记机构收取登记费，登记费由申请人交纳。登记费不得减免。", "登记一件，费用十元。"
    first, other, second = hits(near, "登记机构收取登记费应当公示。", amount)
    scored = [replace(first, score=1.0), replace(other, score=0.95), replace(second, score=1.0)]
    found = extract("登记费是多少钱？", [*scored, *hits("气象。", "航运。")], scorer)
    assert [p.text for p in found] == [near, amount]


def test_without_an_amount_anywhere_what_is_nearest_is_quoted(scorer):
    near = hits("登记机构收取登记费。", "登记费由申请人交纳。", "气象利用。")
    assert {p.hit.clause.label for p in extract("登记费是多少钱？", near, scorer)} == {"第1条", "第2条"}
