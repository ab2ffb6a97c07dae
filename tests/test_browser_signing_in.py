"""One person signs in, asks and leaves; the next one in the same browser finds nothing of it."""

import pytest
from axe import faults
from browser import BOTH, LOCALES, NARROW, open_tab, serving
from fakes_accounts import PASSWORD, open_fake, with_people

from rag.errors import SignInRefused
from ui.labels import label

QUESTION = "登记证书的有效期？"


@pytest.fixture(scope="module")
def page_with_people(tmp_path_factory):
    data = tmp_path_factory.mktemp("people")
    with_people(open_fake(data)).close()
    code = f"""
from pathlib import Path
from fake_assistant import FakeAssistant
from ui.web.server import serve
serve(FakeAssistant(), port=PORT, records=Path({str(data)!r}))
"""
    with serving(code) as address:
        yield address


def sign_in(page, name, password=PASSWORD, lang="zh"):
    page.get_by_label(label("sign_in.field_name", lang)).fill(name)
    page.locator("#password").fill(password)
    page.get_by_role("button", name=label("sign_in.sign_in_do", lang)).click()


def ask(page):
    page.locator("#pq-question textarea").fill(QUESTION)
    page.locator("#pq-question textarea").press("Enter")
    page.wait_for_selector("#pq-sources .pq-card", state="attached")


def open_form(chromium, address, size, lang="zh", **how):
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height}, locale=LOCALES[lang], **how)
    page = context.new_page()
    page.goto(address)
    return page


def unfold(page):
    """Open the drawer that the history is on a phone."""
    if not page.locator("#pq-history").is_visible():
        page.locator("[data-pq-drawer=open]").click()


@pytest.mark.timeout(150)
@BOTH
def test_one_signs_in_asks_and_leaves_and_the_next_one_finds_nothing(chromium, page_with_people, size, lang):
    page = open_form(chromium, f"{page_with_people}/?doc=b1", size, lang)
    leave = label("sign_in.leave", lang)
    assert page.evaluate("document.activeElement.id") == "name"
    sign_in(page, "lihua", "nothing like it", lang)
    assert SignInRefused(0, checked=True).words(lang)[0] in page.get_by_role("alert").inner_text()
    assert page.get_by_label(label("sign_in.field_name", lang)).input_value() == "lihua"
    sign_in(page, "lihua", lang=lang)
    page.wait_for_selector("#pq-tabs", state="visible")
    assert "doc=b1" in page.url
    page.wait_for_selector(".pq-r-doc", state="visible")
    open_tab(page, "chat", lang)
    page.get_by_text(leave).wait_for()
    assert "lihua" in page.locator("#pq-who").inner_text()
    ask(page)
    unfold(page)
    page.locator("#pq-history").get_by_text(QUESTION).first.wait_for()
    other = page.context.new_page()
    other.goto(page_with_people)
    other.wait_for_selector("#pq-who form")
    other.get_by_role("button", name=leave).click()
    other.wait_for_selector("#password")
    # The first tab hears of it, and whatever is pressed there shows nothing.
    page.wait_for_selector(".pq-ended")
    sign_in(other, "王芳", lang=lang)
    other.wait_for_selector("#pq-who form")
    other.wait_for_timeout(1500)
    unfold(other)
    assert QUESTION not in other.locator("#pq-history").inner_text()
    assert other.locator("#pq-sources .pq-card").count() == 0
    page.locator("#pq-question textarea").fill("到2026年底的目标？")
    page.locator("#pq-question textarea").press("Enter")
    page.wait_for_timeout(1500)
    assert "目标" not in page.locator("#pq-chat").inner_text()
    page.locator(".pq-ended a").click()
    page.wait_for_selector("#pq-who form")
    assert "王芳" in page.locator("#pq-who").inner_text()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.timeout(90)
def test_forms_and_the_way_out_fit_a_phone(chromium, page_with_people, scheme, tmp_path):
    page = open_form(chromium, page_with_people, NARROW, color_scheme=scheme)
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(fits)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(15, 21, 28)" if scheme == "dark" else "rgb(244, 246, 248)")
    assert faults(page) == set()
    page.get_by_text("English").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_text("中文").click()
    sign_in(page, "lihua")
    page.wait_for_selector("#pq-who form")
    assert page.evaluate(fits)
    page.wait_for_timeout(500)
    assert faults(page) == set()
    box = page.get_by_role("button", name=label("sign_in.leave", "zh")).bounding_box()
    assert 0 <= box["x"] <= NARROW[0] - box["width"]
    title = page.locator("#pq-title h1").bounding_box()
    assert title["x"] + title["width"] <= page.locator(".pq-who-name").bounding_box()["x"]
    page.locator(".pq-who-name").click()
    page.get_by_role("heading", name="修改密码").wait_for()
    assert page.evaluate(fits)
    page.context.close()
