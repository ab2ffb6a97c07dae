import pytest
from fakes import make_clause, make_document

from rag.locator.amended import amended_places, amends
from rag.locator.index import PlaceIndex
from rag.locator.lookup import Lookup
from rag.locator.matcher import TitleMatcher

DECISION = make_document("d", "南江市人民政府关于修改《南江市养犬管理规定》的决定")
CLAUSES = [
    make_clause("一", "将第三条修改为：“个人养犬每户限养两只。”", document=DECISION),
    make_clause("二", "将第七条第一款中的“城管局”修改为“执法部门”。", document=DECISION),
    make_clause("三", "删去第九条。", document=DECISION),
    make_clause("四", "增加一条，作为第十二条：“养犬人应当每年接种疫苗。”", document=DECISION),
    make_clause("五", "第三十条规定的措施由执法部门实施。", document=DECISION),
]


def test_a_point_is_known_by_the_article_that_it_amends():
    places = {clause_id: article for clause_id, _, article in amended_places(CLAUSES)}
    assert places == {"d:一": "第三条", "d:二": "第七条", "d:三": "第九条", "d:四": "第十二条"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param(DECISION.title, True, id="decision"),
        pytest.param("关于修改部分行政法规的决定（2024年）", True, id="with a year"),
        pytest.param("中华人民共和国刑法修正案", False, id="amendment named after its law"),
        pytest.param("南江市养犬管理规定", False, id="what is amended"),
        pytest.param("关于修改完善数据目录的通知", False, id="no decision"),
    ],
)
def test_a_decision_is_known_by_its_title(title, expected):
    assert amends(make_document("t", title)) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "关于修改南江市养犬管理规定的决定把第三条改成了什么？", "d:一", id="article, and no point 三"
        ),
        pytest.param("南江市养犬管理规定修改决定第九条怎么改的？", "d:三", id="deleted"),
        pytest.param("南江市养犬管理规定修改决定第三点", "d:三", id="a point is a point"),
    ],
)
def test_an_article_names_the_point_that_amends_it(question, expected):
    rows = [(c.clause_id, c.document_id, c.locator) for c in CLAUSES] + [*amended_places(CLAUSES)]
    lookup = Lookup(PlaceIndex(rows), TitleMatcher([DECISION]), {"d": DECISION.title})
    assert [clause_id for clause_id, _ in lookup.find(question, question, {"d"}).ranking] == [expected]
