import pytest
from fakes import make_clause, make_document, make_hit

from rag.verdict.evidence import nearness, weigh

BEIJING = make_document("b", "北京市数据登记办法", region="北京市", issuer="北京市知识产权局")
PLAIN = make_document("p", "数据交易规则")


def hit(text, document=PLAIN, **legs):
    return make_hit(make_clause("第一条", text, document=document), **(legs or {"dense": 0.8}))


def judge(question, *hits, bundled=False):
    return weigh(question, hits, [BEIJING, PLAIN], bundled=bundled)


@pytest.mark.parametrize(
    ("question", "hits", "why"),
    [
        pytest.param("数据怎么登记？", [], "没有符合条件的条款。", id="nothing found"),
        pytest.param(
            "上海怎么登记？", [hit("数据应当登记。", BEIJING)], "没有关于上海的条款。", id="other place"
        ),
        pytest.param(
            "Shanghai fees?", [hit("登记。", BEIJING)], "没有关于上海的条款。", id="other place in English"
        ),
        pytest.param(
            "《民法典》怎么规定？", [hit("数据应当登记。")], "文件库里没有《民法典》。", id="other document"
        ),
        pytest.param(
            "证券法第五条讲什么？", [hit("数据登记。")], "文件库里没有《证券法》。", id="other law by number"
        ),
        pytest.param("登记要多少钱？", [hit("数据应当登记。")], "相近的条款里没有写金额。", id="no amount"),
        pytest.param(
            "登记费多少钱？",
            [hit("处五万元罚款。")],
            "相近的条款里没有写金额。",
            id="amount for another thing",
        ),
        pytest.param("增长百分之几？", [hit("持续增长。")], "相近的条款里没有写比例。", id="no share"),
        pytest.param("要多久？", [hit("应当受理。")], "相近的条款里没有写期限。", id="no time"),
        pytest.param("建多少个场景？", [hit("打造典型场景。")], "相近的条款里没有写数目。", id="no number"),
    ],
)
def test_too_little_is_refused_with_the_reason(question, hits, why):
    found = judge(question, *hits)
    assert (found.enough, found.why) == (False, why)


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        pytest.param("数据怎么登记？", [hit("数据应当登记。")], id="open question"),
        pytest.param("北京怎么登记？", [hit("数据应当登记。", BEIJING)], id="place of the document"),
        pytest.param("上海怎么登记？", [hit("上海的数据应当登记。")], id="place in the text"),
        pytest.param("北京和上海有何不同？", [hit("数据应当登记。", BEIJING)], id="one of two places"),
        pytest.param("《数据交易规则》怎么规定？", [hit("应当登记。")], id="named document is there"),
        pytest.param("《数据登记办法》怎么规定？", [hit("应当登记。", BEIJING)], id="shorter name"),
        pytest.param(
            "《民法典》怎么用？", [hit("依照《民法典》处理。")], id="document mentioned by a clause"
        ),
        pytest.param(
            "罚款多少？", [hit("数据登记。"), hit("处五万元罚款。")], id="amount in the second clause"
        ),
        pytest.param("什么时候施行？", [hit("数据应当登记。")], id="a date may be missing"),
    ],
)
def test_enough_gives_no_reason(question, hits):
    found = judge(question, *hits)
    assert (found.enough, found.why) == (True, "")


@pytest.mark.parametrize(
    ("question", "legs", "enough"),
    [
        pytest.param("怎么煮面？", {"dense": 0.60, "rerank": 0.62}, False, id="far"),
        pytest.param("数据怎么登记？", {"dense": 0.75, "rerank": 0.75}, True, id="near"),
        pytest.param("北京数据怎么登记？", {"dense": 0.68, "rerank": 0.68}, True, id="nearer by its place"),
        pytest.param("第一条讲什么？", {"dense": 0.3, "lookup": 2.0}, True, id="looked up by number"),
        pytest.param("数据怎么登记？", {"keyword": 20.0}, False, id="no vector"),
    ],
)
def test_cosines_of_the_bundled_embedder_count(question, legs, enough):
    assert judge(question, hit("数据应当登记。", BEIJING, **legs), bundled=True).enough is enough


def test_cosines_of_another_embedder_are_not_known():
    assert judge("数据怎么登记？", hit("数据应当登记。", dense=0.1)).enough


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        pytest.param([{"dense": 0.5}, {"dense": 0.7}], 0.7, id="nearest"),
        pytest.param([{"dense": 0.5, "rerank": 0.9}, {"dense": 0.7}], 0.8, id="mean with the best sentence"),
        pytest.param([{"keyword": 9.0}], 0.0, id="no vectors"),
        pytest.param([], 0.0, id="no hits"),
    ],
)
def test_nearness(legs, expected):
    assert nearness([hit("数据。", **leg) for leg in legs]) == pytest.approx(expected)
