from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeEmbedder, make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.rerank import SentenceScorer
from rag.settings import Settings
from rag.verdict.curve import curve_for
from rag.verdict.evidence import Evidence, Written, after_writing, search_of, weigh
from rag.verdict.lack import absent_matters, missing_places, reason
from rag.verdict.signals import Found, signals
from rag.verdict.topics import Topics

BEIJING = make_document("b", "北京市数据登记办法", region="北京市", issuer="北京市知识产权局")
PLAIN = make_document("p", "数据交易规则")
DOCUMENTS = {"b": BEIJING, "p": PLAIN}


def hit(text, document=PLAIN, **legs):
    return make_hit(
        make_clause("第一条", text, document=document), **(legs or {"dense": 0.8, "keyword": 20.0})
    )


def judge(question, *hits, lang="zh"):
    return weigh(Asked(question, question), hits, DOCUMENTS, embedder="another", lang=lang)


def found(question, *hits):
    return Found(question, question, hits, DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "hits", "zh", "en"),
    [
        pytest.param("数据怎么登记？", [], "没有符合条件的条款。", "No clause meets the conditions.", id="nothing found"),
        pytest.param(
            "上海怎么登记数据？",
            [hit("数据应当登记。", BEIJING)],
            "没有关于上海的条款。",
            "There is no clause about 上海.",
            id="other place",
        ),
        pytest.param(
            "What does Singapore say about data?",
            [hit("数据应当登记。", BEIJING)],
            "没有关于新加坡的条款。",
            "There is no clause about 新加坡.",
            id="other country in English",
        ),
        pytest.param(
            "How do I register a trademark?",
            [hit("数据应当登记。")],
            "没有关于trademark (商标)的条款。",
            "There is no clause about trademark (商标).",
            id="a matter that no clause has the word for",
        ),
        pytest.param(
            "《民法典》怎么规定数据登记？",
            [hit("数据应当登记。")],
            "文件库里没有《民法典》。",
            "The collection does not hold 《民法典》.",
            id="other document",
        ),
        pytest.param(
            "证券法第五条讲什么？",
            [hit("数据登记。")],
            "文件库里没有《证券法》。",
            "The collection does not hold 《证券法》.",
            id="other law by number",
        ),
    ],
)  # fmt: skip
def test_what_is_known_to_be_missing_is_refused_in_the_language_of_the_question(question, hits, zh, en):
    for lang, why in (("zh", zh), ("en", en)):
        evidence = judge(question, *hits, lang=lang)
        assert (evidence.enough, evidence.why, evidence.confidence) == (False, why, 0.0)


def test_a_matter_that_a_clause_or_its_title_has_the_word_for_is_not_absent():
    assert absent_matters("How do I register a trademark?", [hit("商标应当登记。")]) == []
    assert absent_matters("Which income tax is due?", [hit("依法缴纳所得税。")]) == []
    assert absent_matters("How is data registered?", [hit("其他。")]) == []
    assert absent_matters("How do I register a trademark?", [hit("商標應當登記。")]) == []
    assert absent_matters("Who protects Trademarks?", [hit("The office protects trademarks.")]) == []
    assert absent_matters("Are drugs forbidden?", [hit("禁止吸食毒品。")]) == []
    assert absent_matters("Who owns the house?", [hit("业主对住宅享有所有权。")]) == []
    assert absent_matters("Are drugs forbidden?", [hit("禁止吸烟。")]) == ["drugs (药品、药物、毒品)"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("请问证券法第五条讲什么？", "证券法"),
        ("我想问一下民法典第五条", "民法典"),
        ("民法典第五条", "民法典"),
        ("2023年第46期证券交易规定第五条", "证券交易规定"),
        ("北京的证券交易办法第五条", "证券交易办法"),
        ("北京的数据登记要遵守证券法第五条吗", "证券法"),
        ("国务院关于证券的意见第五条", "国务院关于证券的意见"),
        ("北京证券交易办法第五条", "北京证券交易办法"),
        ("第二条和证券法第五条有什么不同", "证券法"),
        ("北京办法第二条第三款跟证券法第五条", "证券法"),
        ("和平条约规定第五条", "和平条约规定"),
    ],
)
def test_an_absent_document_is_told_by_its_name_alone(question, name):
    assert judge(question, hit("数据登记。", BEIJING)).why == f"文件库里没有《{name}》。"


@pytest.mark.parametrize("question", ["数据二十条有哪些内容？", "“数据二十条”是什么"])
def test_a_document_named_by_how_many_points_it_has_is_absent(question):
    assert judge(question, hit("数据登记。", BEIJING)).why == "文件库里没有《数据二十条》。"


@pytest.mark.parametrize("question", ["登记办法二十条说了什么", "登记办法第二十条", "一共有二十条吗"])
def test_an_article_or_a_count_of_articles_is_no_name(question):
    assert "《" not in judge(question, hit("数据登记。", BEIJING)).why.split("最接近")[0]


def test_a_document_that_a_clause_mentions_is_not_absent():
    found = judge("数据二十条有哪些内容？", hit("落实“数据二十条”，推进数据登记。", BEIJING))
    assert "《数据二十条》" not in found.why


NUMBERED = make_document("n", "数据管理规定", doc_number="工信部无〔2023〕62号")


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("京知局〔2023〕11号第三条", "京知局〔2023〕11号"),
        ("请问国发[2015]50号说了什么", "国发[2015]50号"),
        ("那个国发〔2015〕50号说了什么", "国发〔2015〕50号"),
        ("工信部无〔2023〕63号第一条", "工信部无〔2023〕63号"),
    ],
)
def test_a_number_that_no_document_has_is_told(question, number):
    for lang, why in (
        ("zh", f"文件库里没有文号为{number}的文件。"),
        ("en", f"The collection does not hold a document numbered {number}."),
    ):
        weighed = weigh(
            Asked(question, question),
            [hit("数据登记。", NUMBERED)],
            {"n": NUMBERED},
            embedder="another",
            lang=lang,
        )
        assert (weighed.enough, weighed.why) == (False, why)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("工信部无[2023] 62 号第一条", "数据登记。", id="borne"),
        pytest.param("那国发〔2015〕50号还有效吗", "按照国发〔2015〕50 号执行。", id="mentioned"),
        pytest.param("数据管理规定（国发〔2015〕50号）第一条", "数据登记。", id="named besides"),
        pytest.param("2015年50号", "数据登记。", id="no number"),
    ],
)
def test_a_number_that_is_borne_or_mentioned_is_not_missing(question, text):
    weighed = weigh(Asked(question, question), [hit(text, NUMBERED)], {"n": NUMBERED}, embedder="another")
    assert "文号" not in weighed.why


@pytest.mark.parametrize(
    "question",
    [
        "请问北京那个办法第一条怎么说",
        "2023年第46期北京那个办法第一条",
        "我想问一下刚出台的北京的办法第一条",
        "北京办法第一条",
        "北京市管理办法第一条",
        "这个规定第一条",
        "该办法第一条",
        "2023年办法第一条",
        "北京办法第二十七条和北京管理办法第一条有啥不同",
        "按照北京数据登记办法第一条",
    ],
)
def test_words_that_only_point_at_a_document_are_no_name_of_an_absent_one(question):
    assert "没有《" not in judge(question, hit("2023年数据登记。", BEIJING)).why


@pytest.mark.parametrize(
    ("question", "text", "near", "zh"),
    [
        pytest.param(
            "登记要多少钱？",
            "数据应当登记。",
            True,
            "最接近的是《数据交易规则》第一条，但相近的条款里没有写金额。",
            id="amount",
        ),
        pytest.param(
            "登记有效期多久？",
            "数据应当登记。",
            True,
            "最接近的是《数据交易规则》第一条，但相近的条款里没有写期限。",
            id="time",
        ),
        pytest.param(
            "违规登记罚多少？",
            "数据应当登记。",
            True,
            "最接近的是《数据交易规则》第一条，但相近的条款里没有写金额、处罚。",
            id="two kinds",
        ),
        pytest.param(
            "数据登记为何要公证？",
            "数据应当登记。",
            True,
            "最接近的是《数据交易规则》第一条，不能确定它写明了所问的内容，请看原文。",
            id="detail",
        ),
        pytest.param("2031年数据登记的目标？", "2023年数据应当登记。", True, "没有找到关于2031年的条款。", id="year"),
        pytest.param(
            "煮面材料有哪些？", "数据应当登记。", False, "没有条款明确讲“煮面材料”。最接近的是《数据交易规则》第一条，请看它是否有关。", id="without what is left of 有哪些"
        ),
        pytest.param(
            "什么是煮面专家？", "数据应当登记。", False, "没有条款明确讲“煮面专家”。最接近的是《数据交易规则》第一条，请看它是否有关。", id="without what is left of 什么是"
        ),
        pytest.param(
            "怎么煮面？", "数据应当登记。", False, "没有条款明确讲“煮面”。最接近的是《数据交易规则》第一条，请看它是否有关。", id="other matter"
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_missing(question, text, near, zh):
    assert reason(found(question, hit(text)), "zh", near=near) == zh


def test_a_long_question_is_not_repeated_as_a_topic():
    why = reason(
        found("那个，隔壁同事昨天晚上在家里做饭的时候问，怎么煮面？", hit("数据应当登记。")), "zh", near=False
    )
    assert why == "没有条款明确讲这件事。最接近的是《数据交易规则》第一条，请看它是否有关。"


@pytest.mark.parametrize(
    ("question", "near", "why"),
    [
        pytest.param(
            "How much does data registration cost?",
            True,
            "The nearest is 第一条 of 《数据交易规则》, but the clauses found do not say an amount of money.",
            id="amount",
        ),
        pytest.param(
            "How do I cook rice?",
            False,
            "No clause clearly speaks of this. The nearest is 第一条 of 《数据交易规则》; please see whether it bears on the question.",
            id="other matter",
        ),
    ],
)
def test_an_english_refusal_says_why(question, near, why):
    assert reason(found(question, hit("数据应当登记。")), "en", near=near) == why


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        pytest.param("数据交易规则里数据应当怎么登记？", [hit("数据应当登记。")], id="open question"),
        pytest.param("北京怎么登记数据？", [hit("数据应当登记。", BEIJING)], id="place of the document"),
        pytest.param(
            "北京和上海登记数据有何不同？", [hit("数据应当登记。", BEIJING)], id="one of two places"
        ),
        pytest.param("《数据登记办法》怎么规定登记？", [hit("应当登记。", BEIJING)], id="shorter name"),
        pytest.param("北京第一条讲什么？", [hit("登记。", BEIJING, lookup=2.0)], id="looked up by number"),
    ],
)
def test_enough_gives_no_reason(question, hits):
    evidence = judge(question, *hits)
    assert (evidence.enough, evidence.why) == (True, "")
    assert evidence.threshold <= evidence.confidence < 1


def test_one_of_two_places_is_missing():
    assert judge("北京和上海登记数据有何不同？", hit("数据应当登记。", BEIJING)).missing == ("上海",)


def test_a_part_that_nothing_answers_does_not_take_the_other_away():
    text = "数据登记证书的有效期为三年，自登记公告之日起计算。"
    evidence = judge("北京数据登记证书的有效期多久，登记费用多少？", hit(text, BEIJING))
    assert (evidence.enough, evidence.missing) == (True, ("“登记费用多少”",))


@pytest.mark.parametrize("question", ["数据登记收费吗？", "登记机构的电话是多少？", "登记中心的主任是谁？"])
def test_what_must_be_printed_and_is_not_is_refused_however_near_a_clause_comes(question):
    assert not judge(question, hit("数据登记机构负责数据登记，登记中心的主任主持工作。", keyword=40.0)).enough


def test_what_must_be_printed_is_missing_beside_another_part():
    judged = judge("数据登记有效期多久，登记收费吗？", hit("数据登记的有效期为三年。"))
    assert judged.enough
    assert judged.missing == ("“登记收费”",)


def test_cosines_count_only_with_the_embedder_of_the_curve():
    bundled = curve_for("another")
    assert bundled.embedder is None
    near, far = (
        signals(found("数据怎么登记？", hit("数据应当登记。", dense=cosine))) for cosine in (0.9, 0.2)
    )
    assert bundled.probability(near) == bundled.probability(far)


def test_every_signal_is_the_same_with_and_without_sentences_compared():
    scorer = SentenceScorer(FakeEmbedder())
    compared = scorer.scores("数据怎么登记？", [("数据交易规则", "数据应当登记。")])
    one = found("数据怎么登记？", hit("数据应当登记。"))
    other = Found(one.text, one.full, one.hits, one.documents, compared)
    assert signals(one).keys() == signals(other).keys()


def test_a_topic_that_is_nearer_than_the_best_clause_speaks_against_an_answer():
    one = found("数据怎么登记？", hit("数据应当登记。", dense=0.7))
    far, near = (signals(replace(one, topics=np.array([0.1, cosine], np.float32))) for cosine in (0.3, 0.9))
    assert (far["topic"], near["topic"]) == pytest.approx((0.4, -0.2))
    curve = curve_for(Settings().embedder)
    assert curve.probability(far) > curve.probability(near)


@pytest.mark.parametrize(
    ("question", "near_law", "share"),
    [
        pytest.param("数据怎么登记？", 0.6, 0.0, id="no matter of national law"),
        pytest.param("数据怎么登记？", 0.7, 0.5, id="half"),
        pytest.param("数据怎么登记？", 0.9, 1.0, id="matter of national law"),
        pytest.param("How is data registered?", 0.9, 0.0, id="no nearness is asked of English"),
    ],
)
def test_nearness_counts_apart_where_national_law_speaks_of_what_was_found(question, near_law, share):
    one = replace(
        found(question, hit("数据应当登记。", dense=0.7), hit("数据可以交易。", dense=0.5)),
        topics=np.array([0.6], np.float32),
        near_law=near_law,
    )
    values = signals(one)
    law = {name: value for name, value in values.items() if name.startswith("law")}
    parts = {f"law_{name}": share * values[name] for name in ("dense", "gap", "topic")}
    assert law == pytest.approx({"law": share, **parts}, abs=1e-6)
    assert values["gap"] == pytest.approx(0.2)


def test_what_was_found_is_compared_with_topics():
    scorer, text = SentenceScorer(FakeEmbedder()), "数据应当登记。"
    same, other = (scorer.question(words) for words in (f"{PLAIN.title} {text}", "天气晴朗"))
    asked = Asked("数据怎么登记？", "数据怎么登记？")
    likened = [
        search_of(asked, [hit(text)], DOCUMENTS, scorer, Topics("fake", vector[None]))
        for vector in (same, other)
    ]
    assert likened[0].near_law == pytest.approx(1.0)
    assert likened[1].near_law < 0.3
    assert likened[0].topics == pytest.approx([same @ scorer.question(asked.full)])
    assert not search_of(asked, [hit(text)], DOCUMENTS, scorer, None).topics.size


@pytest.mark.parametrize(
    ("written", "missing", "verdict"),
    [
        pytest.param(Written(4, 4), (), "answered", id="all verified"),
        pytest.param(Written(4, 3), (), "answered", id="one in four not found"),
        pytest.param(Written(4, 1), (), "partial", id="most not found"),
        pytest.param(Written(4, 0), (), "refused", id="nothing left"),
        pytest.param(Written(0, 0), (), "refused", id="no statement"),
        pytest.param(Written(4, 4), ("上海",), "partial", id="a part has no evidence"),
    ],
)
def test_sentences_that_failed_lower_the_verdict(written, missing, verdict):
    evidence = Evidence(True, "", 0.9, missing, 0.4)
    assert after_writing(evidence, written) == verdict


def test_a_year_whose_law_is_asked_for_need_not_be_printed():
    text = hit("本法自2021年7月15日起施行。")
    assert signals(found("数据交易规则2020年时有效吗", text))["year_missing"] == 0.0
    assert signals(found("数据交易规则2020年的目标是多少", text))["year_missing"] == 1.0


def test_the_rules_of_a_province_are_no_missing_place_for_its_city():
    guizhou = make_document("g", "贵州省数据登记办法", region="贵州省")
    hits = (hit("数据应当登记。", guizhou),)
    asked = "贵阳怎么登记数据？"
    assert signals(Found(asked, asked, hits, {"g": guizhou}))["place_missing"] == 0.0
    assert missing_places(Found(asked, asked, hits, {"g": guizhou})) == []
    other = "南宁怎么登记数据？"
    assert missing_places(Found(other, other, hits, {"g": guizhou})) == ["南宁"]


def test_what_another_place_says_first_is_not_said_by_the_place_that_is_asked_for():
    other = make_document("g", "贵州省数据登记办法", region="贵州省")
    own, best = hit("北京的数据应当登记。", BEIJING), hit("凭证有效期两年。", other)
    asked = Asked("北京的凭证有效期几年？", "北京的凭证有效期几年？")
    known = {**DOCUMENTS, "g": other}
    judged = weigh(asked, [own], known, embedder="another", best=best)
    assert (judged.enough, judged.confidence) == (False, 0.0)
    assert judged.why == "没有在北京的文件里找到这件事，最接近的是别处的《贵州省数据登记办法》第一条。"
    english = weigh(asked, [own], known, embedder="another", lang="en", best=best).why
    assert english == (
        "It was not found in the documents of 北京; the nearest, 第一条 of 《贵州省数据登记办法》, is of another place."
    )
    same = weigh(asked, [own], known, embedder="another", best=own)
    assert "别处" not in same.why


@pytest.mark.parametrize("question", ["的", "了吗？", "的。"])
def test_a_question_of_particles_alone_is_refused(question):
    assert judge(question, hit("数据应当登记。")).why == "问题里没有说要问什么。"
    assert (
        judge(question, hit("数据应当登记。"), lang="en").why == "The question does not say what it is about."
    )
    assert "没有说" not in judge("税", hit("数据应当登记。")).why
