"""In a real browser: answers of the server that overtake each other, or are lost, cost no visitor a question or an answer."""

import httpx
import pytest
from browser import serving

pytestmark = pytest.mark.timeout(150)
FIELD, ASKED, CARD = "#pq-question textarea", '#pq-chat [data-testid="user"]', "#pq-sources .pq-card"
QUESTION, NEXT = "登记证书的有效期？", "到2026年底的目标？"
SILENCE_MS = 4000
"""As in chat.js."""
LOST = 'data: {"msg":"close_stream"}\n\n'


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("order")
    with serving(
        "from pathlib import Path; from fake_assistant import FakeAssistant; from ui.web.server import serve\n"
        f"serve(FakeAssistant(pause_s=0.01), port=PORT, records=Path({str(folder)!r}))"
    ) as found:
        yield found


@pytest.fixture(scope="module")
def numbers(address):
    """Numbers of the calls by name."""
    return {d["api_name"]: d["id"] for d in httpx.get(f"{address}/config").json()["dependencies"]}


class Held:
    """The answers of one call of a page, from the time it is made until `release`."""

    def __init__(self, page, number):
        self._page, self._number, self._waiting = page, number, []
        page.route("**/run/predict*", self._take)

    @property
    def came(self):
        return bool(self._waiting)

    def release(self):
        for route, answer in self._waiting:
            route.fulfill(response=answer)

    def _take(self, route):
        if (route.request.post_data_json or {}).get("fn_index") == self._number and not self.came:
            self._waiting.append((route, route.fetch()))
        else:
            route.continue_()


def ask(page, text):
    page.fill(FIELD, text)
    page.press(FIELD, "Enter")


def until(page, is_so):
    for _ in range(300):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("waited 15 s in vain")


def answered(page, text):
    page.locator(ASKED, has_text=text).wait_for()
    page.wait_for_selector(CARD, state="attached")
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def test_words_in_the_other_language_that_come_late_cover_no_answer(address, visit, numbers):
    page = visit(address)
    page.get_by_text("可以这样问").wait_for()
    held = Held(page, numbers["translate"])
    page.get_by_text("English").click()
    until(page, lambda: held.came)
    ask(page, QUESTION)
    answered(page, QUESTION)
    held.release()
    page.get_by_role("heading", name="Policy Q&A").first.wait_for()
    answered(page, QUESTION)
    assert page.input_value(FIELD) == ""


def test_a_new_conversation_that_comes_late_wipes_no_question_and_covers_no_answer(address, visit, numbers):
    page = visit(address)
    ask(page, QUESTION)
    answered(page, QUESTION)
    held = Held(page, numbers["start_anew"])
    page.get_by_role("button", name="新对话").click()
    until(page, lambda: held.came)
    ask(page, NEXT)
    answered(page, NEXT)
    page.fill(FIELD, "还有一问")
    held.release()
    page.wait_for_timeout(1000)
    answered(page, NEXT)
    assert page.input_value(FIELD) == "还有一问"


def test_a_search_of_the_history_that_comes_late_covers_nothing_that_was_done_since(address, visit, numbers):
    page = visit(address)
    ask(page, QUESTION)
    answered(page, QUESTION)
    held = Held(page, numbers["search"])
    page.fill("#pq-history-search input", "证书")
    until(page, lambda: held.came)
    page.get_by_role("button", name=f"删除：{QUESTION}").click()
    page.get_by_text(f"已删除“{QUESTION}”").wait_for()
    held.release()
    page.wait_for_timeout(1000)
    page.get_by_text(f"已删除“{QUESTION}”").wait_for()
    assert names(page) == []


def test_a_question_is_taken_before_the_page_has_heard_what_to_show(address, visit):
    waiting = []
    page = visit(address)
    # Loaded once more, with the stream of all that happens on loading held back.
    page.route("**/queue/data*", lambda route: waiting.append(route) if not waiting else route.continue_())
    page.reload()
    until(page, lambda: bool(waiting))
    ask(page, QUESTION)
    page.fill(FIELD, NEXT)
    waiting[0].continue_()
    answered(page, QUESTION)
    assert page.input_value(FIELD) == NEXT


def test_a_question_whose_stream_ended_just_then_is_answered(address, visit):
    page = visit(address)
    begun, over, lost = [], [], []
    page.on("request", lambda request: begun.append(request) if "/queue/data" in request.url else None)
    # Whether the server or the page ends a stream is a matter of a moment.
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: over.append(request) if request in begun else None)
    page.reload()
    # Until the stream of what happens on loading is over.
    until(page, lambda: begun and len(over) == len(begun))

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route)
            route.fulfill(status=200, content_type="text/event-stream", body=LOST)

    page.route("**/queue/data*", lose_the_first)
    ask(page, QUESTION)
    answered(page, QUESTION)
    assert lost
    assert page.input_value(FIELD) == ""


class Late:
    """The first call of one name, held back before it sets out."""

    def __init__(self, page, pattern, number):
        self._number, self._waiting = number, None
        page.route(pattern, self._take)

    @property
    def came(self):
        return self._waiting is not None

    def let_go(self):
        self._waiting.continue_()

    def _take(self, route):
        if not self.came and (route.request.post_data_json or {}).get("fn_index") == self._number:
            self._waiting = route
        else:
            route.continue_()


def names(page):
    return page.locator("#pq-history-list .pq-history-open").all_inner_texts()


def test_a_question_that_arrives_late_stays_in_the_conversation_in_which_it_was_asked(
    address, visit, numbers
):
    page = visit(address)
    ask(page, QUESTION)
    answered(page, QUESTION)
    late = Late(page, "**/queue/join*", numbers["ask"])
    ask(page, NEXT)
    until(page, lambda: late.came)
    page.get_by_role("button", name="新对话").click()
    page.fill(FIELD, "还有一问")
    # Longer than the page waits for word of what the server has taken.
    page.wait_for_timeout(SILENCE_MS + 1000)
    assert page.locator(ASKED).all_inner_texts() == [QUESTION]
    late.let_go()
    page.get_by_text("可以这样问").wait_for()
    assert names(page) == [QUESTION]
    assert page.input_value(FIELD) == "还有一问"
    page.get_by_role("button", name=QUESTION, exact=True).click()
    answered(page, NEXT)
    assert page.locator(ASKED).all_inner_texts() == [QUESTION, NEXT]


def test_a_question_waits_for_the_new_conversation_that_was_begun_before_it(address, visit, numbers):
    page = visit(address)
    ask(page, QUESTION)
    answered(page, QUESTION)
    late = Late(page, "**/run/predict*", numbers["start_anew"])
    page.get_by_role("button", name="新对话").click()
    until(page, lambda: late.came)
    ask(page, NEXT)
    page.wait_for_timeout(500)
    late.let_go()
    answered(page, NEXT)
    page.get_by_role("button", name=NEXT, exact=True).wait_for()
    assert names(page) == [NEXT, QUESTION]
    assert page.locator(ASKED).all_inner_texts() == [NEXT]


def test_a_list_that_is_lost_on_its_way_is_shown_after_all(address, visit, numbers):
    page = visit(address)
    for question in (QUESTION, NEXT):
        ask(page, question)
        answered(page, question)
        page.get_by_role("button", name="新对话").click()
        page.get_by_text("可以这样问").wait_for()
    lost, checks = [], []

    def lose_the_first(route):
        call = route.request.post_data_json or {}
        checks.extend([call] if call.get("fn_index") == numbers["check"] else [])
        if call.get("fn_index") != numbers["search"] or lost:
            route.continue_()
            return
        lost.append(call)
        answer = route.fetch()
        nothing = [{"__type__": "update"} for _ in answer.json()["data"]]
        route.fulfill(response=answer, json={**answer.json(), "data": nothing})

    page.route("**/run/predict*", lose_the_first)
    assert len(names(page)) == 2
    page.fill("#pq-history-search input", "续展")
    until(page, lambda: names(page) == [QUESTION])
    assert lost
    # What is asked is heard, and then there is silence.
    page.wait_for_timeout(15_000)
    assert 1 <= len(checks) <= 6
