"""In a browser: files are handed in, corrected, accepted, found at once, removed and brought back."""

import shutil

import pytest
from browser import NARROW, serving

from ui.labels import words

ZH, EN = words("zh"), words("en")
TITLE = "丁市数据登记办法（试行）"
GOOD = f"# {TITLE}\n\n第一条 登记证书有效期为九年。\n\n第二条 本办法自2024年3月1日起施行。\n"
SERVE = """
import os
os.environ["POLICYQA_LLM"] = "none"
from pathlib import Path
from rag.assistant import build_assistant
from rag.settings import load_settings
from ui.web.server import serve
data = Path({data!r})
serve(build_assistant(load_settings(data)), port=PORT, records=data)
"""


@pytest.fixture(scope="module")
def data(collection, tmp_path_factory):
    unwanted = shutil.ignore_patterns("records.sqlite*")
    return shutil.copytree(collection, tmp_path_factory.mktemp("files") / "data", ignore=unwanted)


@pytest.fixture(scope="module")
def address(data):
    with serving(SERVE.format(data=str(data))) as found:
        yield found


@pytest.fixture
def handed(tmp_path):
    """A good file and one of a format that nobody reads."""
    (tmp_path / "登记办法（试行）.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "表格.xls").write_bytes(b"\xd0\xcf\x11\xe0 table")
    return [tmp_path / "登记办法（试行）.md", tmp_path / "表格.xls"]


def open_tab(page, name):
    """Bring a tab to the front; on a narrow screen some stand in a menu."""
    tab = page.get_by_role("tab", name=name, exact=True).first
    if tab.is_visible():
        tab.click()
    else:
        page.click("#pq-tabs .overflow-menu > button")
        page.locator("#pq-tabs .overflow-dropdown button", has_text=name).first.click()
    page.wait_for_selector("#pq-f-drop")


def part(page, key):
    page.locator("#pq-f-parts").get_by_role("tab", name=ZH[f"files.{key}"], exact=True).click()


def test_a_file_is_handed_in_corrected_accepted_found_removed_and_brought_back(address, data, visit, handed):
    page = visit(address)
    open_tab(page, ZH["tab.files"])
    page.set_input_files("#pq-f-drop input[type=file]", handed)
    bad = page.locator(".pq-f-card", has_text="表格.xls")
    bad.get_by_text(ZH["files.fix_sheet"]).wait_for()
    good = page.locator(".pq-f-card", has_text="登记办法（试行）.md")
    good.get_by_text(TITLE, exact=True).wait_for()
    good.locator("[data-act=edit]").click()
    title = page.locator("#pq-f-form input[name=title]")
    title.wait_for()
    page.wait_for_function("document.activeElement.name === 'title'")
    title.fill("丁市数据登记办法")
    page.press("#pq-f-form input[name=title]", "Enter")
    good.get_by_text("丁市数据登记办法", exact=True).wait_for()
    page.wait_for_function("document.activeElement.dataset.act === 'edit'")
    page.keyboard.press("Enter")
    page.locator("#pq-f-form [data-act=close]").click()
    page.wait_for_selector("#pq-f-form form", state="detached")
    page.wait_for_function("document.activeElement.dataset.act === 'edit'")
    good.locator("[data-act=accept]").click()
    good.locator(".pq-f-now", has_text=ZH["files.step_in"]).wait_for()
    assert (data / "uploads" / "登记办法（试行）.md").read_text(encoding="utf-8") == GOOD

    page.get_by_role("tab", name=ZH["tab.chat"], exact=True).first.click()
    page.fill("#pq-question textarea", "丁市登记证书有效期几年？")
    page.press("#pq-question textarea", "Enter")
    page.locator("#pq-chat").get_by_text("九年").first.wait_for()

    open_tab(page, ZH["tab.files"])
    part(page, "part_held")
    page.fill("#pq-f-find input, #pq-f-find textarea", "丁市")
    source = page.locator(".pq-f-source", has_text="登记办法（试行）.md")
    source.click()
    with page.expect_download() as saved:
        page.click("[data-act=download]")
    assert saved.value.suggested_filename == "登记办法（试行）.md"
    assert saved.value.path().read_text(encoding="utf-8") == GOOD
    page.click("#pq-f-list [data-act=remove]")
    page.locator("#pq-f-list s", has_text="丁市数据登记办法").wait_for()
    page.click("#pq-f-last [data-act=undo]")
    page.locator("#pq-f-said", has_text=ZH["files.undone"]).wait_for()
    page.locator("#pq-f-list a", has_text="丁市数据登记办法").wait_for()

    part(page, "part_since")
    page.locator("#pq-f-changes summary", has_text=ZH["files.command_undo"]).first.wait_for()
    assert page.locator("#pq-f-changes > * li").count() >= 3


def test_the_tab_fits_a_narrow_screen_and_speaks_the_language_that_is_chosen(address, visit, handed):
    page = visit(address, NARROW)
    open_tab(page, ZH["tab.files"])
    page.set_input_files("#pq-f-drop input[type=file]", handed[1:])
    page.get_by_text(ZH["files.fix_sheet"]).wait_for()
    page.locator("#pq-lang").get_by_text("English").click()
    page.get_by_text(EN["files.fix_sheet"]).wait_for()
    page.get_by_role("button", name=EN["files.drop"]).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.reload()
    page.get_by_role("tab", name=EN["tab.chat"], exact=True).first.wait_for()
    open_tab(page, EN["tab.files"])
    page.wait_for_selector("#pq-f-cards [data-act=discard]")
