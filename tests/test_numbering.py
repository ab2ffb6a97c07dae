import pytest

from ingest.numbering import RANKS, marker
from rag.locator.numerals import to_chinese


@pytest.mark.parametrize("after", [" 为了规范", "为了规范", ""], ids=["a blank", "no blank", "nothing"])
def test_every_article_number_is_read_whatever_follows(after):
    for number in range(1, 1261):
        label = f"第{to_chinese(number)}条"
        found = marker(label + after)
        assert found is not None
        assert (found.kind, found.number, found.sub, found.label) == ("article", number, 0, label)


@pytest.mark.parametrize(
    ("line", "kind", "label", "number", "rest"),
    [
        ("第三章 附则", "chapter", "第三章", 3, "附则"),
        ("第 三 章　附则", "chapter", "第三章", 3, "附则"),
        ("第二节 一般规定", "section", "第二节", 2, "一般规定"),
        ("第一编 总则", "book", "第一编", 1, "总则"),
        ("第二分编 典型合同", "subbook", "第二分编", 2, "典型合同"),
        ("第五部分 保障", "part", "第五部分", 5, "保障"),
        ("第五部", "part", "第五部", 5, ""),
        ("第14条 数据", "article", "第14条", 14, "数据"),
        ("第１４条 数据", "article", "第１４条", 14, "数据"),
        ("第一〇二条 数据", "article", "第一〇二条", 102, "数据"),
        ("第 十 四 条 数据", "article", "第十四条", 14, "数据"),
        ("一、总体要求", "han", "一", 1, "总体要求"),
        ("十二．保障", "han", "十二", 12, "保障"),
        ("（一）夯实基础", "han_bracket", "（一）", 1, "夯实基础"),
        ("(十一) 夯实基础", "han_bracket", "（十一）", 11, "夯实基础"),
        ("（ 二 ）夯实基础", "han_bracket", "（二）", 2, "夯实基础"),
        ("1.平台建设", "arabic", "1", 1, "平台建设"),
        ("12．平台建设", "arabic", "12", 12, "平台建设"),
        ("3、平台建设", "arabic", "3", 3, "平台建设"),
        ("17.2020 年建成", "arabic", "17", 17, "2020 年建成"),
        ("（3）平台", "arabic_bracket", "（3）", 3, "平台"),
        ("(3) 平台", "arabic_bracket", "（3）", 3, "平台"),
        ("1）平台", "arabic_half", "1）", 1, "平台"),
        ("2) 平台", "arabic_half", "2）", 2, "平台"),
        ("③平台", "circled", "③", 3, "平台"),
        ("趋势一：智能化", "trend", "趋势一", 1, "智能化"),
        ("03 市场规模", "two_digits", "03", 3, "市场规模"),
        ("笫五十四条 清算组", "article", "笫五十四条", 54, "清算组"),
        ("⑴平台", "arabic_bracket", "⑴", 1, "平台"),
        ("⒉运营", "arabic", "⒉", 2, "运营"),
        ("㈢组织", "han_bracket", "㈢", 3, "组织"),
        ("Article 5 Consent", "article", "Article 5", 5, "Consent"),
        ("ARTICLE 12. Fees", "article", "ARTICLE 12", 12, "Fees"),
        ("Art. 12 Fees", "article", "Art. 12", 12, "Fees"),
        ("Article 7", "article", "Article 7", 7, ""),
        ("Chapter II  General Provisions", "chapter", "Chapter II", 2, "General Provisions"),
        ("CHAPTER TWELVE — PENALTIES", "chapter", "CHAPTER TWELVE", 12, "PENALTIES"),
        ("PART C", "part", "PART C", 3, ""),
        ("Part IV: Offences", "part", "Part IV", 4, "Offences"),
        ("Section 3. Rights.", "section", "Section 3", 3, "Rights."),
        ("Section 3 (1) The rights", "section", "Section 3", 3, "(1) The rights"),
    ],
)
def test_labels_are_recognised(line, kind, label, number, rest):
    found = marker(line)
    assert found is not None
    assert (found.kind, found.label, found.number, found.rest) == (kind, label, number, rest)
    assert found.rank == RANKS[kind]


@pytest.mark.parametrize(
    ("line", "kind", "label", "above", "number", "rest"),
    [
        ("1.1 总则", "decimal", "1.1", (1,), 1, "总则"),
        ("3.1.2　要求", "decimal", "3.1.2", (3, 1), 2, "要求"),
        ("4.2. Scope", "decimal", "4.2", (4,), 2, "Scope"),
        ("2.1个人信息", "decimal", "2.1", (2,), 1, "个人信息"),
        ("A.1 概述", "decimal", "A.1", (101,), 1, "概述"),
        ("7 术语和定义", "bare", "7", (), 7, "术语和定义"),
        ("Ⅳ. 结论", "roman", "Ⅳ", (), 4, "结论"),
        ("XIV. Results", "roman", "XIV", (), 14, "Results"),
        ("B. Method", "letter", "B", (), 2, "Method"),
        ("C、存储", "letter", "C", (), 3, "存储"),
        ("丙、关于外汇", "stem", "丙", (), 3, "关于外汇"),
        ("拾贰、经费", "formal", "拾贰", (), 12, "经费"),
    ],
)
def test_rare_labels_are_recognised_when_asked_for(line, kind, label, above, number, rest):
    found = marker(line, rare=True)
    assert found is not None
    assert (found.kind, found.label, found.above, found.number, found.rest) == (
        kind,
        label,
        above,
        number,
        rest,
    )
    assert found.rank == RANKS[kind] + len(above)
    assert marker(line) is None


@pytest.mark.parametrize(
    ("line", "number", "sub", "label"),
    [
        ("Section 5A. Short title", 5, 1, "Section 5A"),
        ("第十二条之一 下列情形", 12, 1, "第十二条之一"),
        ("第一百三十三条之二下列情形", 133, 2, "第一百三十三条之二"),
        ("第十二条 之一 下列情形", 12, 1, "第十二条之一"),
    ],
)
def test_inserted_articles_have_a_sub_number(line, number, sub, label):
    found = marker(line)
    assert found is not None
    assert (found.number, found.sub, found.label) == (number, sub, label)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("第十四条的规定适用于本条", id="of another article"),
        pytest.param("第十四条、第十五条规定的情形", id="a list of articles"),
        pytest.param("第十四条至第二十条不适用", id="a range"),
        pytest.param("第十四条和第十五条", id="two articles"),
        pytest.param("第三章的规定", id="of another chapter"),
        pytest.param("第三章规定的程序", id="what a chapter says"),
        pytest.param("第三章第一节", id="a path of references"),
        pytest.param("3.5亿元", id="a decimal"),
        pytest.param("3.5 亿元", id="a decimal and a blank"),
        pytest.param("2023年，数据", id="a year"),
        pytest.param("10 月份增长", id="a month"),
        pytest.param("2025 年建成", id="a year and a blank"),
        pytest.param("一是加强领导", id="一是 in prose"),
        pytest.param("一些单位", id="a word that begins with 一"),
        pytest.param("十分重要", id="a word that begins with 十"),
        pytest.param("（试行）", id="a status"),
        pytest.param("（2023年）", id="a year in brackets"),
        pytest.param("1234.平台", id="too many digits"),
        pytest.param("第三方服务", id="第三方"),
        pytest.param("第一批名单", id="第一批"),
        pytest.param("第十四条第二款规定的情形", id="of another article's paragraph"),
        pytest.param("第十四条之规定", id="之规定"),
        pytest.param("第十四条所称数据", id="所称"),
        pytest.param("Article 5 of this Law applies.", id="an English reference"),
        pytest.param("Article 5 and Article 6", id="two English articles"),
        pytest.param("Section 3(1) of this Act", id="a subsection"),
        pytest.param("Section 3 (1) of this Act", id="a subsection after a blank"),
        pytest.param("Articles of association", id="articles of association"),
        pytest.param("Part of the data", id="part of"),
        pytest.param("Chapters", id="chapters"),
        pytest.param("1.5倍", id="a factor"),
        pytest.param("12.5%", id="a percentage"),
        pytest.param("3.5 个百分点", id="points"),
        pytest.param("甲、乙双方", id="parties"),
        pytest.param("٣. بيانات", id="digits of another script"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_looks_like_a_label_is_none(line):
    assert marker(line, rare=True) is None


def test_ranks_put_every_style_below_its_usual_parent():
    order = [
        "part",
        "chapter",
        "section",
        "article",
        "han",
        "han_bracket",
        "arabic",
        "arabic_bracket",
        "circled",
    ]
    assert sorted(order, key=lambda kind: RANKS[kind]) == order
