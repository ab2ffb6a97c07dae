import pytest
from fakes import BEIJING_TITLE, make_collection, open_assistant

from rag.schema import Question, Viewer


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("collection"), hidden={"深圳.md": "board"})


def test_a_greeting_is_refused_politely_without_a_search(settings):
    answer = open_assistant(settings).ask(Question("你好"))
    assert (answer.verdict, answer.nearest, answer.citations, answer.retrieval.hits) == (
        "refused",
        (),
        (),
        (),
    )
    assert answer.text.startswith("您好！")


def test_a_question_about_the_collection_is_answered_from_the_catalog(settings):
    answer = open_assistant(settings).ask(Question("有哪些北京的文件？"))
    assert answer.verdict == "answered"
    assert [w.code for w in answer.warnings] == ["from_catalog"]
    assert BEIJING_TITLE in answer.text
    assert answer.citations == ()


def test_a_hidden_document_does_not_exist_for_others(settings):
    assistant, asked = open_assistant(settings), Question("库里有多少份文件")
    assert "共有 3 份" in assistant.ask(asked).text
    assert "共有 4 份" in assistant.ask(asked, Viewer(groups=frozenset({"board"}))).text


def test_filters_limit_what_is_counted(settings):
    answer = open_assistant(settings).ask(Question("库里有多少份文件", filters={"region": "北京市"}))
    assert "共有 1 份" in answer.text


def test_english_is_answered_in_english(settings):
    answer = open_assistant(settings).ask(Question("Which documents do you have from Beijing?"))
    assert answer.text.startswith("The collection holds 1 documents")
    assert answer.warnings[0].text == "This answer comes from the list of documents and cites no clause."


def test_any_other_question_is_searched_for(settings):
    answer = open_assistant(settings).ask(Question("你好，请问北京登记证书的有效期多久？"))
    assert answer.retrieval.hits


def test_a_law_that_is_not_held_is_refused(settings):
    answer = open_assistant(settings).ask(Question("公司法规定了多少条"))
    assert (answer.verdict, answer.text) == (
        "refused",
        "现有文件中没有找到这个问题的答案。文件库里没有《公司法》。",
    )


def test_words_are_looked_for_in_the_clauses_of_those_documents_that_one_may_see(settings):
    assistant, asked = open_assistant(settings), Question("哪些文件提到了登记机构")
    assert "登记机构”的文件有" in assistant.ask(asked).text
    assert "深圳" not in assistant.ask(Question("哪些文件提到了登记")).text


def test_a_fact_that_is_not_printed_makes_an_answer_partial_or_refused(settings):
    assistant = open_assistant(settings)
    assert assistant.ask(Question(f"《{BEIJING_TITLE}》有多少条，文号是什么")).verdict == "partial"
    assert assistant.ask(Question(f"《{BEIJING_TITLE}》的文号是什么")).verdict == "refused"
