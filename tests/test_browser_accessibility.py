"""Every section of the page by axe-core: names for screen readers, contrast, roles; Chinese in light, English in dark."""

import pytest
from axe import faults
from browser import DESKTOP, LOCALES, PHONE, open_tab, serving

from ui.labels import label

SERVE = """
import tempfile
from pathlib import Path
from fake_assistant import FakeAssistant
from ui.web.server import serve

serve(FakeAssistant(), port=PORT, records=Path(tempfile.mkdtemp()))
"""
THUMB = {"zh": "回答不好", "en": "Bad answer"}
SECTIONS = ("chat", "search", "reader", "files", "evaluation", "setup")


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
LIGHTS = pytest.mark.parametrize("dark", [False, True], ids=["light-zh", "dark-en"])
EACH_ONCE = pytest.mark.parametrize(
    ("size", "dark"),
    [
        pytest.param(DESKTOP, False, id="desktop-light-zh"),
        pytest.param(PHONE, True, id="phone-dark-en"),
        pytest.param(PHONE, False, id="phone-light-zh", marks=pytest.mark.slow),
        pytest.param(DESKTOP, True, id="desktop-dark-en", marks=pytest.mark.slow),
    ],
)


@SIZES
@LIGHTS
def test_every_section_is_accessible(address, visit, size, dark):
    page = visit(address, size, dark=dark, locale=LOCALES["en" if dark else "zh"])
    page.fill("#pq-question textarea", "登记证书的有效期？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#cite-1-2", state="attached")
    found = {}
    for number, key in enumerate(SECTIONS):
        tab = page.locator(f"#pq-tabs > .tab-wrapper [data-tab-id={key}]").first
        if tab.is_visible():
            tab.click()
        else:
            page.click("#pq-tabs .overflow-menu > button")
            page.locator("#pq-tabs .overflow-dropdown button").nth(number - len(SECTIONS)).click()
        page.wait_for_selector(f"#pq-tab-{key}", state="visible")
        page.wait_for_timeout(500)
        if here := faults(page):
            found[key] = here
    assert found == {}


@EACH_ONCE
@pytest.mark.parametrize(
    ("query", "shown"),
    [("?doc=b1", "#pq-r-text [data-shown]"), ("?doc=b1&with=d1", ".pq-r-pairs")],
    ids=["document", "two"],
)
def test_an_open_document_is_accessible(address, visit, size, dark, query, shown):
    page = visit(f"{address}/{query}", size, dark=dark, locale=LOCALES["en" if dark else "zh"])
    page.wait_for_selector(shown)
    assert faults(page) == set()


@EACH_ONCE
def test_unfolded_filters_are_accessible(address, visit, size, dark):
    page = visit(address, size, dark=dark, locale=LOCALES["en" if dark else "zh"])
    page.click("#pq-filters-chat .pq-filters-button")
    page.wait_for_selector("#pq-filter-panel-chat", state="visible")
    page.wait_for_timeout(500)
    assert faults(page) == set()


@EACH_ONCE
def test_what_opens_in_a_conversation_is_accessible(address, visit, size, dark):
    page = visit(address, size, dark=dark, locale=LOCALES["en" if dark else "zh"])
    page.fill("#pq-question textarea", "登记证书的有效期？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#cite-1-2", state="attached")
    found = {}
    page.locator('#pq-chat a[href*="#cite-1-2"]').first.focus()
    page.get_by_role("tooltip").wait_for()
    found["quoted words"] = faults(page)
    page.keyboard.press("Escape")
    page.click(".pq-export-menu summary")
    page.wait_for_selector('.pq-export-menu [data-pq-export="md"]', state="visible")
    found["exports"] = faults(page)
    page.click(".pq-export-menu summary")
    page.fill("#pq-question textarea", "婚假可以休多少天？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#pq-sources .pq-nearest", state="attached")
    # What was out of use during the answer fades in.
    page.wait_for_timeout(500)
    found["refusal"] = faults(page)
    assert {key: here for key, here in found.items() if here} == {}


@EACH_ONCE
def test_a_filled_search_with_filters_and_ranks_is_accessible(address, visit, size, dark):
    lang = "en" if dark else "zh"
    page = visit(address, size, dark=dark, locale=LOCALES[lang])
    open_tab(page, "search", lang)
    page.fill("#pq-search-box input", "登记证书")
    page.wait_for_selector("#pq-results .pq-result")
    page.get_by_label(label("search.why", lang)).check()
    page.wait_for_selector("#pq-results .pq-result .pq-why", state="visible")
    page.click("#pq-filters-search .pq-filters-button")
    page.wait_for_selector("#pq-filter-panel-search", state="visible")
    page.wait_for_timeout(500)
    assert faults(page) == set()


@EACH_ONCE
def test_the_reasons_of_a_bad_mark_and_the_history_are_accessible(address, visit, size, dark):
    lang = "en" if dark else "zh"
    page = visit(address, size, dark=dark, locale=LOCALES[lang])
    page.fill("#pq-question textarea", "登记证书的有效期？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#cite-1-2", state="attached")
    page.get_by_role("button", name=THUMB[lang]).click()
    page.locator("#pq-feedback").get_by_text(label("wrong_clause", lang), exact=True).click()
    page.wait_for_timeout(500)
    found = {"reasons": faults(page)}
    if not page.locator("#pq-history").is_visible():
        page.locator("[data-pq-drawer=open]").click()
    page.locator("#pq-history-list .pq-history-open").first.wait_for()
    page.wait_for_timeout(500)
    found["history"] = faults(page)
    assert {key: here for key, here in found.items() if here} == {}
