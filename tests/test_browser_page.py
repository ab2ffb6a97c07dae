"""The main way through the page in a real browser: on each size, in both languages, quoting and with a scripted model."""

from contextlib import contextmanager

import pytest
from browser import BOTH, DESKTOP, LOCALES, NARROW, PHONE, serving

from ui.labels import label

SERVE = """
import tempfile
import time
from pathlib import Path
from fakes import ScriptedLLM, make_collection, open_assistant

class Patient(ScriptedLLM):
    def stream_chat(self, messages, **kwargs):
        for said in super().stream_chat(messages, **kwargs):
            yield said
            time.sleep(2 if {slow!r} in messages[-1].content else 0)

from ui.web.server import serve
folder = Path(tempfile.mkdtemp())
settings = make_collection(folder)
serve(open_assistant(settings, {llm}), port=PORT, records=settings.data)
"""
QUESTION = "北京市数据知识产权登记证书的有效期为几年？"
SAID = "登记证书的有效期为三年"
SLOW = "北京市数据知识产权登记证书，有效期多少年？"
UNKNOWN = "北京市数据知识产权登记的收费标准是多少？"
SCRIPT = f"Patient(pieces=[{f'北京市的{SAID}'!r}, '[1]。'])"
DONE = "#pq-mark [data-done]"
ASKED = '#pq-chat [data-testid="user"]'
REGION = "北京市"
THUMB = {"zh": "回答不好", "en": "Bad answer"}
THUMBED = {"zh": "已标为不好，再按一次撤回", "en": "Marked as bad; press again to take it back"}
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW}
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
    with serving(SERVE.format(llm=request.param, slow=SLOW)) as found:
        yield request.param != "None", found


def asked(page, text):
    page.fill("#pq-question textarea", text)
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#pq-sources .pq-card", state="attached")
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def done(page):
    """Return a mark that changes with each question that is taken."""
    return page.locator(DONE).get_attribute("data-done")


@contextmanager
def anew(page):
    """What is done inside has the last question answered once more."""
    before = done(page)
    yield
    # An answer without a model is there before a button to stop it could be looked for.
    page.wait_for_function(f"document.querySelector('{DONE}').dataset.done !== '{before}'")
    page.wait_for_selector("#pq-question .stop-button", state="detached")


def save_last(page, lang):
    page.get_by_text(label("sources.export", lang), exact=True).click()
    with page.expect_download() as saved:
        page.click('.pq-export-menu [data-pq-which="last"][data-pq-export="md"]')
    return saved.value.path().read_text(encoding="utf-8")


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


@BOTH
def test_a_question_is_edited_retried_gone_on_from_refused_and_stopped(served, visit, size, lang):
    has_model, address = served
    page = visit(address, size, locale=LOCALES[lang])
    asked(page, f"{QUESTION}请说明")
    page.get_by_role("button", name=label("chat.edit", lang)).click()
    page.get_by_text(label("chat.editing", lang)).wait_for()
    assert page.input_value("#pq-question textarea") == f"{QUESTION}请说明"
    asked(page, QUESTION)
    page.wait_for_function(f"document.querySelector('{ASKED}').innerText.trim() === {QUESTION!r}")
    assert page.locator(ASKED).count() == 1
    text = save_last(page, lang)
    assert QUESTION in text
    assert SAID in text
    with anew(page):
        page.get_by_role("button", name=label("retry", lang)).click()
    assert page.locator(ASKED).count() == 1
    region = {"name": label("filters.region", lang), "text": REGION}
    for way in ("ignore", "heed"):
        with anew(page):
            page.get_by_role("button", name=label(f"filters.{way}", lang).format(**region)).click()
        assert page.locator(ASKED).count() == 1
    page.locator("#pq-chat .option").first.click()
    page.locator(ASKED).nth(1).wait_for()
    page.wait_for_selector("#pq-question .stop-button", state="detached")
    page.fill("#pq-question textarea", UNKNOWN)
    page.press("#pq-question textarea", "Enter")
    page.locator("#pq-sources .pq-nearest h3", has_text=label("nearest", lang)).wait_for()
    page.wait_for_selector("#pq-question .stop-button", state="detached")
    page.get_by_role("button", name=label("new_chat", lang)).click()
    page.get_by_text(label("examples", lang)).wait_for()
    if not has_model:
        return
    page.fill("#pq-question textarea", SLOW)
    page.press("#pq-question textarea", "Enter")
    page.get_by_role("button", name=label("stop", lang), exact=True).click()
    page.get_by_text(label("stopped", lang)).wait_for()
    page.get_by_role("button", name=label("retry", lang)).wait_for()


@BOTH
def test_an_answer_is_limited_by_a_filter_rated_and_found_again(served, visit, size, lang):
    _, address = served
    page = visit(address, size, locale=LOCALES[lang])
    page.get_by_text(label("examples", lang)).wait_for()
    chat = page.locator("#pq-tab-chat")
    chat.get_by_role("button", name=label("filters.button", lang), exact=True).click()
    chat.get_by_label(label("filters.region", lang), exact=True).click()
    page.get_by_role("option", name=REGION).click()
    limit = label("filters.drop", lang).format(text=f"{label('filters.region', lang)} {REGION}")
    page.get_by_role("button", name=limit).wait_for()
    asked(page, QUESTION)
    assert REGION in page.locator("#pq-sources .pq-foot").inner_text()
    if size == PHONE:
        page.wait_for_selector("#pq-filter-panel-chat", state="hidden")
    answered = done(page)
    page.get_by_role("button", name=limit).click()
    page.get_by_role("button", name=limit).wait_for(state="detached")
    page.get_by_role("button", name=THUMB[lang]).click()
    page.locator("#pq-feedback").get_by_text(label("wrong_clause", lang), exact=True).click()
    assert done(page) == answered, "asked anew without being told to"
    page.get_by_role("button", name=label("give_reason", lang)).click()
    page.get_by_text(label("thanks", lang)).wait_for()
    page.get_by_role("button", name=label("new_chat", lang)).click()
    page.get_by_text(label("examples", lang)).wait_for()
    if size == PHONE:
        page.locator("[data-pq-drawer=open]").click()
    page.get_by_role("button", name=QUESTION, exact=True).click()
    page.get_by_role("button", name=THUMBED[lang]).wait_for()
    assert SAID in page.locator('#pq-chat [data-testid="bot"]').last.inner_text()
    assert wide(page) <= size[0]
