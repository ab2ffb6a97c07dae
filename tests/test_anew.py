import pytest

from rag.assistant import build_assistant
from rag.schema import Question
from rag.settings import Settings
from rag.verdict.anew import begins_anew

BEFORE = "青岛登记凭证的有效期是几年？"


@pytest.fixture(scope="module")
def assistant(collection):
    return build_assistant(Settings(data=collection, llm="none"))


@pytest.fixture(scope="module")
def history(assistant):
    return ((BEFORE, assistant.ask(Question(BEFORE)).text),)


@pytest.mark.parametrize(
    "text", ["狗咬了人谁赔？", "醉驾判几年？", "公司倒闭了工资怎么办？", "租房押金不退找谁？"]
)
def test_a_short_question_about_something_else_is_not_answered_from_what_was_spoken_of(
    assistant, history, text
):
    answer = assistant.ask(Question(text, history=history))
    assert (answer.verdict, answer.citations) == ("refused", ())
    assert "history" not in answer.retrieval.filters.inferred


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("材料不齐怎么办？", "第二章/第六条"),
        ("什么时候施行？", "第四章/第十二条"),
        ("要交什么材料？", "第二章/第五条"),
    ],
)
def test_a_short_question_about_what_was_spoken_of_is_answered_from_its_document(
    assistant, history, text, locator
):
    answer = assistant.ask(Question(text, history=history))
    assert [(c.title, c.locator) for c in answer.citations] == [("青岛市数据流通管理办法", locator)]
    assert "《青岛市数据流通管理办法》" in answer.retrieval.filters.inferred["history"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("那婚假可以休多少天？", id="it says that it goes on"),
        pytest.param("材料有哪些？", id="the clauses have its words"),
        pytest.param("How many days of leave?", id="words in a row are no sign in English"),
    ],
)
def test_a_turn_that_may_go_on_goes_on(assistant, history, text):
    hits = assistant.search(Question(text, history=history)).hits
    embedder = assistant.settings.embedder
    assert not begins_anew(text, hits, embedder=embedder, scorer=_Scorer(0.1))


def test_a_turn_near_to_a_sentence_goes_on_and_one_far_from_all_does_not(assistant, history):
    text = "婚假可以休多少天？"
    hits = assistant.search(Question(text, history=history)).hits
    embedder = assistant.settings.embedder
    assert begins_anew(text, hits, embedder=embedder, scorer=_Scorer(0.1))
    assert not begins_anew(text, hits, embedder=embedder, scorer=_Scorer(0.9))
    assert not begins_anew(text, hits, embedder="another", scorer=_Scorer(0.1)), (
        "its cosines mean something else"
    )
    assert not begins_anew(text, hits, embedder=embedder)
    assert not begins_anew(text, [], embedder=embedder, scorer=_Scorer(0.1))


class _Scorer:
    """Finds one sentence in each passage, always as near."""

    def __init__(self, cosine):
        self._cosine = cosine

    def scores(self, question, passages):
        return [[(0, len(text), self._cosine)] for _, text in passages]
