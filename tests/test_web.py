import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fake_assistant import FakeAssistant

from rag.errors import AccessRefused, PolicyQAError
from rag.schema import Event, Question, Viewer
from ui.web.chat.conversation import View, again, follow, respond
from ui.web.chat.turn import Visit
from ui.web.server import serve

ROOT = Path(__file__).parents[1]


def ask(assistant: FakeAssistant, visit: Visit, text: str) -> list[View]:
    return list(respond(assistant, visit, text, "zh"))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_serving_other_machines_is_refused_with_a_way_out(host: str):
    with pytest.raises(AccessRefused, match=re.escape(f"Serving {host}")) as caught:
        serve(FakeAssistant(), host, 7860)
    assert "--allow-open" in caught.value.fix


def test_refusal_comes_before_gradio_is_imported():
    code = (
        "import sys\n"
        "from rag.errors import AccessRefused\n"
        "from ui.web.server import serve\n"
        "try:\n    serve(None, '0.0.0.0', 7860, False)\n"
        "except AccessRefused:\n    print('gradio' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "False"


def test_taken_port_is_named_with_another_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PolicyQAError, match=f"port {port}") as caught:
            serve(FakeAssistant(), port=port)
    assert caught.value.fix == f"--port {port + 1}"


def test_stages_words_and_answer_are_shown_in_turn():
    views = ask(FakeAssistant(pause_s=0.03), Visit(), "登记证书的有效期？")
    assert '<span class="pq-now">检索</span>' in views[0].messages[-1]["content"]
    assert any('<span class="pq-now">作答</span>' in view.messages[-1]["content"] for view in views)
    assert any("正在阅读" in view.sources for view in views)
    assert [view.running for view in views] == [True] * (len(views) - 1) + [False]
    assert "pq-stages" not in views[-1].messages[-1]["content"]
    assert 'id="cite-1-2"' in views[-1].sources
    assert "[2] 《北京市" in views[-1].copy


def test_answered_turns_become_the_history_of_the_next_question():
    assistant, visit = FakeAssistant(), Visit()
    for text in ("登记证书的有效期？", "？！", "到2026年底的目标？"):
        ask(assistant, visit, text)
    assert [len(question.history) for question in assistant.asked] == [0, 1]
    ((asked, answered),) = assistant.asked[1].history
    assert asked == "登记证书的有效期？"
    assert answered.startswith("登记证书的有效期为三年")
    # 该办法 and 上一条 in the next question mean what the answer cites.
    assert "\n《北京市" in answered


def test_one_visitor_does_not_see_the_turns_of_another():
    assistant, one, other = FakeAssistant(), Visit(), Visit()
    ask(assistant, one, "登记证书的有效期？")
    views = ask(assistant, other, "到2026年底的目标？")
    assert "有效期" not in views[-1].messages[0]["content"]
    assert assistant.asked[1].history == ()


def test_stop_ends_the_answer_and_closes_the_iterator():
    assistant, visit = FakeAssistant(), Visit()
    views = respond(assistant, visit, "卡住 有效期", "zh")
    assert next(view for view in views if "……" in view.messages[-1]["content"]).running
    visit.stop()
    last = list(views)[-1]
    assert not last.running
    assert last.messages[-1]["content"].endswith("已停止。")
    assert assistant.closed_early.wait(5)
    assert visit.history() == ()


def test_stop_does_not_wait_for_a_silent_model():
    silent = threading.Event()

    class Silent(FakeAssistant):
        def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
            silent.wait(30)
            yield from super().stream(question, viewer)

    visit = Visit()
    views = respond(Silent(), visit, "有效期", "zh")
    next(views)
    threading.Timer(0.1, visit.stop).start()
    assert "已停止" in list(views)[-1].messages[-1]["content"]
    assert not silent.is_set()
    silent.set()


def test_a_closed_tab_leaves_the_answer_in_the_making_to_whoever_comes_back():
    assistant, visit = FakeAssistant(pause_s=0.05), Visit()
    views = respond(assistant, visit, "登记证书的有效期？", "zh")
    assert next(views).running
    views.close()
    back = list(follow(visit, lambda: "zh"))
    assert back[0].running
    assert not assistant.closed_early.is_set()
    assert 'id="cite-1-2"' in back[-1].sources


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        pytest.param("", "没有可以检索的文字", "写出要查的事项", id="empty"),
        pytest.param("？！……", "没有可以检索的文字", "写出要查的事项", id="only punctuation"),
        pytest.param("中断 有效期", "在回答中途停止", "ollama serve", id="model broke"),
    ],
)
def test_errors_are_explained_in_the_conversation(text: str, message: str, fix: str):
    last = ask(FakeAssistant(), Visit(), text)[-1]
    assert not last.running
    assert message in last.messages[-1]["content"]
    assert f"**处理办法**：{fix}" in last.messages[-1]["content"]


def test_a_bug_ends_the_answer_and_is_in_the_log_of_the_server(caplog: pytest.LogCaptureFixture):
    class Broken(FakeAssistant):
        def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
            raise ZeroDivisionError

    visit = Visit()
    last = ask(Broken(), visit, "有效期")[-1]
    assert last.messages[-1]["content"] == "回答中断：程序出错，详情见服务器日志。"
    assert visit.run is None
    assert "ZeroDivisionError" in caplog.text


def test_questions_are_shown_letter_by_letter():
    last = ask(FakeAssistant(), Visit(), "脚本 <script>alert(3)</script> [x](http://evil.example)")[-1]
    asked, said = (message["content"] for message in last.messages)
    assert not re.search(r"[<>\[\]()]", asked)
    assert "<script" not in said + last.sources


def test_answer_again_replaces_the_last_turn_and_keeps_it_out_of_the_history():
    assistant, visit = FakeAssistant(), Visit()
    ask(assistant, visit, "登记证书的有效期？")
    last = list(again(assistant, visit, "zh"))[-1]
    assert len(last.messages) == 2
    assert assistant.asked[1] == assistant.asked[0]


def test_earlier_turns_stay_folded_below_the_newest_sources():
    assistant, visit = FakeAssistant(), Visit()
    ask(assistant, visit, "登记证书的有效期？")
    sources = ask(assistant, visit, "到2026年底的目标？")[-1].sources
    assert (
        sources.index('id="cite-2-1"')
        < sources.index('<details class="pq-turn">')
        < sources.index('id="cite-1-1"')
    )


@pytest.fixture(scope="module")
def served_page() -> Iterator[str]:
    """The address of a page in a process of its own: Gradio leaves event loops and sockets behind."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}\n"
        "from fake_assistant import FakeAssistant\n"
        "from ui.web.server import serve\n"
        f"serve(FakeAssistant(notice='没有使用模型'), port={port})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", code], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        try:
            assert server.stdout
            assert f"http://127.0.0.1:{port}" in server.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            # Killed: a server that does not stop would hold up the tests for ever.
            server.kill()


def test_page_is_served_without_any_address_elsewhere(served_page: str):
    served = httpx.get(served_page)
    assert served.status_code == 200
    assert "北京市数据知识产权登记证书的有效期是多久" in served.text
    assert "长春市" not in served.text
    assert "没有使用模型" in served.text
    assert set(re.findall(r"https?://[\w.:-]+", served.text)) <= {served_page}
    assert "default-src 'self'" in served.headers["content-security-policy"]


def test_page_reports_to_nobody_and_offers_no_interface_for_programs(served_page: str):
    config = httpx.get(f"{served_page}/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []
    assert {event["api_visibility"] for event in config["dependencies"]} == {"private"}


@pytest.mark.timeout(40)
def test_a_long_answer_does_not_hold_up_another_visitor(served_page: str):
    ask_event = next(
        e["id"] for e in httpx.get(f"{served_page}/config").json()["dependencies"] if e["api_name"] == "ask"
    )
    with events_of(served_page, ask_event, "first", "卡住 有效期") as endless:
        assert any("……" in line for line in endless)
        with events_of(served_page, ask_event, "second", "到2026年底的目标？") as other:
            assert any("process_completed" in line and '"success":true' in line for line in other)


@contextmanager
def events_of(page: str, event: int, visitor: str, text: str) -> Iterator[Iterator[str]]:
    """Ask as the page in a browser does, and read what the server pushes."""
    question = {"data": [text, None, "zh", None], "fn_index": event, "session_hash": visitor}
    httpx.post(f"{page}/gradio_api/queue/join", json=question).raise_for_status()
    address = f"{page}/gradio_api/queue/data?session_hash={visitor}"
    with httpx.stream("GET", address, timeout=20) as pushed:
        yield pushed.iter_lines()


def test_a_browser_gets_a_random_id_once_and_no_thumbs_without_records(served_page: str):
    first = httpx.get(served_page)
    assert re.fullmatch(
        r"policyqa_person=[0-9a-f]{16}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax",
        first.headers["set-cookie"],
    )
    again = httpx.get(served_page, headers={"cookie": "policyqa_person=0123456789abcdef; other=1"})
    assert "set-cookie" not in again.headers
    [chat] = [c for c in httpx.get(f"{served_page}/config").json()["components"] if c["type"] == "chatbot"]
    assert not chat["props"].get("likeable")
