"""The main way through the page in a real browser: on each size, in both languages, quoting and with a scripted model."""

import pytest
from browser import DESKTOP, NARROW, PHONE, serving

from ui.labels import label

SERVE = """
import tempfile
from pathlib import Path
from fakes import ScriptedLLM, make_collection, open_assistant
from ui.web.server import serve
folder = Path(tempfile.mkdtemp())
settings = make_collection(folder)
serve(open_assistant(settings, {llm}), port=PORT, records=settings.data)
"""
QUESTION = "北京市数据知识产权登记证书的有效期为几年？"
SAID = "登记证书的有效期为三年"
SCRIPT = f"ScriptedLLM(pieces=[{f'北京市的{SAID}'!r}, '[1]。'])"
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
TOOLS = "#pq-tools button:visible, #pq-export summary"
# Notes each name that the page bears on the screen, from its first picture on.
FIRST_SEEN = """
window.policyqaSeen = [];
const look = () => {
  const title = document.querySelector("#pq-title h1");
  if (title && getComputedStyle(title).visibility === "visible" && title.offsetParent) policyqaSeen.push(title.textContent);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.fixture(scope="module", params=["None", SCRIPT], ids=["extractive", "scripted"])
def served(request):
    """Whether a model writes, and the address of the page."""
    with serving(SERVE.format(llm=request.param)) as found:
        yield request.param != "None", found


def asked(page, text):
    page.fill("#pq-question textarea", text)
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#pq-sources .pq-card", state="attached")
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_a_question_is_answered_its_source_opened_and_the_clause_read(served, visit, size, lang):
    has_model, address = served
    page = visit(address, size, locale=LOCALES[lang], script=FIRST_SEEN)
    page.get_by_text(label("examples", lang)).wait_for()
    assert set(page.evaluate("policyqaSeen")) == {label("app", lang)}
    assert page.title() == label("app", lang)
    assert (page.locator("#pq-notice p").count() == 0) == has_model
    asked(page, QUESTION)
    answer = page.locator('#pq-chat [data-testid="bot"]').last
    assert SAID in answer.inner_text()
    foot = page.locator("#pq-sources .pq-foot").inner_text()
    assert ("ollama:fake" if has_model else label("extractive", lang)) in foot
    tools = [tool.bounding_box() for tool in page.locator(TOOLS).all()]
    assert len(tools) >= 5
    assert max(box["y"] + box["height"] for box in tools) <= size[1], "cut off below"
    assert max(box["x"] + box["width"] for box in tools) <= size[0], "cut off at the side"
    answer.locator('a[href*="#cite-"]').first.click()
    card = page.locator("#pq-sources .pq-card.pq-found")
    assert SAID in "".join(card.locator("mark").all_inner_texts())
    assert wide(page) <= size[0]
    card.get_by_role("link", name=label("sources.open", lang)).click()
    clause = page.locator(".pq-r-clause.pq-r-found")
    clause.wait_for()
    assert SAID in clause.inner_text()
    assert wide(page) <= size[0]
