"""What is doubted in a sentence, and what is not."""

import json
from pathlib import Path
from time import process_time

import pytest
from fakes import make_clause, make_document, make_hit

from rag.context.prompt import REFUSAL
from rag.doubt.doubt import NO_SOURCE, NOT_FOUND, Doubt, mark_of, notice_of
from rag.verify import Known, doubts

RULE = make_document("d1", "甲市数据交易管理办法（试行）", issuer="甲市数据局", doc_number="甲政发〔2023〕20号", effective_date="2024-01-01")  # fmt: skip
OTHER = make_document("d2", "乙市公共数据条例")
TERM = make_clause(
    "第三章/第十四条",
    "数据商应当自登记之日起3个工作日内向市数据局报送材料。登记证书有效期为15年，增幅为13%，职工不少于5人，最高补贴10万元。\n"
    "未经授权的企业数据不得交易，违反本办法第二十条规定的，处五万元以上十万元以下罚款。任何单位不得收取进场费。\n"
    "鼓励企业开展试点，可以申请续展。经批准的除外。",
    document=RULE,
)
OPEN = make_clause("第五条", "公共数据平台由市大数据管理局建设，应当向社会免费开放。", document=OTHER)
KNOWN = Known("甲市的数据商要交什么？", {"d1": RULE, "d2": OTHER}, (make_hit(TERM), make_hit(OPEN)))
PARAPHRASES = json.loads((Path(__file__).parent / "data" / "paraphrases.json").read_text(encoding="utf-8"))


def kinds(said, cited=(TERM,), known=KNOWN):
    return [doubt.kind for doubt in doubts(said, [make_hit(clause) for clause in cited], known)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("证书有效期为5年。", ["figure"], id="the end of another number"),
        pytest.param("增幅为3%。", ["figure"], id="the end of another share"),
        pytest.param("数据商应当在3日内报送材料。", ["figure"], id="days are no working days"),
        pytest.param("最高补贴10亿元。", ["figure"], id="another unit"),
        pytest.param("证书有效期为十五个月。", ["figure"], id="months are no years"),
        pytest.param("处十万元以上五万元以下罚款。", ["figure"], id="ends of a range exchanged"),
        pytest.param("职工不超过5人。", ["bound"], id="at most for at least"),
        pytest.param("自2025年1月1日起施行。", ["date"], id="another day"),
        pytest.param("根据《甲市数据交易管理办法》第十五条，数据商应当报送材料。", ["place"], id="another article"),
        pytest.param("违反第二十三条规定的处五万元罚款。", ["place"], id="another article inside"),
        pytest.param("第十四条第九款规定，数据商应当报送材料。", ["place"], id="a paragraph that is not there"),
        pytest.param("《乙市公共数据条例》规定，数据商应当报送材料。", ["title"], id="another document"),
        pytest.param("《甲市数据交易管理办法实施细则》规定数据商报送材料。", ["title"], id="no document"),
        pytest.param("甲政发〔2023〕21号规定数据商报送材料。", ["doc_number"], id="another number of the document"),
        pytest.param("数据商应当向国家税务总局报送材料。", ["body"], id="another body"),
        pytest.param("数据商应当向省数据局报送材料。", ["body"], id="a body of another level"),
        pytest.param("任何单位可以收取进场费。", ["duty"], id="may for must not"),
        pytest.param("数据商可以自登记之日起3个工作日内报送材料。", ["duty"], id="may for must"),
        pytest.param("限制企业开展试点，可以申请续展。", ["duty"], id="the reverse of encouraging"),
        pytest.param("经授权的企业数据不得交易。", ["negation"], id="a negation left out"),
        pytest.param("任何单位不得收取进场费，但情节轻微的除外。", ["exception"], id="an exception added"),
        pytest.param("规定“登记证书有效期为五年，期满续展”。", ["quotation", "figure"], id="no quotation"),
        pytest.param("港口每月向海关申报集装箱数量。", ["words"], id="nothing of the clause"),
        pytest.param("The certificate is valid for five years.", ["figure"], id="a number in English"),
        pytest.param("Under Article 15, dealers file reports.", ["place"], id="an article in English"),
        pytest.param("The Measures took effect on 1 March 2024.", ["date"], id="a day in English"),
    ],
)  # fmt: skip
def test_what_a_sentence_has_wrong(said, expected):
    assert kinds(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "证书有效期为十五年。",
        "证书有效期为180个月。",
        "增幅为百分之十三。",
        "数据商应当在三个工作日内报送材料。",
        "处5万元以上10万元以下罚款。",
        "罚款为5万至10万元。",
        "最高补贴100,000元。",
        "职工至少5人。",
        "自2024年1月1日起施行。",
        "2024-01-01起施行。",
        "根据《数据交易管理办法》第14条，数据商应当报送材料。",
        "第三章第十四条第二款规定，任何单位不得收取进场费。",
        "违反第二十条规定的，处五万元以上十万元以下罚款。",
        "甲政发[2023]20号规定数据商报送材料。",
        "数据商应当向数据局报送材料。",
        "1. 数据商应当报送材料。",
        "| 有效期 | 15年 |",
        "任何单位不能收取进场费。",
        "没有授权的企业数据不得交易。",
        "任何单位不得收取进场费，经批准的除外。",
        "规定“登记证书有效期为15年……可以申请续展”。",
        "规定的是“有效期限”。",
        "Reports are due within three working days.",
        "Article 14 says that the certificate is valid for fifteen years.",
        "It took effect on January 1, 2024.",
        "Fines run from 50,000 to 100,000 yuan.",
        "It quotes “the certificate is valid for many years”.",
        "",
        REFUSAL["zh"],
    ],
)
def test_what_a_sentence_has_right(said):
    assert kinds(said) == []


def test_one_of_several_cited_clauses_is_enough():
    said = "证书有效期为15年，平台由市大数据管理局建设。"
    assert kinds(said, (TERM, OPEN)) == []
    assert "body" in kinds(said, (TERM,))


def test_the_right_words_with_the_marker_of_another_clause():
    assert "quotation" in kinds("规定“登记证书有效期为15年，增幅为13%”。", (OPEN,))
    assert kinds("登记证书有效期为15年。", (OPEN,)) == ["figure", "words"]


def test_a_number_of_the_question_may_be_repeated_but_not_in_the_place_of_the_right_one():
    known = Known("为什么证书有效期是10年？", {"d1": RULE}, KNOWN.sources)
    assert kinds("证书有效期为10年。", known=known) == ["figure"]
    assert kinds("不是10年，证书有效期为15年。", known=known) == []


def test_two_numbers_of_one_unit_in_each_others_place():
    clause = make_clause("第二条", "建设示范工厂100个，培育数字化车间300个。")
    assert kinds("建设示范工厂300个，培育数字化车间100个。", (clause,)) == ["figure", "figure"]
    assert kinds("建设示范工厂100个，培育数字化车间300个。", (clause,)) == []


def test_the_items_of_a_list_may_be_counted():
    clause = make_clause("第二条", "下列数据不得交易：（一）涉密的；（二）侵权的；（三）非法获取的。")
    assert kinds("共三类数据不得交易。", (clause,)) == []
    assert kinds("共八类数据不得交易。", (clause,)) == ["figure"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("有效期为三年。", ["uncited"], id="a statement"),
        pytest.param("- 有效期三年", ["uncited"], id="an item"),
        pytest.param("| 有效期 | 三年 |", ["uncited"], id="a row"),
        pytest.param("The certificate is valid for three years.", ["uncited"], id="English"),
        pytest.param("根据现有文件：", [], id="a frame"),
        pytest.param("应当提交下列材料：", [], id="an introduction"),
        pytest.param("具体规定如下。", [], id="as follows"),
        pytest.param("## 一、申请条件", [], id="a heading"),
        pytest.param("**申请条件**", [], id="a bold heading"),
        pytest.param("|---|:--:|", [], id="a rule"),
        pytest.param("| 地区 | 期限 |", [], id="the head of a table"),
        pytest.param("您问的是哪一个城市？", [], id="a question back"),
        pytest.param("请以原文为准。", [], id="advice"),
        pytest.param("资料中没有提到续展的费用。", [], id="what is not there"),
        pytest.param("The sources do not mention a fee.", [], id="what is not there, in English"),
        pytest.param(REFUSAL["zh"], [], id="a refusal"),
        pytest.param(REFUSAL["en"], [], id="a refusal in English"),
        pytest.param("……", [], id="no words"),
    ],
)
def test_what_must_cite_a_clause(said, expected):
    assert kinds(said, ()) == expected


def test_a_frame_may_not_name_what_no_source_has():
    assert kinds("根据《丙市数据条例》第八条：", ()) == ["title"]
    assert kinds("根据《甲市数据交易管理办法》第十四条：", ()) == []


def test_honest_paraphrases_are_seldom_doubted():
    found = []
    for number, row in enumerate(PARAPHRASES):
        clause = make_clause(row["locator"], row["text"], document=make_document(f"d{number}", row["title"]))
        hit = make_hit(clause)
        found += [(said, doubts(said, [hit], Known("", {}, (hit,)))) for said in row["said"]]
    assert len(found) >= 60
    wrong = [pair for pair in found if pair[1]]
    assert len(wrong) / len(found) <= 0.03, wrong


def test_marks_and_notices_in_both_languages():
    wrong, alone = Doubt("figure", "5年", "d1:第1条"), Doubt("uncited", "有效期五年。")
    assert mark_of([], "zh") == ""
    assert mark_of([alone], "zh") == NO_SOURCE["zh"] == "〔未注明出处〕"
    assert mark_of([wrong, alone], "en") == NOT_FOUND["en"] == " (not found in the cited text)"
    notice = notice_of(wrong, "zh")
    assert (notice.code, notice.text, notice.clause_id) == ("figure_not_in_source", "“5年”不见于所引条款，请核对原文。", "d1:第1条")  # fmt: skip
    assert notice_of(alone, "en").code == "uncited"
    assert len(notice_of(Doubt("words", "长" * 100), "zh").text) < 90


def test_a_sentence_against_five_clauses_takes_less_than_fifteen_milliseconds_of_a_processor():
    text = "数据处理者应当自2024年1月1日起30日内报送第十条规定的材料，不得少于5项，由市数据局审查。" * 8
    hits = [make_hit(make_clause(f"第{n}条", f"第{n}项。{text}")) for n in range(1, 6)]
    said = [f"数据处理者应当在30日内报送材料，由市数据局审查第{n}项。" for n in range(20)]
    start = process_time()
    for sentence in said:
        doubts(sentence, hits, Known("", {}, hits))
    assert (process_time() - start) / len(said) < 0.015
