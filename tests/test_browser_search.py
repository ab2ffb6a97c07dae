"""Search in a real browser: as one types, with filters, by keyboard; on each size and in both languages."""

import pytest
from browser import BOTH, DESKTOP, LOCALES, open_tab, serving

from ui.labels import label

SERVE = """
import tempfile
from pathlib import Path
from fakes import make_collection, open_assistant
from ui.web.server import serve
serve(open_assistant(make_collection(Path(tempfile.mkdtemp()))), port=PORT)
"""
BOX = "#pq-search-box input"
HIT = "#pq-results .pq-result"


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


@pytest.fixture
def search(address, visit):
    """Open the search tab: `search(PHONE, "en")` gives Playwright's page."""

    def _search(size, lang):
        page = visit(address, size, locale=LOCALES[lang])
        open_tab(page, "search", lang)
        page.get_by_text(label("search.hint", lang)).wait_for()
        return page

    return _search


def type_in(page, text, first):
    """Type as a person does and wait until a clause with these words is the first."""
    page.locator(BOX).press_sequentially(text, delay=30)
    page.wait_for_selector(f"{HIT} >> nth=0 >> text={first}")


@BOTH
def test_clauses_appear_while_typing_and_the_arrows_lead_to_the_reader(search, size, lang):
    page = search(size, lang)
    type_in(page, "登记证书的有效期", "第四条")
    assert page.locator(f"{HIT} mark").count() > 1
    page.press(BOX, "ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(f"document.activeElement === document.querySelector('{HIT}')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#pq-tab-search", state="hidden")


@BOTH
def test_only_the_newest_words_are_shown_and_an_empty_box_remembers_them(search, size, lang):
    page = search(size, lang)
    page.fill(BOX, "典型应用场景")
    page.fill(BOX, "罚款")
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert "罚款" in page.locator(HIT).first.inner_text()
    page.press(BOX, "Enter")
    page.press(BOX, "Escape")
    page.wait_for_selector("#pq-results .pq-blank")
    page.reload()
    open_tab(page, "search", lang)
    recent = page.locator("#pq-results .pq-blank section").first.locator("[data-pq-search]")
    recent.first.wait_for()
    assert recent.all_inner_texts() == ["罚款"]
    recent.click()
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert page.input_value(BOX) == "罚款"


def test_syllables_of_an_input_method_are_not_searched_for(search):
    page = search(DESKTOP, "zh")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    client = page.context.new_cdp_session(page)
    page.focus(BOX)
    client.send("Input.imeSetComposition", {"text": "fa'kuan", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(700)
    client.send("Input.insertText", {"text": "罚款"})
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert not any("fa'kuan" in body for body in sent)


@BOTH
def test_a_filter_becomes_a_chip_that_can_be_removed(search, size, lang):
    page = search(size, lang)
    type_in(page, "制定本办法", "第一条")
    page.locator("#pq-tab-search").get_by_role(
        "button", name=label("filters.button", lang), exact=True
    ).click()
    page.get_by_label(label("filters.region", lang), exact=True).click()
    page.get_by_role("option", name="贵州省").click()
    region = label("filters.region", lang)
    chip = page.get_by_role("button", name=label("filters.drop", lang).format(text=f"{region} 贵州省"))
    chip.wait_for()
    page.wait_for_function(
        f"[...document.querySelectorAll('{HIT} h3')].every((h) => h.textContent.includes('贵州'))"
    )
    page.get_by_label(label("filters.as_of", lang)).fill("明天")
    page.keyboard.press("Tab")
    said = label("filters.bad_day", lang).format(name=label("filters.as_of", lang), text="明天")
    page.get_by_role("alert").get_by_text(said).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    chip.click()
    page.wait_for_function(
        f"[...document.querySelectorAll('{HIT} h3')].some((h) => h.textContent.includes('北京'))"
    )
    assert page.get_by_label(region, exact=True).input_value() == label("filters.any", lang)


@BOTH
def test_what_was_read_from_the_question_can_be_taken_off_and_put_back(search, size, lang):
    page = search(size, lang)
    type_in(page, "北京的登记证书有效期", "第四条")
    region = label("filters.region", lang)
    page.get_by_role("button", name=label("filters.ignore", lang).format(name=region, text="北京市")).click()
    back = page.get_by_role("button", name=label("filters.heed", lang).format(name=region))
    back.wait_for()
    page.wait_for_selector(".pq-inferred", state="detached")
    ignored = label("filters.ignored", lang).format(name=region)
    assert page.locator("#pq-chips-search .pq-ignored").inner_text().startswith(ignored)
    back.click()
    page.wait_for_selector(".pq-inferred")
    assert f"{region} 北京" in page.inner_text(".pq-inferred")
    assert page.locator("#pq-chips-search .pq-ignored").count() == 0


@BOTH
def test_the_legs_are_shown_on_demand_and_a_clause_can_be_asked_about(search, size, lang):
    page = search(size, lang)
    type_in(page, "罚款", "第十三条")
    assert page.locator(f"{HIT} .pq-why").first.is_hidden()
    page.get_by_label(label("search.why", lang)).check()
    first = label("search.keyword", lang) + label("search.rank", lang).format(n=1)
    assert first in page.locator(f"{HIT} .pq-why").first.inner_text().replace("\n", "")
    page.locator(f"{HIT}").first.get_by_role("button", name=label("search.ask", lang)).click()
    page.wait_for_selector("#pq-tab-chat", state="visible")
