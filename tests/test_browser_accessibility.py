"""Every section of the page by axe-core: names for screen readers, contrast, roles; Chinese in light, English in dark."""

import pytest
from browser import DESKTOP, LOCALES, PHONE, serving

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
SERVE = "from fake_assistant import FakeAssistant; from ui.web.server import serve; serve(FakeAssistant(), port=PORT)"
SECTIONS = ("chat", "search", "reader", "files", "evaluation", "setup")


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


def faults(page):
    found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    return {f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light-zh", "dark-en"])
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
