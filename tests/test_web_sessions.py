"""What gradio keeps of a tab: what its handlers read, and no copy of what it shows."""

import asyncio

import gradio as gr
from fake_assistant import FakeAssistant
from gradio import state_holder

from ui.service import Service
from ui.web.page import build
from ui.web.sessions import LeanSession

WORDS = "登记证书的有效期为三年。"
# Outside of a running loop gradio makes loops of its own, which nobody closes: hence `asyncio.run`.


def shown(session, widget):
    """What a tab keeps after a handler has told a widget what to show, as gradio does it."""
    session[widget._id] = widget
    session._update_config(widget._id)
    session._update_value_in_config(widget._id, WORDS)
    return str(list(session.components))


def test_what_a_tab_shows_is_not_kept_and_what_handlers_read_is():
    async def lay_out():
        with gr.Blocks(analytics_enabled=False) as page:
            return page, gr.HTML(), gr.State("nothing")

    page, widget, remembered = asyncio.run(lay_out())
    plain, lean = LeanSession.__base__(page), LeanSession(page)
    assert WORDS in shown(plain, widget), "gradio keeps it no more: leave the class away"
    assert shown(lean, widget) == "[]"
    lean[remembered._id] = "asked"
    assert (lean[remembered._id], lean[widget._id]) == ("asked", widget)


def test_the_tabs_of_the_page_are_of_that_kind(monkeypatch):
    monkeypatch.setattr(state_holder, "SessionState", None)

    async def lay_out():
        return build(Service(FakeAssistant()))

    page, _ = asyncio.run(lay_out())
    holder = state_holder.StateHolder()
    holder.set_blocks(page)
    assert list(holder["0123456789"].components) == []
