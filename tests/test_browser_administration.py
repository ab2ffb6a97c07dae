"""Evaluation and setup in a real browser, as an administrator uses them; on each size and in both languages."""

import shutil

import pytest
from axe import faults
from browser import BOTH, CHECKOUT, LOCALES, open_tab, serving

from eval.draft.own import own_path
from ui.labels import label

pytestmark = pytest.mark.timeout(150)
HEADING = {
    "run": {"zh": "评测报告", "en": "Evaluation"},
    "comparison": {"zh": "评测对比", "en": "Comparison"},
}
CASES = CHECKOUT / "tests" / "data" / "small-cases.jsonl"
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
    """A small collection with a set of three questions of its own."""
    unwanted = shutil.ignore_patterns("records.sqlite*")
    data = shutil.copytree(collection, tmp_path_factory.mktemp("administration") / "data", ignore=unwanted)
    own_path(data).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(CASES, own_path(data))
    return data


@pytest.fixture(scope="module")
def address(data):
    with serving(SERVE.format(data=str(data))) as found:
        yield found


@BOTH
def test_a_set_is_run_its_report_shown_and_saved_and_compared_with_another(address, data, visit, size, lang):
    def word(key, **values):
        return label(f"evaluation.{key}", lang).format(**values)

    page = visit(address, size, locale=LOCALES[lang])
    open_tab(page, "evaluation", lang)
    page.get_by_text(word("intro")).wait_for()
    page.get_by_label(word("set"), exact=True).click()
    page.get_by_role("option", name=word("set_own")).click()
    page.get_by_role("button", name=word("start"), exact=True).click()
    page.get_by_text(word("running", done=0, total=3)).wait_for()
    page.get_by_text(word("done", done=3, total=3)).wait_for(timeout=90_000)
    assert word("questions", n=3) in page.get_by_label(word("run"), exact=True).input_value()
    page.get_by_role("button", name=word("show"), exact=True).click()
    report = page.frame_locator("iframe.pq-report")
    report.locator(f"h1 i[lang={lang}]", has_text=HEADING["run"][lang]).wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name=word("download")).click()
    alone = page.context.new_page()
    alone.set_content(saved.value.path().read_text(encoding="utf-8"))
    assert faults(alone) == set()
    alone.close()
    assert faults(page) == set()
    [newest, *others] = sorted((each for each in (data / "eval").iterdir() if each.is_dir()), reverse=True)
    if not others:
        shutil.copytree(newest, newest.with_name("20000101-000000"))
    open_tab(page, "chat", lang)
    open_tab(page, "evaluation", lang)
    page.get_by_label(word("compare_with"), exact=True).click()
    page.get_by_role("option", name=word("questions", n=3)).last.click()
    page.get_by_role("button", name=word("show"), exact=True).click()
    report.locator(f"h1 i[lang={lang}]", has_text=HEADING["comparison"][lang]).wait_for()
    chosen = page.get_by_label(word("compare_with"), exact=True).input_value()
    assert chosen != word("nothing")
    open_tab(page, "chat", lang)
    open_tab(page, "evaluation", lang)
    page.wait_for_timeout(500)
    assert page.get_by_label(word("compare_with"), exact=True).input_value() == chosen
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@BOTH
def test_what_is_in_force_is_looked_at_and_a_question_is_tried(address, visit, size, lang):
    def word(key):
        return label(f"setup.{key}", lang)

    page = visit(address, size, locale=LOCALES[lang])
    open_tab(page, "setup", lang)
    page.get_by_text(word("hint")).wait_for()
    page.get_by_role("button", name=word("look"), exact=True).click()
    page.get_by_text(word("nothing_outside")).wait_for()
    assert "POLICYQA_LLM" in page.inner_text("#pq-setup-facts")
    question = page.get_by_label(word("question"))
    assert "《" in question.input_value()
    assert ("?" in question.input_value()) == (lang == "en"), "in the other language"
    question.fill("青岛的数据登记凭证有效期是几年？")
    page.get_by_role("button", name=word("ask"), exact=True).click()
    answer = page.locator("#pq-setup-answer")
    answer.get_by_text(word("answered"), exact=True).wait_for()
    assert "四年" in answer.inner_text()
    page.get_by_text({"zh": "English", "en": "中文"}[lang], exact=True).click()
    page.get_by_text(label("setup.hint", {"zh": "en", "en": "zh"}[lang])).wait_for()
    assert page.locator("#pq-setup textarea").first.input_value() == "青岛的数据登记凭证有效期是几年？"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
