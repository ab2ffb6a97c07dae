"""A real browser for tests of the page; skipped with a word where Chromium is missing.

`visit` opens the page as one visitor; every error of the page's scripts and every request to another host ends the test.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ui.labels import label

CHECKOUT = Path(__file__).parents[1]
DESKTOP, PHONE, NARROW = (1280, 800), (390, 844), (360, 740)
LOCALES = {"zh": "zh-CN", "en": "en-US"}
# For every way through the page: each size and each language once, and with --slow each size in each language.
BOTH = pytest.mark.parametrize(
    ("size", "lang"),
    [
        pytest.param(DESKTOP, "zh", id="desktop-zh"),
        pytest.param(PHONE, "en", id="phone-en"),
        pytest.param(DESKTOP, "en", id="desktop-en", marks=pytest.mark.slow),
        pytest.param(PHONE, "zh", id="phone-zh", marks=pytest.mark.slow),
    ],
)
# For a way that is the same whatever the size and language: once, and with --slow in all of them.
EACH = pytest.mark.parametrize(
    ("size", "lang"),
    [
        pytest.param(DESKTOP, "zh", id="desktop-zh"),
        *(
            pytest.param(size, lang, id=name, marks=pytest.mark.slow)
            for size, lang, name in (
                (PHONE, "en", "phone-en"),
                (DESKTOP, "en", "desktop-en"),
                (PHONE, "zh", "phone-zh"),
            )
        ),
    ],
)
# Taken before the tests' environment is cleared of settings; where each page is pictured as its test leaves it.
SHOTS = os.environ.get("POLICYQA_TEST_SHOTS") and Path(os.environ["POLICYQA_TEST_SHOTS"]).resolve()
_START_S = 90
_HARMLESS = ("favicon", "manifest.json")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def serving(code):
    """Serve a page in a process of its own; `code` is Python that calls serve(…, port=PORT)."""
    port = free_port()
    script = f"import sys; sys.path.insert(0, {str(CHECKOUT / 'tests')!r})\nPORT = {port}\n{code}"
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.kill()
        process.wait()


def _wait_for(address, process):
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        assert process.poll() is None, "the page's server ended"
        try:
            # 303: where people have accounts, to the form for signing in.
            if httpx.get(address, timeout=5).status_code in (200, 303):
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the page's server did not start")


def open_tab(page, key, lang):
    """Bring a section to the front; on a narrow screen some stand in a menu."""
    tabs = "#pq-tabs > .tab-wrapper [data-tab-id={}]"
    page.locator(tabs.format("chat")).first.wait_for()
    tab = page.locator(tabs.format(key)).first
    if tab.is_visible():
        tab.click()
    else:
        page.click("#pq-tabs .overflow-menu > button")
        page.locator("#pq-tabs .overflow-dropdown button", has_text=label(f"tab.{key}", lang)).first.click()
    page.wait_for_selector(f"#pq-tab-{key}", state="visible")


# While it is open no other test can run an event loop: hence one for each module.
@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path, request):
    """Open an address as a new visitor: `visit(address, size=PHONE, dark=True)` gives Playwright's page.

    `script` runs in it before its own scripts do.
    """
    contexts, faults = [], []

    def open_page(address, size=DESKTOP, *, dark=False, same_visitor_as=None, locale="zh-CN", script=""):
        width, height = size
        context = (
            same_visitor_as.context
            if same_visitor_as
            else chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                locale=locale,
            )
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        if rate := os.environ.get("POLICYQA_TEST_SLOW_BROWSER"):
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": float(rate)})
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("request", lambda sent: _elsewhere(sent.url, address, faults))
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        if script:
            page.add_init_script(script)
        page.goto(address)
        page.wait_for_selector("#pq-tabs", state="visible")
        return page

    yield open_page
    if SHOTS:
        pages = [page for context in dict.fromkeys(contexts) for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=SHOTS / request.node.path.stem / f"{request.node.name}-{number}.png")
    for context in dict.fromkeys(contexts):
        context.close()
    assert faults == []


def _elsewhere(url, address, faults):
    parts = urlsplit(url)
    own = urlsplit(address).netloc
    if (
        parts.scheme in ("http", "https", "ws", "wss")
        and parts.netloc != own
        and not parts.path.endswith(_HARMLESS)
    ):
        faults.append(f"request to another host: {url}")
