"""In a real browser: how soon words of an answer are visible once the model has said them."""

import statistics

import pytest
from browser import serving

pytestmark = pytest.mark.timeout(150)
PIECES, PAUSE_S, BATCH_MS = 200, 0.02, 50
# Each piece of the answer is the time at which it was said; the page gathers them for at most BATCH_MS.
SERVE = f"""
import time
from fake_assistant import FakeAssistant
from rag.schema import Delta
from ui.web.server import serve

class Stamping(FakeAssistant):
    def stream(self, question, viewer=None):
        for _ in range({PIECES}):
            time.sleep({PAUSE_S})
            yield Delta(f"<{{time.time_ns() // 1_000_000}}> ".replace("<", "（").replace(">", "）"))
        yield from super().stream(question, viewer)

serve(Stamping(), port=PORT)
"""
WATCH = """
window.policyqaDelays = [];
let newest = 0;
const look = () => {
  const said = [...(document.querySelector("#pq-chat")?.textContent || "").matchAll(/（(\\d{13})）/g)].map((m) => Number(m[1]));
  const now = Date.now();
  for (const at of said) if (at > newest) policyqaDelays.push(now - at);
  if (said.length) newest = Math.max(newest, said[said.length - 1]);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


@pytest.mark.slow
def test_words_are_visible_soon_after_the_model_has_said_them(address, visit, record_property):
    page = visit(address, script=WATCH)
    page.fill("#pq-question textarea", "登记证书的有效期？")
    page.press("#pq-question textarea", "Enter")
    page.wait_for_selector("#pq-sources .pq-card", state="attached")
    delays = page.evaluate("policyqaDelays")
    assert len(delays) >= PIECES / 2
    # A piece waits for half of the time in which pieces are gathered; what is left is what showing them adds.
    added = statistics.median(delays) - BATCH_MS / 2
    record_property("added_ms", added)
    print(
        f"{len(delays)} pieces seen, median {statistics.median(delays):.0f} ms after they were said, {added:.0f} added"
    )
    assert added <= 3 * BATCH_MS
