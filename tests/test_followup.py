import pytest

from rag.hit.followup import completed
from rag.hit.turn import read_turn

CITED = "《长春市数据交易管理办法》第三章/第十五条：交易资料保存不少于三十年。[1]"
KEPT = ("长春的数据交易资料要保存多少年？", "不少于三十年[1]。")


@pytest.mark.parametrize(
    ("text", "history", "full"),
    [
        pytest.param("数据登记要交什么材料？", [], "数据登记要交什么材料？", id="no history"),
        pytest.param(
            "那贵阳呢？", [KEPT], "数据交易资料要保存多少年 贵阳", id="another place, the same subject"
        ),
        pytest.param(
            "那元宇宙这头呢，谁来挑头？",
            [("安徽量子干线网络由谁牵头建设？", "省发展改革委。")],
            "安徽 量子干线网络由 牵头建设 那元宇宙这头呢，谁来挑头？",
            id="another subject, the same place",
        ),
        pytest.param("多久？", [("证书有效吗", "有效")], "证书有效吗 多久？", id="only a question word"),
        pytest.param(
            "《北京市登记办法》第十三条怎么规定？",
            [KEPT],
            "《北京市登记办法》第十三条怎么规定？",
            id="a document and an article of its own",
        ),
        pytest.param(
            "北京的知识产权登记证书有效期有多长？",
            [KEPT],
            "北京的知识产权登记证书有效期有多长？",
            id="complete by itself",
        ),
        pytest.param(
            "第十六条呢？",
            [("交易资料保存多少年？", CITED)],
            "《长春市数据交易管理办法》 第十六条呢？",
            id="an article of the cited document",
        ),
        pytest.param(
            "该办法什么时候施行？",
            [("交易资料保存多少年？", CITED)],
            "《长春市数据交易管理办法》 交易资料保存 年 该办法什么时候施行？",
            id="the cited document",
        ),
        pytest.param(
            "公示期几天？",
            [("交易资料保存多少年？", CITED)],
            "《长春市数据交易管理办法》 公示期几天？",
            id="another matter of the cited document",
        ),
        pytest.param(
            "那公示期几天？",
            [("长春的交易资料保存多少年？", CITED)],
            "长春 交易资料保存多少年 那公示期几天？",
            id="another matter, by a word that goes on",
        ),
        pytest.param(
            "罚多少？",
            [("长春数据交易要备案吗？", "要"), ("那这些单据得留多少年？", "三十年"), ("贵阳呢？", "没有")],
            "贵阳 数据交易要备案吗 这些单据得留多少年 罚多少？",
            id="three turns back",
        ),
        pytest.param(
            "What about Guizhou?",
            [("How long are trade records kept in Changchun?", "Thirty years [1].")],
            "How long are trade records kept in 贵州",
            id="English",
        ),
    ],
)
def test_a_turn_takes_over_what_it_leaves_out(text, history, full):
    assert completed(text, history).full == full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这一条还管谁？", "第十五条还管谁？"),
        ("上一条呢？", "第十四条呢？"),
        ("下一条讲的数据交易资料是什么？", "第十六条讲的数据交易资料是什么？"),
        ("这条件太高了吧？", "这条件太高了吧？"),
    ],
)
def test_this_article_is_written_as_its_number(text, expected):
    assert completed(text, [("交易资料保存多少年？", CITED)]).full.endswith(expected)


def test_the_article_before_the_first_has_no_number():
    assert "第" not in completed("上一条呢？", [("第一条说什么？", "目的。")]).full


def test_a_title_that_an_answer_only_mentions_is_not_carried():
    said = "政制局会研究修订《个人资料（私隐）条例》，使它与国际接轨。"
    assert "条例" not in completed("版权那部呢？", [("香港怎么保护个人隐私？", said)]).carried


HAINAN = [
    ("海南公示几天", "数据产品确权登记的公示期为5日。"),
    ("有异议怎么办", "运营者收到异议之日起3日内通知相应登记主体。"),
]


def test_a_long_turn_about_what_was_said_keeps_the_place():
    assert completed("多少天内通知登记主体", HAINAN).full == "海南 多少天内通知登记主体"
    more = [*HAINAN, ("多少天内通知登记主体", "3日内通知相应登记主体。")]
    assert completed("登记主体又要几天反馈说明", more).full == "海南 登记主体又要几天反馈说明"


def test_a_long_turn_about_something_else_takes_nothing_over():
    for other in ("无线充电设备的发射功率限制是多少", "北京多少天内通知登记主体"):
        assert completed(other, HAINAN).full == other


def test_what_is_inside_is_inside_the_document_before():
    assert completed("里面对用地有什么支持政策", [("湖南条例施行了吗", "没有。")]).carried.startswith("湖南")


def test_what_is_carried_is_told():
    assert completed("那贵阳呢？", [KEPT]).carried == "数据交易资料要保存多少年"
    assert completed("北京的知识产权登记证书有效期有多长？", [KEPT]).carried == ""


def test_a_turn_that_asks_nothing_is_judged_with_what_it_takes_over():
    done = completed("那贵阳呢？", [KEPT])
    assert done.text == done.full
    own = "那元宇宙这头的标准呢，谁来挑头？"
    assert completed(own, [KEPT]).text == own


def test_long_histories_carry_little():
    assert len(completed("那贵阳呢？", [("数据交易资料" * 3000, "答" * 20_000)] * 9).full) < 400


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("长春的数据交易资料要保存多少年？", True),
        ("数据交易资料要保存多少年？", True),
        ("那数据交易资料要保存多少年？", False),
        ("它什么时候开始施行、由谁负责解释？", False),
        ("信通院那本知识产权报告怎么看待作者？", True),
        ("How long is the certificate of registration valid in Beijing?", True),
        ("And how long is it valid?", False),
        ("", False),
    ],
)
def test_which_turns_stand_alone(text, alone):
    assert read_turn(text).stands_alone is alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第二款呢？", "第十五条第二款呢？"),
        ("那第（三）项呢？", "那第十五条第（三）项呢？"),
        ("第二款怎么说？", "第十五条第二款怎么说？"),
        ("第二项任务由谁牵头？", "第二项任务由谁牵头？"),
        ("第三条第二款呢？", "第三条第二款呢？"),
    ],
)
def test_a_place_inside_an_article_is_one_of_the_article_before(text, expected):
    assert completed(text, [("交易资料保存多少年？", CITED)]).full.endswith(expected)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        pytest.param("它的公示期呢？", "贵州 要素登记凭证 它的公示期呢？", id="another attribute"),
        pytest.param(
            "数据商呢？", "贵州 要素登记凭证有效期几年 数据商呢？", id="another subject keeps what is asked"
        ),
    ],
)
def test_what_was_asked_of_the_subject_gives_way_to_what_is_asked_now(text, full):
    assert completed(text, [("贵州的要素登记凭证有效期几年？", "两年。")]).full == full


def test_a_short_turn_is_compared_with_clauses_by_its_own_words():
    assert completed("公示期几天？", [("交易资料保存多少年？", CITED)]).text == "公示期几天？"
    assert completed("多久？", [KEPT]).text == completed("多久？", [KEPT]).full
