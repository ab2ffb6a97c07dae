from importlib.resources import files

import pytest
from fakes import make_clause

from rag.hit.everyday import everyday_words, formal_terms, with_formal_words
from rag.hit.weights import EVERYDAY_WEIGHT
from rag.keyword_index import KeywordIndex, build
from rag.text import has_words, terms

LAW = [
    make_clause("第一条", "用人单位解除劳动合同的，应当提前三十日通知。"),
    make_clause("第二条", "机动车驾驶人饮酒后驾驶机动车的，暂扣驾驶证。"),
    make_clause("第三条", "城管队员应当佩戴标志。"),
    make_clause("第四条", "登记证书的有效期为三年。"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build(folder, LAW)
    return KeywordIndex(folder)


@pytest.mark.parametrize(
    ("question", "formal"),
    [
        pytest.param("老板能随便辞退我吗", {"用人单位", "雇主", "解除劳动合同"}, id="two words"),
        pytest.param("喝酒开车怎么处理", {"饮酒后驾驶机动车"}, id="the longest word"),
        pytest.param(
            "喝醉了，驾校教练车要扣吗", {"醉酒", "机动车驾驶培训", "教练员", "学习驾驶"}, id="three words"
        ),
        pytest.param("登记证书的有效期是几年", set(), id="the words of the clauses"),
        pytest.param("How long is it valid?", set(), id="English"),
    ],
)
def test_everyday_words_bring_those_of_statutes(index, question, formal):
    wanted = {term for word in formal for term in terms(word)} - set(terms(question))
    assert formal_terms(question, index) == dict.fromkeys(sorted(wanted), EVERYDAY_WEIGHT)


def test_a_word_that_the_clauses_use_themselves_is_left_as_it_is(index, larger):
    assert formal_terms("城管要戴什么", index) == {}
    assert with_formal_words("城管要戴什么", larger) == "城管要戴什么"


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("larger")
    build(folder, [*LAW, *(make_clause(f"第{n}条", "加强工作保障。") for n in range(5, 200))])
    return KeywordIndex(folder)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "老板能随便辞退我吗", "老板（用人单位、雇主）能随便辞退（解除劳动合同）我吗", id="in brackets"
        ),
        pytest.param("上班能喝酒吗", "上班（劳动）能喝酒（饮酒）吗", id="without one of which all is full"),
        pytest.param("登记证书的有效期是几年", "登记证书的有效期是几年", id="none"),
        pytest.param("How long is it valid?", "How long is it valid?", id="English"),
    ],
)
def test_statutes_words_stand_behind_everyday_ones(larger, question, expected):
    assert with_formal_words(question, larger) == expected


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("老板辞退我要先说吗", "d1:第一条"),
        ("酒驾", "d1:第二条"),
        ("城管", "d1:第三条"),
        ("证书有效期", "d1:第四条"),
    ],
)
def test_the_clause_in_statutes_words_is_found(index, question, first):
    assert index.search(question, 1, besides=formal_terms(question, index))[0][0] == first


def test_every_line_has_an_everyday_word_and_others_for_it():
    words = everyday_words()
    assert len(words) > 300
    for word, formal in words.items():
        assert word not in formal
        assert all(has_words(each) for each in (word, *formal))


def test_no_word_stands_twice():
    lines = files("rag.hit").joinpath("everyday.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(everyday_words())
