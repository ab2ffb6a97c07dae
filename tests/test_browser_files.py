"""In a browser: files are handed in, corrected, accepted, found at once, removed and brought back."""

import base64
import shutil

import pytest
from axe import faults
from browser import BOTH, DESKTOP, LOCALES, NARROW, PHONE, open_tab, serving
from fakes_print import LAW, TITLE, Press, pdf

from ui.labels import words

ZH, EN = words("zh"), words("en")
# Each way through adds a document of its own.
SHEET = {"zh": "请打开后导出为 .pdf", "en": "open it and save the sheet as .pdf"}
CITY = {(DESKTOP, "zh"): "丁市", (PHONE, "en"): "戊市", (DESKTOP, "en"): "庚市", (PHONE, "zh"): "辛市"}
GOOD = "# {}数据登记办法（试行）\n\n第一条 登记证书有效期为九年。\n\n第二条 本办法自2024年3月1日起施行。\n"
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
    """Write a good file about a city, and one of a format that nobody reads."""

    def _handed(city):
        good, bad = tmp_path / f"{city}登记办法（试行）.md", tmp_path / "表格.xls"
        good.write_text(GOOD.format(city), encoding="utf-8")
        bad.write_bytes(b"\xd0\xcf\x11\xe0 table")
        return [good, bad]

    return _handed


DROP_AT = "#pq-f-drop button[aria-dropeffect]"
# As a browser tells of files that are let go over an element; only what a hand does before that is left out.
DROP = """
([target, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: "application/pdf" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(target).dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}
"""


def part(page, name):
    page.locator("#pq-f-parts").get_by_role("tab", name=name, exact=True).click()


@BOTH
def test_a_file_is_handed_in_corrected_accepted_found_removed_and_brought_back(
    address, data, visit, handed, size, lang
):
    word, city = words(lang), CITY[size, lang]
    name, title, text = f"{city}登记办法（试行）.md", f"{city}数据登记办法", GOOD.format(city)
    page = visit(address, size, locale=LOCALES[lang])
    open_tab(page, "files", lang)
    page.set_input_files("#pq-f-drop input[type=file]", handed(city))
    bad = page.locator(".pq-f-card", has_text="表格.xls")
    bad.get_by_text(SHEET[lang]).wait_for()
    bad.get_by_role("button", name=word["files.put_away"]).click()
    good = page.locator(".pq-f-card", has_text=name)
    good.get_by_text(f"{title}（试行）", exact=True).wait_for()
    good.locator("[data-act=edit]").click()
    field = page.locator("#pq-f-form").get_by_label(word["files.field_title"])
    field.wait_for()
    page.wait_for_function("document.activeElement.name === 'title'")
    assert faults(page) == set()
    field.fill(title)
    field.press("Enter")
    good.get_by_text(title, exact=True).wait_for()
    page.wait_for_function("document.activeElement.dataset.act === 'edit'")
    page.keyboard.press("Enter")
    page.locator("#pq-f-form").get_by_role("button", name=word["files.cancel"]).click()
    page.wait_for_selector("#pq-f-form form", state="detached")
    page.wait_for_function("document.activeElement.dataset.act === 'edit'")
    good.locator("[data-act=accept]").click()
    good.locator(".pq-f-now", has_text=word["files.step_in"]).wait_for()
    assert (data / "uploads" / name).read_text(encoding="utf-8") == text

    open_tab(page, "chat", lang)
    page.fill("#pq-question textarea", f"{city}登记证书有效期几年？")
    page.press("#pq-question textarea", "Enter")
    page.locator("#pq-chat").get_by_text("九年").first.wait_for()

    open_tab(page, "files", lang)
    part(page, word["files.part_held"])
    page.get_by_label(word["files.find"]).fill(city)
    page.locator(".pq-f-source", has_text=name).click()
    with page.expect_download() as saved:
        page.click("[data-act=download]")
    assert saved.value.suggested_filename == name
    assert saved.value.path().read_text(encoding="utf-8") == text
    page.click("#pq-f-list [data-act=remove]")
    page.locator("#pq-f-list s", has_text=title).wait_for()
    page.locator("#pq-f-last").get_by_role("button", name=word["files.undo"]).click()
    page.locator("#pq-f-said", has_text=word["files.undone"]).wait_for()
    page.locator("#pq-f-list a", has_text=title).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

    assert faults(page) == set()
    part(page, word["files.part_since"])
    page.locator("#pq-f-changes summary", has_text=word["files.command_undo"]).first.wait_for()
    assert page.locator("#pq-f-changes > * li").count() >= 3


@BOTH
def test_a_pdf_is_dropped_shown_page_by_page_beside_its_text_and_read_again(
    address, visit, tmp_path, size, lang
):
    word, name = words(lang), f"{CITY[size, lang]}公共数据管理办法.pdf"
    printed = pdf(Press(leading=30).law(LAW + LAW[6:]), tmp_path / name)
    page = visit(address, size, locale=LOCALES[lang])
    open_tab(page, "files", lang)
    page.wait_for_selector(f"{DROP_AT}[aria-label]")
    page.evaluate(DROP, [DROP_AT, name, base64.b64encode(printed.read_bytes()).decode()])
    card = page.locator(".pq-f-card", has_text=name)
    card.locator("[data-act=accept]").click()
    card.locator(".pq-f-now", has_text=word["files.step_in"]).wait_for()
    part(page, word["files.part_held"])
    page.get_by_label(word["files.find"]).fill(CITY[size, lang])
    page.locator(".pq-f-source", has_text=name).click()
    page.click("#pq-f-list [data-act=reread]")
    page.locator("#pq-f-said", has_text=word["files.reread_same"]).wait_for()
    page.locator("#pq-f-list a", has_text=TITLE).click()
    page.wait_for_selector("#pq-r-text [data-shown]")
    page.locator("[data-pq-page]").first.click()
    for number in (1, 2):
        page.locator(".pq-r-sheet b", has_text=word["page"].format(n=number)).wait_for()
        page.wait_for_function(
            "document.querySelector('.pq-r-sheet:not(.pq-r-waiting) img')?.naturalWidth > 400"
        )
        page.click("[data-pq-turn='1']" if number == 1 else "[data-pq-turn='0']")
    page.wait_for_selector(".pq-r-sheet", state="hidden")
    assert page.locator("#pq-r-text", has_text="第三条").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_tab_fits_a_narrow_screen_and_speaks_the_language_that_is_chosen(address, visit, handed):
    page = visit(address, NARROW)
    open_tab(page, "files", "zh")
    page.set_input_files("#pq-f-drop input[type=file]", handed("己市")[1:])
    page.get_by_text(SHEET["zh"]).wait_for()
    page.locator("#pq-lang").get_by_text("English").click()
    page.get_by_text(SHEET["en"]).wait_for()
    page.get_by_role("button", name=EN["files.drop"]).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.reload()
    page.get_by_role("tab", name=EN["tab.chat"], exact=True).first.wait_for()
    open_tab(page, "files", "en")
    page.wait_for_selector("#pq-f-cards [data-act=discard]")
