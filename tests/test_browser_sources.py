"""The sources beside the chat, exports, and texts that would do harm, in a real browser."""

import json
import zipfile

import pytest
from browser import BOTH, DESKTOP, EACH, LOCALES, NARROW, PHONE, open_tab, serving
from fake_assistant import CLAUSES
from fake_hostile import STRINGS, letters, loose

from ui.labels import label

SERVE = "from {module} import {name}; from ui.web.server import serve; serve({name}(), port=PORT)"
TITLE = "《北京市数据知识产权登记管理办法（试行）》"
QUOTE = "申请人应当在期满前一个月内按照规定办理续展登记手续。每次续展登记的有效期为三年"


@pytest.fixture(scope="module")
def address():
    with serving(SERVE.format(module="fake_assistant", name="FakeAssistant")) as found:
        yield found


@pytest.fixture(scope="module")
def hostile():
    with serving(SERVE.format(module="fake_hostile", name="HostileAssistant")) as found:
        yield found


def ask(page, question="登记证书的有效期？"):
    page.fill("#pq-question textarea", question)
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def answered(visit, address, size=DESKTOP, lang="zh"):
    page = visit(address, size, locale=LOCALES[lang])
    page.get_by_text(label("examples", lang)).wait_for()
    ask(page)
    page.wait_for_selector("#cite-1-2", state="attached")
    return page


def save(page, which, format_):
    page.click(".pq-export-menu summary")
    with page.expect_download() as download:
        page.click(f'.pq-export-menu [data-pq-which="{which}"][data-pq-export="{format_}"]')
    return download.value


@BOTH
def test_the_clause_before_comes_into_the_card_and_an_end_is_said(address, visit, size, lang):
    page = answered(visit, address, size, lang)
    card = page.locator("#cite-1-2")
    before = card.get_by_role("button", name=label("sources.before", lang))
    before.click()
    card.locator(".pq-neighbour").wait_for()
    assert CLAUSES[0].text.split("\n")[2] in card.locator(".pq-neighbour").inner_text()
    assert card.locator(":scope > *").nth(1).get_attribute("class") == "pq-neighbour"
    before.click()
    assert (
        card.get_by_role("button", name=label("sources.no_before", lang)).get_attribute("aria-disabled")
        == "true"
    )
    # The other card is as it was.
    assert page.locator("#cite-1-1 .pq-neighbour").count() == 0


@pytest.mark.parametrize("secure", [True, False], ids=["clipboard", "plain http"])
def test_a_quotation_is_copied_with_its_source(address, visit, secure):
    page = answered(visit, address)
    if not secure:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator("#cite-1-2").get_by_role("button", name="复制").click()
    page.wait_for_selector(".pq-toast")
    page.click("#pq-question textarea")
    page.keyboard.press("Control+V")
    assert page.input_value("#pq-question textarea") == f"{TITLE}第三章/第十四条：{QUOTE}"


@pytest.mark.parametrize("secure", [True, False], ids=["clipboard", "plain http"])
def test_the_last_answer_is_copied_with_its_sources(address, visit, secure):
    page = answered(visit, address)
    if not secure:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name=label("copy", "zh"), exact=True).click()
    page.wait_for_selector(".pq-toast")
    page.click("#pq-question textarea")
    page.keyboard.press("Control+V")
    copied = page.input_value("#pq-question textarea")
    assert "登记证书的有效期为三年，自登记公告之日起计算" in copied
    assert f"{TITLE}第三章/第十四条" in copied.replace(" ", "")


@BOTH
def test_sources_stand_beside_the_chat_and_below_it_on_a_phone(address, visit, size, lang):
    page = answered(visit, address, size, lang)
    chat, sources = (page.locator(part).bounding_box() for part in ("#pq-left", "#pq-right"))
    if size == DESKTOP:
        assert sources["x"] >= chat["x"] + chat["width"]
        assert sources["y"] == chat["y"]
    else:
        assert sources["y"] >= chat["y"] + chat["height"]


@BOTH
def test_a_question_about_a_document_is_limited_to_it_for_its_own_visitor_alone(address, visit, size, lang):
    page = visit(f"{address}/?doc=b1", size, locale=LOCALES[lang])
    page.get_by_role("button", name=label("reader.ask_document", lang)).click()
    page.wait_for_selector("#pq-tab-chat", state="visible")
    chip = page.locator("#pq-chips-chat .pq-chip")
    chip.wait_for()
    assert TITLE in chip.inner_text()
    assert TITLE in page.input_value("#pq-question textarea")
    other = visit(address, size, locale=LOCALES[lang])
    other.get_by_text(label("examples", lang)).wait_for()
    assert other.locator(".pq-chip").count() == 0


def test_a_clause_opens_in_the_reader_and_can_be_asked_about(address, visit):
    page = answered(visit, address)
    page.evaluate("document.addEventListener('policyqa', (e) => (window.told ??= []).push(e.detail))")
    page.locator("#cite-1-2").get_by_role("button", name="提问").click()
    page.locator("#cite-1-2 a[href^='?doc=']").click()
    asked, opened = page.evaluate("window.told")
    assert asked == {"text": f"{TITLE}第十四条规定了什么？", "doc": "b1"}
    assert (opened["doc"], opened["loc"]) == ("b1", "第三章/第十四条")


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_answers_are_saved_in_every_form_under_a_readable_name(address, visit, tmp_path, size):
    page = answered(visit, address, size)
    ask(page, "到2026年底的目标？")
    page.wait_for_selector("#cite-2-1", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    save(page, "all", "docx").save_as(tmp_path / "chat.docx")
    with zipfile.ZipFile(tmp_path / "chat.docx") as archive:
        notes = archive.read("word/footnotes.xml").decode()
    assert "京知局〔2023〕11号" in notes
    assert "打造300个以上" in notes
    last = save(page, "last", "md")
    assert last.suggested_filename.startswith("到2026年底的目标_20")
    assert last.suggested_filename.endswith(".md")
    text = last.path().read_text(encoding="utf-8")
    assert "打造300个以上" in text
    assert "京知局" not in text


def test_the_print_view_holds_the_whole_chat_and_runs_nothing(address, visit):
    page = answered(visit, address)
    page.click(".pq-export-menu summary")
    page.click('.pq-export-menu [data-pq-which="all"][data-pq-export="print"]')
    frame = page.wait_for_selector("iframe.pq-print", state="attached")
    assert frame.get_attribute("sandbox") == "allow-same-origin allow-modals"
    printed = frame.content_frame()
    printed.wait_for_selector("ol.notes", state="attached")
    shown = printed.text_content("body")
    for words in ("登记证书的有效期？", "京知局〔2023〕11号", "第三款", "检索日期"):
        assert words in shown


def test_without_an_answer_an_export_says_so(address, visit):
    page = visit(address)
    page.click(".pq-export-menu summary")
    page.click('.pq-export-menu [data-pq-which="last"][data-pq-export="md"]')
    page.wait_for_selector(".pq-toast")
    page.click(".pq-export-menu summary")
    page.keyboard.press("Escape")
    assert page.locator(".pq-export-menu[open]").count() == 0


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_hostile_texts_are_shown_as_texts_everywhere(hostile, visit, size):
    page = visit(hostile, size)
    ask(page, "".join(text for text in STRINGS if len(text) < 60)[:3000])
    page.wait_for_selector(f"#cite-1-{len(STRINGS)}", state="attached")
    sources, said = (page.text_content(part) for part in ("#pq-sources", "#pq-chat"))
    for text in STRINGS:
        for field in "题机号状位章文款警":
            assert letters(field + text) in letters(sources)
        assert loose(f"答{text}") in loose(said)
        assert letters(text) in letters(sources)
    page.locator("[data-pq-near=after]").first.click()
    page.locator(".pq-neighbour").first.wait_for(state="attached")
    page.click(".pq-export-menu summary")
    page.click('.pq-export-menu [data-pq-which="all"][data-pq-export="print"]')
    page.wait_for_selector("iframe.pq-print", state="attached").content_frame().wait_for_selector(
        "ol.notes", state="attached"
    )
    made = "img, iframe:not(.pq-print), script, object, embed, svg script, style, link, [onerror], [onload], [style*='evil']"
    inside = json.dumps(f":is(#pq-sources, #pq-chat .message) :is({made})")
    assert page.evaluate(f"[...document.querySelectorAll({inside})].map((e) => e.outerHTML)") == []
    links = page.evaluate("[...document.querySelectorAll('#pq-tabs a')].map((a) => a.getAttribute('href'))")
    assert {link.split("=")[0].split("-")[0] for link in links if link} <= {"?doc", "#cite"}
    if size == NARROW:
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_hostile_texts_do_no_harm_in_any_section_of_the_page(hostile, visit):
    page = visit(hostile)
    tabs = page.locator('#pq-tabs > .tab-wrapper [role="tab"]:visible')
    for number in range(tabs.count()):
        tabs.nth(number).click()
        page.wait_for_timeout(700)
    # `visit` fails on a dialog, on an error of a script, and on a request to another host.
    assert page.locator("#pq-tabs :is([onerror], [onload], [onmouseover], base, object, embed)").count() == 0


MADE = (
    "img, iframe, script, object, embed, form, input, button[onclick], [onerror], [onload], [style*='evil']"
)


def elements_made(page, place):
    """Return what stands in a place that only a text can have brought there."""
    inside = json.dumps(f"{place} :is({MADE})")
    return page.evaluate(f"[...document.querySelectorAll({inside})].map((e) => e.outerHTML)")


@EACH
def test_hostile_texts_are_letters_in_the_search_the_library_and_the_filters(hostile, visit, size, lang):
    page = visit(hostile, size, locale=LOCALES[lang])
    open_tab(page, "search", lang)
    page.fill("#pq-search-box input", STRINGS[0])
    page.locator("#pq-results .pq-result").nth(len(STRINGS) - 1).wait_for()
    page.get_by_label(label("search.why", lang)).check()
    said = letters(page.text_content("#pq-results"))
    assert [text for text in STRINGS for field in "题位机状" if letters(field + text) not in said] == []
    page.click("#pq-filters-search .pq-filters-button")
    page.wait_for_selector("#pq-filter-panel-search", state="visible")
    assert elements_made(page, "#pq-results") == []
    for query, place, fields in (
        ("?doc=", "#pq-r-list", "题机号状刊"),
        ("?doc=x1", "#pq-r-text", "题机号效条文"),
        ("?doc=x1&with=x2", "#pq-r-text", "题条文"),
    ):
        page.goto(f"{hostile}/{query}")
        page.wait_for_selector(f"{place} :is(.pq-r-shelf, [data-shown], .pq-r-pairs)", state="visible")
        said = letters(page.text_content(place))
        assert [field for field in fields if letters(field + STRINGS[0]) not in said] == []
        assert elements_made(page, place) == []
