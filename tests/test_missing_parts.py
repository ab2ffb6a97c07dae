import pytest
from fakes import make_clause, make_document, make_hit

from rag.verdict.parts import asking_parts, missing_parts, question_parts
from rag.verdict.signals import Found

GUIZHOU = make_document("g", "贵州省登记办法", region="贵州省")
TEXT = "登记凭证有效期两年，自发证之日起计算。"


def missing(question, lang="zh", text=TEXT):
    hits = [make_hit(make_clause("第一条", text, document=GUIZHOU), dense=0.8)]
    return missing_parts(Found(question, question, hits, {"g": GUIZHOU}), lang)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param("凭证有效期多久，费用多少？", ("“费用多少”",), id="second part"),
        pytest.param("登记费多少钱？凭证能用几年？", ("“登记费多少钱”",), id="first part"),
        pytest.param("贵州和云南的凭证有什么不同？", ("云南",), id="place"),
        pytest.param("《登记办法》和《民法典》的凭证一样吗？", ("《民法典》",), id="document"),
        pytest.param("凭证有效期多久，从什么时候起算？", (), id="both are there"),
        pytest.param("费用多少，占比多少？", (), id="nothing is there"),
        pytest.param("云南的凭证有效期多久？", (), id="the only place"),
        pytest.param("凭证怎么用？", (), id="one part"),
    ],
)
def test_the_part_without_evidence_is_named(question, parts):
    assert missing(question) == parts


def test_an_english_part_stands_between_english_marks():
    question = "How long is the certificate valid, and how much does it cost?"
    assert missing(question, "en") == ('"how much does it cost"',)


def test_a_question_of_one_part_has_none():
    assert question_parts("凭证有效期多久？") == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("谁办理、多久受理、公示多少天？", ["谁办理", "多久受理", "公示多少天"]),
        ("登记：谁办理、多久受理？", ["谁办理", "多久受理"]),
    ],
)
def test_parts_between_enumeration_commas_each_ask(question, parts):
    assert question_parts(question) == parts


def test_a_part_keeps_what_stands_before_it():
    parts = asking_parts("公示多少天，期间有异议，几天内交材料？")
    assert [part.full for part in parts] == ["公示多少天", "期间有异议 几天内交材料"]


def test_a_name_with_呢_asks_what_the_part_before_it_asks():
    first, second = asking_parts("辞职提前几天通知，实习生呢？")
    assert (second.text, second.asked) == ("实习生", first.asked)
    assert second.full == "实习生 辞职提前几天通知"
    assert len(asking_parts("辞职提前几天通知，实习生呢 ？")) == len((first, second))
    assert asking_parts("辞职呢，实习生几天？") == []
    assert asking_parts("辞职提前几天通知，实习生。") == []
