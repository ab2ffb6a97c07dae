"""Answers of a conversation as files for its visitor."""

import base64
import json

import pytest
from fake_assistant import FakeAssistant
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from rag.schema import Question
from ui.export.names import file_name
from ui.web.chat.exports import FORMATS, PRINT, as_message, exported
from ui.web.chat.turn import Turn, Visit


def visit(*questions: str) -> Visit:
    assistant = FakeAssistant()
    turns = []
    for text in questions:
        answer = assistant.ask(Question(text)) if text else None
        documents = {d.document_id: d for d in assistant.documents()}
        turns.append(Turn(text, Question(text), answer=answer, documents=documents))
    return Visit(turns)


TWO = visit("登记证书的有效期？", "", "到2026年底的目标？")


@pytest.mark.parametrize("format_", [*FORMATS, PRINT])
def test_a_page_that_keeps_nothing_exports_what_its_session_holds(format_):
    file = exported(TWO, "all", format_)
    assert file.name.startswith("登记证书的有效期_")
    assert file.name.endswith("html" if format_ == PRINT else format_)
    if format_ != "docx":
        assert "京知局〔2023〕11号" in file.content.decode().replace("\\", "")


def test_the_day_of_retrieval_is_the_one_of_the_question_and_not_of_the_file():
    earlier = visit("登记证书的有效期？")
    earlier.turns[0].at = "2024-05-01T08:00:00+00:00"
    file = exported(earlier, "last", "html")
    assert "2024-05-01" in file.name
    assert file.content.decode().count("2024-05-01") > 1


@pytest.mark.parametrize(
    ("which", "questions"),
    [
        ("last", ["到2026年底的目标？"]),
        ("1", ["登记证书的有效期？"]),
        ("all", ["登记证书的有效期？", "到2026年底的目标？"]),
    ],
)
def test_one_answer_or_all_of_them_are_in_the_file(which, questions):
    root = html.fromstring(exported(TWO, which, "html").content)
    assert [p.text for p in root.find_class("question")] == questions


def test_footnotes_are_numbered_through_a_chat():
    root = html.fromstring(exported(TWO, "all", "html").content)
    assert [note.get("id") for note in root.find_class("note")] == ["note-1", "note-2", "note-3"]
    assert {a.get("href") for a in root.iter("a")} == {"#note-1", "#note-2", "#note-3"}


@pytest.mark.parametrize(
    ("which", "format_"), [("2", "md"), ("9", "md"), ("x", "md"), ("-1", "md"), ("last", "exe")]
)
def test_what_is_not_there_gives_no_file(which, format_):
    assert exported(TWO, which, format_) is None
    assert as_message(None, format_) == ""


def test_nothing_was_answered_yet():
    assert exported(visit(), "all", "docx") is None


def test_the_browser_gets_name_type_and_content():
    file = exported(TWO, "last", "md")
    sent = json.loads(as_message(file, "md"))
    assert base64.b64decode(sent["content"]) == file.content
    assert (sent["name"], sent["print"]) == (file.name, False)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_every_system_takes_the_name_of_a_file(question):
    name = file_name(question, "2024-05-01", "docx")
    assert name.endswith("2024-05-01.docx")
    assert not set(name) & set('\\/:*?"<>|\n\r\t\0\u202e')
    assert len(name.encode()) <= 200
    assert name[0] not in " ."
