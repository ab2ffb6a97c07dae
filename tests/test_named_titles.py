import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.evidence import weigh
from rag.verdict.named_titles import absent_title
from rag.verdict.signals import Found

MEASURES = make_document("d", "数据要素市场化发展管理暂行办法")


def absent(question, text="数据应当分类分级。", document=MEASURES):
    hits = [make_hit(make_clause("第一条", text, document=document), dense=0.8)]
    return absent_title(Found(question, question, hits, {"d": document}))


@pytest.mark.parametrize(
    ("question", "title"),
    [
        pytest.param("数字乡村发展战略纲要提了哪些任务？", "数字乡村发展战略纲要", id="an outline"),
        pytest.param("智慧城市白皮书怎么描述大脑？", "智慧城市白皮书", id="a white paper"),
        pytest.param("星火计划里给企业多少支持？", "星火计划", id="a scheme of two characters"),
        pytest.param("个人信息保护法对敏感信息怎么规定？", "个人信息保护法", id="a law"),
        pytest.param("数据要素市场化办法对交易怎么规定？", None, id="a shorter title"),
        pytest.param("有什么办法对付欠薪？", None, id="a way"),
        pytest.param("这种做法是违法的吗？", None, id="against the law"),
        pytest.param("三年计划的目标是什么？", None, id="what sort of plan"),
        pytest.param("婚姻法怎么规定彩礼？", None, id="what the civil code took over"),
        pytest.param("新旧数据要素市场化办法有什么不同？", None, id="versions of a title"),
        pytest.param("数据怎么分类分级？", None, id="no name"),
    ],
)
def test_a_title_that_is_not_held_is_found(question, title):
    assert absent(question) == title


def test_a_mention_holds_a_name_but_none_of_its_articles():
    text = "依照数据安全法进行分类分级。"
    assert absent("数据安全法对分级怎么规定？", text) is None
    assert absent("数据安全法第二十一条怎么说？", text) == "数据安全法"


def test_an_article_of_a_law_that_is_held_is_answered():
    law = make_document("d", "中华人民共和国数据安全法")
    assert absent("数据安全法第二十一条怎么说？", document=law) is None


def test_such_a_question_is_refused_with_the_title():
    question = "智慧城市白皮书怎么描述大脑？"
    hits = [make_hit(make_clause("第一条", "建设城市大脑。", document=MEASURES), dense=0.9, keyword=30.0)]
    judged = weigh(Asked(question, question), hits, {"d": MEASURES}, embedder="another")
    assert (judged.enough, judged.why) == (False, "文件库里没有《智慧城市白皮书》。")
