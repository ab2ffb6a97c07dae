from dataclasses import replace
from datetime import date

import pytest
from fakes import make_document

from rag.direct.holdings import Holdings
from rag.direct.inventory import inventory_answer

TODAY = date(2024, 6, 1)
DOCUMENTS = [
    make_document("d1", "贵阳市数据交易管理办法", region="贵阳市", issuer="贵阳市人民政府", issue_no=1, issue_date="2023-01-10"),
    make_document("d2", "北京市数据登记管理办法（试行）", region="北京市", issuer="北京市知识产权局", status="试行", issue_no=1,
                  issue_date="2023-01-10", effective_date="2023-02-01", expiry_date="2024-01-31"),
    make_document("d3", "北京市人工智能行动计划（2024—2026年）", region="北京市", issuer="北京市人民政府", issue_no=2,
                  issue_date="2023-12-20", period="2024—2026年"),
    make_document("d4", "数据要素条例（征求意见稿）", region="全国", issuer="国家数据局", status="征求意见稿", issue_no=2,
                  issue_date="2023-12-20"),
    make_document("d5", "无线充电管理规定", region="全国", issuer="工业和信息化部", doc_number="工信部无〔2024〕6号",
                  effective_date="2024-02-01", issue_no=2, issue_date="2023-12-20"),
]  # fmt: skip
SAID = {"区块链": {"d1": 1, "d4": 3}, "数据交易": {"d1": 9, "d4": 1}}
HOLDINGS = Holdings(
    DOCUMENTS, lambda: {"d1": 10, "d2": 20, "d3": 30, "d4": 4, "d5": 5}, lambda words: SAID.get(words, {})
)
COLLECTION = {
    "有哪些贵阳的文件": "1", "贵阳有哪些文件？": "1", "库里有多少份文件": "12345", "文件库里一共有多少份文件？": "12345", "2024年的文件有哪些": "35",
    "有没有北京的办法": "2", "最新一期有什么": "345", "最新一期有哪些文件？": "345", "第1期有哪些文件": "12", "2023年第1期有什么内容": "12",
    "列出所有征求意见稿": "4", "有没有草案": "4", "有哪些试行的办法": "2", "北京的文件有几份": "23", "工信部发布的文件有哪些": "5", "你这里有什么文件": "12345",
    "有没有深圳的文件": "", "关于人工智能的文件有哪些": "3", "库里有哪些法律法规": "12345", "目前收录了哪些文件": "12345", "全国性的文件有哪些": "45",
    "国家级的文件有哪些？": "45", "贵阳市发布了哪些文件": "1", "现行有效的文件有哪些": "5", "已经失效的文件有哪些": "2", "北京市有几份计划": "3",
    "有没有数据要素方面的文件": "4", "请列出北京的全部文件": "23", "文件库里都有什么": "12345", "你们有哪些文件": "12345", "还没生效的文件有哪些": "",
    "贵阳和北京的文件有哪些": "123", "How many documents are there?": "12345", "Which documents do you have from Beijing?": "23",
    "list all documents": "12345", "What's in the latest issue?": "345", "Show me all drafts": "4", "How many documents are from Guiyang?": "1",
    "帮我列一下北京的文件": "23", "有什么文件": "12345",
    "有没有关于人工智能的文件": "3", "工业和信息化部印发的文件有哪些": "5", "工信部发了哪些文件": "5", "工信部发过什么文件": "5",
    "哪些文件是征求意见稿或者草案": "4", "试行或者暂行的文件有哪些": "2", "一共收录了多少个办法": "12", "有多少部条例": "4",
    "你们库里最新的文件是哪个": "345", "最新的北京文件是什么": "3", "最早的文件是哪些": "12", "这些文件里哪个最早失效": "2", "哪份文件最晚生效": "5",
    "和人工智能有关的文件有哪些": "3",
    "哪些文件提到了区块链": "14", "区块链在哪些文件里提到": "14", "第2期里讲区块链的是哪个文件": "4", "哪个文件讲数据交易": "1", "有没有讲数据交易的文件": "1",
    "2023年12月之后发的文件有哪些": "345", "2023年2月以前印发的文件有哪些": "12", "2024年以后施行的文件有哪些": "5", "2024年1月之前生效的文件有哪些": "2",
    "2023年以来的文件有哪些": "12345", "库里有数据要素条例吗": "4", "库里有没有无线充电管理规定": "5", "文件库里有劳动合同法吗？": "", "库里有公司法吗": "", "库里有刑法吗": "", "库里有《北京市数据登记管理办法》吗": "2",
    "贵州省的文件有哪些，贵阳的算吗": "1", "贵州的文件有哪些": "1", "哪些文件规定了区块链": "14",
    "哪些文件提到了数据交易": "14", "哪些省市有数据登记办法": "2", "哪些城市出台了人工智能的文件": "3",
}  # fmt: skip
"""Question → the documents that it wants, by the last sign of their ids."""
CONTENT = (
    "有哪些措施|哪些数据不得开放|有哪些重点任务|申请登记要提交哪些文件|需要哪些材料|办法有哪些要求|报告有哪些内容|有什么规定|北京对数据登记有什么规定"
    "|哪些文件提到了养老金|哪些文件提到怎么交易|哪些省市有养老办法|最新的办法有什么要求|最近有什么规定|公共数据和个人信息有哪些区别|领导讲话的主要内容有哪些|有多少条地铁|第2期区块链项目有多少个|北京的计划有哪些目标|有哪些关于数据交易的规定|贵阳有哪些支持政策|2024年的目标有哪些|2025年要建多少个园区|北京有多少家独角兽"
    "|有多少份登记证书|第5条有什么|公共数据有哪些种类|北京市数据登记需要什么文件|有没有手续费|登记机构有哪些|多少个工作日|有效期是多少|哪些办法可以防止泄露"
    "|有没有办法解决数据壁垒|文件什么时候生效|文件要保存多少年|资料要保存多久|文件由谁保管|《办法》有哪些章|上海2024年要做出多少个重点样本数据集？"
    "|有没有规定处罚|这个文件有哪些附件|what documents must be submitted|Which documents are required for registration?|How many datasets are to be piloted?"
    "|what measures does Beijing take|有哪些办法可以申诉|深圳有没有给数据经纪人发营业补助的规定？|有哪些数据商|哪些部门负责|北京有哪些区|列出申请材料"
    "|2024年以后要建多少个园区|2023年前后的目标有哪些|系统有没有访问控制方法|库里有哪些办法可以申诉|哪些文件规定了养老金|最新一期的目标是什么|系统有哪些功能|数据库有哪些安全要求|目录有哪些内容|有哪些意见|有什么意见|几份材料|文件有效期|有哪些计划|通知要发给谁"
    "|贵阳的大数据局有哪些职责|关于养老的文件有哪些|哪些文件要公开|文件|你好|"
)  # fmt: skip


def listed(answer):
    return "".join(d.document_id[1] for d in DOCUMENTS if f"《{d.title}》" in answer)


@pytest.mark.parametrize(("question", "wanted"), COLLECTION.items())
def test_a_question_about_the_collection_gets_its_documents_counted(question, wanted):
    answer = inventory_answer(question, HOLDINGS, "en" if question.isascii() else "zh", TODAY)
    assert answer is not None
    assert f"{len(wanted)}" in answer.split("\n")[0] or "没有" in answer
    if "多少份文件" not in question and question != "How many documents are there?":
        assert listed(answer) == wanted
        assert sum(line[:1].isdigit() for line in answer.split("\n")) == len(wanted)


@pytest.mark.parametrize("question", CONTENT.split("|"))
def test_a_question_about_what_documents_say_is_left_to_the_search(question):
    assert inventory_answer(question, HOLDINGS, "zh", TODAY) is None


def test_each_document_is_told_with_issuer_date_status_and_issue():
    answer = inventory_answer("有哪些北京的办法", HOLDINGS, "zh", TODAY)
    assert answer == (
        "文件库里北京、“办法”类的文件有 1 份：\n"
        "1. 《北京市数据登记管理办法（试行）》（北京市知识产权局；2023年第1期；2023-02-01起施行；有效期至2024-01-31；已过期）"
    )


def test_how_many_gets_a_breakdown():
    answer = inventory_answer("库里有多少份文件", HOLDINGS, "zh", TODAY)
    assert answer == (
        "文件库共有 5 份文件。\n按地区：北京市 2、全国 2、贵阳市 1。\n按期：2023年第2期 3、2023年第1期 2。"
    )


def test_how_many_clauses_there_are_is_counted():
    assert inventory_answer("库里有多少条款", HOLDINGS, "zh", TODAY) == "文件库的 5 份文件共有 69 个条款。"
    answer = inventory_answer("库里北京的文件一共有多少条款", HOLDINGS, "zh", TODAY)
    assert answer == "文件库里北京的文件有 2 份，共有 50 个条款。"


@pytest.mark.parametrize("question", ["最早的一期是什么时候的", "最早一期是哪天的？"])
def test_the_day_of_the_first_issue_is_told(question):
    assert inventory_answer(question, HOLDINGS, "zh", TODAY) == "2023年第1期（2023-01-10，2 份文件）"


def test_what_prints_no_day_of_effect_is_said_to_be_left_out():
    answer = inventory_answer("2024年以后施行的文件有哪些", HOLDINGS, "zh", TODAY)
    assert "没有印明施行日期" in answer
    assert "年份按文号" not in answer


def test_a_law_that_is_not_held_is_said_to_be_missing():
    answer = inventory_answer("库里有劳动合同法吗", HOLDINGS, "zh", TODAY)
    assert answer == "文件库里没有标题含“劳动合同法”的文件（共有 5 份文件）。"


@pytest.mark.parametrize("question", ["最近一期是哪天的？", "最新一期是几号"])
def test_the_day_of_an_issue_is_told(question):
    assert inventory_answer(question, HOLDINGS, "zh", TODAY) == "2023年第2期（2023-12-20，3 份文件）"


def test_the_issues_are_listed_newest_first():
    answer = inventory_answer("库里收录了几期", HOLDINGS, "zh", TODAY)
    assert (
        answer
        == "文件库收录了 2 期：\n2023年第2期（2023-12-20，3 份文件）\n2023年第1期（2023-01-10，2 份文件）"
    )


def test_documents_that_only_mention_what_others_are_about_are_counted():
    answer = inventory_answer("哪个文件讲数据交易", HOLDINGS, "zh", TODAY)
    assert "9 条提到" in answer
    assert answer.endswith("（另有 1 份文件的条款提到它，标题里没有。）")


def test_a_hidden_document_mentions_nothing():
    answer = inventory_answer("哪些文件提到了区块链", replace(HOLDINGS, documents=DOCUMENTS[:3]), "zh", TODAY)
    assert listed(answer) == "1"


def test_what_cannot_be_told_of_force_is_said():
    answer = inventory_answer("现行有效的文件有哪些", HOLDINGS, "zh", TODAY)
    assert answer.endswith("（另有 2 份没有印明施行日期，效力无法判断，没有算在内。）")


def test_after_another_turn_only_a_question_that_speaks_of_the_collection_counts():
    assert inventory_answer("有哪些文件", HOLDINGS, "zh", TODAY, alone=False) is None
    assert inventory_answer("库里有哪些文件", HOLDINGS, "zh", TODAY, alone=False)


def test_a_long_list_is_cut_and_says_so():
    many = [make_document(f"x{n}", f"第{n}号办法") for n in range(60)]
    answer = inventory_answer("有哪些文件", Holdings(many), "zh", TODAY)
    assert "共有 60 份文件" in answer
    assert "其余 10 份从略" in answer


def test_an_empty_collection_has_no_inventory():
    assert inventory_answer("有哪些文件", Holdings([]), "zh", TODAY) is None
