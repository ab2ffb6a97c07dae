"""Names of documents in a question."""

import pytest
from fakes import make_document

from rag.locator.aliases import Alias, aliases_in, document_aliases, nicknames_in
from rag.locator.matcher import NAMED, QUOTED, TitleMatcher
from rag.locator.names import NameIndex, is_kind, number_key

SHELF = [
    make_document("criminal", "中华人民共和国刑法"),
    make_document("eighth", "中华人民共和国刑法修正案（八）"),
    make_document("company", "中华人民共和国公司法（2018修正）"),
    make_document("labour", "劳动法"),
    make_document("beijing", "北京市数据登记管理办法（试行）", doc_number="京数发〔2023〕12号"),
    make_document("draft", "甲市数据管理办法（征求意见稿）"),
    make_document("final", "甲市数据管理办法"),
    make_document("plan", "“数据要素×”三年行动计划（2024—2026年）"),
    make_document("opinion", "关于构建数据基础制度更好发挥数据要素作用的意见"),
    make_document("kind", "实施方案"),
    make_document("news", "中评协印发《数据资产评估意见》"),
    make_document("rules", "最高法院关于适用《劳动合同法》若干问题的规定"),
]
NAMES = NameIndex(SHELF, {"opinion": {"数据二十条"}, "company": {"公法"}})


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("刑法第二十条怎么说", {"criminal"}, id="short name of a law"),
        pytest.param("《刑法》第二十条", {"criminal"}, id="between brackets"),
        pytest.param("中华人民共和国刑法第二十条", {"criminal"}, id="whole title"),
        pytest.param("刑法修正案（八）第三条", {"eighth"}, id="the longest name wins"),
        pytest.param("刑法和刑法修正案(八)", {"criminal", "eighth"}, id="both"),
        pytest.param("公司法第十条", {"company"}, id="without the year"),
        pytest.param("北京市数据登记管理办法第三条", {"beijing"}, id="without the status"),
        pytest.param("数据要素x 三年行动计划讲什么", set(), id="another character"),
        pytest.param("数据要素×三年行动计划讲什么", {"plan"}, id="without years and quotation marks"),
        pytest.param("甲市数据管理办法第三条", {"draft", "final"}, id="all versions"),
        pytest.param("甲市数据管理办法（征求意见稿）第三条", {"draft"}, id="the version that is named"),
        pytest.param("数据二十条怎么说", {"opinion"}, id="alias"),
        pytest.param("数据资产评估意见怎么说", {"news"}, id="what a title says is issued"),
        pytest.param("劳动合同法第三条", set(), id="what a title says is applied"),
        pytest.param("《实施方案》怎么说", set(), id="a kind of document"),
        pytest.param("公司法定代表人是谁", set(), id="the beginning of another word"),
        pytest.param("劳动法律关系", set(), id="law as an adjective"),
        pytest.param("北京市数据登记管理办法实施细则第三条", set(), id="another document"),
        pytest.param("数据登记管理办法", set(), id="part of a title"),
        pytest.param("公法人是什么", set(), id="an alias that is too short"),
        pytest.param("京数发〔2023〕12号", set(), id="number"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_documents_that_a_question_names(question, expected):
    assert NAMES.named_in(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "京数发〔2023〕12号讲什么",
        "京数发[2023] 12 号",
        "京数发(2023)第12号文",
        "京数发【2023】012号",
        "京数发2023年12号",
    ],
)
def test_a_number_is_read_whatever_its_brackets(question):
    assert NAMES.numbered_in(question) == {"beijing"}


@pytest.mark.parametrize(
    "question", ["京数发〔2023〕1号", "京数发〔2024〕12号", "沪数发〔2023〕12号", "12号"]
)
def test_another_number_names_nothing(question):
    assert NAMES.numbered_in(question) == set()


def test_one_spelling_of_numbers():
    assert number_key("京数发〔2023〕 12 号") == number_key("京数发[2023]第12号") == "京数发2023-12号"


@pytest.mark.parametrize("name", ["实施方案", "本办法", "指导意见", "暂行规定", "三年行动计划", "规定"])
def test_a_kind_is_no_name(name):
    assert is_kind(name)


@pytest.mark.parametrize("name", ["刑法", "数据意见", "十四五规划", "未来产业实施方案"])
def test_a_name_is_no_kind(name):
    assert not is_kind(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《甲意见》（以下简称“数据二十条”）规定", [("甲意见", "数据二十条", True)]),
        ("《甲意见》(以下简称《数据意见》)规定", [("甲意见", "数据意见", True)]),
        ("《甲意见》（“数据二十条”）发布", [("甲意见", "数据二十条", True)]),
        ("《甲意见》，俗称“数据二十条”。", [("甲意见", "数据二十条", True)]),
        ("《个人信息保护法》（以下简称个保法）", [("个人信息保护法", "个保法", True)]),
        (
            "由甲省大数据发展管理局（以下简称省大数据局）会同",
            [("由甲省大数据发展管理局", "省大数据局", False)],
        ),
        ("中国信息通信研究院（简称“中国信通院”）组织", [("中国信息通信研究院", "中国信通院", False)]),
        ("《甲指导意见》（以下简称《指导意见》）", []),
        ("数据（包括“数据要素”）", []),
        ("以下简称“甲”", []),
        ("《甲办法》（国发〔2023〕1号）", []),
    ],
)
def test_aliases_that_a_text_introduces(text, expected):
    assert [tuple(alias) for alias in aliases_in(text)] == expected


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        pytest.param(Alias("甲市数据管理办法", "数据办法", True), {"draft", "final"}, id="versions"),
        pytest.param(
            Alias("中共中央国务院关于构建数据基础制度更好发挥数据要素作用的意见", "数据二十条", True),
            set(),
            id="a longer title is another document",
        ),
        pytest.param(
            Alias("构建数据基础制度更好发挥数据要素作用的意见", "数据二十条", True), {"opinion"}, id="part"
        ),
        pytest.param(Alias("乙省办法", "乙办法", True), set(), id="not in the collection"),
        pytest.param(Alias("甲市数据管理办法", "数据办法", False), set(), id="no title"),
        pytest.param(Alias("公司法", "公司法", True), set(), id="the name itself"),
    ],
)
def test_aliases_of_documents(alias, expected):
    assert set(document_aliases(SHELF, [alias])) == expected


def test_an_alias_of_two_documents_is_no_name():
    assert document_aliases(SHELF, [Alias("刑法", "该法律", True), Alias("公司法", "该法律", True)]) == {}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("数据二十条怎么说", [("数据", 20)]),
        ("数据20条", [("数据", 20)]),
        ("第二十条", []),
        ("甲办法第二十条", []),
        ("三条建议", []),
        ("二十条例", []),
    ],
)
def test_names_that_count_the_articles(question, expected):
    assert list(nicknames_in(question)) == expected


@pytest.mark.parametrize(
    ("question", "document", "score"),
    [
        pytest.param("刑法讲什么", "criminal", NAMED, id="named"),
        pytest.param("京数发[2023]12号讲什么", "beijing", NAMED, id="number"),
        pytest.param("《数据登记管理办法》讲什么", "beijing", QUOTED, id="part of a title between brackets"),
        pytest.param("数据二十条", "opinion", QUOTED, id="nickname that counts"),
    ],
)
def test_the_share_of_a_title(question, document, score):
    assert TitleMatcher(SHELF, {}, {"opinion": 20, "plan": 23}).scores(question)[document] == score


def test_a_nickname_with_another_count_says_little():
    assert TitleMatcher(SHELF, {}, {"opinion": 21}).scores("数据二十条").get("opinion", 0) < 0.2


@pytest.mark.parametrize(
    ("text", "best"),
    [
        pytest.param("北京市的数据登记", "beijing", id="words"),
        pytest.param("构建数据基础制度的那份意见", "opinion", id="part of a title"),
    ],
)
def test_title_words_choose_the_document(text, best):
    scores = TitleMatcher(SHELF).scores(text)
    assert max(scores, key=scores.__getitem__) == best


def test_titles_that_share_nothing_are_missing():
    assert TitleMatcher(SHELF).scores("how are you") == {}
    assert TitleMatcher([]).scores("数据") == {}
