"""English terms of policies and laws in the Chinese words of the documents."""

from collections import Counter

import pytest

from rag.hit.glossary import chinese_terms, entries, named_matters, without_terms
from rag.text import is_chinese


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("How long is a data IP registration certificate valid?", ["数据知识产权", "登记证书", "有效期"]),
        ("May a company register data property rights?", ["企业", "登记", "数据产权"]),
        ("Which work-related injuries count?", ["工伤"]),
        ("Which work related injuries count?", ["工伤"]),
        ("WHO IS THE LEGAL REPRESENTATIVE", ["法定代表人"]),
        ("Is consent, and again consent, needed?", ["同意"]),
        ("Can a trademark be pledged?", ["商标", "质押"]),
        ("Is it fine to trade raw data?", ["允许", "交易", "原始数据"]),
        ("Who checks fire safety?", ["审核", "消防"]),
        ("When may a worker be fired?", ["劳动者", "解除劳动合同"]),
    ],
)
def test_a_question_is_put_in_the_terms_of_the_documents(question, terms):
    assert chinese_terms(question) == terms


@pytest.mark.parametrize(
    "question",
    [
        "",
        "数据 IP certificate 的有效期是几年？",
        "What about finest, reviewers' and unregistered things?",
        "Who said so?",
        "Which s\u0131ck bu\u017finess?",
        "Which businesss?",
    ],
)
def test_chinese_questions_and_words_within_words_have_no_terms(question):
    assert chinese_terms(question) == []


def test_each_english_phrase_stands_once_and_each_term_is_chinese():
    pairs = list(entries())
    counts = Counter(english.lower() for english, _ in pairs)
    assert [english for english, count in counts.items() if count > 1] == []
    assert [term for _, term in pairs if not is_chinese(term)] == []
    assert [english for english, _ in pairs if is_chinese(english) or english != english.strip()] == []


def test_a_matter_with_one_name_is_told_as_typed_and_as_printed():
    assert named_matters("How do I register a Trademark?") == [("Trademark", ["商标"])]
    assert named_matters("Which income tax is due?") == [("income tax", ["企业所得税", "所得税"])]
    assert named_matters("How do I register a data product?") == []
    assert named_matters("商标 trademark 怎么注册") == []


@pytest.mark.parametrize(
    ("full", "own"),
    [
        ("What is a data broker in Beijing? 北京 数据商", "What is a data broker in Beijing?"),
        ("What does 数据商 mean?", "What does 数据商 mean?"),
        ("AI 是什么", "AI 是什么"),
        ("数据商是什么", "数据商是什么"),
        ("", ""),
    ],
)
def test_an_english_question_is_told_from_what_was_put_behind_it(full, own):
    assert without_terms(full) == own
