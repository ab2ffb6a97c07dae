"""In a real browser: a document that an editor limits to a group is nowhere on the page of a person outside it."""

import shutil

import pytest
from browser import DESKTOP, LOCALES, PHONE, open_tab, serving
from fakes_accounts import PASSWORD, open_fake, with_people

from ui.labels import label

TITLE, GROUP = "青岛市数据流通管理办法", "法规处"
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
def address(collection, tmp_path_factory):
    unwanted = shutil.ignore_patterns("records.sqlite*")
    data = shutil.copytree(collection, tmp_path_factory.mktemp("limited") / "data", ignore=unwanted)
    with_people(open_fake(data)).close()
    with serving(SERVE.format(data=str(data))) as found:
        yield found


@pytest.fixture
def sign_in(chromium, address):
    """Open the page as somebody: `sign_in("lihua", PHONE, "en")` gives Playwright's page."""
    contexts = []

    def _sign_in(name, size, lang):
        width, height = size
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=LOCALES[lang])
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("#pq-who form")
        return page

    yield _sign_in
    for context in contexts:
        context.close()


def listed(page, lang):
    open_tab(page, "reader", lang)
    page.wait_for_selector(".pq-r-shelf")
    return page.locator(".pq-r-shelf .pq-r-name a").all_inner_texts()


@pytest.mark.timeout(150)
def test_a_document_limited_in_the_form_exists_for_nobody_outside_its_group(sign_in):
    assert TITLE in listed(sign_in("王芳", DESKTOP, "zh"), "zh")
    editor = sign_in("lihua", PHONE, "en")
    open_tab(editor, "files", "en")
    parts = editor.locator("#pq-f-parts")
    parts.get_by_role("tab", name=label("files.part_held", "en"), exact=True).click()
    editor.locator(".pq-f-source", has_text=TITLE).click()
    editor.click("#pq-f-list [data-act=edit]")
    form = editor.locator("#pq-f-held-form")
    form.get_by_label(label("files.field_visibility", "en")).select_option(GROUP)
    form.get_by_role("button", name=label("files.save", "en")).click()
    editor.get_by_text(label("files.saved", "en").format(title=TITLE)).wait_for()
    assert TITLE in listed(editor, "en")

    outside = sign_in("王芳", DESKTOP, "zh")
    assert TITLE not in listed(outside, "zh")
    open_tab(outside, "search", "zh")
    outside.fill("#pq-search-box input", "数据流通平台")
    outside.wait_for_selector("#pq-results .pq-result")
    assert TITLE not in outside.inner_text("#pq-results")
