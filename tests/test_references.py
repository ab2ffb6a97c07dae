"""Places in a clause that name another clause or document."""

import pytest

from ingest.references import annotated, references_in
from rag.schema import Clause, Document

OWN = "某市数据管理办法"


def found(text):
    return [(text[slice(*r.span)], r.target_title, r.target_locator) for r in references_in(text, OWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("违反本办法第六条的", [("本办法第六条", OWN, "第六条")], id="own article"),
        pytest.param("依照《数据安全法》处罚", [("《数据安全法》", "数据安全法", None)], id="a document"),
        pytest.param("依照《数据安全法》第二十条处罚", [("《数据安全法》第二十条", "数据安全法", "第二十条")], id="its article"),
        pytest.param("依照《刑法》第一百三十三条之一处罚", [("《刑法》第一百三十三条之一", "刑法", "第一百三十三条之一")], id="an inserted article"),
        pytest.param(
            "本办法第六条第二款、第二十一条规定的",
            [("本办法第六条第二款", OWN, "第六条"), ("第二十一条", OWN, "第二十一条")],
            id="a list goes on",
        ),
        pytest.param(
            "《数据安全法》第二条和第三条",
            [("《数据安全法》第二条", "数据安全法", "第二条"), ("第三条", "数据安全法", "第三条")],
            id="a list of another law",
        ),
        pytest.param("《甲法》（2020年修正）第五条", [("《甲法》（2020年修正）第五条", "甲法", "第五条")], id="brackets between"),
        pytest.param("《关于修改〈甲法〉的决定》", [("《关于修改〈甲法〉的决定》", "关于修改〈甲法〉的决定", None)], id="a title in a title"),
        pytest.param("《关于修改《甲法》的决定》", [("《关于修改《甲法》的决定》", "关于修改《甲法》的决定", None)], id="the same marks inside"),
        pytest.param("依照刑法第十条、第十一条处罚", [("刑法第十条", "刑法", "第十条"), ("第十一条", "刑法", "第十一条")], id="a law without 《》"),
        pytest.param("依照土地管理法实施条例第十条", [("土地管理法实施条例第十条", "土地管理法实施条例", "第十条")], id="rules of a law without 《》"),
        pytest.param("按照专利合作条约第二条", [("专利合作条约第二条", "专利合作条约", "第二条")], id="a name of no list"),
        pytest.param("根据中华人民共和国宪法，制定", [("中华人民共和国宪法", "中华人民共和国宪法", None)], id="a full name without 《》"),
        pytest.param("本规定第 10 条第2款", [("本规定第 10 条第2款", OWN, "第10条")], id="digits and blanks"),
        pytest.param("违反本办法第六、七条", [("本办法第六、七条", OWN, "第六条"), ("本办法第六、七条", OWN, "第七条")], id="numbers before one 条"),
        pytest.param(
            "本办法第六条至第八条",
            [("本办法第六条", OWN, "第六条"), ("第六条至第八条", OWN, "第七条"), ("第八条", OWN, "第八条")],
            id="a range",
        ),
        pytest.param("《甲法》第10条至第12条", [("《甲法》第10条", "甲法", "第10条"), ("第10条至第12条", "甲法", "第11条"), ("第12条", "甲法", "第12条")], id="a range in digits"),
        pytest.param("刑法原第155条第3项", [("刑法原第155条第3项", "刑法", "第155条")], id="a former article"),
        pytest.param("刑法第三百零七条之一前三款", [("刑法第三百零七条之一前三款", "刑法", "第三百零七条之一")], id="several paragraphs of an article"),
        pytest.param("《甲法》第二章第三节、第四节", [("《甲法》第二章第三节", "甲法", "第二章/第三节"), ("第四节", "甲法", "第二章/第四节")], id="divisions"),
        pytest.param("《某公约》附录一、附录二", [("《某公约》附录一", "某公约", "附录一"), ("附录二", "某公约", "附录二")], id="annexes"),
        pytest.param("《甲法》规定的，适用该法第三条", [("《甲法》", "甲法", None), ("该法第三条", "甲法", "第三条")], id="该法"),
        pytest.param("依照第七十三条处罚", [], id="a bare article may be another law's"),
        pytest.param("本办法所称数据", [], id="own title alone"),
        pytest.param("依照前款规定", [], id="the paragraph before"),
        pytest.param("取得《药品生产许可证》、《营业执照》", [], id="certificates"),
        pytest.param("刊登于《人民日报》", [], id="a newspaper"),
        pytest.param("损害第三人利益的", [], id="第三人"),
        pytest.param("第一条生产线于第三节课后投产", [], id="other ordinals"),
        pytest.param("遵守中华人民共和国法律", [], id="no name of a law"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_references_are_found_where_they_are_printed(text, expected):
    assert found(text) == expected


def linked(title, *articles, scheme="articles"):
    """The references of the last unit of a document that is written as (locator, text)."""
    document = Document("d", title, "s", scheme, 1, 1)
    clauses = [
        Clause(f"d:{locator}", "d", title, locator, locator.rsplit("/", 1)[-1], text, 1, 1, n)
        for n, (locator, text) in enumerate(articles)
    ]
    last = annotated(clauses, document)[-1]
    return [(last.text[slice(*r.span)], r.target_title, r.target_locator) for r in last.references]


LAW = "中华人民共和国某某法"
ARTICLES = [(f"第一章/第{n}条", "") for n in "一二三四"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("依照第三条处罚", [("第三条", LAW, "第三条")], id="a bare article is the law's own"),
        pytest.param("依照第三十条处罚", [], id="not one that it does not have"),
        pytest.param("《甲法》第二条规定的，适用第三条", [("《甲法》第二条", "甲法", "第二条"), ("第三条", "甲法", "第三条")], id="not after another title in the sentence"),
        pytest.param("符合《甲法》的规定。依照第三条处罚", [("《甲法》", "甲法", None), ("第三条", LAW, "第三条")], id="a new sentence"),
        pytest.param("甲法。\n有前款行为的", [("前款", LAW, "第五条")], id="前款"),
        pytest.param("有前两款行为、前款第（三）项行为的", [("前两款", LAW, "第五条"), ("前款第（三）项", LAW, "第五条")], id="前两款 and an item"),
        pytest.param("依照前条第一款的", [("前条第一款", LAW, "第四条")], id="前条"),
        pytest.param("依照前三条的", [("前三条", LAW, "第二条"), ("前三条", LAW, "第三条"), ("前三条", LAW, "第四条")], id="前三条"),
        pytest.param("本条第一款和第二款、本条例", [("本条第一款和第二款", LAW, "第五条")], id="本条"),
        pytest.param("适用本章规定", [("本章", LAW, "第一章")], id="本章"),
        pytest.param("依照第一章的规定", [("第一章", LAW, "第一章")], id="a bare chapter"),
        pytest.param("依照第九章的规定", [], id="a chapter that it does not have"),
        pytest.param("甲。\n依照第一款处罚", [("第一款", LAW, "第五条")], id="a bare paragraph"),
        pytest.param("违反第三条第二款规定、第九款规定的", [("第三条第二款", LAW, "第三条"), ("第九款", LAW, "第三条")], id="a paragraph of the article before it"),
        pytest.param("违反第三条规定的。有违反该条行为的", [("第三条", LAW, "第三条"), ("该条", LAW, "第三条")], id="该条"),
        pytest.param("依照各该条的规定，具备前置条件、支付前款项目", [], id="words that only look alike"),
    ],
)  # fmt: skip
def test_references_inside_a_law(text, expected):
    assert linked(LAW, *ARTICLES, ("第一章/第五条", text)) == expected


def test_the_first_article_has_none_before_it():
    assert linked(LAW, ("第一条", "依照前条的规定")) == []


def test_short_forms_are_known_once_they_are_introduced():
    first = (
        "第一条",
        "根据《中华人民共和国甲乙法》（以下简称《条例》）和《丙规定》(以下简称丙规)，制定本法。",
    )
    assert linked(LAW, first, ("第二条", "依照《条例》第三条、丙规第四条的规定")) == [
        ("《条例》第三条", "中华人民共和国甲乙法", "第三条"),
        ("丙规第四条", "丙规定", "第四条"),
    ]


def test_the_brackets_that_introduce_a_short_form_are_no_reference():
    assert len(linked(LAW, ("第一条", "根据《甲乙条例》（以下简称《条例》），制定本法。"))) == 1


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        pytest.param("中华人民共和国刑法修正案（九）", "将刑法第五条修改为：“依照本法第六条、前款处罚。”", [("刑法第五条", "刑法", "第五条"), ("本法第六条", "刑法", "第六条"), ("前款", "刑法", "第五条")], id="quoted words are the other law's"),
        pytest.param("中华人民共和国刑法修正案（四）", "在第五条中增加一款作为第二款", [("第五条", "中华人民共和国刑法", "第五条"), ("第二款", "中华人民共和国刑法", "第五条")], id="a bare article is the other law's"),
        pytest.param("关于修改《甲规定》的决定", "将第十条修改为：\n“第十条 数据应当登记。”", [("第十条", "甲规定", "第十条")], id="the new article's own label"),
        pytest.param("关于修改《甲规定》的决定", "增加一条，作为第十一条：\n“当事人依照前款、本规定第二条处理。”", [("第十一条", "甲规定", "第十一条"), ("前款", "甲规定", "第十一条"), ("本规定第二条", "甲规定", "第二条")], id="its own words in the new article"),
    ],
)  # fmt: skip
def test_a_text_that_amends_speaks_of_the_other_law(title, text, expected):
    assert linked(title, ("一", text), scheme="outline") == expected


def test_quoted_words_go_on_in_the_next_unit():
    units = [
        ("一", "将第一条修改为：“下列案件："),
        ("一/（一）", "本规定第二条的案件；”"),
        ("二", "将第三条删去"),
    ]
    title = "关于修改《甲规定》的决定"
    assert linked(title, *units[:2], scheme="outline") == [("本规定第二条", "甲规定", "第二条")]
    assert linked(title, *units, scheme="outline") == [("第三条", "甲规定", "第三条")]


def test_several_laws_are_amended_under_their_headings():
    document = Document("d", "关于修改《甲规定》等两件规定的决定", "s", "outline", 1, 1)
    clause = Clause(
        "d:二/1", "d", document.title, "二/1", "1", "将第三条删去。", 1, 1, 0, "二、修改《乙规定》"
    )
    ((reference,),) = (c.references for c in annotated([clause], document))
    assert (reference.target_title, reference.target_locator) == ("乙规定", "第三条")


def test_a_text_about_one_law_means_its_articles():
    assert linked("关于执行《甲法》确定罪名的规定", ("一", "甲罪（第102条）"), scheme="outline") == [
        ("第102条", "甲法", "第102条")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("按照本方案第三部分执行", [("本方案第三部分", "某方案", "第三部分")], id="a part"),
        pytest.param("见附件1", [("附件1", "某方案", "附件1")], id="an annex that it has"),
        pytest.param("见附件9", [], id="an annex that it does not have"),
        pytest.param("前条规定的", [], id="no article"),
    ],
)
def test_places_of_an_outline(text, expected):
    assert linked("某方案", ("三/（一）", ""), ("附件1", ""), ("四", text), scheme="outline") == expected
