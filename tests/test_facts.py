import pytest
from fakes import make_clause, make_document

from rag.direct.facts import facts_of
from rag.direct.holdings import Holdings

TRADE = make_document(
    "d1",
    "长春市数据交易管理办法",
    region="长春市",
    issuer="长春市人民政府",
    source_name="发展动态",
    issue_no=37,
    issue_date="2023-09-15",
)
REGISTER = make_document(
    "d2",
    "贵州省数据要素登记服务管理办法（试行）",
    region="贵州省",
    issuer="贵州省大数据发展管理局",
    doc_number="黔数〔2023〕9号",
)
MONEY = make_document(
    "d3", "贵州省大数据发展专项资金管理办法", region="贵州省", issuer="贵州省财政厅、贵州省大数据发展管理局"
)
LABOUR = make_document("d4", "中华人民共和国劳动法", region="全国", adopted_on="1994-07-05")
CONTRACT = make_document("d5", "中华人民共和国劳动合同法", region="全国")
PLAN = make_document(
    "d6",
    "上海市静安区城管执法系统数字化转型三年行动计划（2022-2024年）",
    region="上海市",
    issue_no=22,
    scheme="outline",
)
DOCUMENTS = [TRADE, REGISTER, MONEY, LABOUR, CONTRACT, PLAN]
ARTICLES = {
    "d1": ["引言", "第一章/第一条", "第一章/第二条", "第二章/第三条"],
    "d4": ["第一章/第一条"],
    "d6": ["一/1"],
}
HOLDINGS = Holdings(
    DOCUMENTS,
    clauses_of=lambda i: [
        make_clause(locator, document=DOCUMENTS[int(i[1]) - 1]) for locator in ARTICLES.get(i, [])
    ],
)
TOLD = {
    "长春市数据交易管理办法是谁发的": "《长春市数据交易管理办法》：发文机关是长春市人民政府。",
    "请问长春数据交易办法是哪个部门印发的？": "《长春市数据交易管理办法》：发文机关是长春市人民政府。",
    "哪个部门印发的长春市数据交易管理办法": "《长春市数据交易管理办法》：发文机关是长春市人民政府。",
    "长春办法是国务院发布的吗": "《长春市数据交易管理办法》：发文机关是长春市人民政府。",
    "贵州登记办法的文号": "《贵州省数据要素登记服务管理办法（试行）》：文号是黔数〔2023〕9号。",
    "黔数[2023]9号是谁发的": "《贵州省数据要素登记服务管理办法（试行）》：发文机关是贵州省大数据发展管理局。",
    "静安城管那个文件是哪期的": "《上海市静安区城管执法系统数字化转型三年行动计划（2022-2024年）》：刊登于第22期。",
    "《长春市数据交易管理办法》登在第几期": "《长春市数据交易管理办法》：刊登于《发展动态》2023年第37期（2023-09-15）。",
    "长春办法一共多少条，分几章？": "《长春市数据交易管理办法》：共 3 条；分 2 章。",
    "劳动法是什么时候公布的": "《中华人民共和国劳动法》：最近一次通过、修改或公布的日期是1994-07-05。",
    "贵州登记办法是多少号文": "《贵州省数据要素登记服务管理办法（试行）》：文号是黔数〔2023〕9号。",
    "贵州登记办法是第几号文件？": "《贵州省数据要素登记服务管理办法（试行）》：文号是黔数〔2023〕9号。",
    "贵州登记办法是政府令第几号": "《贵州省数据要素登记服务管理办法（试行）》：文号是黔数〔2023〕9号。",
    "劳动法规定了多少条": "《中华人民共和国劳动法》：共 1 条。",
}
OTHERS = (
    "长春办法由谁解释|长春市数据交易管理办法哪个部门负责监督|长春办法规定了多少条禁止交易的数据|长春办法里的数据商是谁发的证|数据交易是谁发起的|证书由谁发|证书是谁发的"
    "|登记证书的编号是多少|办法什么时候施行|长春办法第几条规定了保存期限|这个办法共有多少条|通知是谁发的|多少条|有多少条|哪些办法是谁发的|公告日期是哪天"
    "|申请书登在哪期公报|行动计划共多少条|劳动争议是谁发起的|长春办法从什么时候开始施行|长春市数据交易管理办法|办法的发布日期|海南登记办法是谁发的|你好|长春办法里的申请表是第几号|登记证书是多少号文件"
)


@pytest.mark.parametrize(("question", "line"), TOLD.items())
def test_a_fact_of_a_named_document_is_told_from_the_catalog(question, line):
    facts = facts_of(question, HOLDINGS, "zh")
    assert facts is not None
    assert (facts.text, facts.unknown) == (line, 0)


@pytest.mark.parametrize("question", OTHERS.split("|"))
def test_any_other_question_is_left_to_the_search(question):
    assert facts_of(question, HOLDINGS, "zh") is None


def test_what_a_document_does_not_print_is_said():
    facts = facts_of("长春市数据交易管理办法是谁发的，文号是多少", HOLDINGS, "zh")
    assert facts is not None
    assert facts.text == "《长春市数据交易管理办法》：发文机关是长春市人民政府；没有印出文号。"
    assert (facts.known, facts.unknown) == (1, 1)


def test_for_a_day_that_is_not_printed_the_issue_is_told():
    facts = facts_of("长春办法的发布日期", HOLDINGS, "zh")
    assert facts is not None
    assert "没有印出发布日期（刊登于《发展动态》2023年第37期（2023-09-15））" in facts.text


def test_of_several_documents_with_a_name_each_is_told():
    facts = facts_of("贵州办法是谁发的", HOLDINGS, "zh")
    assert facts is not None
    assert (facts.text.count("《"), facts.known) == (2, 2)


@pytest.mark.parametrize(
    ("question", "name"), [("公司法规定了多少条", "公司法"), ("《民法典》共有多少条", "民法典")]
)
def test_a_law_that_is_not_held_is_told_absent(question, name):
    facts = facts_of(question, HOLDINGS, "zh")
    assert facts is not None
    assert facts.absent == name


def test_this_document_is_that_of_the_turn_before():
    asked = "这个办法一共多少条"
    by_question = facts_of(asked, HOLDINGS, "zh", "长春市数据交易管理办法第二条 " + asked)
    by_answer = facts_of(asked, HOLDINGS, "zh", asked, "《长春市数据交易管理办法》第二条：数据应当登记。[1]")
    assert by_question == by_answer
    assert by_answer is not None
    assert "共 3 条" in by_answer.text


def test_english_words_go_with_a_title():
    facts = facts_of("《长春市数据交易管理办法》是谁发的", HOLDINGS, "en")
    assert facts is not None
    assert facts.text == "《长春市数据交易管理办法》: issued by 长春市人民政府."
