"""What is too long, too large, too many or of the wrong kind is refused in words, in both languages, and the rest goes on."""

import threading
import time

import pytest
from fakes import GUIZHOU, fake_settings

from ingest.readers import MAX_MB
from rag.errors import QuestionError
from rag.hit.query import MAX_QUESTION, understood
from rag.schema import Question
from ui.slack.desk.trouble import trouble
from ui.web.chat.admission import admit
from ui.web.chat.gate import Gate
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits
from ui.web.files.cards import cards
from ui.web.files.desk import Desk, Given

ME, OTHER = "0123456789abcdef", "fedcba9876543210"
LONG = "长" * (MAX_QUESTION + 1)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


def nothing():
    """An answer that is over at once."""


def ask(visits, person=ME, text="有效期？", lang="zh"):
    return admit(visits, person, Visit(), text, nothing, lang)


def test_a_person_asks_so_often_in_a_minute_and_others_are_not_held_up():
    clock = Clock()
    visits = Visits(Gate(9), clock, a_minute=3)
    for _ in range(3):
        assert ask(visits) == ""
        clock.now += 10
    assert ask(visits) == "一分钟内最多提 3 个问题，请过 30 秒再问；您的问题还在输入框里。"
    assert "ask again in 30 seconds" in ask(visits, lang="en")
    assert ask(visits, OTHER) == ""
    clock.now += 29.5
    assert "1 秒" in ask(visits)
    clock.now += 0.5
    assert ask(visits) == ""
    assert ask(visits) != "", "what was refused did not count, what was taken did"


def test_without_a_limit_nobody_is_refused():
    visits = Visits(Gate(9), Clock())
    assert {ask(visits) for _ in range(500)} == {""}


def test_of_many_tabs_at_once_as_many_are_let_in_as_the_limit_says():
    visits, taken = Visits(Gate(9), Clock(), a_minute=20), []

    def tab():
        taken.extend(ask(visits) == "" for _ in range(25))

    threads = [threading.Thread(target=tab) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 20


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_that_is_too_long_is_not_begun_on_the_page(lang):
    begun = []
    said = admit(Visits(Gate(1)), ME, Visit(), LONG, lambda: begun.append(1), lang)
    assert (str(MAX_QUESTION) in said, str(len(LONG)) in said, begun) == (True, True, [])
    assert admit(Visits(Gate(1)), ME, Visit(), f"  {LONG[1:]}\n", lambda: begun.append(1), lang) == ""
    assert begun == [1]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_is_too_long_is_refused_by_the_commands(call, collection, command):
    done = call(command, LONG, "--data", collection)
    assert (done.status, done.out) == (1, "")
    assert "20001 个字" in done.err
    assert "20000 at most" in done.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_that_is_too_long_is_refused_in_slack(lang):
    with pytest.raises(QuestionError) as caught:
        understood(Question(LONG))
    said = trouble(caught.value, "T1:C1:1", lang)
    assert ("20001 个字" if lang == "zh" else "20000 at most") in said


@pytest.fixture
def give(tmp_path):
    """Hand texts or bytes in under names, as a browser does, and wait until they are read."""

    def _give(**texts):
        given = []
        for number, (name, content) in enumerate(texts.items()):
            path = tmp_path / f"{number}.bin"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            given.append(Given(path, name))
        batch = Desk(fake_settings(tmp_path / "data")).receive(ME, given)
        end = time.monotonic() + 60
        while batch.running:
            assert time.monotonic() < end
            time.sleep(0.01)
        return batch

    return _give


KINDS = [
    pytest.param("程序.pdf", b"MZ\x90\x00" + bytes(400), id="a program"),
    pytest.param("网页.docx", "<!doctype html><p>网页</p>".encode(), id="a web page"),
    pytest.param("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), id="a picture"),
    pytest.param("表.xlsx", b"PK\x03\x04" + bytes(100), id="a format without reader"),
]


@pytest.mark.parametrize(("name", "data"), KINDS)
def test_an_upload_that_is_not_what_it_is_called_is_refused_in_words_and_the_others_are_read(
    give, name, data
):
    batch = give(**{name: data, "好.md": GUIZHOU})
    assert [u.stage for u in batch.uploads] == ["failed", "found"]
    for lang in ("zh", "en"):
        shown = cards(batch, lang)
        assert name in shown
        assert "Traceback" not in shown
    assert batch.uploads[0].error.fix


def test_an_upload_that_is_too_large_is_refused_in_words_and_the_others_are_read(give):
    batch = give(**{"大.md": b"a" * (MAX_MB[".md"] * 1_000_000 + 1), "好.md": GUIZHOU})
    assert [u.stage for u in batch.uploads] == ["failed", "found"]
    assert f"may have {MAX_MB['.md']} MB" in batch.uploads[0].error.message
    for lang in ("zh", "en"):
        assert {"zh": ".md 文件最大 20 MB", "en": "may have 20 MB"}[lang] in cards(batch, lang)
