import pytest
from browser import DESKTOP, NARROW, PHONE, serving

SERVE = "from fake_assistant import FakeAssistant; from ui.web.server import serve; serve(FakeAssistant(), port=PORT)"


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_a_question_is_answered_and_nothing_is_wider_than_the_screen(address, visit, size):
    page = visit(address, size)
    page.fill("#pq-question textarea", "登记证书的有效期？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#cite-1-2", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
