"""The chat in a real browser: history, editing, stopping, coming back to a running answer, keys, cards of quotes."""

import re

import pytest
from browser import BOTH, EACH, LOCALES, NARROW, PHONE, serving
from cuttable import Line

from ui.labels import label

pytestmark = pytest.mark.timeout(150)
FIELD, ASKED = "#pq-question textarea", '#pq-chat [data-testid="user"]'
SECONDS = ".pq-stages small"


def served(folder, pause_s, notice=None):
    return serving(
        "from pathlib import Path; from fake_assistant import FakeAssistant; from ui.web.server import serve\n"
        f"assistant = FakeAssistant(pause_s={pause_s}, notice={notice!r})\n"
        f"serve(assistant, port=PORT, records=Path({str(folder)!r}))"
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("chats"), 0.01) as found:
        yield found


@pytest.fixture(scope="module")
def slow_address(tmp_path_factory):
    """Of a page on which an answer takes longer than a slow browser needs for a test."""
    with served(tmp_path_factory.mktemp("slow"), 8.0) as found:
        yield found


def ask(page, text):
    page.fill(FIELD, text)
    page.press(FIELD, "Enter")


def answered(page, text, number=1):
    ask(page, text)
    page.locator(ASKED).nth(number - 1).wait_for()
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def names(page):
    return page.locator("#pq-history-list .pq-history-open").all_inner_texts()


def running_marks(lang):
    """Return the selector of the marks of conversations in the list whose answer is being written."""
    return f'#pq-history-list [aria-label="{label("chat.running", lang)}"]'


def unfold(page):
    """Open the drawer that the history is on a phone."""
    if not page.locator("#pq-history").is_visible():
        page.locator("[data-pq-drawer=open]").click()


def press(page, name, lang, **values):
    page.get_by_role("button", name=label(name, lang).format(**values)).click()


def begin_anew(page, lang):
    press(page, "new_chat", lang)
    page.get_by_text(label("examples", lang)).wait_for()


def open_running(page, text, lang):
    """Open a conversation of the list whose answer is being written."""
    unfold(page)
    page.get_by_role("button", name=f"{label('chat.running', lang)} {text}").click()
    # A page that is opened anew may show another running one until then.
    page.locator(ASKED, has_text=text).wait_for()


@BOTH
def test_conversations_are_listed_found_opened_renamed_deleted_and_brought_back(address, visit, size, lang):
    def word(key, **values):
        return label(key, lang).format(**values)

    def button(name):
        return page.get_by_role("button", name=name, exact=True)

    page = visit(address, size, locale=LOCALES[lang])
    answered(page, "登记证书的有效期？")
    button(word("new_chat")).click()
    page.get_by_text(word("examples")).wait_for()
    answered(page, "到2026年底的目标？")
    unfold(page)
    assert names(page) == ["到2026年底的目标？", "登记证书的有效期？"]
    page.fill("#pq-history-search input", "续展")
    page.wait_for_function("document.querySelectorAll('#pq-history-list li').length === 1")
    button("登记证书的有效期？").click()
    page.wait_for_selector("#cite-1-2", state="attached")
    unfold(page)
    button(word("chat.rename_this", name="登记证书的有效期？")).click()
    page.keyboard.type("证书")
    page.keyboard.press("Enter")
    page.fill("#pq-history-search input", "")
    button("证书").wait_for()
    # A list that is made anew between a press and its release takes the click away.
    page.wait_for_function("document.querySelectorAll('#pq-history-list li').length === 2")
    button(word("chat.delete_this", name="证书")).click()
    page.get_by_text(word("chat.deleted", name="证书")).wait_for()
    page.get_by_text(word("examples")).wait_for()
    assert names(page) == ["到2026年底的目标？"]
    button(word("chat.undo")).click()
    button("证书").wait_for()
    assert names(visit(address)) == []


def stop(page, lang):
    page.click("#pq-question .stop-button")
    page.get_by_text(label("stopped", lang)).wait_for()


def running(page, text="登记证书的有效期？"):
    ask(page, text)
    page.locator(ASKED, has_text=text).wait_for()
    page.wait_for_selector("#pq-question .stop-button")


@EACH
def test_a_running_answer_survives_a_page_loaded_anew_and_is_stopped_by_its_own_person(
    slow_address, visit, size, lang
):
    page, other = (visit(slow_address, size, locale=LOCALES[lang]) for _ in range(2))
    running(page)
    running(other)
    page.reload()
    stop(page, lang)
    assert other.locator(".pq-stages").is_visible()
    stop(other, lang)


def seconds(shown):
    return int(re.search(r"\d+", shown).group())


@pytest.fixture
def line(slow_address):
    opened = Line(int(slow_address.rpartition(":")[2]))
    yield opened
    opened.close()


@EACH
def test_a_lost_connection_is_taken_up_again(line, visit, size, lang):
    page = visit(line.address, size, locale=LOCALES[lang])
    running(page)
    page.wait_for_selector(SECONDS)
    line.cut()
    page.wait_for_timeout(1000)
    before = page.inner_text(SECONDS)
    page.wait_for_timeout(5000)
    assert page.inner_text(SECONDS) == before, "the connection was not lost"
    line.mend()
    page.wait_for_function(
        f"(before) => (document.querySelector('{SECONDS}')?.innerText ?? before) !== before", arg=before
    )
    assert seconds(page.inner_text(SECONDS)) > seconds(before)
    stop(page, lang)
    assert page.locator(".pq-stages").count() == 0


@EACH
def test_a_person_has_at_most_two_running_answers(slow_address, visit, size, lang):
    page = visit(slow_address, size, locale=LOCALES[lang])
    for text in ("登记证书的有效期？", "到2026年底的目标？"):
        running(page, text)
        begin_anew(page, lang)
    ask(page, "续展？")
    refused = page.get_by_text(label("chat.busy_elsewhere", lang))
    refused.wait_for()
    assert page.input_value(FIELD) == "续展？"
    elsewhere = visit(slow_address, size, same_visitor_as=page)
    for left, text in ((1, "登记证书的有效期？"), (0, "到2026年底的目标？")):
        open_running(elsewhere, text, lang)
        stop(elsewhere, lang)
        page.wait_for_function(f"document.querySelectorAll('{running_marks(lang)}').length === {left}")
        # The list has been drawn anew, and all the rest with it.
        assert refused.is_visible()


@EACH
def test_who_has_to_wait_sees_the_place_in_line_and_is_answered_when_it_has_come(tmp_path, visit, size, lang):
    # Without a model four answers are made at once, two of each person.
    with served(tmp_path, 8.0, notice="没有使用模型") as address:
        first, second, third = (visit(address, size, locale=LOCALES[lang]) for _ in range(3))
        for page in (first, second):
            running(page)
            begin_anew(page, lang)
            running(page, "到2026年底的目标？")
        running(third)
        place = third.get_by_text(label("chat.in_line", lang).format(n=1))
        place.wait_for()
        stop(first, lang)
        place.wait_for(state="detached")
        third.wait_for_selector(SECONDS)


@EACH
def test_the_history_is_still_there_after_the_server_was_started_anew(tmp_path, visit, size, lang):
    with served(tmp_path, 0.01) as address:
        before = visit(address, size, locale=LOCALES[lang])
        answered(before, "登记证书的有效期？")
        said = before.inner_text("#pq-chat")
    with served(tmp_path, 0.01) as address:
        page = visit(address, size, same_visitor_as=before)
        unfold(page)
        page.get_by_role("button", name="登记证书的有效期？", exact=True).click()
        page.wait_for_selector("#cite-1-2", state="attached")
        assert page.inner_text("#pq-chat") == said
        answered(page, "续展？", number=2)
        assert names(page) == ["登记证书的有效期？"]


@EACH
def test_the_list_calls_no_answer_running_that_has_ended_behind_another_conversation(
    slow_address, visit, size, lang
):
    page, text = visit(slow_address, size, locale=LOCALES[lang]), "续展？"
    running(page, text)
    begin_anew(page, lang)
    elsewhere = visit(slow_address, size, same_visitor_as=page)
    open_running(elsewhere, text, lang)
    stop(elsewhere, lang)
    page.wait_for_selector(running_marks(lang), state="detached")
    page.get_by_text(label("examples", lang)).wait_for()
    assert names(page) == [], "a first answer that was stopped is not kept"


@EACH
def test_a_page_loaded_anew_hears_of_the_end_of_an_answer_in_another_conversation(
    slow_address, visit, size, lang
):
    page, text = visit(slow_address, size, locale=LOCALES[lang]), "续展？"
    running(page, text)
    begin_anew(page, lang)
    running(page)
    stop(page, lang)
    page.reload()
    page.wait_for_selector(running_marks(lang), state="attached")
    elsewhere = visit(slow_address, size, same_visitor_as=page)
    stop(elsewhere, lang)
    page.wait_for_selector(running_marks(lang), state="detached")
    assert page.locator(ASKED).all_inner_texts() == ["登记证书的有效期？"]


@EACH
def test_the_last_question_is_edited_in_place(address, visit, size, lang):
    page = visit(address, size, locale=LOCALES[lang])
    answered(page, "到2026年底的目标？")
    press(page, "chat.edit", lang)
    page.get_by_text(label("chat.editing", lang)).wait_for()
    assert page.input_value(FIELD) == "到2026年底的目标？"
    ask(page, "登记证书的有效期？")
    unfold(page)
    page.get_by_role("button", name="登记证书的有效期？", exact=True).wait_for()
    assert page.locator(ASKED).count() == 1
    assert names(page) == ["登记证书的有效期？"]


@EACH
def test_enter_sends_but_not_while_an_input_method_composes_and_shift_enter_makes_a_line(
    address, visit, size, lang
):
    page = visit(address, size, locale=LOCALES[lang])
    client = page.context.new_cdp_session(page)
    page.focus(FIELD)
    client.send("Input.imeSetComposition", {"text": "登记证书", "selectionStart": 4, "selectionEnd": 4})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    for kind in ("keyDown", "keyUp"):
        client.send("Input.dispatchKeyEvent", {"type": kind, **enter})
    client.send("Input.insertText", {"text": "登记证书"})
    page.press(FIELD, "Shift+Enter")
    page.keyboard.type("的有效期？")
    page.wait_for_timeout(800)
    assert page.input_value(FIELD) == "登记证书\n的有效期？"
    page.press(FIELD, "Enter")
    page.wait_for_selector("#cite-1-2", state="attached")
    page.wait_for_function("document.activeElement.matches('#pq-question textarea')")


@EACH
def test_a_marker_shows_its_clause_to_mouse_and_keyboard_and_a_suggestion_is_asked(
    address, visit, size, lang
):
    page = visit(address, size, locale=LOCALES[lang])
    answered(page, "登记证书的有效期？")
    marker = page.locator('#pq-chat a[href*="#cite-1-2"]').first
    marker.hover()
    card = page.get_by_role("tooltip")
    assert "第三章/第十四条" in card.inner_text()
    assert "续展登记手续" in card.inner_text()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    page.mouse.move(1, 1)
    marker.focus()
    assert marker.get_attribute("aria-describedby") == "pq-quote-card"
    marker.press("Enter")
    page.wait_for_selector("#cite-1-2.pq-found")
    page.locator("#pq-chat .option").first.click()
    page.locator(ASKED).nth(1).wait_for()


def test_the_language_follows_the_browser_and_then_the_choice(address, visit):
    page = visit(address, locale="en-US")
    page.get_by_text("Try one of these").wait_for()
    page.get_by_text("中文").click()
    page.get_by_text("可以这样问").wait_for()
    page.reload()
    page.get_by_text("可以这样问").wait_for()
    page.wait_for_timeout(1000)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize(
    ("size", "lang"), [pytest.param(PHONE, "en", id="phone-en"), pytest.param(NARROW, "zh", id="narrow-zh")]
)
def test_the_history_is_a_drawer_on_a_phone(address, visit, size, lang):
    page = visit(address, size, locale=LOCALES[lang])
    page.get_by_text(label("examples", lang)).wait_for()
    answered(page, "登记证书的有效期？")
    page.locator("[data-pq-drawer=open]").click()
    page.get_by_placeholder(label("chat.find", lang)).fill("续展")
    page.get_by_role("button", name="登记证书的有效期？", exact=True).click()
    page.wait_for_selector("#pq-history", state="hidden")
    assert re.search("续展", page.inner_text("#pq-chat"))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
