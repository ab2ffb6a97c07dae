"""Answers of the page are stored at once; thumbs under them are kept, explained, taken back, and shown as they are kept."""

import time
from contextlib import closing

import pytest
from browser import BOTH, LOCALES, serving
from fake_assistant import FakeAssistant
from fakes import fake_settings

from rag.record.recorder import Recorder
from rag.records import REASONS, Records, has_records
from rag.schema import Viewer
from ui.labels import label, words
from ui.web.chat.conversation import again, respond, show
from ui.web.chat.feedback import asker, explain, keeping, press, take_back, thumbs
from ui.web.chat.turn import Visit
from ui.web.person import person_of
from ui.web.visitor import Visitor

ME = "0123456789abcdef"
THUMB_NAMES = {
    "zh": ("回答不好", "回答有用", "已标为不好，再按一次撤回"),
    "en": ("Bad answer", "Good answer", "Marked as bad; press again to take it back"),
}
"""For bad, for good, for bad once pressed."""


@pytest.fixture
def asked():
    """A visitor who has asked two questions."""
    made, assistant = Visit(), FakeAssistant()
    for text in ("登记证书的有效期？", "到2026年底的目标？"):
        list(respond(assistant, made, text, "zh"))
    return made


@pytest.fixture
def recorder(tmp_path):
    return Recorder(fake_settings(tmp_path), "web")


def stored(folder):
    with closing(Records(folder)) as records:
        return records.answers()


def kept(folder):
    with closing(Records(folder)) as records:
        return list(records.feedback())


def test_a_thumb_is_kept_at_once_with_the_answer_and_its_question(asked, recorder, tmp_path):
    press(recorder, asked, 1, "down", ME)
    [feedback] = kept(tmp_path)
    assert (feedback.person, feedback.rating, feedback.reason) == (ME, "down", None)
    assert feedback.answer.question == "到2026年底的目标？"
    assert feedback.answer.history[0][0] == "登记证书的有效期？"
    assert feedback.answer.text == asked.turns[1].answer.text
    view = show(asked, "zh")
    assert (view.panel, view.about, view.ratings) == ("reason", "到2026年底的目标？", (None, "down"))
    assert thumbs(view) == {"feedback_value": [None, "Dislike"]}


def test_a_reason_is_added_and_thanked_for(asked, recorder, tmp_path):
    press(recorder, asked, 0, "down", ME)
    explain(recorder, asked, "incomplete", "  少说了续展 ", ME)
    [feedback] = kept(tmp_path)
    assert (feedback.reason, feedback.words) == ("incomplete", "少说了续展")
    assert show(asked, "zh").panel == "thanks"


def test_a_thumbs_up_is_thanked_for_without_a_question(asked, recorder, tmp_path):
    press(recorder, asked, 0, "up", ME)
    assert show(asked, "zh").panel == "thanks"
    assert [f.rating for f in kept(tmp_path)] == ["up"]


@pytest.mark.parametrize(
    "undo", [lambda *x: take_back(*x), lambda d, v, p: press(d, v, 0, None, p)], ids=["button", "thumb"]
)
def test_a_rating_can_be_taken_back(asked, recorder, tmp_path, undo):
    press(recorder, asked, 0, "down", ME)
    explain(recorder, asked, "wrong", "", ME)
    undo(recorder, asked, ME)
    assert kept(tmp_path) == []
    assert [a.question for a in stored(tmp_path)] == ["登记证书的有效期？"]
    assert (show(asked, "zh").panel, show(asked, "zh").ratings) == ("closed", (None, None))


def test_the_next_question_closes_the_panel_and_keeps_the_rating(asked, recorder, tmp_path):
    press(recorder, asked, 0, "down", ME)
    list(respond(FakeAssistant(), asked, "登记证书的有效期？", "zh"))
    assert show(asked, "zh").panel == "closed"
    assert len(kept(tmp_path)) == 1
    explain(recorder, asked, "wrong", "", ME)
    assert kept(tmp_path)[0].reason is None


def test_an_answer_that_was_made_again_is_another_answer(asked, recorder, tmp_path):
    press(recorder, asked, 1, "down", ME)
    list(again(FakeAssistant(), asked, "zh"))
    assert show(asked, "zh").ratings == (None, None)
    press(recorder, asked, 1, "up", ME)
    assert [f.rating for f in kept(tmp_path)] == ["down", "up"]


@pytest.mark.parametrize(("number", "said"), [(2, "没有写完"), (-1, ""), (99, "")])
def test_what_is_no_answer_cannot_be_rated_and_a_stopped_one_says_so(asked, recorder, tmp_path, number, said):
    list(respond(FakeAssistant(), asked, "？！", "zh"))
    press(recorder, asked, number, "down", ME)
    assert not has_records(tmp_path)
    view = show(asked, "zh")
    assert view.panel == "closed"
    assert said in view.trouble and bool(said) == bool(view.trouble)
    assert view.ratings == (None, None, None)


def test_trouble_is_said_and_the_thumb_stays_unpressed(asked, recorder, tmp_path):
    (tmp_path / "data").write_text("", encoding="utf-8")
    press(Recorder(fake_settings(tmp_path / "data"), "web"), asked, 0, "down", ME)
    assert "cannot be used as a data folder" in show(asked, "en").trouble
    view = show(asked, "zh")
    assert "数据文件夹" in view.trouble
    assert view.ratings == (None, None)
    press(Recorder(fake_settings(tmp_path / "other"), "web"), asked, 0, "down", ME)
    assert show(asked, "zh").trouble == ""


def test_every_answer_is_stored_at_once_with_its_key_and_the_person(recorder, tmp_path):
    visit, assistant = Visit(), FakeAssistant()
    keep = keeping(recorder, assistant, visit, Visitor(ME, Viewer()))
    for text in ("登记证书的有效期？", "？！", "到2026年底的目标？"):
        list(respond(assistant, visit, text, "zh", keep))
    list(again(assistant, visit, "zh", keep))
    answers = stored(tmp_path)
    assert [a.question for a in answers] == ["到2026年底的目标？", "到2026年底的目标？", "登记证书的有效期？"]
    assert answers[0].answer_id == visit.turns[-1].key
    assert {(a.way, a.person) for a in answers} == {("web", ME)}
    assert answers[0].seconds.keys() == {"search", "first_token", "whole"}
    assert answers[-1].documents["b1"].doc_number == "京知局〔2023〕11号"
    press(recorder, visit, 0, "down", ME)
    [feedback] = kept(tmp_path)
    assert feedback.answer == answers[-1]


def test_what_was_stopped_or_broke_off_is_not_stored(recorder, tmp_path):
    visit, assistant = Visit(), FakeAssistant()
    keep = keeping(recorder, assistant, visit, Visitor("", Viewer()))
    for _ in respond(assistant, visit, "登记证书的有效期，卡住？", "zh", keep):
        if visit.turns[-1].partial:
            visit.stop()
    list(respond(assistant, visit, "登记证书的有效期，中断？", "zh", keep))
    assert not has_records(tmp_path)


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有存入记录"), ("en", "was not stored")])
def test_an_answer_that_cannot_be_stored_is_shown_with_a_line_that_says_so(tmp_path, lang, words):
    (tmp_path / "data").write_text("", encoding="utf-8")
    visit, assistant = Visit(), FakeAssistant()
    keep = keeping(Recorder(fake_settings(tmp_path / "data"), "web"), assistant, visit, Visitor("", Viewer()))
    *_, last = respond(assistant, visit, "登记证书的有效期？", lang, keep)
    said = last.messages[-1]["content"]
    assert "续展的有效期为三年" in said
    assert words in said
    list(respond(assistant, visit, "登记证书的有效期？", lang))
    assert words not in show(visit, lang).messages[-1]["content"]


def test_a_person_is_a_random_id():
    visit, nobody = Visit(), Visitor("", Viewer())
    assert asker(Visitor(ME, Viewer()), visit) == ME
    assert person_of({"policyqa_person": "<script>"}) is None
    own = asker(nobody, visit)
    assert own == asker(nobody, visit) != asker(nobody, Visit())
    assert len(own) == 16


def test_every_reason_has_words_in_both_languages():
    assert all(words(lang)[reason] for reason in REASONS for lang in ("zh", "en"))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The address and the data folder of a page in a process of its own."""
    folder = tmp_path_factory.mktemp("rated")
    code = (
        "from pathlib import Path; from fake_assistant import FakeAssistant; from ui.web.server import serve\n"
        f"serve(FakeAssistant(), port=PORT, records=Path({str(folder)!r}))"
    )
    with serving(code) as address:
        yield address, folder


def until(condition):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


@pytest.mark.timeout(120)
@BOTH
def test_a_person_rates_explains_and_takes_back_in_the_browser(page, visit, size, lang):
    address, folder = page
    before = len(stored(folder)) if has_records(folder) else 0
    shown = visit(address, size, locale=LOCALES[lang])
    shown.get_by_text(label("examples", lang)).wait_for()
    thumb = shown.locator("#pq-chat .message-buttons button")

    def names():
        return thumb.evaluate_all("buttons => buttons.map((button) => button.title)")

    shown.fill("#pq-question textarea", "登记证书的有效期？")
    shown.press("#pq-question textarea", "Enter")
    shown.get_by_text("续展的有效期为三年").first.wait_for()
    bad, good, pressed = THUMB_NAMES[lang]
    until(lambda: names() == [bad, good])
    [cookie] = [c for c in shown.context.cookies() if c["name"] == "policyqa_person"]
    assert [answer.person for answer in stored(folder)].count(cookie["value"]) == 1
    thumb.first.click()
    until(lambda: [f.rating for f in kept(folder)] == ["down"])
    until(lambda: names() == [pressed, good])
    shown.locator("#pq-feedback label", has_text=label("incomplete", lang)).click()
    shown.fill("#pq-feedback textarea", "少说了续展")
    shown.get_by_role("button", name=label("give_reason", lang)).click()
    until(lambda: [(f.reason, f.words) for f in kept(folder)] == [("incomplete", "少说了续展")])
    shown.wait_for_selector("#pq-feedback textarea", state="hidden")
    shown.get_by_role("button", name=label("take_back", lang), exact=True).click()
    until(lambda: kept(folder) == [])
    shown.wait_for_selector("#pq-feedback", state="hidden")
    until(lambda: names() == [bad, good])
    assert (kept(folder), len(stored(folder))) == ([], before + 1)
