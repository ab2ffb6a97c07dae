"""What a tab shows of its conversation: the whole picture, and what changes in it while answers are in the making."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import gradio as gr

from ui.web.chat.conversation import follow, show
from ui.web.chat.feedback import asker
from ui.web.chat.history import History, Tab, history_html
from ui.web.chat.layout import Layout
from ui.web.chat.visits import Visits
from ui.web.frame import Updates
from ui.web.visitor import visitor_of

_LOOK_S = 0.5


class Screen:
    """Draws the widgets of `Layout` for any tab."""

    def __init__(self, layout: Layout, visit: gr.State, visits: Visits, history: History | None) -> None:
        """Join what is drawn.

        Args:
            layout: The widgets.
            visit: Holds the tab's conversation for the handlers of other widgets.
            visits: All that are open.
            history: Kept conversations; None when none are kept.
        """
        self._layout, self._visit, self._visits, self._history = layout, visit, visits, history

    def whole(self, tab: Tab, request: gr.Request, more: dict[Any, dict[str, Any]] | None = None) -> Updates:
        """Return the values of all widgets, some of them with more."""
        with tab.mark.drawing() as mark:
            updates = self._layout.updates(show(tab.visit, tab.lang), tab, more or {})
            return updates | self._lines(tab, request) | {self._layout.mark: mark, self._visit: tab.visit}

    def listed(self, tab: Tab, request: gr.Request) -> Updates:
        """Return the list of conversations, marked like a whole picture: an older list must not stay over a newer one."""
        with tab.mark.drawing() as mark:
            return self._lines(tab, request) | {self._layout.mark: mark}

    def _lines(self, tab: Tab, request: gr.Request) -> Updates:
        person = asker(visitor_of(request), tab.visit)
        # Before the list is made: what ends meanwhile makes another one.
        tab.running = self._visits.being_answered(person)
        if self._history is None:
            return {}
        lines = self._history.lines(person, tab)
        return {self._layout.list: history_html(lines, tab, date.today())}

    def stream(
        self, tab: Tab, request: gr.Request, more: dict[Any, dict[str, Any]] | None = None
    ) -> Iterator[Updates]:
        """Send everything at the start and at the end, and in between only what has changed."""
        tab.streams += 1
        visit, mine = tab.visit, tab.streams
        sent: Updates = {}
        was_running = False
        for view in follow(visit, lambda: tab.lang):
            if tab.visit is not visit or tab.streams != mine:
                # Gradio sends the last values once more when all is over: let those be of what is shown by then.
                yield self.whole(tab, request, more)
                if tab.visit is not visit:
                    yield from self.others(tab, request)
                return
            goes_on = was_running and view.running
            sent = self._layout.progress(view, sent) if goes_on else self.whole(tab, request, more)
            yield sent
            was_running = view.running

    def others(self, tab: Tab, request: gr.Request) -> Iterator[Updates]:
        """Let the list say which conversations are being answered until none is, whichever is shown by then."""
        if tab.waits:
            return
        tab.waits = True
        try:
            while (now := self._visits.being_answered(asker(visitor_of(request), tab.visit))) or tab.running:
                if now == tab.running:
                    time.sleep(_LOOK_S)
                else:
                    yield self.whole(tab, request)
        finally:
            tab.waits = False
