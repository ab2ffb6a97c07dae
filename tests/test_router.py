"""What a question says of the documents that it means."""

from datetime import date

import pytest
from fakes import make_document

from rag.hit.router import Router
from rag.locator.aliases import Alias

TODAY = date(2024, 6, 1)
BEIJING = make_document(
    "beijing", "北京市数据登记管理办法（试行）", region="北京市", status="试行", issuer="北京市知识产权局",
    doc_number="京知局〔2023〕11号", issue_no=22, issue_date="2023-06-03", source_name="大数据发展动态",
)  # fmt: skip
GUIYANG = make_document(
    "guiyang", "贵阳市大数据行动方案", region="贵阳市", issue_no=50, issue_date="2023-12-15"
)
GUIZHOU = make_document("guizhou", "贵州省数据交易办法（征求意见稿）", region="贵州省", status="征求意见稿")
OPINION = make_document(
    "opinion", "关于构建数据基础制度更好发挥数据要素作用的意见", region="全国", issuer="国家数据局"
)
OLD = make_document("old", "甲市数据条例", effective_date="2018-01-01", superseded_by="new")
NEW = make_document("new", "甲市数据条例（2023修订）", effective_date="2023-07-01")
SECRET = make_document("secret", "内部数据登记规则", visibility="finance", doc_number="内〔2023〕1号")
SHELF = [BEIJING, GUIYANG, GUIZHOU, OPINION, OLD, NEW]
ROUTER = Router([*SHELF, SECRET], aliases=[Alias(OPINION.title, "数据二十条", True)])


def route(question, before=""):
    return ROUTER.route(question, f"{before} {question}" if before else question, SHELF, TODAY)


@pytest.mark.parametrize(
    ("question", "inferred"),
    [
        pytest.param(
            "北京市数据登记管理办法第三条",
            {"title": BEIJING.title, "region": "北京市"},
            id="title without 《》",
        ),
        pytest.param("《数据登记管理办法》第三条", {"title": BEIJING.title}, id="part of a title in 《》"),
        pytest.param("数据二十条讲什么", {"title": OPINION.title}, id="alias"),
        pytest.param("京知局[2023]11号讲什么", {"doc_number": BEIJING.doc_number}, id="number"),
        pytest.param("贵阳的数据怎么开放", {"region": "贵阳市"}, id="region"),
        pytest.param("北京和贵州各管几年", {"region": "北京市、贵州省"}, id="two regions"),
        pytest.param("What does Beijing require?", {"region": "北京市"}, id="region in English"),
        pytest.param("第50期有什么", {"issue_no": "50"}, id="issue"),
        pytest.param("12月15日那期有什么", {"issue_date": "2023-12-15"}, id="date of an issue"),
        pytest.param("征求意见稿里怎么罚", {"status": "征求意见稿"}, id="draft"),
        pytest.param("试行的办法有哪些", {"status": "试行"}, id="on trial"),
        pytest.param("国家数据局发的文件", {"issuer": "国家数据局"}, id="issuer"),
        pytest.param("2023年3月时怎么规定", {"as_of": "2023-03-31"}, id="day"),
        pytest.param("数据怎么登记？", {}, id="nothing"),
        pytest.param("上海的数据怎么登记？", {}, id="region without documents"),
        pytest.param("讨论稿里怎么说", {"status": "讨论稿"}, id="any draft"),
        pytest.param("试行期是几年", {}, id="trial period"),
        pytest.param("《内部数据登记规则》和内〔2023〕1号", {}, id="document that this person may not see"),
        pytest.param("how are you?", {}, id="English words"),
    ],
)
def test_what_a_question_says_is_reported(question, inferred):
    assert dict(route(question).inferred) == inferred


@pytest.mark.parametrize(
    ("question", "older"),
    [
        pytest.param("数据条例怎么说", set(), id="the newest version"),
        pytest.param("2023年3月时怎么规定", {"old"}, id="day before the newer one"),
        pytest.param("2023年8月时怎么规定", set(), id="day of the newer one"),
        pytest.param("旧版的数据条例怎么说", {"old"}, id="the old version"),
        pytest.param("修订前怎么说", {"old"}, id="before the amendment"),
        pytest.param("新旧数据条例有什么不同", {"old"}, id="both versions"),
        pytest.param("the previous version", {"old"}, id="English"),
        pytest.param("甲市数据条例（2023修订）怎么说", set(), id="the newer one by its name"),
        pytest.param("甲市数据条例怎么说", set(), id="a name of both"),
    ],
)
def test_older_versions_come_back_when_they_are_asked_for(question, older):
    assert route(question).older == older


def test_a_draft_that_was_replaced_comes_back_when_drafts_are_asked_for():
    draft = make_document("d", "乙市办法（征求意见稿）", status="征求意见稿", superseded_by="f")
    final = make_document("f", "乙市办法")
    router = Router([draft, final])
    for question, older in (("征求意见稿怎么写", {"d"}), ("乙市办法怎么写", set())):
        assert router.route(question, question, [draft, final], TODAY).older == older


@pytest.mark.parametrize(
    ("question", "likely"),
    [
        ("北京的第三条", {"beijing"}),
        ("北京和贵州的第三条", {"beijing", "guizhou"}),
        ("第50期贵阳的第三条", {"guiyang"}),
        ("贵州的征求意见稿第三条", {"guizhou"}),
        ("第50期北京的第三条", set()),
        ("第三条", set()),
    ],
)
def test_the_documents_that_fit_all_that_is_said(question, likely):
    assert route(question).likely == likely


def test_a_follow_up_keeps_what_the_question_before_said():
    assert dict(route("有效期呢？", "北京的登记怎么办？").inferred) == {"region": "北京市"}
    assert dict(route("那贵阳呢？", "北京的登记怎么办？").inferred) == {"region": "贵阳市"}


@pytest.mark.parametrize(
    ("question", "groups"),
    [
        pytest.param("北京和贵州各管几年", [("北京", {"beijing"}), ("贵州", {"guizhou"})], id="places"),
        pytest.param(
            "《北京市数据登记管理办法》和数据二十条有什么不同",
            [("", {"opinion"}), ("", {"beijing"})],
            id="documents",
        ),
        pytest.param("甲市数据条例怎么说", [], id="versions of one document"),
        pytest.param(
            "甲市数据条例新旧两版有什么不同", [("", {"new"}), ("", {"old"})], id="versions compared"
        ),
        pytest.param("北京管几年", [], id="one place"),
        pytest.param("数据怎么登记？", [], id="none"),
    ],
)
def test_what_a_question_compares(question, groups):
    found = route(question).groups(question, {d.document_id: d for d in SHELF})
    assert sorted((g.words, sorted(g.documents)) for g in found) == sorted(
        (w, sorted(ids)) for w, ids in groups
    )


def test_for_a_city_the_documents_of_its_province_are_meant_besides_its_own():
    found = route("贵阳的企业怎么登记")
    assert (set(found.regions), found.around) == ({"贵阳市"}, {"guizhou"})
    assert route("遵义的企业怎么登记").around == {"guizhou"}
    assert route("贵州的企业怎么登记").around == frozenset()
    assert route("北京的企业怎么登记").around == frozenset()


def test_a_city_is_not_compared_with_its_own_province():
    documents = {d.document_id: d for d in SHELF}
    assert route("贵州省贵阳市的企业怎么登记").groups("贵州省贵阳市的企业怎么登记", documents) == []
    assert len(route("北京和贵阳怎么登记").groups("北京和贵阳怎么登记", documents)) == 2
