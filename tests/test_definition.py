"""Which clause defines what a question asks the meaning of, in Chinese and in English."""

import numpy as np
import pytest
from fakes import make_clause, make_hit

from rag.quote.definition import defining
from rag.rerank import SentenceScorer
from rag.schema import Definition

TERMS = {"公共数据": "public data", "公共数据共享": "public data sharing", "数据": "data"}


class Bilingual:
    """Puts a Chinese term where the English one is, and all others a little off."""

    def _vector(self, text):
        words = TERMS.get(text.strip(), text.strip())
        known = list(TERMS.values())
        vector = np.full(len(known) + 1, 0.01)
        vector[known.index(words) if words in known else -1] = 1.0
        return vector / np.linalg.norm(vector)

    def get_query_embedding(self, text):
        return self._vector(text)

    def get_text_embedding_batch(self, texts):
        return [self._vector(text) for text in texts]


@pytest.fixture(scope="module")
def scorer():
    return SentenceScorer(Bilingual())


def hit():
    text = "".join(f"{term}，是指某种{term}。" for term in TERMS)
    definitions = []
    for term in TERMS:
        start = text.index(f"{term}，是指")
        definitions.append(Definition((start, text.index("。", start) + 1), term))
    return make_hit(make_clause("第三条", text, definitions=tuple(definitions)))


def words(question, scorer):
    found = defining(question, [make_hit(), hit()], scorer)
    return found and found[0].clause.text[slice(*found[1])]


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is public data?", "公共数据"),
        ("What are public data sharing?", "公共数据共享"),
        ('What does "public data" mean in Guizhou?', "公共数据"),
        ("Define public data sharing.", "公共数据共享"),
        ("What is the definition of public data?", "公共数据"),
        ("公共数据是什么意思？", "公共数据"),
        # With the Chinese terms that are searched for.
        ("What is public data sharing? 公共数据共享", "公共数据共享"),
        ("What is public data in Guizhou? 贵州", "公共数据"),
    ],
)
def test_a_term_is_defined_in_the_words_of_its_own_definition(question, term, scorer):
    assert words(question, scorer) == f"{term}，是指某种{term}。"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What is public data authorised operation?", id="more than what is defined"),
        pytest.param("What is wireless charging?", id="not defined"),
        pytest.param("What is the fee for public data?", id="no definition"),
        pytest.param("Who opens public data?", id="another question"),
        pytest.param("公共数据授权运营是什么意思？", id="more than what is defined, in Chinese"),
    ],
)
def test_what_no_clause_defines_gets_no_definition(question, scorer):
    assert words(question, scorer) is None


def test_no_hits_define_nothing(scorer):
    assert defining("What is public data?", [], scorer) is None
