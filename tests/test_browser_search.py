"""Search in a real browser: as one types, with filters, by keyboard."""

import pytest
from browser import NARROW, serving

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
    """Open the search tab: `search(size=NARROW)` gives Playwright's page."""

    def open_tab(**options):
        page = visit(address, **options)
        page.locator("#pq-lang label", has_text="中文").click()
        page.get_by_role("tab", name="查找条款").click()
        page.wait_for_selector(BOX)
        page.wait_for_selector("#pq-results .pq-blank")
        return page

    return open_tab


def type_in(page, text, first):
    """Type as a person does and wait until a clause with these words is the first."""
    page.locator(BOX).press_sequentially(text, delay=30)
    page.wait_for_selector(f"{HIT} >> nth=0 >> text={first}")


def test_clauses_appear_while_typing_and_the_arrows_lead_to_the_reader(search):
    page = search()
    type_in(page, "登记证书的有效期", "第四条")
    assert page.locator(f"{HIT} mark").count() > 1
    page.press(BOX, "ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(f"document.activeElement === document.querySelector('{HIT}')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#pq-tab-search", state="hidden")


def test_only_the_newest_words_are_shown_and_an_empty_box_remembers_them(search):
    page = search()
    page.fill(BOX, "典型应用场景")
    page.fill(BOX, "罚款")
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert "罚款" in page.locator(HIT).first.inner_text()
    page.press(BOX, "Enter")
    page.press(BOX, "Escape")
    page.wait_for_selector("#pq-results .pq-blank")
    page.reload()
    page.get_by_role("tab", name="查找条款").click()
    recent = page.locator("#pq-results .pq-blank section").first.locator("[data-pq-search]")
    recent.first.wait_for()
    assert recent.all_inner_texts() == ["罚款"]
    recent.click()
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert page.input_value(BOX) == "罚款"


def test_syllables_of_an_input_method_are_not_searched_for(search):
    page = search()
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    client = page.context.new_cdp_session(page)
    page.focus(BOX)
    client.send("Input.imeSetComposition", {"text": "fa'kuan", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(700)
    client.send("Input.insertText", {"text": "罚款"})
    page.wait_for_selector(f"{HIT} >> nth=0 >> text=第十三条")
    assert not any("fa'kuan" in body for body in sent)


def test_a_filter_becomes_a_chip_that_can_be_removed(search):
    page = search(size=NARROW)
    type_in(page, "制定本办法", "第一条")
    page.get_by_role("button", name="筛选", exact=True).click()
    page.get_by_label("地区").click()
    page.get_by_role("option", name="贵州省").click()
    chip = page.get_by_role("button", name="取消筛选：地区 贵州省")
    chip.wait_for()
    page.wait_for_function(
        f"[...document.querySelectorAll('{HIT} h3')].every((h) => h.textContent.includes('贵州'))"
    )
    page.get_by_label("某日有效").fill("明天")
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_text("不是日期").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    chip.click()
    page.wait_for_function(
        f"[...document.querySelectorAll('{HIT} h3')].some((h) => h.textContent.includes('北京'))"
    )
    assert page.get_by_label("地区").input_value() == "不限"


def test_what_was_read_from_the_question_can_be_taken_off_and_put_back(search):
    page = search()
    type_in(page, "北京的登记证书有效期", "第四条")
    page.get_by_role("button", name="不按“地区”优先").click()
    back = page.get_by_role("button", name="恢复按问题里的地区优先")
    back.wait_for()
    page.wait_for_selector(".pq-inferred", state="detached")
    assert page.locator("#pq-chips-search .pq-ignored").inner_text().startswith("不看问题里的地区")
    back.click()
    page.wait_for_selector(".pq-inferred")
    assert "地区 北京" in page.inner_text(".pq-inferred")
    assert page.locator("#pq-chips-search .pq-ignored").count() == 0


def test_the_legs_are_shown_on_demand_and_a_clause_can_be_asked_about(search):
    page = search()
    type_in(page, "罚款", "第十三条")
    assert page.locator(f"{HIT} .pq-why").first.is_hidden()
    page.get_by_label("显示排序依据").check()
    assert "关键词第 1 位" in page.locator(f"{HIT} .pq-why").first.inner_text().replace("\n", "")
    page.locator(f"{HIT}").first.get_by_role("button", name="就这一条提问").click()
    page.wait_for_selector("#pq-tab-chat", state="visible")
