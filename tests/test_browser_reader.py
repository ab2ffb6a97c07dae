import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from browser import BOTH, DESKTOP, LOCALES, NARROW, PHONE, open_tab, serving

from ui.labels import label

SERVE = "from fake_assistant import FakeAssistant; from ui.web.server import serve; serve(FakeAssistant(), port=PORT)"
SAMPLE = """
import tempfile
from pathlib import Path
from browser import CHECKOUT
from fakes import make_collection, open_assistant
from ui.web.server import serve

files = {f.name: f.read_text(encoding="utf-8") for f in (CHECKOUT / "corpus").glob("*.txt")}
serve(open_assistant(make_collection(Path(tempfile.mkdtemp()), files)), port=PORT)
"""
CLAUSE = "?doc=b1&loc=" + quote("第三章/第十四条", safe="")
IN_VIEW = "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight }"


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


@pytest.fixture(scope="module")
def sample():
    """The page over the sample collection."""
    with serving(SAMPLE) as found:
        yield found


def library(visit, address, size, lang):
    page = visit(address, size, locale=LOCALES[lang])
    open_tab(page, "reader", lang)
    page.wait_for_selector(".pq-r-shelf")
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
@pytest.mark.parametrize("query", [CLAUSE, "?doc=b1&with=d1", "?doc="], ids=["document", "two", "list"])
def test_nothing_is_wider_than_the_screen(address, visit, size, query):
    page = visit(address + "/" + query, size)
    page.wait_for_selector("#pq-r-text [data-shown], .pq-r-shelf", state="visible")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_address_opens_its_clause_marked_and_in_view(address, visit, size):
    page = visit(address + "/" + CLAUSE, size)
    found = page.wait_for_selector(".pq-r-found")
    assert "第十四条" in found.inner_text()
    assert found.evaluate(IN_VIEW)
    assert page.locator(".pq-r-tree [aria-current]").count() == 1


@BOTH
def test_links_open_without_loading_the_page_anew_and_back_leads_back(address, visit, size, lang):
    page = library(visit, address, size, lang)
    page.evaluate("window.same = true")
    page.click(".pq-r-shelf a:has-text('北京市数据知识产权')")
    page.wait_for_url("**/?doc=b1")
    if size == PHONE:
        page.get_by_text(label("reader.contents", lang), exact=True).click()
    page.click(".pq-r-tree a:has-text('第十四条')")
    page.wait_for_selector(".pq-r-found")
    assert page.url.endswith(CLAUSE)
    page.go_back()
    page.wait_for_function("!document.querySelector('.pq-r-found')")
    page.go_back()
    page.wait_for_selector(".pq-r-shelf", state="visible")
    page.go_forward()
    page.wait_for_selector(".pq-r-doc", state="visible")
    assert page.evaluate("window.same")


@pytest.mark.parametrize(
    ("query", "word", "shown"),
    [
        ("?doc=b1&loc=" + quote("第九十九条"), "第九十九条", ".pq-r-doc"),
        ("?doc=nope", "", ".pq-r-shelf"),
    ],
)
def test_what_is_not_there_is_told(address, visit, query, word, shown):
    page = visit(f"{address}/{query}")
    page.wait_for_selector(shown, state="visible")
    assert word in page.inner_text("#pq-r-bar .pq-r-word")


@BOTH
def test_the_list_is_filtered_while_one_types(address, visit, size, lang):
    page = library(visit, address, size, lang)
    words = page.get_by_label(label("reader.words", lang))
    words.fill("三年 计划")
    page.wait_for_function("document.querySelectorAll('.pq-r-shelf .pq-r-name').length === 1")
    assert "三年行动计划" in page.inner_text(".pq-r-name")
    page.get_by_text(label("reader.total", lang).format(n=1)).wait_for()
    words.fill("没有的标题")
    page.get_by_text(label("reader.none_fits", lang)).wait_for()


def test_a_clause_is_copied_with_its_source_and_its_absolute_address(address, visit):
    page = visit(address + "/" + CLAUSE)
    page.wait_for_selector(".pq-r-found")
    page.evaluate("window.policyqaCopy = (text) => { window.copied = text; }")
    page.click(".pq-r-found [data-pq-quote-clause]")
    assert page.evaluate("copied").startswith(
        "《北京市数据知识产权登记管理办法（试行）》第三章/第十四条：登记证书有效期满"
    )
    page.click(".pq-r-found [data-pq-link]")
    assert page.evaluate("copied") == f"{address}/{CLAUSE}"


@BOTH
def test_a_second_document_is_chosen_and_stands_beside_the_first(address, visit, size, lang):
    page = visit(address + "/?doc=b1", size, locale=LOCALES[lang])
    page.get_by_role("link", name=label("reader.compare", lang)).click()
    page.get_by_text(label("reader.likely", lang)).wait_for()
    page.locator(".pq-r-shelf a:has-text('三年行动计划')").first.click()
    page.wait_for_selector(".pq-r-pairs")
    assert page.url.endswith("?doc=b1&with=d1")
    assert page.locator(".pq-r-titles h2").all_inner_texts()[0].startswith("北京市")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_text(label("reader.swap", lang)).click()
    page.wait_for_url("**/?doc=d1&with=b1")
    page.get_by_text(label("reader.only_pairs", lang)).click()
    page.wait_for_function("!document.querySelector('.pq-r-alone')?.offsetParent")


@BOTH
def test_like_clauses_of_two_measures_of_the_sample_stand_in_one_row(sample, visit, size, lang):
    page = library(visit, sample, size, lang)
    page.click(".pq-r-shelf a:has-text('贵州省数据要素登记服务管理办法')")
    page.wait_for_selector(".pq-r-doc")
    page.get_by_role("link", name=label("reader.compare", lang)).click()
    page.locator(".pq-r-shelf a:has-text('北京市数据知识产权登记管理办法')").first.click()
    page.wait_for_selector(".pq-r-pairs")
    titles = page.locator(".pq-r-titles h2").all_inner_texts()
    assert [title[:3] for title in titles] == ["贵州省", "北京市"]
    rows = page.locator(".pq-r-pair[role=group]:not(.pq-r-alone)")
    assert rows.count() >= 10
    places = rows.evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => {"
        " const box = cell.getBoundingClientRect(); return [box.top, box.left, box.right]; }))"
    )
    for (top, left, right), (other_top, other_left, other_right) in places:
        beside = abs(top - other_top) < 2 and right <= other_left
        assert beside if size == DESKTOP else beside or (other_top > top and abs(left - other_left) < 2)
        assert max(right, other_right) <= size[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    # The clauses that say how long a certificate is valid are alike.
    valid = rows.filter(has_text="有效期两年").first
    assert "有效期为三年" in valid.inner_text()
    valid.locator("h4 a").last.click()
    found = page.wait_for_selector(".pq-r-found")
    assert "有效期为三年" in found.inner_text()
    assert parse_qs(urlsplit(page.url).query).keys() == {"doc", "loc"}


def test_hostile_titles_and_texts_are_shown_letter_by_letter(address, visit):
    page = visit(address + "/?doc=x1")
    page.wait_for_selector(".pq-r-doc")
    assert "<script>alert(1)</script>办法" in page.inner_text(".pq-r-head h2")
    assert "<img src=x onerror=alert(1)>" in page.inner_text(".pq-r-words")


def test_the_other_language_comes_without_losing_the_document(address, visit):
    page = visit(address + "/" + CLAUSE)
    page.wait_for_selector(".pq-r-found")
    page.click("#pq-lang label:has-text('中文')")
    page.wait_for_selector("button:has-text('复制链接')")
    page.click("#pq-lang label:has-text('English')")
    page.wait_for_selector("button:has-text('Copy link')")
    words = page.inner_text(".pq-r-head .pq-r-actions")
    assert not re.search("[\u4e00-\u9fff]", words)
