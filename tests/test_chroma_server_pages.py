"""Two processes of the page share a data folder and a Chroma server; what stands in front of them sends to one that is there."""

import signal
import time

import httpx
import pytest
from browser import free_port

_START_S = 60
_SEEN_S = 20
NEW = "成都市数据流通管理办法\n\n第一条 成都市数据产品的授权运营期限为三年。\n\n第二条 运营记录应当保存不少于十一年。\n"
TERM, KEPT = "青岛登记凭证的有效期是几年？", "成都市数据流通的运营记录保存几年？"


class Front:
    """Asks the pages in turn, as a proxy does, and passes over one that is gone."""

    def __init__(self, addresses):
        self._addresses, self._turn = addresses, 0

    def ask(self, question):
        for _ in self._addresses:
            self._turn = (self._turn + 1) % len(self._addresses)
            try:
                said = httpx.post(
                    f"{self._addresses[self._turn]}/api/ask", json={"question": question}, timeout=60
                )
            except httpx.TransportError:
                continue
            assert said.status_code == 200, said.text
            return said.json()
        raise AssertionError("no page answers")


@pytest.fixture
def settings(chroma):
    return {"POLICYQA_CHROMA_URL": chroma.url, "POLICYQA_LLM": "none"}


@pytest.fixture
def pages(start, run, own_collection, settings):
    """(process, address) of two pages over a collection that was moved to the server."""
    assert run("rebuild", "--data", own_collection, env=settings).status == 0
    ports = [free_port(), free_port()]
    # What they log must not fill a pipe.
    started = [
        start("web", "--port", port, "--data", own_collection, env=settings, stdout=None, stderr=None)
        for port in ports
    ]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    end = time.monotonic() + _START_S
    for process, address in zip(started, addresses, strict=True):
        while not _is_up(address):
            assert process.poll() is None
            assert time.monotonic() < end, "a page did not start"
            time.sleep(0.2)
    return list(zip(started, addresses, strict=True))


def _is_up(address):
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def quotes(said):
    return [(c["title"], c["locator"], c["quote"]) for c in said["citations"]]


def test_two_pages_say_the_same_see_what_one_writer_adds_and_do_without_each_other(
    pages, run, own_collection, settings, tmp_path
):
    (first, here), (_, there) = pages
    told = [quotes(Front([address]).ask(TERM)) for address in (here, there)]
    assert told[0] == told[1] != []

    path = tmp_path / "成都市数据流通管理办法.txt"
    path.write_text(NEW, encoding="utf-8")
    done = run("ingest", path, "--data", own_collection, env=settings)
    assert done.status == 0, done.err
    for address in (here, there):
        end = time.monotonic() + _SEEN_S
        while not (found := quotes(Front([address]).ask(KEPT))) or "成都" not in found[0][0]:
            assert time.monotonic() < end, f"{address} does not see the new law: {found}"
        assert found[0][1:] == ("第二条", "运营记录应当保存不少于十一年。")

    front = Front([here, there])
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert [quotes(front.ask(TERM)) for _ in range(2)] == [told[0], told[0]]
