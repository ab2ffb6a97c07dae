"""A question that compares places as one about a single place."""

import pytest

from rag.hit.side import asks_of_all, compares, one_of_all, side_of


@pytest.mark.parametrize(
    ("question", "own"),
    [
        pytest.param("贵州和北京登记，异议怎么处理，有什么不同？", "北京登记，异议怎么处理？", id="what only compares is left out"),
        pytest.param("北京、贵州、海南三地的登记，谁是主管部门？", "北京登记，谁是主管部门？", id="three in a row"),
        pytest.param("广西省和北京市对数据共享的规定有什么不一样？", "北京对数据共享的规定？", id="what is said of all stays"),
        pytest.param("比较云南和北京的授权运营要求", "北京的授权运营要求", id="compare in front"),
        pytest.param("重庆和北京对机器人产业的奖补金额比较", "北京对机器人产业的奖补金额", id="compare behind"),
        pytest.param("公示：北京的证挂多少天，贵州的凭证挂多少天？", "公示：北京的证挂多少天", id="a part of the sentence for each"),
        pytest.param("北京和贵州的证书有效期分别多长？", "北京的证书有效期多长？", id="respectively"),
        pytest.param("北京和云南对公共数据分别类管理吗？", "北京对公共数据分别类管理吗？", id="a word that begins alike"),
        pytest.param("How do Beijing and Guizhou differ on the notice period?", "Beijing on the notice period?", id="English"),
        pytest.param("Compare Guizhou with Beijing on public data.", "Beijing on public data.", id="English compare"),
        pytest.param(
            "What are the differences between Guangxi, Beijing and Xi'an on data venues?", "Beijing on data venues?", id="English three"
        ),
    ],
)  # fmt: skip
def test_one_place_of_a_comparison_is_asked_about_alone(question, own):
    others = [p for p in ("贵州", "海南", "广西", "云南", "重庆", "西安") if p in question]
    english = {"Guizhou": "贵州", "Guangxi": "广西", "Xi'an": "西安"}
    others += [place for name, place in english.items() if name in question]
    assert side_of(question, "北京", ["北京", *others]) == own


@pytest.mark.parametrize(
    ("question", "places", "compared"),
    [
        pytest.param(
            "北京的数据知识产权和贵州的数据要素登记要公示几天？", ["北京", "贵州"], True, id="in a row"
        ),
        pytest.param(
            "上海要立多少个场景，广东的公司要超过多少家？", ["上海", "广东"], True, id="each in a part"
        ),
        pytest.param("河南跟湖北哪个省补得更多？", ["河南", "湖北"], True, id="which of them"),
        pytest.param("How do Guiyang and Changchun differ on fees?", ["贵阳", "长春"], True, id="English"),
        pytest.param(
            "长春的数据商能到海南登记吗？", ["长春", "海南"], False, id="one thing that concerns two"
        ),
        pytest.param(
            "贵州的办法适用于贵阳的企业吗？", ["贵州", "贵阳"], False, id="a rule and who it is for"
        ),
        pytest.param(
            "长春各级部门的数据按什么比例给海南？", ["长春", "海南"], False, id="words with 各 and 比"
        ),
        pytest.param("成都的数据商能到海南登记吗？", ["成都", "海南"], False, id="都 in a name"),
        pytest.param(
            "我在北京，想到海南登记数据产权，需要什么材料？", ["北京", "海南"], False, id="where one is"
        ),
        pytest.param(
            "我们公司在北京注册，能到海南登记吗？", ["北京", "海南"], False, id="where one is registered"
        ),
        pytest.param("在北京要公示几天，在贵州呢？", ["北京", "贵州"], True, id="asked in both"),
        pytest.param("长春的数据商能登记吗？", ["长春"], False, id="one place"),
    ],
)
def test_places_are_compared_where_the_same_is_asked_of_each(question, places, compared):
    assert compares(question, places) is compared


def test_the_place_is_always_named():
    assert side_of("登记：贵州要几天，北京呢？", "海南", ["海南", "贵州"]).startswith("海南 ")


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("各地对数据登记的公示期限是怎么规定的？", "贵州对数据登记的公示期限是怎么规定的？"),
        ("各省市的证书有效期有什么不同？", "贵州证书有效期？"),
        ("哪些地方规定了数据交易要备案？", "贵州规定了数据交易要备案？"),
        ("Which provinces require data trading to be recorded?", "贵州 require data trading to be recorded?"),
    ],
)
def test_a_question_about_all_places_is_asked_of_one(question, own):
    assert asks_of_all(question)
    assert one_of_all(question, "贵州") == own


@pytest.mark.parametrize(
    "question",
    ["首批试点分别是哪些地方？", "各地方人民政府的职责是什么？", "算力中心往哪几个地方扎堆？", "各部门怎么分工？", "Which data may be traded?"],
)  # fmt: skip
def test_a_question_about_places_in_a_document_asks_of_no_other(question):
    assert not asks_of_all(question)
