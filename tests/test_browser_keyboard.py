"""The page by keyboard alone: everything that Tab reaches shows that it has the focus, in every section."""

import shutil

import pytest
from browser import DESKTOP, LOCALES, open_tab, serving

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
SECTIONS = {
    "chat": "青岛的数据登记凭证有效期是几年？",
    "search": "登记",
    "reader": "",
    "files": "",
    "evaluation": "",
    "setup": "",
}
"""What is typed in each before its stops are counted."""
ALWAYS = ("chat", "files", "evaluation")
"""The others only with --slow."""
FIELD = {"chat": "#pq-question textarea", "search": "#pq-search-box input"}
MOST_STOPS, FEWEST_STOPS = 90, 9
# Whether the focus changes the look of an element, or of what is drawn around it.
SHOWS = """
() => {
  const stop = policyqaStop;
  const around = [stop];
  for (let at = stop.parentElement; at && around.length < 5; at = at.parentElement) around.push(at);
  const look = () => around.map((at) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(at);
    const outline = outlineStyle === "none" || outlineWidth === "0px" ? "" : outlineColor + outlineWidth;
    return [outline, boxShadow, borderColor, backgroundColor].join(" ");
  }).join("|");
  const focused = look();
  stop.blur();
  const rest = look();
  stop.focus({ focusVisible: true, preventScroll: true });
  return focused !== rest;
}
"""
WHERE = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  window.policyqaStop = at;
  const box = at.getBoundingClientRect();
  const name = `${at.tagName} ${at.id} ${at.className} ${(at.ariaLabel || at.textContent || "").trim().slice(0, 30)}`;
  return { name, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
}
"""


@pytest.fixture(scope="module")
def address(collection, tmp_path_factory):
    unwanted = shutil.ignore_patterns("records.sqlite*")
    data = shutil.copytree(collection, tmp_path_factory.mktemp("keyboard") / "data", ignore=unwanted)
    with serving(SERVE.format(data=str(data))) as found:
        yield found


def stops(page):
    """Press Tab until the focus leaves the page; give each stop and whether its look differs from the one without focus."""
    page.add_style_tag(content="* { transition: none !important; }")
    page.click("#pq-title h1")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(WHERE)
        if at is None:
            return
        yield at["name"], at["seen"], page.evaluate(SHOWS)


@pytest.mark.timeout(150)
@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param(key, text, id=key, marks=() if key in ALWAYS else pytest.mark.slow)
        for key, text in SECTIONS.items()
    ],
)
def test_every_stop_of_tab_is_on_the_screen_and_shows_the_focus(address, visit, key, text):
    page = visit(address, DESKTOP, locale=LOCALES["zh"])
    open_tab(page, key, "zh")
    if text:
        page.fill(FIELD[key], text)
        page.press(FIELD[key], "Enter")
        page.wait_for_selector("#pq-sources .pq-card, #pq-results .pq-result")
    page.wait_for_timeout(700)
    found = list(stops(page))
    assert len(found) >= FEWEST_STOPS
    assert [name for name, seen, shows in found if not (seen and shows)] == []
